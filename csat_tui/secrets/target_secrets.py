"""Secrets of targets: a channel's address, a form's token, a mail server's password.

Each is looked for in the same order as the help desk's credential: environment, command, plain file, keyring.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from csat_tui.config import ChannelConfig, FormConfig, MailConfig
from csat_tui.paths import Paths
from csat_tui.secrets.storage import CredentialStore, NoCredential
from csat_tui.secrets.token_command import run_token_command

MAIL_PASSWORD = "CSAT_TUI_MAIL_PASSWORD"  # noqa: S105 - a variable's name


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by all its names; without `kept_as` it comes from the environment or a command only.

    `give` is the command that saves it.
    """

    what: str
    """Its name in sentences."""
    kept_as: str
    variable: str
    command: tuple[str, ...] | str = ""
    command_key: str = ""
    give: str = ""

    def keep(self, paths: Paths, text: str, *, insecure: bool) -> str:
        """Save a text and return where; NoCredential if the keyring does not take it."""
        try:
            return CredentialStore(paths, self.kept_as).write(text, insecure=insecure)
        except NoCredential as error:
            raise self.instead("could not be kept", error) if error.reason else error from error

    def instead(self, what: str, error: NoCredential) -> NoCredential:
        """Return an error of the keyring, with what can be done without it for this secret."""
        return NoCredential(
            f"{self.what} {what}: {error.reason or error}; keep it in a plain file with `{self.give} "
            f"--insecure-storage`, or set {self.variable}, or {self.command_key} in config.toml",
            error.reason,
        )

    def forget(self, paths: Paths) -> None:
        """Remove the stored text; no error if there is none. Raises NoCredential."""
        CredentialStore(paths, self.kept_as).forget()


@dataclass(frozen=True, slots=True)
class Revealed:
    """A secret's text, which no repr shows, and where it came from."""

    text: str = field(repr=False)
    origin: str


def reveal(secret: Secret, environ: Mapping[str, str], paths: Paths) -> Revealed:
    """Return the first that is found, or an empty text; may block, as a keyring may ask its owner.

    Raises NoCredential where a source that is named for it fails, or the keyring does not answer.
    """
    if text := environ.get(secret.variable, "").strip():
        return Revealed(_one_line(text, secret.variable), f"the environment ({secret.variable})")
    if secret.command:
        return Revealed(
            _one_line(run_token_command(secret.command, secret.command_key), secret.command_key), secret.command_key
        )
    if not secret.kept_as:
        return Revealed("", "")
    try:
        found = CredentialStore(paths, secret.kept_as).read()
    except NoCredential as error:
        raise secret.instead("is not available", error) from error
    return Revealed(found.text, found.place)


def channel_secret(name: str, config: ChannelConfig) -> Secret:
    """Return the secret that is a channel's address."""
    return Secret(
        f"the address of channel “{name}”", f"channel {name}", f"CSAT_TUI_CHANNEL_{_upper(name)}",
        config.url_command, f"channels.{name}.url_command", f"csat-tui channel set {name}",
    )  # fmt: skip


def form_secret(name: str, config: FormConfig) -> Secret:
    """Return the secret that is a form's token; most forms have none."""
    return Secret(
        f"the token of form “{name}”", "", f"CSAT_TUI_FORM_{_upper(name)}_TOKEN",
        config.token_command, f"forms.{name}.token_command",
    )  # fmt: skip


def mail_secret(config: MailConfig) -> Secret:
    """Return the secret that is the mail server's password."""
    return Secret(
        f"the password of {config.user} at {config.place}", f"mail {config.user} at {config.place}", MAIL_PASSWORD,
        config.password_command, "mail.password_command", "csat-tui mail set-password",
    )  # fmt: skip


def _upper(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _one_line(text: str, origin: str) -> str:
    if not text.isprintable():
        raise NoCredential(f"what {origin} gives has characters that do not belong there; copy it again")
    return text
