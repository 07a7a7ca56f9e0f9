"""The scorecard pane: the person scores the note line by line, with the machine's verdicts beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from csat_tui.domain.review.scorecard import LineAnswer, ScorecardLine
from csat_tui.domain.review.scoring import FilledCard
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import NOTHING, CursorList, Line, LinesView, wrap
from csat_tui.tui.base.panes import Pane
from csat_tui.tui.review.scorecard_lines import CardLook, card_lines, filled_lines
from csat_tui.tui.review.scoring import NoteScoring


def _closed(pane: "ScorecardPane") -> str:
    if pane.scoring is None or pane.line is None:
        return "no note here"
    if pane.filled is not None:
        return with_keys(pane.app, "the card waits for your word; {screen.back} goes back to scoring")
    return pane.scoring.why_not


def _answerable(answer: LineAnswer) -> Callable[["ScorecardPane"], str]:
    def why_not(pane: "ScorecardPane") -> str:
        if (reason := _closed(pane)) or pane.line is None or answer in pane.line.answers:
            return reason
        if answer is LineAnswer.NOT_APPLICABLE:
            return "this line always applies"
        return f"this line is answered {'yes or no' if pane.line.scale.full is LineAnswer.YES else '0 to 4'}"

    return why_not


def _nothing_suggested(pane: "ScorecardPane") -> str:
    if (reason := _closed(pane)) or pane.scoring is None or pane.line is None:
        return reason
    return "" if pane.line.id in pane.scoring.suggestions else "the machine suggests nothing here"


def _no_cause(pane: "ScorecardPane") -> str:
    if (reason := _closed(pane)) or pane.scoring is None or pane.line is None:
        return reason
    if not pane.line.causes:
        return "this line has no causes to pick from"
    return "" if pane.scoring.of(pane.line).loses_points else "it loses no points"


def _no_answer(pane: "ScorecardPane") -> str:
    if (reason := _closed(pane)) or pane.scoring is None or pane.line is None:
        return reason
    return "" if pane.scoring.of(pane.line).answer is not None else "this line has no answer"


def _answers(name: str, key: str, answer: LineAnswer, label: str, help_: str) -> Command:
    return Command(
        f"scorecard.{name}", (key,), label, help_, lambda p: p.answer(answer), _answerable(answer),
        footer=name in ("yes", "no", "not-applicable"), hint="score",
    )  # fmt: skip


class ScorecardView(CursorList):
    """The lines of the scorecard; the pane builds them."""

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the scorecard."""
        pane = self.parent
        return pane.lines(width) if isinstance(pane, ScorecardPane) else ()


class ScorecardPane(Pane):
    """Shows the scorecard of a note, keeps the person's answers in it, and says what they want."""

    NAME = "Scorecard"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("scorecard.down", ("j", "down"), "next line", "Go to the next line.", lambda p: p.move(1)),
        Command("scorecard.up", ("k", "up"), "previous line", "Go to the previous line.", lambda p: p.move(-1)),
        Command("scorecard.next", ("tab",), "next line", "Go to the next line, and from the last one to the next pane.",
                lambda p: p.step(1), palette=False),
        Command("scorecard.previous", ("shift+tab",), "previous line",
                "Go to the previous line, and from the first one to the pane before.",
                lambda p: p.step(-1), palette=False),
        _answers("yes", "y", LineAnswer.YES, "yes", "Answer yes and go to the next open line."),
        _answers("no", "n", LineAnswer.NO, "no", "Answer no; with causes to pick from, stay there."),
        _answers("not-applicable", "x", LineAnswer.NOT_APPLICABLE, "n/a", "Leave the line out of the score."),
        *(_answers(one.value, one.value, one, one.value, f"Give {one.value} of 4.")
          for one in (LineAnswer.ZERO, LineAnswer.ONE, LineAnswer.TWO, LineAnswer.THREE, LineAnswer.FOUR)),
        Command("scorecard.take-over", ("space",), "take over", "Answer as the machine suggests.",
                lambda p: p.take_over(), _nothing_suggested, footer=True),
        Command("scorecard.clear", ("backspace",), "take back", "Take back the answer of this line.",
                lambda p: p.answer(None), _no_answer),
        Command("scorecard.cause", ("b",), "cause", "Pick why the line loses points.",
                lambda p: p.post_message(p.CauseWanted()), _no_cause, footer=True),
        Command("scorecard.comment", ("c",), "comment", "Write a comment to this line.",
                lambda p: p.post_message(p.CommentWanted()), _closed, footer=True),
        Command("scorecard.comment-note", ("C",), "comment to the note", "Write a comment to the whole note.",
                lambda p: p.post_message(p.CommentWanted(whole=True)), _closed),
        Command("scorecard.evidence", ("enter",), "evidence",
                "Show what the machine's verdict rests on; without a verdict, choose the message the line is about. "
                "Confirms a card that is filled in.",
                lambda p: p.show_evidence(), lambda p: "" if p.line else "no note here"),
    )  # fmt: skip

    @dataclass
    class Scored(Message):
        """The person has changed what they say of lines."""

        comment_id: int

    class LineChosen(Message):
        """The cursor is on another line."""

    class CauseWanted(Message):
        """The person wants to pick the cause of the line under the cursor."""

    @dataclass
    class CommentWanted(Message):
        """The person wants to write a comment to the line under the cursor, or to the whole note."""

        whole: bool = False

    class MarkWanted(Message):
        """The person wants to choose the message that the line under the cursor is about."""

    @dataclass
    class Confirmed(Message):
        """The person confirms a card that was filled in."""

        comment_id: int
        filled: FilledCard

    def __init__(self) -> None:
        super().__init__(id="scorecard")
        self.scoring: NoteScoring | None = None
        self.deed = ""
        """What the card that is filled in waits for, as a question."""
        self.reason = ""
        """Why there is no scorecard."""
        self.view = ScorecardView()
        self._unfolded = False
        self._shown: int | None = None
        self._drawn_for = False
        """Whether the keys are drawn that score the line."""

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        yield self.view

    @property
    def line(self) -> ScorecardLine | None:
        """The line under the cursor."""
        lines = () if self.scoring is None else self.scoring.card.lines
        return lines[self.view.cursor] if 0 <= self.view.cursor < len(lines) else None

    @property
    def comment_id(self) -> int | None:
        """The note that is shown, by the number of its comment."""
        return self._shown

    @property
    def filled(self) -> FilledCard | None:
        """The card that waits to be confirmed."""
        return None if self.scoring is None else self.scoring.filled

    def show(self, comment_id: int | None, scoring: NoteScoring | None, reason: str = "") -> None:
        """Show the card of a note; the cursor of another note begins where the person is needed first."""
        same = self._shown == comment_id and (self.scoring is None) is (scoring is None)
        self._shown, self.scoring, self.reason = comment_id, scoring, reason
        if not same:
            self._unfolded = False
            self.view.set_reactive(LinesView.cursor, NOTHING if scoring is None else self._begin(scoring))
        self.draw()
        if not same:
            self.view.scroll_home(animate=False)
            self.view.show_item(self.view.cursor)
        self.post_message(self.LineChosen())

    @staticmethod
    def _begin(scoring: NoteScoring) -> int:
        first = next(iter(scoring.failing), "")
        return next((place for place, line in enumerate(scoring.card.lines) if line.id == first), 0)

    def draw(self) -> None:
        """Draw the card again, and the score in the frame."""
        self.state = self._words()
        self.set_class(self.filled is not None, "-asks")
        self._drawn_for = self._listening
        self.view.rebuild()

    def _words(self) -> str:
        if self.scoring is None:
            return ""
        result, lines = self.scoring.result, self.scoring.card.lines
        given = sum(self.scoring.of(line).answer is not None for line in lines)
        if not given:
            return f"{len(lines)} lines"
        percent = "" if result.percent is None or result.unanswered else f"{result.percent:g} % · "
        return f"{percent}{given} of {len(lines)}"

    def lines(self, width: int) -> list[Line]:
        """Return the lines of the pane."""
        scoring, keys = self.scoring, partial(with_keys, self.app)
        if scoring is None:
            return [Line(line) for line in wrap(Content.styled(self.reason, "$muted"), width, indent=0)]
        if scoring.filled is not None:
            return filled_lines(scoring, scoring.filled, self.deed, keys, width)
        look = CardLook(self.view.cursor, self._unfolded, self._listening and not scoring.why_not, keys)
        return card_lines(scoring, look, width)

    @property
    def _listening(self) -> bool:
        """Whether keys score the line; the focus follows the pane in front a moment later."""
        return self.view.has_focus and getattr(self.screen, "front", self) is self

    # Moving

    def go(self, place: int) -> None:
        """Put the cursor on the line at an index."""
        if place != self.view.cursor:
            self._unfolded = False
        self.view.set_reactive(LinesView.cursor, place)
        self.view.rebuild()
        self.view.show_item(place)
        self.post_message(self.LineChosen())

    def go_to_line(self, line_id: str) -> None:
        """Put the cursor on a line by its id."""
        if self.scoring is not None:
            self.go(next(place for place, line in enumerate(self.scoring.card.lines) if line.id == line_id))

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends; a card that waits to be confirmed is scrolled."""
        if self.filled is not None:
            self.view.scroll_relative(y=step, animate=False)
        elif self.scoring is not None:
            self.go(max(0, min(self.view.cursor + step, len(self.scoring.card.lines) - 1)))

    def step(self, step: int) -> None:
        """Move the cursor; beyond the ends the key goes to the next pane, or to the one before."""
        place = self.view.cursor + step
        if self.scoring is None or self.filled is not None or not 0 <= place < len(self.scoring.card.lines):
            raise SkipAction
        self.go(place)

    def _next_open(self, scoring: NoteScoring) -> int:
        """Return the index of the next open line, one that the machine fails before others; else the same line's."""
        lines, here, failing = scoring.card.lines, self.view.cursor, scoring.failing
        places = [(here + step) % len(lines) for step in range(1, len(lines))]
        open_ = [place for place in places if scoring.of(lines[place]).answer is None]
        return next(iter([place for place in open_ if lines[place].id in failing] or open_), here)

    # Scoring

    def answer(self, answer: LineAnswer | None) -> None:
        """Answer the line under the cursor; where points are lost for one of several causes, the cursor stays."""
        line, scoring = self.line, self.scoring
        if line is None or scoring is None:
            return
        scoring.answer(line, answer)
        self.changed()
        if answer is not None and not (line.causes and scoring.of(line).loses_points):
            self.go_on()

    def go_on(self) -> None:
        """Go to the next open line."""
        if self.scoring is not None:
            self.go(self._next_open(self.scoring))

    def take_over(self) -> None:
        """Answer the line under the cursor as the machine suggests."""
        if self.line is not None and self.scoring is not None:
            self.answer(self.scoring.suggestions[self.line.id].answer)

    def changed(self) -> None:
        """Draw what the person has said of a line, and have it kept."""
        if self.scoring is not None:
            self.draw()
            self.post_message(self.Scored(self.scoring.comment_id))

    def show_evidence(self) -> None:
        """Confirm a card that is filled in; else unfold the evidence, or ask for the message the line is about."""
        if self.filled is not None:
            self.confirm()
        elif self.line is not None and self.scoring is not None and self.scoring.verdict_of(self.line) is None:
            self.post_message(self.MarkWanted())
        else:
            self._unfolded = not self._unfolded
            self.view.rebuild()
            self.view.show_item(self.view.cursor)

    # A card that is filled in

    def ask(self, filled: FilledCard, deed: str) -> None:
        """Show a card filled in, and wait for the person to confirm it."""
        if self.scoring is not None:
            self.scoring.filled, self.deed = filled, deed
            self.draw()
            self.view.scroll_home(animate=False)
            self.post_message(self.LineChosen())

    def confirm(self) -> None:
        """Say that the person confirms the card that they see."""
        if self.scoring is not None and self.scoring.filled is not None:
            self.post_message(self.Confirmed(self.scoring.comment_id, self.scoring.filled))

    def withdraw(self) -> bool:
        """Show the card as it is scored; returns whether one was filled in."""
        if self.scoring is None or self.scoring.filled is None:
            return False
        self.scoring.filled = None
        self.draw()
        self.view.show_item(self.view.cursor)
        self.post_message(self.LineChosen())
        return True

    def marked(self) -> Mapping[int, str]:
        """Return what to say of messages: that the line under the cursor is about them."""
        line, scoring = self.line, self.scoring
        if line is None or scoring is None:
            return {}
        own = scoring.of(line).message_id
        if own is not None:
            return {own: line.label}
        verdict = scoring.verdict_of(line)
        return {} if verdict is None else dict.fromkeys(verdict.messages, line.label)

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Go to the line that was clicked."""
        message.stop()
        self.go(message.item)

    def on_descendant_focus(self) -> None:
        """Show the keys that score the line under the cursor."""
        self.draw()
        self.view.show_item(self.view.cursor)

    def on_descendant_blur(self) -> None:
        """Hide the keys: they no longer score the line."""
        if self._drawn_for:
            self.draw()
