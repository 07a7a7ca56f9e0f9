"""The private notes in which reviews, answers and settlements stand on the survey ticket, written and read back.

They are readable for people without csat-tui. What was written is read back without loss; what somebody changed by hand
is read as far as it goes, and each thing that does not fit is said.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from csat_tui.domain.formats import ParsedNote, normalise_text, parse_note, render_note
from csat_tui.domain.playbook import Format
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.steps import (
    Review,
    ReviewAnswer,
    ReviewAnswerKind,
    ReviewStep,
    ReviewVerdict,
    Settlement,
    SettlementKind,
)
from csat_tui.domain.ticket import Author, Message

_ABOUT = ("Note: {note}",)
_REST = ("Reference: {id}", "Lines of the scorecard", "{lines}")

REVIEW_FORMAT = Format(
    "review", "Review",
    ("CSAT review", *_ABOUT, "Verdict: {verdict}", "Scorecard: {card}", "Score: {score}", "Comment: {text}", *_REST),
)  # fmt: skip
ANSWER_FORMAT = Format(
    "review-answer", "Answer to a review",
    ("CSAT answer to a review", *_ABOUT, "Review: {replies_to}", "Answer: {kind}", "Words: {text}", *_REST),
)  # fmt: skip
SETTLEMENT_FORMAT = Format(
    "settlement", "Settlement",
    ("CSAT settlement of a dispute", *_ABOUT, "Answer: {replies_to}", "Decision: {kind}", "Reason: {text}", *_REST),
)  # fmt: skip

_BY_TITLE = {form.lines[0].casefold(): form for form in (REVIEW_FORMAT, ANSWER_FORMAT, SETTLEMENT_FORMAT)}

_LINE = re.compile(r"(?P<label>.*?) ?\[(?P<id>[a-z0-9][a-z0-9_-]*)\] = (?P<answer>.+)")
_DETAIL = re.compile(r"· (?P<what>cause|message|comment): (?P<text>.*)")
_MORE = "· … "
_CARD = re.compile(r"(?P<label>.*?) ?\[(?P<id>\S+) (?P<version>[0-9a-f]{4,64})\]", re.DOTALL)
_SCORE = re.compile(r"(?P<percent>\d{1,4}(?:\.\d)?) %(?:, (?P<passes>passes|fails))?")
_FAILS_ALONE = "fails"
_NOT_APPLICABLE = "n/a"
_LARGEST = 2**63 - 1

Member = TypeVar("Member", bound=StrEnum)


def write_step(step: ReviewStep) -> str:
    """Return the private note of a step."""
    told = {"note": str(step.note), "text": step.text, "id": step.id, "lines": _write_lines(step)}
    match step:
        case Review():
            card = f"{step.card_label} [{step.card_id} {step.card_version}]" if step.card_id else ""
            told |= {"verdict": step.verdict.value, "card": card, "score": _write_score(step)}
            return render_note(REVIEW_FORMAT, told)
        case ReviewAnswer():
            return render_note(ANSWER_FORMAT, told | {"replies_to": step.review_id, "kind": step.kind.value})
        case Settlement():
            return render_note(SETTLEMENT_FORMAT, told | {"replies_to": step.answer_id, "kind": step.kind.value})
    raise TypeError(f"{type(step).__name__} is no step that is written to a ticket")


def is_step(message: Message) -> bool:
    """Return whether a message is a private note that calls itself a step of a review."""
    return not message.public and message.author is Author.AGENT and _format_of(message.body) is not None


def read_step(message: Message) -> ReviewStep | str:
    """Return the step that a private note is, or a sentence about why it cannot be read as one.

    Author and time are the help desk's and never the text's. A step without a usable reference has a new id.
    """
    form = _format_of(message.body)
    if form is None:
        return "it is not in the format of a review"
    return _Reading(message, parse_note(form, message.body)).step(form)


def _format_of(body: str) -> Format | None:
    first = body.lstrip().split("\n", 1)[0].strip().casefold()
    return _BY_TITLE.get(first)


def _write_score(review: Review) -> str:
    ending = "" if review.passes is None else "passes" if review.passes else _FAILS_ALONE
    if review.percent is None:
        return ending
    return f"{review.percent:.1f} %" + (f", {ending}" if ending else "")


def _write_lines(step: ReviewStep) -> str:
    return "\n".join(text for line_id, given in step.lines.items() for text in _line_texts(step, line_id, given))


def _line_texts(step: ReviewStep, line_id: str, given: LineScore) -> Iterator[str]:
    answer = "-" if given.answer is None else given.answer.value
    label = " ".join(step.labels.get(line_id, "").split())
    yield f"{label} [{line_id}] = {_NOT_APPLICABLE if answer == LineAnswer.NOT_APPLICABLE else answer}".lstrip()
    if given.cause:
        yield f"· cause: {' '.join(given.cause.split())}"
    if given.message_id is not None:
        yield f"· message: {given.message_id}"
    first, *more = normalise_text(given.comment).split("\n")
    if first:
        yield f"· comment: {first}"
    for text in more:
        yield f"{_MORE}{text}".rstrip()


@dataclass(slots=True)
class _Reading:
    """Reads one note, and gathers what does not fit."""

    message: Message
    note: ParsedNote
    problems: list[str] = field(default_factory=list)

    def step(self, form: Format) -> ReviewStep | str:
        fields = self.note.fields
        self.problems += [problem.sentence for problem in self.note.problems]
        number = self._number(fields.get("note", ""))
        if number is None:
            return "it does not say which note it is about"
        lines, labels = self._lines(fields.get("lines", ""))
        if self.note.remainder:
            self.problems.append("it has words that belong to none of its lines")
        about: dict[str, Any] = {
            "id": self._id(fields.get("id", "")), "note": number, "ticket_id": self.message.ticket_id,
            "by": author_of(self.message), "at": self.message.created_at, "text": fields.get("text", ""),
            "lines": lines, "labels": labels, "op_id": self.message.op_id, "comment_id": self.message.id,
        }  # fmt: skip
        if form is REVIEW_FORMAT:
            return self._review(about)
        kinds = ReviewAnswerKind if form is ANSWER_FORMAT else SettlementKind
        kind = _member(kinds, fields.get("kind", ""))
        replies_to = _uuid(fields.get("replies_to", ""))
        if kind is None:
            return f"it does not say what is answered: {', '.join(one.value for one in kinds)}"
        if not replies_to:
            return "it does not say which step it answers"
        told = {**about, "kind": kind, "problems": tuple(self.problems)}
        if form is ANSWER_FORMAT:
            return ReviewAnswer(**told, review_id=replies_to)
        return Settlement(**told, answer_id=replies_to)

    def _review(self, about: Mapping[str, Any]) -> ReviewStep | str:
        fields = self.note.fields
        verdict = _member(ReviewVerdict, fields.get("verdict", ""))
        if verdict is None:
            return "it does not say whether the note was accepted or sent back"
        card = _CARD.fullmatch(fields.get("card", ""))
        if card is None and fields.get("card"):
            self.problems.append("its scorecard and version cannot be read")
        percent, passes = self._score(fields.get("score", ""))
        return Review(
            **about, verdict=verdict, card_id=card["id"] if card else "", card_label=card["label"] if card else "",
            card_version=card["version"] if card else "", percent=percent, passes=passes,
            problems=tuple(self.problems),
        )  # fmt: skip

    def _score(self, text: str) -> tuple[float | None, bool | None]:
        if text in ("passes", _FAILS_ALONE):
            return None, text == "passes"
        found = _SCORE.fullmatch(text)
        if found is None:
            if text:
                self.problems.append("its score cannot be read")
            return None, None
        return float(found["percent"]), None if found["passes"] is None else found["passes"] == "passes"

    def _id(self, text: str) -> str:
        found = _uuid(text)
        if not found:
            self.problems.append("its reference is missing or is none")
        return found or step_id_of(self.message.id, self.message.created_at)

    def _number(self, text: str) -> int | None:
        digits = text.strip().lstrip("#")
        number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 19 else 0
        return number if 0 < number <= _LARGEST else None

    def _lines(self, text: str) -> tuple[dict[str, LineScore], dict[str, str]]:
        """Read the lines of the scorecard; a line that is there twice keeps its first answer."""
        lines: dict[str, LineScore] = {}
        labels: dict[str, str] = {}
        current = last = ""
        for written in filter(None, text.split("\n")):
            if current and (written.startswith(_MORE) or written == _MORE.rstrip()) and last == "comment":
                more = f"{lines[current].comment}\n{written[len(_MORE) :]}"
                lines[current] = replace(lines[current], comment=more)
            elif current and (detail := _DETAIL.fullmatch(written)):
                last = detail["what"]
                lines[current] = self._detailed(lines[current], last, detail["text"])
            elif found := _LINE.fullmatch(written):
                current, last = found["id"], ""
                if current in lines:
                    self.problems.append(f"line “{current}” is there twice; the first answer counts")
                    current = ""
                    continue
                answer = self._answer(current, found["answer"])
                lines[current], labels[current] = LineScore(answer), found["label"]
            else:
                current = last = ""
                self.problems.append(f"“{written[:40]}” is no line of a scorecard")
        return lines, labels

    def _detailed(self, given: LineScore, what: str, text: str) -> LineScore:
        if what != "message":
            return replace(given, cause=text) if what == "cause" else replace(given, comment=text)
        number = self._number(text)
        if number is None:
            self.problems.append("the number of a message cannot be read")
        return replace(given, message_id=number)

    def _answer(self, line_id: str, text: str) -> LineAnswer | None:
        if text == "-":
            return None
        answer = LineAnswer.NOT_APPLICABLE if text == _NOT_APPLICABLE else _member(LineAnswer, text)
        if answer is None:
            self.problems.append(f"the answer to line “{line_id}” cannot be read")
        return answer


def step_id_of(comment_id: int, at: datetime) -> str:
    """Return a UUIDv7 for a step that has none of its own, from its comment: the same whenever it is read."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    rest = int.from_bytes(hashlib.sha256(str(comment_id).encode()).digest()[:10])
    number = milliseconds << 80 | rest
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


def author_of(message: Message) -> HelpDeskUser:
    """Return who wrote a message, as the help desk has it."""
    return HelpDeskUser(message.author_id, message.author_name, message.author_email, message.author_role)


def _member(kinds: type[Member], text: str) -> Member | None:
    wanted = " ".join(text.split()).casefold()
    return next((one for one in kinds if one.value == wanted), None)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return ""
