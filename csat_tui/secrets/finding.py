"""Which credential counts: the first of environment, token command, plain file and keyring."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from csat_tui.paths import Paths
from csat_tui.secrets.command import run
from csat_tui.secrets.credential import Credential, Endpoint
from csat_tui.secrets.keeping import Kept
from csat_tui.secrets.problem import NoCredential, usable

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
        return Credential(target.user, usable(run(target.token_command), "token_command"), "token_command")
    kept = Kept(paths, target.url, target.user)
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
    return Kept(paths, url, user).write(token, insecure=insecure)


def forget_credential(paths: Paths, url: str, user: str) -> None:
    """Remove a credential from wherever we keep one; it is no error if there is none. Raises NoCredential."""
    Kept(paths, url, user).forget()
