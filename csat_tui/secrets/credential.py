"""A credential, its kind, and where it is found: environment, token command, plain file or keyring, in this order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol
from urllib.parse import urlsplit

from csat_tui.paths import Paths
from csat_tui.secrets.command import run_token_command
from csat_tui.secrets.storage import CredentialStore, NoCredential, usable


class Endpoint(Protocol):
    """What a credential is for: the `[helpdesk]` or `[admin]` section."""

    @property
    def url(self) -> str:
        """The address it is sent to."""
        ...

    @property
    def user(self) -> str:
        """Whose it is."""
        ...

    @property
    def token_command(self) -> tuple[str, ...] | str:
        """The command that prints it; empty where there is none."""
        ...


class CredentialKind(Enum):
    """How a credential proves who asks, and so what becomes of it in time."""

    API_TOKEN = auto()
    """A user's own, valid until it is taken back or the help desk stops taking such tokens."""
    ACCESS_TOKEN = auto()
    """Somebody else keeps it fresh: a token command, a person."""
    SIGN_IN = auto()
    """A pair of tokens that we keep and renew ourselves."""


@dataclass(frozen=True, slots=True)
class Credential:
    """Who we are and what proves it; the token never shows in a repr. `origin` says where it came from.

    A sign-in has no token here: its tokens change, and are read from where they are `kept`.
    """

    user: str
    token: str = field(repr=False)
    origin: str
    kept: CredentialStore | None = field(default=None, repr=False)

    @property
    def kind(self) -> CredentialKind:
        """What kind of proof it is."""
        if self.kept is not None:
            return CredentialKind.SIGN_IN
        return CredentialKind.API_TOKEN if self.user else CredentialKind.ACCESS_TOKEN


HELPDESK_TOKEN, ADMIN_TOKEN = "CSAT_TUI_TOKEN", "CSAT_TUI_ADMIN_TOKEN"


def credential(
    target: Endpoint, environ: Mapping[str, str], paths: Paths, *, variable: str = HELPDESK_TOKEN
) -> Credential:
    """Return the first credential there is: environment, token command, plain file, keyring.

    Raises NoCredential. A token command that is configured is the last one asked: its failure is told, not passed over.
    """
    if token := environ.get(variable, "").strip():
        return Credential(target.user, usable(token, variable), f"the environment ({variable})")
    if target.token_command:
        return Credential(
            target.user, usable(run_token_command(target.token_command), "token_command"), "token_command"
        )
    kept = CredentialStore(paths, target.url, target.user)
    found = kept.read()
    if is_sign_in(found.text):
        return Credential("", "", found.place, kept)
    if found.text:
        return Credential(target.user, usable(found.text, found.place), found.place)
    whose = f"{target.user} at {target.url}" if target.user else target.url
    raise NoCredential(
        f"there is no credential for {whose}; sign in with `csat-tui login`, or give a token with `csat-tui connect`, "
        f"with token_command in config.toml, or in {variable}"
    )


def admin_credential(
    target: Endpoint, environ: Mapping[str, str], paths: Paths, helpdesk: Endpoint | None, lent: Credential | None
) -> Credential | None:
    """Return the admin system's credential; without one of its own the help desk's, if both are one address.

    None where there is neither: some admin systems answer without one. A sign-in is never lent: it was given for the
    help desk alone. Raises NoCredential as `credential` does where a source that is named for it fails.
    """
    named = bool(environ.get(ADMIN_TOKEN, "").strip() or target.token_command)
    try:
        return credential(target, environ, paths, variable=ADMIN_TOKEN)
    except NoCredential:
        if named:
            raise
    one_address = helpdesk is not None and urlsplit(target.url)[:2] == urlsplit(helpdesk.url)[:2]
    return lent if one_address and lent is not None and lent.kept is None else None


def is_sign_in(text: str) -> bool:
    """Whether what is kept is a sign-in's pair of tokens, which is written as JSON, and not a bare token."""
    return text.startswith("{")


def store_credential(paths: Paths, url: str, user: str, token: str, *, insecure: bool = False) -> str:
    """Keep a credential and return where; NoCredential where the keyring does not take it.

    `insecure` is the person's own word for a plain file (0600) on a machine without a keyring.
    """
    return CredentialStore(paths, url, user).write(token, insecure=insecure)


def forget_credential(paths: Paths, url: str, user: str) -> None:
    """Remove a credential from wherever we keep one; it is no error if there is none. Raises NoCredential."""
    CredentialStore(paths, url, user).forget()
