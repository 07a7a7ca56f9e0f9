"""`csat-tui mail`: save the mail server's password, and test whether mail can be sent."""

import asyncio
import os
from typing import Annotated

import typer

from csat_tui.cli.console import ask_secret, say
from csat_tui.cli.context import Installation, find_installation
from csat_tui.cli.exits import Exit, Failure
from csat_tui.config import MailConfig

mail = typer.Typer(help="Outgoing mail: save the server's password, test it.", no_args_is_help=True)
TEST = "A test from csat-tui; nothing needs to be done."


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
def send_test(
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
