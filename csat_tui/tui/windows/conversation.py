"""The conversation about a delivered note: drawn for every screen, and a window in which a person proposes scores."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.steps import JudgedStep, Review, ReviewAnswer, ReviewThread, ReviewVerdict, Settlement
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import NOTHING, CursorList, Line, wrap
from csat_tui.tui.base.text import safe, safe_line, stamp

ANSWER_WORDS: Mapping[LineAnswer, str] = {LineAnswer.NOT_APPLICABLE: "n/a"}
"""What an answer is called where it is not called by its value."""


def answer_word(answer: LineAnswer | None) -> str:
    """Return what an answer to a line is called."""
    return "–" if answer is None else ANSWER_WORDS.get(answer, answer.value)


def conversation_lines(thread: ReviewThread, width: int, now: datetime, *, scores: bool = True) -> list[Line]:
    """Return the steps of a conversation, oldest first: who said what, and what counts nowhere and why.

    With `scores`, a review names the lines that lost points or have words.
    """
    lines: list[Line] = []
    for judged in thread.steps:
        lines += [Line(Content("")), *_step_lines(judged, width, now, scores=scores)]
    return lines[1:]


def _step_lines(judged: JudgedStep, width: int, now: datetime, *, scores: bool) -> list[Line]:
    step = judged.step
    colour = _colour(judged)
    when = f" · {stamp(step.at, now)}" + ("" if step.comment_id else " · not at the help desk yet")
    head = safe_line(f"{step.by.called} {_said(judged)}", f"bold {colour}", width) + Content.styled(when, "$muted")
    lines = [Line(head.truncate(width, ellipsis=True))]
    if judged.why_not:
        lines += _wrapped(f"This counts nowhere: {judged.why_not}.", width, "$fair")
    for problem in step.problems:
        lines += _wrapped(f"In this step, {problem}.", width, "$fair")
    lines += [line for text in step.text.split("\n") if step.text for line in _wrapped(text, width, "", "▎ ")]
    mark = "· " if isinstance(step, Review) else "→ "
    for line_id, given in step.lines.items():
        if isinstance(step, Review) and not (scores and (given.loses_points or given.cause or given.comment)):
            continue
        label = step.labels.get(line_id) or line_id
        said = " · ".join(filter(None, (answer_word(given.answer), given.cause, given.comment)))
        lines += _wrapped(f"{label}: {said}", width, "$muted", mark)
    return lines


def _colour(judged: JudgedStep) -> str:
    step = judged.step
    if judged.why_not:
        return "$muted"
    return "$good" if isinstance(step, Review) and step.verdict is ReviewVerdict.ACCEPTED else "$fair"


def _said(judged: JudgedStep) -> str:
    """Return what somebody did, with their score; a review that counts nowhere only claims it."""
    step = judged.step
    match step:
        case Review():
            did = "accepted the note" if step.verdict is ReviewVerdict.ACCEPTED else "sent the note back"
            score = "" if step.percent is None else f", {step.percent:g} %"
            return f"{'claims: ' if judged.why_not else ''}{did}{score}"
        case ReviewAnswer():
            return {
                "accepts": "accepts the review", "amends": "amends the note", "disputes": "disputes the review",
            }.get(step.kind.value, "asks to talk")  # fmt: skip
        case Settlement():
            return f"settled the dispute: {step.kind.value}"
    return "said"


def score_lines(
    thread: ReviewThread, width: int, proposed: Mapping[str, LineAnswer], *, only: Sequence[str] = ()
) -> list[Line]:
    """Return the lines of the review that stands with their scores, and what is proposed; each is an item."""
    review = thread.review
    if review is None:
        return []
    scores = thread.lines
    lines: list[Line] = []
    for item, line_id in enumerate(only or review.lines):
        given = scores.get(line_id, LineScore())
        label = review.labels.get(line_id) or line_id
        low = given.answer in (LineAnswer.NO, LineAnswer.ZERO)
        mark = Content.styled(f"{answer_word(given.answer):>4} ", "bold $fair" if low else "$muted")
        text = safe_line(label)
        if line_id in proposed:
            text += Content.styled(f"  → {answer_word(proposed[line_id])}", "bold $accent")
        lines += [Line(line, item) for line in wrap(text, width, mark, 5)]
        for what in filter(None, (given.cause, given.comment)):
            lines += [Line(line, item) for line in wrap(safe(what, "$muted"), width, "", 5)]
    return lines


def _wrapped(text: str, width: int, colour: str, mark: str = "") -> list[Line]:
    return [Line(line) for line in wrap(safe(text, colour), width, mark, len(mark))]


class ConversationLines(CursorList):
    """The conversation above, and the scored lines below, which the cursor walks through."""

    def __init__(self, about: Sequence[str], thread: ReviewThread, now: datetime, only: Sequence[str]) -> None:
        super().__init__()
        self._about = about
        self._thread = thread
        self._now = now
        self._only = only
        self.proposed: dict[str, LineAnswer] = {}

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines: what the note says, the conversation, and the scores."""
        lines = [line for text in self._about for line in _wrapped(text, width, "$muted")]
        lines += [Line(Content("")), *conversation_lines(self._thread, width, self._now, scores=False)]
        scores = score_lines(self._thread, width, self.proposed, only=self._only)
        if scores:
            lines += [Line(Content("")), Line(Content.styled("The scorecard", "bold $accent")), *scores]
        return lines


def _score(key: str, answer: LineAnswer) -> Command:
    word = answer_word(answer)
    return Command(
        f"conversation.{word.replace('/', '')}", (key,), f"propose {word}", f"Propose “{word}” for the line.",
        lambda s: s.propose(answer), lambda s: s.why_not_propose(), palette=False,
    )  # fmt: skip


class ConversationScreen(Commanded, ModalScreen[None]):
    """A window over a conversation, in which scores of its lines can be proposed; modes add what can be said."""

    NAME = "Conversation"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("conversation.down", ("j", "down"), "next", "Go to the next line.", lambda s: s.move(1)),
        Command("conversation.up", ("k", "up"), "previous", "Go to the previous line.", lambda s: s.move(-1)),
        *(_score(str(figure), LineAnswer(str(figure))) for figure in range(5)),
        _score("y", LineAnswer.YES), _score("n", LineAnswer.NO), _score("x", LineAnswer.NOT_APPLICABLE),
        Command("conversation.page-down", ("ctrl+d",), "page down", "Scroll down.", lambda s: s.scroll_by(10)),
        Command("conversation.page-up", ("ctrl+u",), "page up", "Scroll up.", lambda s: s.scroll_by(-10)),
        Command("conversation.leave", ("escape", "q"), "close", "Go back.", lambda s: s.dismiss(None), footer=True),
    )  # fmt: skip

    def __init__(
        self, title: str, about: Sequence[str], thread: ReviewThread, now: datetime, *, only: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._title = title
        self._line_ids = tuple(only or _lost_points_first(thread.lines))
        self._scored = {} if thread.review is None else thread.review.lines
        self.view = ConversationLines(about, thread, now, self._line_ids)

    def keys_line(self) -> str:
        """Return the line of keys under the window, with commands in braces."""
        return "{conversation.leave} closes"

    def compose(self) -> ComposeResult:
        """Lay out the conversation in a frame."""
        self.view.border_title = safe_line(self._title)
        self.view.border_subtitle = Content(with_keys(self.app, self.keys_line()))
        yield self.view

    def on_mount(self) -> None:
        """Put the cursor on the first scored line."""
        if self._line_ids:
            self.view.cursor = 0
        self.view.focus()
        # Who said what stands above the scores, and is read first.
        self.call_after_refresh(self.view.scroll_home, animate=False)

    @property
    def proposed(self) -> Mapping[str, LineScore]:
        """What is proposed, by line."""
        return {line_id: LineScore(answer) for line_id, answer in self.view.proposed.items()}

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends; without lines, scroll."""
        if not self._line_ids:
            self.scroll_by(step)
            return
        self.view.cursor = max(0, min(self.view.cursor + step, len(self._line_ids) - 1))

    def scroll_by(self, lines: int) -> None:
        """Scroll the conversation."""
        self.view.scroll_relative(y=lines, animate=False)

    def why_not_propose(self) -> str:
        """Return why no score can be proposed; empty where one can."""
        return "" if self._line_ids and self.view.cursor != NOTHING else "no line of a scorecard is here"

    def propose(self, answer: LineAnswer) -> None:
        """Propose a score for the line under the cursor; the score that it has takes the proposal back."""
        line_id = self._line_ids[self.view.cursor]
        scored = self._scored.get(line_id, LineScore()).answer
        if not _on_one_scale(scored, answer):
            self.notify("This line is scored otherwise: " + _scale_words(scored), severity="warning", markup=False)
            return
        if answer is scored:
            self.view.proposed.pop(line_id, None)
        else:
            self.view.proposed[line_id] = answer
        self.view.rebuild()


def _lost_points_first(lines: Mapping[str, LineScore]) -> list[str]:
    return sorted(lines, key=lambda line_id: not lines[line_id].loses_points)


def _on_one_scale(scored: LineAnswer | None, answer: LineAnswer) -> bool:
    """Whether a line that has one answer can have the other: yes and no, or the figures; n/a goes with both."""
    either = (None, LineAnswer.NOT_APPLICABLE)
    return scored in either or answer in either or (scored in _YES_NO) is (answer in _YES_NO)


_YES_NO: tuple[Any, ...] = (LineAnswer.YES, LineAnswer.NO)


def _scale_words(scored: LineAnswer | None) -> str:
    return "by yes or no." if scored in _YES_NO else "from 0 to 4."
