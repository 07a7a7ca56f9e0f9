"""The contract between the app and its screens: what they work on, and the words that they have not saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from textual.app import App

from csat_tui.config import Config
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.dialog import Faults, Notices
from csat_tui.tui.base.textual_seams import all_screens
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.opening import Paperwork, Workplace
from csat_tui.workflow.playbook_changes import Reloading


@dataclass(frozen=True)
class Session:
    """One person's work at one terminal: made before the app, and given to every screen."""

    desk: Desk
    dispatch: Dispatch
    paperwork: Paperwork
    config: Config
    sync: BackgroundSync | None = None
    """The sync that runs beside the screen; None without a help desk."""
    link: Callable[[TicketId], str] | None = None
    """Gives the address of a ticket's page at the help desk."""
    reloading: Reloading | None = None
    writer: Writer = field(default_factory=Writer)
    fault: Faults = field(default_factory=Faults)
    notices: Notices = field(default_factory=Notices)

    @classmethod
    def at(cls, workplace: Workplace, sync: BackgroundSync | None) -> "Session":
        """Return the session over an open workplace."""
        return cls(
            workplace.desk, workplace.dispatch, workplace.paperwork, workplace.config, sync, workplace.link,
            workplace.reloading,
        )  # fmt: skip


@runtime_checkable
class Navigation(Protocol):
    """The ways from one mode to another."""

    def open_case(self, survey_id: SurveyId) -> None:
        """Show a case that came back to the desk, and go to the words of its note."""

    def show_case(self, survey_id: SurveyId) -> None:
        """Show any case, whether the queue lists it or not."""


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
