"""What the screens of one workstation work on, and what they may ask of the app around them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from csat_tui.config import Config
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.dialog import Faults, Notices
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
