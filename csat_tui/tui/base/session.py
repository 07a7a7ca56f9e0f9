"""The contract between the app and its screens: what they work on, and the words that they have not saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from textual.app import App

from csat_tui.config import Config
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.link import RecoveryTarget
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
    """The services and settings of one person at one terminal: made before the app, and given to every screen."""

    desk: Desk
    dispatch: Dispatch
    paperwork: Paperwork
    config: Config
    sync: BackgroundSync | None = None
    """The background sync; None without a help desk."""
    link: Callable[[TicketId], str] | None = None
    """Returns the address of a ticket's page at the help desk."""
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
    """Goes from one mode to another."""

    def open_case(self, survey_id: SurveyId) -> None:
        """Show a case that came back to the queue, and focus its note."""

    def show_case(self, survey_id: SurveyId) -> None:
        """Show a case, whether the queue lists it or not."""


@runtime_checkable
class OpensTargets(Protocol):
    """The screen of service recovery, which takes what a link or a bookmark names."""

    def open_target(self, target: RecoveryTarget) -> None:
        """Show the surveys and the recovery notes that a target names."""


@dataclass(frozen=True)
class Unsaved:
    """Texts by name, and the place where they were typed: a case, a part of the recap, a window."""

    where: str
    texts: Mapping[str, str]

    @property
    def words(self) -> str:
        """All texts for a person to read, each under its name."""
        lines = [self.where, ""]
        for name, text in self.texts.items():
            if text.strip():
                lines += [*([f"{name}:"] if name else []), *(f"  {line}" for line in text.split("\n")), ""]
        return "\n".join(lines)


@runtime_checkable
class HoldsWords(Protocol):
    """A screen or window in which a person types."""

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the texts that the last attempt to save left unsaved."""


@runtime_checkable
class SavesWords(HoldsWords, Protocol):
    """A screen that saves its texts in the store; at the end, the text of other windows is kept for the next start."""

    async def save_words(self) -> None:
        """Save the typed texts, if there are any. Raises StoreError."""


@runtime_checkable
class FinishesFirst(Protocol):
    """A screen whose running work delays quitting, until the person quits a second time."""

    @property
    def under_way(self) -> str:
        """Describe the running work in a clause; empty if there is none."""

    async def finished(self) -> None:
        """Wait for the end of the work."""


def unsaved(app: App[Any]) -> list[Unsaved]:
    """Return the unsaved texts of every screen."""
    return [words for screen in all_screens(app) if isinstance(screen, HoldsWords) for words in screen.unsaved()]
