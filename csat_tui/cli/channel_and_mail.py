"""`csat-tui channel` and `csat-tui mail`: save the secrets of both, and test whether something arrives.

A channel's address is as secret as the mail server's password: neither is ever shown.
"""

import asyncio
import os
from typing import Annotated

import typer

from csat_tui.cli.console import ask_secret, say, say_json, table
from csat_tui.cli.exits import Exit, Failure, sentence
from csat_tui.cli.installation import Installation, find_installation
from csat_tui.config import ChannelConfig, MailConfig

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
def send_question(
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


mail = typer.Typer(help="Outgoing mail: save the server's password, test it.", no_args_is_help=True)


@mail.command("set-password")
def set_password(
    stdin: Annotated[bool, typer.Option("--stdin", help="Read the password from standard input.")] = False,
    insecure_storage: Annotated[
        bool, typer.Option("--insecure-storage", help="Keep the password in a plain file that only you can read.")
    ] = False,
) -> None:
    """Ask for the mail server's password and save it in the keyring; nothing is sent."""
    from csat_tui.secrets import mail_secret

    installation = find_installation()
    config = _with_user(installation)
    password = ask_secret(f"the password of {config.user} at {config.place}", from_input=stdin, option="--stdin")
    where = mail_secret(config).keep(installation.paths, password, insecure=insecure_storage)
    say(f"The password of {config.user} at {config.place} is kept in {where}. `csat-tui mail test` tries it.")


@mail.command("forget-password")
def forget_password() -> None:
    """Forget the mail server's password; config.toml stays as it is."""
    from csat_tui.secrets import MAIL_PASSWORD, mail_secret

    installation = find_installation()
    config = _with_user(installation)
    mail_secret(config).forget(installation.paths)
    say(f"The password of {config.user} at {config.place} is forgotten here.")
    if installation.environ.get(MAIL_PASSWORD, "").strip():
        say(f"{MAIL_PASSWORD} still has one; unset it.")
    if config.password_command:
        say("mail.password_command in config.toml still has one; remove it.")


@mail.command("test")
def send_mail(
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Send a mail there as well.")] = "",
) -> None:
    """Sign in at the mail server, or try the folder in which mails are saved; with --to, also send a mail."""
    import uuid_utils

    from csat_tui.domain.clock import SystemClock
    from csat_tui.domain.effect import Mail
    from csat_tui.domain.ids import OpId
    from csat_tui.targets.opening import open_mailer

    installation = find_installation()
    if to:
        mailer = open_mailer(installation.config, installation.environ, installation.paths, SystemClock())
        sent = asyncio.run(mailer.send(Mail((to,), "A test from csat-tui", TEST), OpId(str(uuid_utils.uuid7()))))
        where = (
            f"saved as {sent.reference}"
            if not installation.config.mail.host
            else f"taken by {installation.config.mail.place}"
        )
        say(f"The mail to {to} is {where}.")
        return
    say(try_mail(installation))


def try_mail(installation: Installation) -> str:
    """Return how mail leaves, after trying it without sending anything. Raises HelpDeskError, Failure."""
    from csat_tui.domain.clock import SystemClock
    from csat_tui.targets.mail import SmtpMail
    from csat_tui.targets.opening import mail_folder, open_mailer

    mailer = open_mailer(installation.config, installation.environ, installation.paths, SystemClock())
    if isinstance(mailer, SmtpMail):
        asyncio.run(mailer.try_out())
        config = installation.config.mail
        whom = f" as {config.user}" if config.user else ", without signing in"
        return f"{config.place} takes us{whom} ({config.security})"
    folder = mail_folder(installation.config, installation.paths)
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise Failure(
            Exit.CONFIGURATION,
            f"Mails cannot be saved in {folder}; check mail.folder in config.toml.",
        )
    return f"mails are saved as files in {folder}"


def _with_user(installation: Installation) -> MailConfig:
    config = installation.config.mail
    if not config.host or not config.user:
        file = installation.paths.config_file
        raise Failure(
            Exit.CONFIGURATION,
            f"There is no mail server that wants a password in {file}: [mail] needs host and user. "
            "Nothing was written.",
        )
    return config
