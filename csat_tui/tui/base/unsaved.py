"""Words on a screen that the store does not have: each screen says which it holds, and to what they belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from textual.app import App

from csat_tui.tui.base.textual_seams import all_screens


@dataclass(frozen=True)
class Unsaved:
    """Words by name, and where they stand: a case, a part of the recap, a window."""

    where: str
    texts: Mapping[str, str]

    @property
    def words(self) -> str:
        """The words as a person reads them, each under its name."""
        lines = [self.where, ""]
        for name, text in self.texts.items():
            if text.strip():
                lines += [*([f"{name}:"] if name else []), *(f"  {line}" for line in text.split("\n")), ""]
        return "\n".join(lines)


@runtime_checkable
class HoldsWords(Protocol):
    """A screen in which a person types."""

    def unsaved(self) -> Sequence[Unsaved]:
        """Return what is typed and not in the store, as far as an attempt to save it has shown."""


@runtime_checkable
class SavesWords(HoldsWords, Protocol):
    """A screen whose words have a place in the store; those of the others are left words at an end."""

    async def save_words(self) -> None:
        """Write what was typed, if anything was. Raises StoreError."""


@runtime_checkable
class FinishesFirst(Protocol):
    """A screen that may have something under way for which an end waits, as long as nobody asks a second time."""

    @property
    def under_way(self) -> str:
        """Say what is under way; empty where nothing is."""

    async def finished(self) -> None:
        """Wait until it is over."""


def unsaved(app: App[Any]) -> list[Unsaved]:
    """Return the words of every screen that the store does not have."""
    return [one for screen in all_screens(app) if isinstance(screen, HoldsWords) for one in screen.unsaved()]
