"""A credential, its kind, and where it is found: environment, token command, plain file or keyring, in this order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol
from urllib.parse import urlsplit

from csat_tui.paths import Paths
from csat_tui.secrets.storage import CredentialStore, NoCredential, usable
from csat_tui.secrets.token_command import run_token_command


class Endpoint(Protocol):
    """The section that a credential is for: `[helpdesk]` or `[admin]`."""

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
    """The kinds of credentials, which differ in how long they are valid."""

    API_TOKEN = auto()
    """A user's API token, valid until it is revoked or the help desk stops taking such tokens."""
    ACCESS_TOKEN = auto()
    """An access token that somebody else renews: a token command, a person."""
    SIGN_IN = auto()
    """A pair of tokens that csat-tui stores and renews."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A user and a token, which never shows in a repr; `origin` says where it came from.

    A sign-in has no token here: its tokens change, and are read from where they are `kept`.
    """

    user: str
    token: str = field(repr=False)
    origin: str
    kept: CredentialStore | None = field(default=None, repr=False)

    @property
    def kind(self) -> CredentialKind:
        """The kind of the credential."""
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
    """Return whether a stored text is a sign-in's pair of tokens, which is JSON, and not a bare token."""
    return text.startswith("{")


def store_credential(paths: Paths, url: str, user: str, token: str, *, insecure: bool = False) -> str:
    """Save a credential and return where; NoCredential if the keyring does not take it.

    `insecure` means that the person wants a plain file (0600), for a machine without a keyring.
    """
    return CredentialStore(paths, url, user).write(token, insecure=insecure)


def forget_credential(paths: Paths, url: str, user: str) -> None:
    """Remove a credential wherever it is stored; no error if there is none. Raises NoCredential."""
    CredentialStore(paths, url, user).forget()
