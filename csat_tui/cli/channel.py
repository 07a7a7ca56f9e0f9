"""`csat-tui channel`: save, list and test the addresses of channels for questions; an address is never shown."""

import asyncio
from typing import Annotated

import typer

from csat_tui.cli.console import ask_secret, say, say_json, table
from csat_tui.cli.context import Installation, find_installation
from csat_tui.cli.exits import Exit, Failure, sentence
from csat_tui.config import ChannelConfig

channel = typer.Typer(help="Channels to colleagues: save their addresses, list them, test one.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the playbook calls the channel.")]
TEST = "A test from csat-tui; nothing needs to be done."


@channel.command("set")
def set_address(
    name: Name,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read the address from standard input.")] = False,
    insecure_storage: Annotated[
        bool, typer.Option("--insecure-storage", help="Keep the address in a plain file that only you can read.")
    ] = False,
) -> None:
    """Ask for a channel's address (such as slack://…), save it, and name the channel in config.toml.

    Nothing is sent; `csat-tui channel test NAME` does that.
    """
    from csat_tui.config import write_channel
    from csat_tui.config.reading import is_channel_name
    from csat_tui.secrets import channel_secret
    from csat_tui.targets.channels import is_address

    installation = find_installation()
    if not is_channel_name(name):
        raise Failure(
            Exit.USAGE,
            "A channel's name has letters, digits, - and _ only, as in the playbook. Nothing was written.",
        )
    address = ask_secret(f"the address of channel “{name}”", from_input=stdin, option="--stdin")
    if not is_address(address):
        raise Failure(
            Exit.USAGE,
            "This address cannot be used. Nothing was written. Apprise's documentation shows the form "
            "for each service, such as slack://TOKEN-A/TOKEN-B/TOKEN-C/#room.",
        )
    where = channel_secret(name, ChannelConfig()).keep(installation.paths, address, insecure=insecure_storage)
    say(f"The address of channel “{name}” is kept in {where}.")
    if name not in installation.config.channels:
        file = installation.paths.config_file
        try:
            write_channel(installation.paths, name)
        except OSError as error:
            raise Failure(
                Exit.CONFIGURATION,
                f"{file} cannot be written ({error.strerror}); add [channels.{name}] to it by hand.",
            ) from error
        say(f"[channels.{name}] is added to {file}; a workstation that is open takes it up when it")
        say("is opened again.")


@channel.command("list")
def list_channels(json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the channels of config.toml, and where the address of each comes from."""
    installation = find_installation()
    rows = [(name, *origin(installation, name)) for name in sorted(installation.config.channels)]
    if json:
        say_json([{"name": name, "configured": known, "origin": told} for name, known, told in rows])
    elif rows:
        table([("channel", "address from"), *((name, told) for name, _, told in rows)])
    else:
        say("There are no channels. Add one with `csat-tui channel set NAME`.")


def origin(installation: Installation, name: str) -> tuple[bool, str]:
    """Return whether a channel has an address, and where it is from or what is missing; never the address."""
    from csat_tui.secrets import NoCredential, channel_secret, reveal

    config = installation.config.channels[name]
    if config.url:
        return True, "config.toml (this machine)"
    try:
        found = reveal(channel_secret(name, config), installation.environ, installation.paths)
    except NoCredential as error:
        return False, sentence(str(error))
    if not found.text:
        return False, f"nowhere; keep it with `csat-tui channel set {name}`"
    return True, found.origin


@channel.command("test")
def send_test(
    name: Name, text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What to send.")] = TEST
) -> None:
    """Send a message to a channel, and say whether the channel accepted it."""
    import uuid_utils

    from csat_tui.domain.clock import SystemClock
    from csat_tui.domain.ids import OpId
    from csat_tui.effects.channel_question import Question
    from csat_tui.targets.opening import open_targets

    installation = find_installation()
    targets = open_targets(installation.config, installation.environ, installation.paths, SystemClock())
    asyncio.run(targets.notifier.ask(Question(name, text), OpId(str(uuid_utils.uuid7()))))
    say(f"Channel “{name}” has taken the message.")


@channel.command("forget")
def forget(name: Name) -> None:
    """Forget a channel's address; config.toml stays as it is."""
    from csat_tui.secrets import channel_secret

    installation = find_installation()
    config = installation.config.channels.get(name, ChannelConfig())
    secret = channel_secret(name, config)
    secret.forget(installation.paths)
    say(f"The address of channel “{name}” is forgotten here.")
    if installation.environ.get(secret.variable, "").strip():
        say(f"{secret.variable} still has one; unset it.")
    if config.url_command or config.url:
        say(f"config.toml still has one, under [channels.{name}].")
