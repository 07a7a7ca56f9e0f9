"""The workstation: the app with its colours, keys and modes around the screens."""

import asyncio
import gc
import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual.events import Paste
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widgets import Input

from csat_tui.domain.effect import OutboxSummary
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.recovery.link import RecoveryTarget
from csat_tui.domain.safe_text import visible
from csat_tui.store.errors import StoreError
from csat_tui.tui.base.background_work import BackgroundWork
from csat_tui.tui.base.commands import Command, Commanded, chain
from csat_tui.tui.base.keybar import KeySequences
from csat_tui.tui.base.keymap import Scopes, apply_keymap, read_keymap, with_keys
from csat_tui.tui.base.loop_watch import LoopWatch
from csat_tui.tui.base.panes import PanedScreen
from csat_tui.tui.base.session import FinishesFirst, Navigation, OpensTargets, SavesWords, Session, unsaved
from csat_tui.tui.base.terminal import TerminalApp, mouse_works
from csat_tui.tui.base.textual_seams import all_screens
from csat_tui.tui.base.theme import THEMES
from csat_tui.tui.base.typeahead import Typed
from csat_tui.tui.modes import MODES, Mode, command_scopes, style_sheets
from csat_tui.tui.windows import unsaved_text
from csat_tui.tui.windows.help import CommandsProvider, HelpScreen, Palette, help_sections
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen
from csat_tui.tui.windows.recovery_link import IncomingLinks
from csat_tui.tui.windows.unsaved_text import WindowText
from csat_tui.workflow.watching import PICKED_UP

log = logging.getLogger(__name__)


class Workstation(BackgroundWork, Commanded, KeySequences, TerminalApp):
    """The app of one person on one terminal."""

    NAME = "Everywhere"
    TITLE = "csat-tui"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = MODES[0].name
    CSS_PATH = style_sheets()  # type: ignore[assignment]
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("app.help", ("question_mark", "f1"), "help", "Show what can be done here, and with which keys.",
                lambda app: app.show_help(), footer=True),
        Command("app.palette", ("ctrl+p", "colon"), "commands", "Find a command by name.",
                lambda app: app.show_palette(), palette=False),
        Command("app.go", ("g",), "go", "Go to another screen: a list shows the next letters.",
                lambda app: app.lead("g"), palette=False),
        *(mode.command for mode in MODES),
        Command("app.theme", (), "colours", "Change the colour theme: dark, light, high contrast, the terminal's own.",
                lambda app: app.next_theme()),
        Command("app.quit", ("ctrl+q", "g x"), "quit", "Quit csat-tui; your decisions stay in the outbox.",
                lambda app: app.leave(), priority=True),
    )  # fmt: skip

    def __init__(
        self,
        session: Session,
        *,
        warning: str = "",
        repaired: str = "",
        debug: bool = False,
        starts_in: str = "",
        target: RecoveryTarget | None = None,
    ) -> None:
        # NO_COLOR means the terminal's own colours, and no shades of grey on a background of ours.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.session = session
        session.fault.say = self._say_fault
        self.warning = warning
        """A warning about something that ends on a known day, shown once at the start; empty if there is none."""
        self.repaired = repaired
        """The repairs made when the store was opened, shown once at the start; empty if there were none."""
        self.alone = False
        """Whether the process does nothing else than show this workstation."""
        self._watches_loop = debug
        self._starts_in = starts_in or self.DEFAULT_MODE
        self._starts_on = target
        self.links = IncomingLinks(self, session, self.do, self.open_target)
        """Takes the links that reach this workstation."""
        self._until_unmounted = ExitStack()
        self._window_text = WindowText(self, session)
        self._waits_for_work = False
        """Whether the person knows that quitting waits for running work; quitting again does not wait."""
        self.keys: dict[str, tuple[str, ...]] = {}
        config = session.config
        session.notices.keys = apply_keymap(self, config.keys, all_scopes()).problems
        session.desk.listen(self._hear)
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES["ansi" if self.no_color else config.ui.theme if config.ui.theme in THEMES else "dark"].name
        if not config.ui.animation:
            self.animation_level = "none"
        for mode in MODES:
            self.add_mode(mode.name, partial(self._screen_of, mode))

    def _screen_of(self, mode: Mode) -> Screen[Any]:
        return mode.make(self.session, self)

    def _hear(self, topics: frozenset[str]) -> None:
        """React to new lists; called on the thread that picked them up."""
        if PICKED_UP in topics:
            self.call_later(self._notify_of_lists)

    def _notify_of_lists(self) -> None:
        """Show which lists were picked up from a watched folder or mailbox, and which could not be."""
        for sentence in self.session.paperwork.watching.news():
            self.notify(sentence, timeout=8)

    def launch(self) -> None:
        """Run until the person leaves."""
        self.alone = True
        self.run(mouse=self.session.config.ui.mouse and mouse_works(os.environ))

    def on_mount(self) -> None:
        """Show the first mode, the repairs, the warning, and the text that was recovered from the last end."""
        if self._starts_in != self.DEFAULT_MODE:
            self.go_to_mode(self._starts_in)
        if self.alone:
            self.call_after_refresh(_exempt_loaded_objects)
        if self._watches_loop:
            self._until_unmounted.enter_context(LoopWatch())
        if self.repaired:
            self.notify(self.repaired, severity="warning", timeout=20)
        if self.warning:
            self.notify(self.warning, severity="warning", timeout=15)
        self.do("The words that were left in a window could not be shown", self._window_text.show(), "window text")
        if self._starts_on is not None:
            self.call_after_refresh(self.open_target, self._starts_on)

    def on_unmount(self) -> None:
        """Finish every write that has begun, unless its text is already in a file and nobody waits any more."""
        self._until_unmounted.close()
        self.session.writer.close(wait=self.rescued is None)

    def at_its_turn(self, key: Typed) -> None:
        """Make text that is pasted into a line of input harmless."""
        super().at_its_turn(key)
        if isinstance(key, Paste) and isinstance(self.focused, Input):
            key.text = visible(key.text)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - the signature is Textual's; markup is never parsed
    ) -> None:
        """Show a notification; text that it quotes is never parsed as markup or sent as a control character."""
        super().notify(visible(message), title=visible(title), severity=severity, timeout=timeout, markup=False)

    def show_help(self) -> None:
        """Show the commands that can be reached now."""
        screen = self.screen
        title = f"Help · {getattr(screen, 'NAME', '') or 'this window'}"
        self.push_screen(HelpScreen(title, help_sections(self, chain(screen))))

    def show_palette(self) -> None:
        """Show the command palette."""
        self.push_screen(Palette(providers=[CommandsProvider], placeholder="what do you want to do?"))

    def go_to_mode(self, name: str) -> None:
        """Show a mode; the default mode with its first pane in front."""
        if self.current_mode != name:
            self.switch_mode(name)
        if name == self.DEFAULT_MODE and isinstance(self.screen, PanedScreen):
            self.screen.go_to(self.screen.panes[0])

    def open_case(self, survey_id: SurveyId) -> None:
        """Show a case that came back to the queue, and focus its note."""
        self.go_to_mode(self.DEFAULT_MODE)
        if isinstance(self.screen, Navigation):
            self.screen.open_case(survey_id)

    def show_case(self, survey_id: SurveyId) -> None:
        """Show a case, whether the queue lists it or not."""
        self.go_to_mode(self.DEFAULT_MODE)
        if isinstance(self.screen, Navigation):
            self.screen.show_case(survey_id)

    def open_target(self, target: RecoveryTarget) -> None:
        """Show what a link names on the screen of service recovery."""
        self.go_to_mode("recovery")
        if isinstance(self.screen, OpensTargets):
            self.call_after_refresh(self.screen.open_target, target)  # a screen that is new has read nothing yet

    def next_theme(self) -> None:
        """Change to the next theme."""
        names = [theme.name for theme in THEMES.values()]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    async def leave(self) -> None:
        """Save the text, ask whether to wait for effects that are not sent yet, and quit."""
        try:
            await self.keep_everything()
        except StoreError as error:
            await unsaved_text.quit_with_unsaved_text(self, self.session, self.keep_everything, error)
            return
        under_way = [one for one in all_screens(self) if isinstance(one, FinishesFirst) and one.under_way]
        if under_way and not self._waits_for_work:
            self._waits_for_work = True
            said = f"{under_way[0].under_way}: quitting as soon as it is. {{app.quit}} again does not wait."
            self.notify(with_keys(self, said), markup=False, timeout=20)
            for screen in under_way:
                await screen.finished()
        waiting = await asyncio.to_thread(self.session.dispatch.summary)
        still = waiting.waiting + waiting.sending
        if not still or self.session.sync is None or isinstance(self.screen, ChoiceScreen):
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
        """Save the text of every screen in the store. Raises StoreError."""
        saving = [one.save_words() for one in all_screens(self) if isinstance(one, SavesWords)]
        # All at once: each screen takes its text before it waits, and if one cannot save, the others still can.
        ended = await asyncio.gather(*saving, self._window_text.keep(), return_exceptions=True)
        for failed in ended:
            if isinstance(failed, BaseException):
                raise failed

    def rescue_words(self) -> Path | None:
        """Write the text that could not be saved to a file; None if there is none. Raises OSError."""
        words = unsaved(self)
        return unsaved_text.write_file(self.session.desk.folder, words, self.session.desk.now) if words else None

    def _leave_when_sent(self) -> None:
        self.read_store("unsent", "What is still to be sent could not be counted", self.session.dispatch.summary,
                        self._leave_if_sent)  # fmt: skip

    def _leave_if_sent(self, outbox: OutboxSummary) -> None:
        if not outbox.waiting and not outbox.sending:
            self.exit()

    def fault(self, error: BaseException, failure: str) -> None:
        """Log an unexpected error, and show what failed without its details."""
        self.session.fault(error, failure)

    def _say_fault(self, sentence: str) -> None:
        self.notify(sentence, severity="error", timeout=12)

    def outlives(self, error: Exception) -> bool:
        """Continue after an error of layout or of idle work; Textual would end the app."""
        self.fault(error, "The screen could not be drawn")
        return True

    def action_quit(self) -> Any:
        """Quit with `app.quit`, whoever asks."""
        return self.action_command("app.quit")


def _exempt_loaded_objects() -> None:
    """Exempt all objects that exist now from garbage collection.

    Each collection would otherwise look through all of them, and block the screen for a tenth of a second.
    """
    gc.collect(1)
    gc.freeze()


def all_scopes() -> Scopes:
    """Return the workstation's commands by scope."""
    return command_scopes(Workstation)


def validate_keys(wanted: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return a sentence for each entry of a keymap that cannot be used, for `csat-tui doctor`."""
    return read_keymap(wanted, all_scopes()).problems
