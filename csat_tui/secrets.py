"""The credential: from the environment, a command or the keyring, and from a file only where that was asked for."""

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from csat_tui.paths import Paths

SERVICE = "csat-tui"
"""The name under which the keyring keeps our credentials."""
HELPDESK_TOKEN, ADMIN_TOKEN = "CSAT_TUI_TOKEN", "CSAT_TUI_ADMIN_TOKEN"
PATIENCE = 30.0
"""Seconds that a token command may take; a password manager may be asking its owner for a finger."""


class Target(Protocol):
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


@dataclass(frozen=True, slots=True)
class Credential:
    """Who we are and what proves it; the token never shows in a repr. `origin` says where it came from."""

    user: str
    token: str = field(repr=False)
    origin: str


class NoCredential(Exception):
    """There is no usable credential; its text is a sentence with what to do."""


def credential(
    target: Target, environ: Mapping[str, str], paths: Paths, *, variable: str = HELPDESK_TOKEN
) -> Credential:
    """Return the first credential there is: environment, token command, keyring, and last the insecure file.

    Raises NoCredential. A token command that is configured is the last one asked: its failure is told, not passed over.
    """
    if token := environ.get(variable, "").strip():
        return Credential(target.user, _usable(token, variable), f"the environment ({variable})")
    if target.token_command:
        return Credential(target.user, _usable(_run(target.token_command), "token_command"), "token_command")
    file = _insecure_file(paths)
    try:
        token = _from_keyring(target.url, target.user)
    except NoCredential:
        if not file.exists():
            raise
        token = ""
    if token:
        return Credential(target.user, _usable(token, "the keyring"), "the keyring")
    if token := _read_insecure(file).get(_name(target.url, target.user), ""):
        return Credential(target.user, _usable(token, str(file)), f"{file} (insecure storage)")
    whose = f"{target.user} at {target.url}" if target.user else target.url
    raise NoCredential(
        f"there is no credential for {whose}; give one with `csat-tui connect`, with token_command in config.toml, "
        f"or in {variable}"
    )


def admin_credential(
    target: Target, environ: Mapping[str, str], paths: Paths, helpdesk: Target | None, lent: Credential | None
) -> Credential | None:
    """Return the admin system's credential; without one of its own the help desk's, if both are one address.

    None where there is neither: some admin systems answer without one. Raises NoCredential as `credential` does
    where a source that is named for it fails.
    """
    named = bool(environ.get(ADMIN_TOKEN, "").strip() or target.token_command)
    try:
        return credential(target, environ, paths, variable=ADMIN_TOKEN)
    except NoCredential:
        if named:
            raise
    if helpdesk is not None and urlsplit(target.url)[:2] == urlsplit(helpdesk.url)[:2]:
        return lent
    return None


def store_credential(paths: Paths, url: str, user: str, token: str, *, insecure: bool = False) -> str:
    """Keep a credential and return where; NoCredential where the keyring does not take it.

    `insecure` is the person's own word for a plain file (0600) on a machine without a keyring.
    """
    token = _usable(token.strip(), "what was typed")
    if insecure:
        file = _insecure_file(paths)
        kept = _read_insecure(file) if file.exists() else {}
        _write_insecure(file, {**kept, _name(url, user): token})
        return f"{file} (insecure storage)"
    try:
        import keyring

        keyring.set_password(SERVICE, _name(url, user), token)
    except Exception as error:  # backends raise whatever their library raises
        raise _no_keyring(error) from error
    return "the keyring"


def forget_credential(paths: Paths, url: str, user: str) -> None:
    """Remove a credential from wherever we keep one; it is no error if there is none."""
    file = _insecure_file(paths)
    if file.exists():
        kept = _read_insecure(file)
        if kept.pop(_name(url, user), None) is not None:
            if kept:
                _write_insecure(file, kept)
            else:
                file.unlink()
    try:
        import keyring

        if keyring.get_password(SERVICE, _name(url, user)) is not None:
            keyring.delete_password(SERVICE, _name(url, user))
    except Exception as error:
        if not _absent(error):
            raise _no_keyring(error) from error


def _usable(token: str, origin: str) -> str:
    """Return a token that can stand in a request header; NoCredential for one that cannot."""
    if not token:
        raise NoCredential(f"{origin} gives an empty credential")
    if not (token.isascii() and token.isprintable()):
        raise NoCredential(f"the credential from {origin} has characters that no token has; copy it again")
    return token


def _run(command: tuple[str, ...] | str) -> str:
    """Return the first line that a token command prints; it is run without a shell."""
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        raise NoCredential(f"token_command cannot be read ({error}); check its quotes") from error
    if not words:
        raise NoCredential("token_command is empty")
    program = words[0]
    try:
        done = subprocess.run(  # noqa: S603 - the person's own configuration names it
            words, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise NoCredential(f"token_command ({program}) did not finish within {PATIENCE:g} s") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not a command"
        raise NoCredential(f"token_command ({program}) could not be started: {reason.lower()}") from error
    if done.returncode != 0:
        raise NoCredential(
            f"token_command ({program}) ended with code {done.returncode}; run it by hand to see what it says"
        )
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    if not lines:
        raise NoCredential(f"token_command ({program}) printed nothing")
    return lines[0].strip()


def _from_keyring(url: str, user: str) -> str:
    try:
        import keyring  # a slow import, and not needed where another source gives the token

        return (keyring.get_password(SERVICE, _name(url, user)) or "").strip()
    except Exception as error:  # backends raise whatever their library raises
        raise _no_keyring(error) from error


def _no_keyring(error: Exception) -> NoCredential:
    """Say what the keyring lacks and what does without it."""
    what = (
        "there is no keyring on this machine" if _absent(error) else "the system's keyring did not answer or is locked"
    )
    return NoCredential(
        f"{what}; unlock it, set token_command in config.toml, set {HELPDESK_TOKEN}, "
        "or store the credential in a plain file with `csat-tui connect --insecure-storage`"
    )


def _absent(error: Exception) -> bool:
    from keyring.errors import NoKeyringError

    return isinstance(error, NoKeyringError)


def _name(url: str, user: str) -> str:
    """Return the key of one credential; a token is never offered to another address."""
    return f"{user} at {url}" if user else url


def _insecure_file(paths: Paths) -> Path:
    return paths.data_dir / "credentials.json"


def _read_insecure(file: Path) -> dict[str, str]:
    """Return the plain file's credentials; NoCredential if others can read it or it is not ours."""
    try:
        mode = file.stat()
        if mode.st_mode & 0o077 or mode.st_uid != os.getuid():
            raise NoCredential(
                f"others can read {file}, so it is not used; run `chmod 600 {file}`, and change the token"
            )
        kept = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise NoCredential(f"{file} cannot be read; remove it and give the credential again") from error
    return {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}


def _write_insecure(file: Path, kept: Mapping[str, str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(dict(kept), out)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
