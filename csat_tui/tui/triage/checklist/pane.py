"""The checklist pane: checks with their evidence; one key answers each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from csat_tui.domain import case as domain
from csat_tui.domain.case import Answer, Case, Stage, Suggestion
from csat_tui.domain.decide import Blocker
from csat_tui.domain.evidence import StepChecks, answer_in_order, silence_is_enough, step_checks
from csat_tui.domain.evidence import checks_in_order as ordered
from csat_tui.domain.playbook import Check, Outcome, Playbook
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import keys_of, show_key, with_keys
from csat_tui.tui.base.lines import NOTHING, CursorList, Line, LinesView, wrap
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.triage.checklist.evidence import EvidenceView
from csat_tui.tui.triage.checklist.lines import Keys, check_lines, in_order_or_plain, step_line


def _answer(pane: "ChecklistPane", answer: Answer | None) -> None:
    pane.answer(answer)


def _closed(pane: "ChecklistPane") -> str:
    """Return why no check can be answered; empty if one can."""
    if pane.case is None:
        return "no case is open"
    if pane.case.stage is Stage.DECIDED:
        return with_keys(pane.app, "this case is decided; {case.undo} takes the decision back while it waits")
    return "" if pane.checks else "this case has no checks"


def _nothing_to_take_back(pane: "ChecklistPane") -> str:
    check = pane.current
    if reason := _closed(pane):
        return reason
    return "" if check and pane.case and check.id in pane.case.answers else "this check is not answered"


def nothing_to_accept(pane: "ChecklistPane") -> str:
    """Return why no suggested answer can be accepted; empty if one can."""
    return _closed(pane) or ("" if pane.acceptable else "no open check has a suggested answer")


def nothing_left(pane: "ChecklistPane") -> str:
    """Return why no check can be answered as in order; empty if one can."""
    if reason := _closed(pane):
        return reason
    case = pane.case
    left = [check for check in pane.checks if case is not None and check.id not in case.answers]
    if case is None or not left:
        return "every check is answered"
    if any(answer_in_order(check, pane.suggestions.get(check.id), case) is not None for check in left):
        return ""
    return "the records do not show that any open check is in order; answer the checks one by one"


class ChecklistView(CursorList):
    """The lines of the checks; the pane builds them."""

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the checks."""
        pane = self.parent
        return pane.lines(width) if isinstance(pane, ChecklistPane) else ()


class ChecklistPane(Pane):
    """Shows the checks of a case and posts the person's answers."""

    NAME = "Validation"
    NUMBER = "3"

    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("checklist.down", ("j", "down"), "next", "Go to the next check", lambda pane: pane.move(1)),
        Command("checklist.up", ("k", "up"), "previous", "Go to the previous check", lambda pane: pane.move(-1)),
        Command(
            "checklist.yes", ("y",), "yes", "Answer yes and go to the next open check",
            lambda pane: _answer(pane, Answer.YES), _closed, footer=True, hint="answer",
        ),
        Command(
            "checklist.no", ("n",), "no", "Answer no and go to the next open check",
            lambda pane: _answer(pane, Answer.NO), _closed, footer=True, hint="answer",
        ),
        Command(
            "checklist.not-applicable", ("x",), "n/a", "Answer not applicable and go to the next open check",
            lambda pane: _answer(pane, Answer.NOT_APPLICABLE), _closed, footer=True, hint="answer",
        ),
        Command(
            "checklist.unsure", ("w",), "unsure", "Answer that you are not sure and go to the next open check",
            lambda pane: _answer(pane, Answer.UNSURE), _closed, footer=True, hint="answer",
        ),
        Command(
            "checklist.accept", ("a",), "accept suggested", "Answer every open check that the records answer",
            lambda pane: pane.accept(), nothing_to_accept,
            footer=True, hint="accept",
        ),
        Command(
            "checklist.evidence", ("enter",), "evidence", "Show everything that the records say about this check",
            lambda pane: pane.show_evidence(), lambda pane: "" if pane.current else "no check is selected",
            footer=True,
        ),
        Command(
            "checklist.clear", ("backspace",), "take back", "Remove the answer of this check",
            lambda pane: _answer(pane, None), _nothing_to_take_back,
        ),
    )  # fmt: skip

    case: var[Case | None] = var(None, always_update=True)
    suggestions: var[Mapping[str, Suggestion]] = var(dict, always_update=True)
    outcome: var[Outcome | None] = var(None)
    blockers: var[tuple[Blocker, ...]] = var(())
    """Blockers of a decision with the outcome that is being written."""

    @dataclass
    class Answered(Message):
        """The person answered a check, or removed its answer (None)."""

        check_id: str
        answer: Answer | None

    class SuggestionsAccepted(Message):
        """The person accepted the suggested answers to all open checks."""

    def __init__(self, playbook: Playbook, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._playbook = playbook
        self._view = ChecklistView()
        self._posted: dict[str, Answer | None] = {}
        """Answers posted for this case, so that fast typing moves on before the case has them."""
        self._assumed: tuple[str, ...] = ()
        """Checks of this case that were answered as in order without any record."""

    def follow(self, playbook: Playbook) -> None:
        """Use another playbook from now on."""
        self._playbook = playbook
        self._view.cursor = min(self._view.cursor, len(self.checks) - 1)
        self._show()

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        yield self._view

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the case's path, in the order of its steps."""
        return tuple(self._playbook.checks[check_id] for check_id in ordered(self.steps))

    @property
    def steps(self) -> tuple[StepChecks, ...]:
        """The steps of the case's path, with their checks."""
        return step_checks(self.case.path, self._playbook) if self.case else ()

    @property
    def current(self) -> Check | None:
        """The check under the cursor."""
        return self.checks[self._view.cursor] if 0 <= self._view.cursor < len(self.checks) else None

    @property
    def acceptable(self) -> tuple[str, ...]:
        """The open checks with a suggested answer."""
        answers = self.case.answers if self.case else {}
        return tuple(
            check.id
            for check in self.checks
            if check.id not in answers and (one := self.suggestions.get(check.id)) is not None and one.answer
        )

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        if self.checks:
            self._go(max(0, min(self._view.cursor + step, len(self.checks) - 1)))

    def answer(self, answer: Answer | None) -> None:
        """Post an answer to the current check and go to the next open check."""
        check = self.current
        if check is None:
            return
        self._posted[check.id] = answer
        self.post_message(self.Answered(check.id, answer))
        if answer is None:
            return
        following = self._next_open(self._view.cursor)
        if following is None and check.id not in self._assumed:
            following = self._last_assumed()
        if following is not None:
            self._go(following)

    def accept(self) -> None:
        """Accept every suggested answer, and go to the first check that is still open."""
        self._posted.update({check_id: self.suggestions[check_id].answer for check_id in self.acceptable})
        self.post_message(self.SuggestionsAccepted())
        if (following := self._next_open(NOTHING)) is not None:
            self._go(following)

    def stand_after(self, given: Sequence[domain.Answered]) -> None:
        """Go to the first check that is still open after these answers, or to the last one without a suggestion."""
        self._posted.update({answered.check_id: answered.answer for answered in given})
        self._assumed = tuple(answered.check_id for answered in given if not answered.suggested)
        following = self._next_open(NOTHING)
        if following is None:
            following = self._last_assumed()
        if following is not None:
            self._go(following)

    def _last_assumed(self) -> int | None:
        """Return the index of the last check that was answered without a record; the person can correct it there."""
        found = [item for item, check in enumerate(self.checks) if check.id in self._assumed]
        return found[-1] if found else None

    def enter(self) -> None:
        """Take the focus; if the cursor is on an answered check, go to the first open one."""
        answers = dict(self.case.answers) if self.case else {}
        check = self.current
        if check is not None and (check.id in answers or self._posted.get(check.id) is not None):
            following = self._next_open(NOTHING)
            if following is not None:
                self._go(following)
        super().enter()

    def on_descendant_focus(self) -> None:
        """Show the keys that answer the check under the cursor, and scroll to it."""
        self._view.rebuild()
        self._view.show_item(self._view.cursor)

    def on_descendant_blur(self) -> None:
        """Hide the keys: they no longer answer the check."""
        self._view.rebuild()

    def show_evidence(self) -> None:
        """Open the window with all evidence for the check."""
        if self.case is not None and self.current is not None:
            suggestion = self.suggestions.get(self.current.id)
            self.app.push_screen(EvidenceView(self.case, self.current, suggestion, self._playbook))

    def watch_case(self, old: Case | None, new: Case | None) -> None:
        """Show a case; for the same case the cursor stays."""
        if new is None or old is None or old.id != new.id:
            self._posted.clear()
            self._assumed = ()
            self._view.cursor = NOTHING
            if new is not None and self.checks:
                following = self._next_open(NOTHING)
                self._view.cursor = 0 if following is None else following
            self._view.scroll_home(animate=False)
            self._show()
            self._view.show_item(self._view.cursor)
            return
        self._show()

    def watch_suggestions(self) -> None:
        """Show the new suggestions."""
        self._show()

    def watch_outcome(self) -> None:
        """Show the chosen outcome."""
        self._view.rebuild()

    def watch_blockers(self, old: tuple[Blocker, ...], new: tuple[Blocker, ...]) -> None:
        """Show the number of blockers."""
        if len(old) != len(new):
            self._view.rebuild()

    def go_to_check(self, check_id: str) -> None:
        """Put the cursor on a check."""
        order = ordered(self.steps)
        if check_id in order:
            self._go(order.index(check_id))

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Go to the check that was clicked."""
        message.stop()
        self._go(message.item)

    def lines(self, width: int) -> list[Line]:
        """Return the lines of the pane."""
        case = self.case
        if case is None:
            return [Line(line) for line in wrap(Content.styled("No case is open.", "$muted"), width, indent=0)]
        lines = [Line(line) for note in self._notes(case) for line in wrap(note, width, Content.styled("!", "$fair"))]
        absent = _absent_account(case)
        item = 0
        for step in self.steps:
            items = range(item, item + len(step.checks))
            here = self._view.cursor in items
            if step.step is not None:
                begun = not step.done(case) and (here or step.given(case) > 0)
                count = Content.styled(f"{step.given(case)} of {len(items)}" if begun else "", "$muted")
                lines.append(Line(step_line(step.step.label, count, width, done=step.done(case), here=here)))
            for number, check_id in zip(items, step.checks, strict=True):
                if here or step.step is None or not self._settled(case, check_id, step):
                    lines += self._check(case, number, check_id, absent, width)
            item = items.stop
        return [*lines, *(Line(line) for line in self._decision(case, width))]

    def _check(self, case: Case, item: int, check_id: str, absent: str, width: int) -> list[Line]:
        check, suggestion = self._playbook.checks[check_id], self.suggestions.get(check_id)
        if suggestion is not None and absent and suggestion.evidence == (absent,):
            suggestion = None  # the notes above say it once
        return check_lines(
            item,
            check,
            case.answers.get(check_id),
            suggestion,
            width,
            current=item == self._view.cursor,
            keys=self._keys(),
            silent=silence_is_enough(check, self.suggestions.get(check_id), case),
            listening=self._view.has_focus and not _closed(self),
        )

    def _keys(self) -> Keys:
        """Return the names of the keys."""
        mine = {command.id: keys_of(self.app, command) for command in self.COMMANDS}
        shown = {name: show_key(keys[0]) if keys else "" for name, keys in mine.items()}
        answers = {
            Answer.YES: shown["checklist.yes"],
            Answer.NO: shown["checklist.no"],
            Answer.NOT_APPLICABLE: shown["checklist.not-applicable"],
            Answer.UNSURE: shown["checklist.unsure"],
        }
        rest = getattr(self.app, "keys", {}).get("case.rest", ("r",))
        return Keys(
            {answer: key for answer, key in answers.items() if key},
            shown["checklist.accept"],
            show_key(rest[0]) if rest else "",
            shown["checklist.evidence"],
        )

    def _settled(self, case: Case, check_id: str, step: StepChecks) -> bool:
        """Whether a check is hidden: its step is done, and its answer needs no attention."""
        check = self._playbook.checks[check_id]
        return step.done(case) and in_order_or_plain(check, case.answers[check_id].answer)

    def _decision(self, case: Case, width: int) -> list[Content]:
        """Return the last two steps: the chosen outcome, and the state of its note."""
        if not self._playbook.steps or case.stage is Stage.DECIDED:
            return []
        decided = "" if self.outcome is None else self.outcome.label
        words = safe_line(decided, "$muted", width // 2)
        if not decided:
            words = Content.assemble(("e", "bold $accent"), (" decides", "$muted"))
        lines = [step_line("Decide", words, width, done=bool(decided), here=False)]
        if decided:
            missing = len(self.blockers)
            progress = Content.styled("ready", "$good")
            if missing:
                progress = Content.assemble(
                    (f"{missing} missing, ", "$muted"), ("m", "bold $accent"), (" lists", "$muted")
                )
            lines.append(step_line("Write", progress, width, done=not missing, here=False))
        return lines

    def _notes(self, case: Case) -> list[Content]:
        """Return the notes above the checks."""
        notes: list[Content] = []
        if case.survey.problem:
            notes.append(safe_line(f"this survey needs fixing: {case.survey.problem}", "$fair"))
        if absent := _absent_account(case):
            notes.append(safe_line(absent, "$muted"))
        return notes

    def _next_open(self, after: int) -> int | None:
        """Return the index of the next check without an answer; after the last, continue at the top."""
        answers: dict[str, object] = dict(self.case.answers) if self.case else {}
        answers.update(self._posted)
        count = len(self.checks)
        for item in [(after + step) % count for step in range(1, count + 1)]:
            if answers.get(self.checks[item].id) is None:
                return item
        return None

    def _go(self, item: int) -> None:
        self._view.cursor = item
        self._view.rebuild()
        self._view.show_item(item)

    def _show(self) -> None:
        case = self.case
        given = sum(check.id in case.answers for check in self.checks) if case else 0
        counted = f"{given} of {len(self.checks)}" if case else ""
        self.states = (f"{case.path.label} · {counted}", counted) if case else ("",)
        self._view.rebuild()


def _absent_account(case: Case) -> str:
    """Return why there is no account; empty if there is one. Checks can be answered without it."""
    if case.account is not None:
        return ""
    return next((line for line in case.missing if "admin" in line), "the admin system has not answered yet")
