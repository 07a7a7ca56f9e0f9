"""The places of the workstation: which commands can be reached together, and can therefore clash over a key."""

from csat_tui.tui.base.commands import Commanded
from csat_tui.tui.base.keymap import Scopes, scopes_of
from csat_tui.tui.outbox.conflict import ConflictScreen
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.shift.recap_preview import RecapPreview
from csat_tui.tui.shift.screen import ShiftScreen
from csat_tui.tui.start.screen import WelcomeScreen
from csat_tui.tui.tracker.screen import TrackerScreen
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.history_window import HistoryScreen
from csat_tui.tui.triage.mending_form import MendForm
from csat_tui.tui.triage.missing_window import MissingScreen
from csat_tui.tui.triage.outcome_menu import OutcomeMenu
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.triage.transcript.pane import TranscriptPane
from csat_tui.tui.windows.ask_text import AskText
from csat_tui.tui.windows.choice import ChoiceScreen
from csat_tui.tui.windows.evidence import EvidenceView
from csat_tui.tui.windows.form import FormScreen
from csat_tui.tui.windows.help import HelpScreen
from csat_tui.tui.windows.picker import Picker

WINDOWS: tuple[type[Commanded], ...] = (
    EvidenceView,
    OutcomeMenu,
    MissingScreen,
    Picker,
    HelpScreen,
    HistoryScreen,
    AskText,
    ChoiceScreen,
    ConflictScreen,
    FormScreen,
    MendForm,
    RecapPreview,
    WelcomeScreen,
)
"""What covers everything else: only its own commands can be reached there."""


def all_scopes(app: type[Commanded]) -> Scopes:
    """Return the commands by the place in which they can be reached together, with those of the app under them."""
    return scopes_of(
        *((pane, TriageScreen, app) for pane in (QueuePane, TranscriptPane, ChecklistPane, ComposerPane)),
        *((screen, app) for screen in (OutboxScreen, ShiftScreen, TrackerScreen)),
        *((window,) for window in WINDOWS),
    )
