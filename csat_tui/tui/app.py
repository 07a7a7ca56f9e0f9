"""The workstation: colours, keys and modes around the screens, and nothing else."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from textual.events import Paste
from textual.notifications import SeverityLevel
from textual.widgets import Input

from csat_tui.config.settings import Config
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.visible import visible
from csat_tui.paths import styles_dir
from csat_tui.store.errors import StoreError
from csat_tui.store.outside_changes import ELSEWHERE
from csat_tui.sync.background import Background
from csat_tui.tui import modes
from csat_tui.tui.base.commands import Command, Commanded, chain, outlived, tell
from csat_tui.tui.base.keymap import Scopes, put_on, read_keymap
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.leader import Leading
from csat_tui.tui.base.terminal import Outliving, mouse_works, screens_of
from csat_tui.tui.base.theme import THEMES
from csat_tui.tui.base.typeahead import Typed
from csat_tui.tui.base.unsaved import SavesWords, unsaved
from csat_tui.tui.base.writer import Writer
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.shift.screen import ShiftScreen
from csat_tui.tui.tracker.screen import TrackerScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows import rescue
from csat_tui.tui.windows.choice import Choice, ChoiceScreen
from csat_tui.tui.windows.help import HelpScreen, help_sections
from csat_tui.tui.windows.left_words import keep_left_words, show_left_words
from csat_tui.tui.windows.palette import CommandsProvider, Palette
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.paperwork import Paperwork
from csat_tui.workflow.reloading import Reloading
from csat_tui.workflow.watching import PICKED_UP

log = logging.getLogger(__name__)

HARMLESS = ("app.", "pane.", "screen.", "search.", "composer.leave")
"""How the names of commands begin that change nothing of a case, so that they need not wait for one."""

SAME_FAULT = 10.0
"""Seconds in which the same error is not said again."""

Link = Callable[[TicketId], str]
"""Gives the address of a ticket's page at the help desk."""


class Workstation(Commanded, Leading, Outliving):
    """One person's desk on one terminal."""

    NAME = "Everywhere"
    TITLE = "csat-tui"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "triage"
    CSS_PATH = sorted(styles_dir().glob("*.tcss"))
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("app.help", ("question_mark", "f1"), "help", "Show what can be done here, and with which keys.",
                lambda app: app.show_help(), footer=True),
        Command("app.palette", ("ctrl+p", "colon"), "commands", "Find a command by name.",
                lambda app: app.show_palette(), palette=False),
        Command("app.go", ("g",), "go", "Go to another screen: a list shows the next letters.",
                lambda app: app.lead("g"), palette=False),
        Command("app.queue", ("g q",), "queue", "Go to the queue.", lambda app: app.go_to_queue()),
        Command("app.outbox", ("g o",), "outbox", "See what is being sent and what needs you.",
                lambda app: app.switch_mode("outbox")),
        Command("app.shift", ("g s",), "shift", "See the shift: its recap, the list of low scores, what is missing.",
                lambda app: app.switch_mode("shift")),
        Command("app.tracker", ("g t",), "tracker", "See the tracker, coaching submissions and corrections.",
                lambda app: app.switch_mode("tracker")),
        Command("app.theme", (), "colours", "Change the colour theme: dark, light, high contrast, the terminal's own.",
                lambda app: app.next_theme()),
        Command("app.quit", ("ctrl+q", "g x"), "quit", "Quit csat-tui; your decisions stay in the outbox.",
                lambda app: app.leave(), priority=True),
    )  # fmt: skip

    def __init__(
        self,
        *,
        desk: Desk,
        dispatch: Dispatch,
        paperwork: Paperwork,
        background: Background | None,
        config: Config,
        link: Link | None = None,
        warning: str = "",
        repaired: str = "",
        reloading: Reloading | None = None,
    ) -> None:
        # Without colours there are none at all, not shades of grey on a ground of our own.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.desk = desk
        self.dispatch = dispatch
        self.paperwork = paperwork
        self.background = background
        self.config = config
        self.link = link
        self.warning = warning
        """What will stop by a day that is known, said once at the start; empty where there is nothing."""
        self.repaired = repaired
        """What was mended as the store was opened, said once at the start; empty where there was nothing."""
        self.reloading = reloading
        self.playbook_problem = ""
        """What is wrong with the playbook's file as it is now; empty while what it says is in force."""
        self.writer = Writer()
        self.faults = 0
        """How many errors came up that nobody had foreseen; they are in the log."""
        self.leaves_words = False
        """Whether words of a window were kept for the next start."""
        self._last_fault: tuple[object, float] = (None, 0.0)
        self.recap_settled = asyncio.Event()
        """Set but while a recap is being sent."""
        self.recap_settled.set()
        self._waits_for_recap = False
        self.keys: dict[str, tuple[str, ...]] = {}
        self._misread_keys = put_on(self, config.keys, all_scopes()).problems
        self._retention_waits = desk.retention_waits()
        desk.listen(self._hear)
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES["ansi" if self.no_color else config.ui.theme if config.ui.theme in THEMES else "dark"].name
        if not config.ui.animation:
            self.animation_level = "none"
        self.add_mode("triage", lambda: TriageScreen(self))
        self.add_mode("outbox", lambda: OutboxScreen(self.dispatch))
        self.add_mode("shift", lambda: ShiftScreen(self.paperwork))
        self.add_mode("tracker", lambda: TrackerScreen(self.paperwork.sheets))

    @property
    def complaints(self) -> tuple[str, ...]:
        """What is wrong but does not keep anybody from working: with the configuration, with removing what is old."""
        return (*self._misread_keys, self._retention_waits)

    def _hear(self, topics: frozenset[str]) -> None:
        """Learn from the thread that changed it what keeps the store from removing what is old, and of new lists."""
        if topics & {"upkeep", ELSEWHERE}:
            self._retention_waits = self.desk.retention_waits()
        if PICKED_UP in topics:
            self.call_later(self._tell_of_lists)

    def _tell_of_lists(self) -> None:
        """Say what was picked up from a watched folder or mailbox, and what could not be."""
        for said in self.paperwork.watching.news():
            self.notify(said, timeout=8)

    def launch(self) -> None:
        """Run until the person leaves."""
        self.run(mouse=self.config.ui.mouse and mouse_works(os.environ))

    def on_mount(self) -> None:
        """Say once what was mended, and what will stop by a day that is known."""
        if self.repaired:
            self.notify(self.repaired, severity="warning", timeout=20)
        if self.warning:
            self.notify(self.warning, severity="warning", timeout=15)
        self.run_worker(self._show_left_words(), exit_on_error=False)

    async def _show_left_words(self) -> None:
        try:
            await show_left_words(self)
        except StoreError as error:
            tell(self, error)

    def on_unmount(self) -> None:
        """Finish every write that was begun, unless its words are in a file and nobody waits any more."""
        self.writer.close(wait=self.rescued is None)

    def at_its_turn(self, key: Typed) -> None:
        """Let no newcomer take the first row any more, and make what is pasted into a line of input harmless."""
        if isinstance(self.screen_stack[0], TriageScreen):
            self.screen_stack[0].queue.list.touched = True
        if isinstance(key, Paste) and isinstance(self.focused, Input):
            key.text = visible(key.text)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - it is Textual's signature, and the answer is always no
    ) -> None:
        """Say something in passing; whatever it quotes is never parsed nor passed on as a control."""
        super().notify(visible(message), title=visible(title), severity=severity, timeout=timeout, markup=False)

    def ready_for(self, key: Typed) -> bool:
        """Whether a key means what the person means by it: the case that they look at is the one on the screen."""
        screen = self.screen
        if not super().ready_for(key):
            return False
        if not isinstance(screen, TriageScreen):
            return True
        name, words = ("", True) if isinstance(key, Paste) else (key.key, key.is_printable)
        # What is typed into the note waits for its case; a line of search has none.
        typing = isinstance(self.focused, Input) and words
        return not screen.composer.arriving and (typing or screen.settled(name))

    def gives_up(self, key: Typed) -> bool:
        """Drop what would act on another case than the one it was typed for, and say so; moving about never does."""
        screen, name = self.screen, "" if isinstance(key, Paste) else key.key
        if not isinstance(screen, TriageScreen) or screen.settled(name):
            return False
        bound = screen.active_bindings.get(name)
        if bound is not None and any(f"'{one}" in bound.binding.action for one in HARMLESS):
            return False
        self.notify(
            "The case that this was typed for is not open yet. What you typed was not used; type it again once it is.",
            severity="warning",
            timeout=8,
        )
        return True

    def show_help(self) -> None:
        """Show the commands that can be reached from here."""
        screen = self.screen
        title = f"Help · {getattr(screen, 'NAME', '') or 'this window'}"
        self.push_screen(HelpScreen(title, help_sections(self, chain(screen))))

    def show_palette(self) -> None:
        """Let the person find a command by its words."""
        self.push_screen(Palette(providers=[CommandsProvider], placeholder="what do you want to do?"))

    def go_to_queue(self) -> None:
        """Show the queue, from whichever mode."""
        if self.current_mode != "triage":
            self.switch_mode("triage")
        screen = self.screen
        if isinstance(screen, TriageScreen):
            screen.go_to(screen.queue)

    def open_case(self, survey_id: SurveyId) -> None:
        """Show a case that came back to the desk, with its words in the note."""
        self.go_to_queue()
        if isinstance(self.screen, TriageScreen):
            self.screen.open_case(survey_id)

    def show_case(self, survey_id: SurveyId) -> None:
        """Show any case, whether the queue shows it or not."""
        self.go_to_queue()
        if isinstance(self.screen, TriageScreen):
            self.screen.show_case(survey_id)

    def next_theme(self) -> None:
        """Take the next colours."""
        names = [theme.name for theme in THEMES.values()]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    async def leave(self) -> None:
        """Leave: words first, then the question whether to wait for what is still to be sent."""
        try:
            await self.keep_everything()
        except StoreError as error:
            await rescue.leave_all_the_same(self, error)
            return
        if not self.recap_settled.is_set() and not self._waits_for_recap:
            self._waits_for_recap = True
            said = "The recap is being sent: quitting as soon as it is. {app.quit} again does not wait."
            self.notify(with_keys(self, said), markup=False, timeout=20)
            await self.recap_settled.wait()
        waiting = self.dispatch.summary()
        still = waiting.waiting + waiting.sending
        if not still or self.background is None or isinstance(self.screen, ChoiceScreen):
            self.exit()
            return
        many = f"{still} effects are" if still > 1 else "1 effect is"
        say = "What is not sent now is safe in the outbox and is sent at the next start."
        choices = [Choice("q", "quit now", "quit"), Choice("w", "wait until it is sent, then quit", "wait")]
        match await self.push_screen_wait(ChoiceScreen(f"{many} waiting to be sent", choices, say)):
            case "quit":
                self.exit()
            case "wait":
                self.notify(
                    with_keys(self, "Quitting as soon as everything is sent; {app.quit} quits at once."), timeout=8
                )
                self.set_interval(0.5, self._leave_when_sent)

    async def keep_everything(self) -> None:
        """Have the words of every screen in the store, whichever is in front. Raises StoreError."""
        saving = [one.save_words() for one in screens_of(self) if isinstance(one, SavesWords)]
        # All at once: each takes note of its words before it waits, and what one cannot save another still can.
        ended = await asyncio.gather(*saving, keep_left_words(self), return_exceptions=True)
        for failed in ended:
            if isinstance(failed, BaseException):
                raise failed

    def rescue_words(self) -> Path | None:
        """Write the words that could not be saved to a file; None where there are none. Raises OSError."""
        words = unsaved(self)
        return rescue.write(self.desk.folder, words, self.desk.now) if words else None

    def _leave_when_sent(self) -> None:
        waiting = self.dispatch.summary()
        if not waiting.waiting and not waiting.sending:
            self.exit()

    def fault(self, error: BaseException, doing: str) -> None:
        """Write an error that nobody had foreseen to the log, and say so without its innards.

        One that comes again at once, as from every drawing of a line, is written and said once in a while.
        """
        self.faults += 1
        same = (doing, type(error), str(error))
        now = monotonic()
        if self._last_fault[0] == same and now - self._last_fault[1] < SAME_FAULT:
            return
        self._last_fault = (same, now)
        log.error("%s failed", doing, exc_info=error)
        self.notify(
            f"{doing} failed because of an error in csat-tui. What was saved before is safe; the log has the details.",
            severity="error",
            timeout=12,
        )

    def _handle_exception(self, error: Exception) -> None:
        """Go on after an error of layout or of idle work, once there is a screen; Textual would end the app."""
        if self._dom_ready and self.is_running and outlived(error):
            self.fault(error, "Drawing the screen")
        else:
            super()._handle_exception(error)

    def action_quit(self) -> Any:
        """Quit in the same way, whoever asks."""
        return self.action_command("app.quit")


def all_scopes() -> Scopes:
    """Return the workstation's commands by the place in which they can be reached together."""
    return modes.all_scopes(Workstation)


def validate_keys(wanted: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a sentence for each entry of a keymap that cannot be used; for `csat-tui doctor`."""
    return read_keymap(wanted, all_scopes()).problems
