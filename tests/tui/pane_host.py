"""A small app around a single pane, for tests without the rest of the workstation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message
from textual.screen import Screen

import csat_tui.tui.triage.screen  # noqa: F401 - declares the commands that panes name in sentences
from csat_tui.domain.case import Case, Suggestion
from csat_tui.domain.evidence import suggest
from csat_tui.domain.playbook import Playbook
from csat_tui.paths import styles_dir
from csat_tui.tui.base.commands import Commanded
from csat_tui.tui.base.textual_seams import AppSeams
from csat_tui.tui.base.theme import THEMES
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from tests.builders import the_playbook

SHEETS = ("app", "checklist", "composer", "outcomes", "confirm", "outbox", "conflict", "welcome", "windows", "missing")

HOSTILE = (
    "\x1b]0;owned\x07\x1b[31mred\x1b[0m \x9b2J [bold]x[/] [@click=app.quit]y[/] [LINK=x] \u202egnp.exe "
    "\x00\x08\x7f 表表表 \ud83d lone عربي \x0b\x0c\x1b\\ end"
)
"""What a customer's or a thief's text may hold."""


def suggestions_of(case: Case, playbook: Playbook) -> Mapping[str, Suggestion]:
    """Return what the records say, as the desk would."""
    found = {one: suggest(case, one, playbook) for one in case.path.checks}
    return {one: suggestion for one, suggestion in found.items() if suggestion is not None}


class HostScreen(Commanded, Screen[None]):
    """Shows the two panes side by side and remembers what they posted."""

    CSS = "HostScreen { layout: horizontal; } .pane { width: 1fr; }"

    def __init__(self, case: Case | None, playbook: Playbook) -> None:
        super().__init__()
        self.posted: list[Message] = []
        self.checklist = ChecklistPane(playbook)
        self.composer = ComposerPane(playbook)
        self._playbook = playbook
        self._case = case

    def compose(self) -> ComposeResult:
        yield self.checklist
        yield self.composer

    def on_mount(self) -> None:
        self.give(self._case)

    def give(self, case: Case | None) -> None:
        self.checklist.suggestions = suggestions_of(case, self._playbook) if case else {}
        self.checklist.case = case
        self.composer.case = case

    def on_checklist_pane_answered(self, message: ChecklistPane.Answered) -> None:
        self.posted.append(message)

    def on_checklist_pane_suggestions_accepted(self, message: ChecklistPane.SuggestionsAccepted) -> None:
        self.posted.append(message)

    def on_composer_pane_draft_changed(self, message: ComposerPane.DraftChanged) -> None:
        self.posted.append(message)

    def on_composer_pane_send_requested(self, message: ComposerPane.SendRequested) -> None:
        self.posted.append(message)

    def on_composer_pane_left(self, message: ComposerPane.Left) -> None:
        self.posted.append(message)


def sheets() -> list[Path]:
    """Return the styles that the panes need."""
    return [file for name in SHEETS if (file := styles_dir() / f"{name}.tcss").exists()]


class Host(AppSeams):
    """Shows one screen in the workstation's colours."""

    CSS_PATH = sheets()

    def __init__(self, first: Screen[Any] | None = None, theme: str = "dark") -> None:
        super().__init__()
        self._first = first
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = THEMES[theme].name

    def on_mount(self) -> None:
        if self._first is not None:
            self.push_screen(self._first)


def host(case: Case | None, theme: str = "dark", playbook: Playbook | None = None) -> tuple[Host, HostScreen]:
    """Return an app with the checklist and the composer of a case, and its screen."""
    screen = HostScreen(case, playbook or the_playbook())
    return Host(screen, theme), screen


def shown(app: App[Any]) -> str:
    """Return the text on the screen, line by line."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    assert len(lines) <= height
    return "\n".join(strip.crop(0, width).text for strip in lines)


def controls(app: App[Any]) -> list[str]:
    """Return every character on the screen that a terminal might act on."""
    return [
        character
        for character in shown(app).replace("\n", "")
        if ord(character) < 32 or 0x7F <= ord(character) <= 0x9F or 0x202A <= ord(character) <= 0x202E
        or 0x2066 <= ord(character) <= 0x2069 or 0xD800 <= ord(character) <= 0xDFFF
    ]  # fmt: skip
