"""Where credentials are kept: the system's keyring, or a plain file that only its owner can read.

The backends of the keyring raise whatever their libraries raise. The plain file is for machines without a keyring, and
used only if the person asks for it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from csat_tui.file_access import read_file, write_atomically
from csat_tui.paths import Paths


class NoCredential(Exception):
    """There is no usable credential; the text is a sentence with advice, `reason` the problem in a few words."""

    def __init__(self, sentence: str, reason: str = "") -> None:
        self.reason = reason
        super().__init__(sentence)


def usable(token: str, origin: str) -> str:
    """Return a token if a request header can hold it, else raise NoCredential."""
    if not token:
        raise NoCredential(f"{origin} gives an empty credential")
    if not (token.isascii() and token.isprintable()):
        raise NoCredential(f"the credential from {origin} has characters that no token has; copy it again")
    return token


SERVICE = "csat-tui"
"""The name under which the keyring keeps our credentials."""


def read_keyring(name: str) -> str:
    """Return the text that the keyring has under a name, or an empty text. Raises NoCredential."""
    try:
        import keyring  # a slow import, and not needed where another source gives the credential

        return (keyring.get_password(SERVICE, name) or "").strip()
    except Exception as error:
        raise _no_keyring(error) from error


def write_keyring(name: str, text: str) -> None:
    """Save a text under a name. Raises NoCredential."""
    try:
        import keyring

        keyring.set_password(SERVICE, name, text)
    except Exception as error:
        raise _no_keyring(error) from error


def forget_in_keyring(name: str) -> None:
    """Remove what is kept under a name; it is no error if there is none, or no keyring. Raises NoCredential."""
    try:
        import keyring

        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)
    except Exception as error:
        if not _absent(error):
            raise _no_keyring(error) from error


def _no_keyring(error: Exception) -> NoCredential:
    """Return the error for a keyring that does not work, with what can be done without it."""
    if _absent(error):
        return NoCredential(
            "there is no keyring on this machine; sign in with `csat-tui login --insecure-storage`, which keeps the "
            "sign-in in a plain file, or set token_command in config.toml or CSAT_TUI_TOKEN",
            "there is no keyring on this machine",
        )
    return NoCredential(
        "the system's keyring did not answer or is locked; unlock it, set token_command in config.toml, set "
        "CSAT_TUI_TOKEN, or keep the credential in a plain file with `csat-tui login --insecure-storage` "
        "(or `connect --insecure-storage`)",
        "the system's keyring did not answer or is locked",
    )


def _absent(error: Exception) -> bool:
    from keyring.errors import NoKeyringError

    return isinstance(error, NoKeyringError)


FILE_LOCK_TIMEOUT = 10.0
"""Seconds to wait for another process that is writing, which takes milliseconds."""


def file_of(paths: Paths) -> Path:
    """Return the path of the file, whether or not it exists."""
    return paths.data_dir / "credentials.json"


def read_plain_file(paths: Paths, name: str) -> str:
    """Return the text that the file has under a name, or an empty text; NoCredential if others can read the file."""
    return _read(file_of(paths)).get(name, "")


def write_plain_file(paths: Paths, name: str, text: str) -> None:
    """Save a text under a name; it is on the disk before this returns. Raises NoCredential."""
    with _alone(paths) as file:
        _write(file, {**_read(file), name: text})


def forget_in_plain_file(paths: Paths, name: str) -> None:
    """Remove what is kept under a name; it is no error if there is none. Raises NoCredential."""
    if not file_of(paths).exists():
        return
    with _alone(paths) as file:
        kept = _read(file)
        if kept.pop(name, None) is None:
            return
        if kept:
            _write(file, kept)
        else:
            file.unlink()


@contextmanager
def _alone(paths: Paths) -> Iterator[Path]:
    """Hold the file alone: each process rewrites the whole file, with the entries of the others."""
    from filelock import FileLock, Timeout  # not needed by most commands, which only read

    file = file_of(paths)
    try:
        paths.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(file.with_suffix(".lock"), timeout=FILE_LOCK_TIMEOUT, mode=0o600):
            yield file
    except Timeout as error:
        raise NoCredential(f"another csat-tui holds {file} and does not let go; end it and try again") from error
    except OSError as error:
        raise NoCredential(
            f"{file} cannot be written ({error.strerror}); what it held is unchanged. "
            "Check the folder's permissions and the free disk space"
        ) from error


def _read(file: Path) -> dict[str, str]:
    """Return the entries of the file; NoCredential if others can read it or it is not ours."""
    try:
        mode = file.stat()
        if mode.st_mode & 0o077 or mode.st_uid != os.getuid():
            raise NoCredential(
                f"others can read {file}, so it is not used; run `chmod 600 {file}`, and change the token"
            )
        kept = json.loads(read_file(file))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise NoCredential(f"{file} cannot be read; remove it and give the credential again") from error
    return {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}


def _write(file: Path, kept: Mapping[str, str]) -> None:
    """Replace the file atomically, so that a crash or a full disk leaves the old content."""
    write_atomically(file, json.dumps(dict(kept)))


THE_KEYRING = "the keyring"


@dataclass(frozen=True, slots=True)
class StoredText:
    """A stored text, and where it is stored; empty if there is none."""

    text: str = field(repr=False)
    place: str
    insecure: bool = False


@dataclass(frozen=True, slots=True)
class CredentialStore:
    """The store for one credential, by address and user, so that a token is never sent to another address.

    Every method may block: a keyring may ask its owner for a password.
    """

    paths: Paths
    url: str
    user: str = ""

    @property
    def name(self) -> str:
        """The key under which it is stored."""
        return f"{self.user} at {self.url}" if self.user else self.url

    @property
    def turn_file(self) -> Path:
        """The lock for changing a sign-in; the system releases it when a process dies."""
        return self.paths.data_dir / "sign-in.lock"

    def read(self) -> StoredText:
        """Return the stored text, from the plain file first: an entry is there only because somebody asked for it.

        Raises NoCredential.
        """
        file = file_of(self.paths)
        if text := read_plain_file(self.paths, self.name):
            return StoredText(text, f"{file} (insecure storage)", insecure=True)
        try:
            return StoredText(read_keyring(self.name), THE_KEYRING)
        except NoCredential:
            if not file.exists():
                raise
            return StoredText("", THE_KEYRING)

    def write(self, text: str, *, insecure: bool) -> str:
        """Save a text in one place and remove it from the other; returns where, with what is left elsewhere.

        Raises NoCredential. Where a former text cannot be removed from the keyring, the new one is kept all the same:
        it is the one that counts, and the former is told. One that is left in the file would count, and is an error.
        """
        where = self.rewrite(text, insecure=insecure)
        if not insecure:
            try:
                forget_in_plain_file(self.paths, self.name)
            except NoCredential as error:
                raise NoCredential(f"the earlier one would still be used: {error}", error.reason) from error
            return where
        try:
            forget_in_keyring(self.name)
        except NoCredential as error:
            return f"{where}; an earlier one could not be removed from the keyring: {error.reason or error}"
        return where

    def rewrite(self, text: str, *, insecure: bool) -> str:
        """Replace the stored text, and look nowhere else; returns where. Raises NoCredential."""
        text = usable(text.strip(), "what was typed")
        if insecure:
            write_plain_file(self.paths, self.name, text)
            return f"{file_of(self.paths)} (insecure storage)"
        write_keyring(self.name, text)
        return THE_KEYRING

    def forget(self) -> None:
        """Remove it wherever it is stored; no error if there is none. Raises NoCredential."""
        try:
            forget_in_plain_file(self.paths, self.name)
        finally:
            forget_in_keyring(self.name)
