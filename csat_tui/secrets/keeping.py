"""Where a credential is kept between sessions: the keyring, or the plain file for those who asked for it."""

from dataclasses import dataclass, field
from pathlib import Path

from csat_tui.paths import Paths
from csat_tui.secrets import plain_file, ring
from csat_tui.secrets.problem import NoCredential, usable

THE_KEYRING = "the keyring"


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept, and where; an empty text where there is nothing."""

    text: str = field(repr=False)
    place: str
    insecure: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """One credential's place: by address and user, so that a token is never offered to another address.

    Every method may block: a keyring may be asking its owner for a password.
    """

    paths: Paths
    url: str
    user: str = ""

    @property
    def name(self) -> str:
        """The key under which it is kept."""
        return f"{self.user} at {self.url}" if self.user else self.url

    @property
    def turn_file(self) -> Path:
        """The lock of whoever changes a sign-in; it goes with a process that dies."""
        return self.paths.data_dir / "sign-in.lock"

    def read(self) -> Found:
        """Return what is kept, from the plain file first: an entry is there only because somebody asked for it.

        Raises NoCredential.
        """
        file = plain_file.file_of(self.paths)
        if text := plain_file.read(self.paths, self.name):
            return Found(text, f"{file} (insecure storage)", insecure=True)
        try:
            return Found(ring.read(self.name), THE_KEYRING)
        except NoCredential:
            if not file.exists():
                raise
            return Found("", THE_KEYRING)

    def write(self, text: str, *, insecure: bool) -> str:
        """Keep a text in the one place and in no other; returns where, with what is left elsewhere.

        Raises NoCredential. Where a former text cannot be removed from the keyring, the new one is kept all the same:
        it is the one that counts, and the former is told. One that is left in the file would count, and is an error.
        """
        where = self.rewrite(text, insecure=insecure)
        if not insecure:
            try:
                plain_file.forget(self.paths, self.name)
            except NoCredential as error:
                raise NoCredential(f"the earlier one would still be used: {error}", error.reason) from error
            return where
        try:
            ring.forget(self.name)
        except NoCredential as error:
            return f"{where}; an earlier one could not be removed from the keyring: {error.reason or error}"
        return where

    def rewrite(self, text: str, *, insecure: bool) -> str:
        """Keep a text in place of the one that is there, and look nowhere else; returns where. Raises NoCredential."""
        text = usable(text.strip(), "what was typed")
        if insecure:
            plain_file.write(self.paths, self.name, text)
            return f"{plain_file.file_of(self.paths)} (insecure storage)"
        ring.write(self.name, text)
        return THE_KEYRING

    def forget(self) -> None:
        """Remove it from wherever it is kept; it is no error if there is none. Raises NoCredential."""
        try:
            plain_file.forget(self.paths, self.name)
        finally:
            ring.forget(self.name)
