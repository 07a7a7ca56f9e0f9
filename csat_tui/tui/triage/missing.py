"""The list of blockers of a decision: a window, and the controller that goes to the place to resolve each."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.case_conversation import Counterpart
from csat_tui.domain.decide import Blocker
from csat_tui.domain.evidence import checks_in_order
from csat_tui.domain.playbook import Playbook
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import CursorList, Line, LinesView, wrap
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.state import OpenCase
from csat_tui.workflow.desk import Desk

OUTCOME = Blocker("no outcome is chosen yet")
"""The blocker while no outcome is chosen."""


def open_things(
    case: Case, playbook: Playbook, checks: Sequence[str], unread: Sequence[Blocker]
) -> tuple[Blocker, ...]:
    """Return the blockers before an outcome is chosen: unread messages, checks without an answer, and the outcome."""
    unanswered = (
        Blocker(f"“{playbook.checks[check_id].ask}” is not answered", check_id=check_id)
        for check_id in checks
        if check_id not in case.answers
    )
    return (*unread, *unanswered, OUTCOME)


def place_of(blocker: Blocker) -> str:
    """Return a word for the place where a blocker is resolved; empty if that is not in csat-tui."""
    if blocker is OUTCOME:
        return "decide"
    if blocker.message_id:
        return "transcript"
    if blocker.check_id:
        return "check"
    if blocker.tickets:
        return "history"
    if blocker.conversation:
        return "conversation"
    if blocker.groups:
        return "findings"
    return "note" if blocker.field_id else ""


class MissingLines(CursorList):
    """The list of blockers, each with the place where it is resolved."""

    def __init__(self, blockers: Sequence[Blocker], *, writing: bool = False) -> None:
        super().__init__()
        self._blockers = blockers
        self._writing = writing

    def build(self, width: int) -> Sequence[Line]:
        """Return the numbered blockers."""
        lines: list[Line] = []
        room = max((len(place_of(blocker)) for blocker in self._blockers), default=0)
        for item, blocker in enumerate(self._blockers):
            number = Content.styled(str(item + 1) if item < 9 else " ", "bold $accent")
            for index, line in enumerate(wrap(safe_line(blocker.sentence), width - room - 2, number, indent=3)):
                place = Content.styled(place_of(blocker).rjust(room) if not index else "", "$muted")
                lines.append(Line(line.pad_right(max(width - room - line.cell_length, 0)) + place, item))
        return lines

    def on_key(self, event: events.Key) -> None:
        """Choose a blocker by its number; if the person was writing, ignore letters."""
        if event.character and event.character in "123456789"[: len(self._blockers)]:
            event.stop()
            event.prevent_default()
            self.post_message(self.Chosen(self, int(event.character) - 1))
        elif self._writing and event.is_printable:
            event.stop()
            event.prevent_default()


class MissingScreen(Commanded, ModalScreen["Blocker | None"]):
    """Returns the blocker that the person wants to resolve; None if they leave."""

    NAME = "Missing"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("missing.down", ("j", "down"), "next", "Go to the next blocker", lambda s: s.move(1)),
        Command("missing.up", ("k", "up"), "previous", "Go to the previous blocker", lambda s: s.move(-1)),
        Command("missing.take", ("enter",), "go there", "Go to where you can fix this", lambda s: s.take()),
        Command("missing.leave", ("escape", "q", "m", "f6"), "leave", "Go back", lambda s: s.dismiss(None)),
    )

    def __init__(self, title: str, blockers: Sequence[Blocker], *, writing: bool = False) -> None:
        super().__init__()
        self._title = title
        self._blockers = tuple(blockers)
        self._view = MissingLines(self._blockers, writing=writing)

    def compose(self) -> ComposeResult:
        """Lay out the list in a frame."""
        self._view.border_title = safe_line(self._title)
        self._view.border_subtitle = Content(with_keys(self.app, "{missing.take} goes there · {missing.leave} leaves"))
        yield self._view

    def on_mount(self) -> None:
        """Put the cursor on the first blocker."""
        self._view.cursor = 0
        self._view.focus()

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        self._view.cursor = max(0, min(self._view.cursor + step, len(self._blockers) - 1))

    def take(self) -> None:
        """Choose the blocker under the cursor."""
        self.dismiss(self._blockers[self._view.cursor])

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Choose the blocker whose number was pressed, or that was clicked."""
        message.stop()
        self.dismiss(self._blockers[message.item])


class MissingList:
    """Shows the blockers of the open case's decision, and goes to the place to resolve one."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        checklist: ChecklistPane,
        composer: ComposerPane,
        dialog: Dialog,
        *,
        go_to: Callable[[Pane], None],
        bring_to_front: Callable[[Pane], None],
        writing: Callable[[], bool],
        choose_outcome: Callable[[], Awaitable[None]],
        go_to_news: Callable[[], None],
        open_history: Callable[[], Awaitable[None]],
        record_conversation: Callable[[Counterpart], Awaitable[None]],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._checklist = checklist
        self._composer = composer
        self._dialog = dialog
        self._go_to = go_to
        self._bring_to_front = bring_to_front
        self._writing = writing
        self._choose_outcome = choose_outcome
        self._go_to_news = go_to_news
        self._open_history = open_history
        self._record_conversation = record_conversation

    def nothing_missing(self) -> str:
        """Return why there is nothing to list; empty if there is."""
        case = self._opened.case
        if case is None:
            return "no case is chosen"
        if case.stage is Stage.DECIDED:
            return "this case is decided"
        return (
            "" if self._composer.outcome is None or self._composer.blockers else "nothing: the note is ready to be sent"
        )

    async def show(self) -> None:
        """List the blockers, and go to the place of the chosen one."""
        case, outcome = self._opened.case, self._composer.outcome
        if case is None:
            return
        self._composer.flush()
        found = self._composer.blockers
        if outcome is None:
            checks = checks_in_order(self._checklist.steps)
            found = open_things(case, self._desk.playbook, checks, self._opened.unread)
        found = tuple(self._with_its_key(blocker) for blocker in found)
        title = "Still open" if outcome is None else f"Missing for “{outcome.label}”"
        wanted = await self._dialog.ask(MissingScreen(title, found, writing=self._writing()))
        if wanted is not None and self._opened.holds(case.id):
            await self.go_to(wanted)

    def _with_its_key(self, blocker: Blocker) -> Blocker:
        """Return a blocker with the key that mends it, where it is not the place that says it."""
        if not blocker.conversation:
            return blocker
        key = self._dialog.with_keys("{case.conversation}")
        return replace(blocker, sentence=f"{blocker.sentence}; {key} records one")

    async def go_to(self, blocker: Blocker) -> None:
        """Go to the place where a blocker can be resolved."""
        if blocker is OUTCOME:
            await self._choose_outcome()
        elif blocker.message_id:
            self._go_to_news()
        elif blocker.check_id:
            self._go_to(self._checklist)
            self._checklist.go_to_check(blocker.check_id)
        elif blocker.tickets:
            await self._open_history()
        elif blocker.conversation:
            await self._record_conversation(blocker.conversation)
        elif blocker.groups:
            self._go_to(self._composer)
            self._composer.pick_findings()
        else:
            self._bring_to_front(self._composer)
            self._composer.enter_field(blocker.field_id)
