"""The modes of the workstation: a new one is a folder and a row of `MODES`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.screen import Screen

from csat_tui.paths import styles_dir
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keymap import Scopes, scopes_of
from csat_tui.tui.base.session import Navigation, Session
from csat_tui.tui.outbox.conflict import ConflictScreen
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.recovery.note import RecoveryNotePane
from csat_tui.tui.recovery.screen import RecoveryScreen
from csat_tui.tui.recovery.surveys import RecoverySurveysPane
from csat_tui.tui.review.coaching import CoachingWindow
from csat_tui.tui.review.delivered import DeliveredNotePane, ReviewTranscript
from csat_tui.tui.review.notes import NotesPane
from csat_tui.tui.review.scorecard import ScorecardPane
from csat_tui.tui.review.screen import ReviewScreen
from csat_tui.tui.review.settling import SettlementScreen
from csat_tui.tui.shift.recap import RecapPreview
from csat_tui.tui.shift.screen import ShiftScreen
from csat_tui.tui.tracker.screen import TrackerScreen
from csat_tui.tui.transcript.pane import SurveyTranscript
from csat_tui.tui.triage.case_conversations import ConversationForm
from csat_tui.tui.triage.checklist.evidence import EvidenceView
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.history_window import HistoryScreen
from csat_tui.tui.triage.missing import MissingScreen
from csat_tui.tui.triage.outcome_menu import OutcomeMenu
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.review_answers import ReviewAnswerScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.triage.survey_mending import MendForm
from csat_tui.tui.triage.transcript import CaseTranscript
from csat_tui.tui.welcome import WelcomeScreen
from csat_tui.tui.windows.form import FormScreen
from csat_tui.tui.windows.help import HelpScreen
from csat_tui.tui.windows.picker import Picker
from csat_tui.tui.windows.prompts import ChoiceScreen, TextPrompt


@dataclass(frozen=True)
class Mode:
    """One mode: its key after `g`, its name and label, and its screen."""

    name: str
    key: str
    label: str
    """The word for it in the palette and the key hint; the command's id is `app.LABEL`."""
    help: str
    screen: type[Commanded]
    make: Callable[[Session, Navigation], Screen[Any]]
    styles: tuple[str, ...]
    """The names in `styles/` of the style sheets of its screen, panes and windows."""
    panes: tuple[type[Commanded], ...] = ()
    """The panes with commands of their own."""
    windows: tuple[type[Commanded], ...] = ()
    """The windows that only this mode opens."""

    @property
    def command(self) -> Command:
        """The command that goes to the mode from any other."""
        return Command(f"app.{self.label}", (f"g {self.key}",), self.label, self.help,
                       lambda app: app.go_to_mode(self.name))  # fmt: skip

    @property
    def places(self) -> list[tuple[type[Commanded], ...]]:
        """The groups of classes whose commands can be reached together, without the app."""
        return [(pane, self.screen) for pane in self.panes] or [(self.screen,)]


MODES = (
    Mode(
        "triage", "q", "queue", "Go to the queue.", TriageScreen, lambda session, _: TriageScreen(session),
        ("checklist", "composer", "confirm", "history", "missing", "outcomes", "triage"),
        panes=(QueuePane, CaseTranscript, ChecklistPane, ComposerPane),
        windows=(EvidenceView, OutcomeMenu, MissingScreen, HistoryScreen, MendForm, ConversationForm,
                 ReviewAnswerScreen),
    ),
    Mode(
        "outbox", "o", "outbox", "See what is being sent and what needs you.", OutboxScreen, OutboxScreen,
        ("conflict", "outbox"), windows=(ConflictScreen,),
    ),
    Mode(
        "shift", "s", "shift", "See the shift: its recap, the list of low scores, what is missing.",
        ShiftScreen, ShiftScreen, ("shift",), windows=(RecapPreview,),
    ),
    Mode(
        "review", "r", "review", "Review the notes that were delivered.", ReviewScreen, ReviewScreen,
        ("coaching", "review"), panes=(NotesPane, DeliveredNotePane, ReviewTranscript, ScorecardPane),
        windows=(CoachingWindow, SettlementScreen),
    ),
    Mode(
        "recovery", "v", "recovery", "See unhappy customers, and write down what was done about each.",
        RecoveryScreen, RecoveryScreen, ("recovery",), panes=(RecoverySurveysPane, SurveyTranscript, RecoveryNotePane),
    ),
    Mode(
        "tracker", "t", "tracker", "See the tracker, coaching submissions and corrections.",
        TrackerScreen, TrackerScreen, ("tracker",),
    ),
)  # fmt: skip
"""Every mode; the first mode is shown at the start, and the others lead back to it."""

WINDOWS: tuple[type[Commanded], ...] = (
    Picker, HelpScreen, TextPrompt, ChoiceScreen, FormScreen, WelcomeScreen,
)  # fmt: skip
"""The windows that several modes open, and the screen of the first start; only their own commands can be reached."""

SHARED_STYLES = ("app", "conversation", "forms", "transcript", "windows")
"""The style sheets that every mode uses."""


def style_sheets() -> list[Path]:
    """Return the style sheets of the workstation; a later sheet overrides an earlier one."""
    names = {*SHARED_STYLES, *(name for mode in MODES for name in mode.styles)}
    return [styles_dir() / f"{name}.tcss" for name in sorted(names)]


def command_scopes(app: type[Commanded]) -> Scopes:
    """Return the commands by the place in which they can be reached together, including those of the app."""
    windows = (*(window for mode in MODES for window in mode.windows), *WINDOWS)
    places = [place for mode in MODES for place in mode.places]
    return scopes_of(*((*place, app) for place in places), *((window,) for window in windows))
