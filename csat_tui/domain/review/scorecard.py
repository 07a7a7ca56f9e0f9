"""Scorecards: what a reviewer scores a delivered note by, and what their answers come to.

A review keeps the version of the scorecard that it was scored with, so that a change of the scorecard changes no past
score.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

TRANSCRIPT = "transcript"
"""What a line is about that is no field of the note: the conversation with the customer."""

MOST_POINTS_ON_SCALE = 4
"""The top of the scale; every answer is a number of quarters of its line's weight."""


class LineAnswer(StrEnum):
    """What a reviewer answers to a line; which answers there are depends on the line's scale."""

    YES = "yes"
    NO = "no"
    ZERO = "0"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    NOT_APPLICABLE = "na"

    @property
    def quarters(self) -> int | None:
        """How many quarters of the line's weight it earns; None for n/a, which leaves the line out."""
        if self is LineAnswer.NOT_APPLICABLE:
            return None
        if self in (LineAnswer.YES, LineAnswer.NO):
            return MOST_POINTS_ON_SCALE if self is LineAnswer.YES else 0
        return int(self.value)


class Scale(StrEnum):
    """How a line is answered."""

    YES_NO = "yes/no"
    ZERO_TO_FOUR = "0-4"

    @property
    def answers(self) -> tuple[LineAnswer, ...]:
        """Its answers, best first."""
        if self is Scale.YES_NO:
            return LineAnswer.YES, LineAnswer.NO
        return LineAnswer.FOUR, LineAnswer.THREE, LineAnswer.TWO, LineAnswer.ONE, LineAnswer.ZERO

    @property
    def full(self) -> LineAnswer:
        """The answer that earns the whole weight."""
        return self.answers[0]

    @property
    def lowest(self) -> LineAnswer:
        """The answer that earns nothing."""
        return self.answers[-1]


@dataclass(frozen=True, slots=True)
class ScorecardLine:
    """One line of a scorecard: what is scored, and how much it counts.

    A critical line that earns nothing fails the whole review. A bonus line adds points beyond those that are possible,
    and needs no answer. With `na`, the line may be left out of the score. `causes` are offered where it earns less than
    its weight. `audit` is the id of the audit rule whose verdict suggests the answer; `about` is `TRANSCRIPT`, a field
    of the note, or empty for the note as a whole.
    """

    id: str
    label: str
    weight: int
    scale: Scale = Scale.YES_NO
    critical: bool = False
    bonus: bool = False
    na: bool = False
    causes: tuple[str, ...] = ()
    audit: str = ""
    about: str = ""
    help: str = ""

    @property
    def answers(self) -> tuple[LineAnswer, ...]:
        """The answers that it can be given, best first, n/a last."""
        return (*self.scale.answers, LineAnswer.NOT_APPLICABLE) if self.na else self.scale.answers


@dataclass(frozen=True, slots=True)
class ScorecardSection:
    """Lines of a scorecard that belong together."""

    id: str
    label: str
    lines: tuple[ScorecardLine, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What a delivered note is scored by; `pass_from` is the percentage from which a review passes."""

    id: str
    label: str
    pass_from: int
    sections: tuple[ScorecardSection, ...]

    @property
    def lines(self) -> tuple[ScorecardLine, ...]:
        """All of its lines, in their order."""
        return tuple(line for section in self.sections for line in section.lines)


@dataclass(frozen=True, slots=True)
class LineScore:
    """What a reviewer says of one line; `message_id` is the message of the transcript that it is about."""

    answer: LineAnswer | None = None
    cause: str = ""
    comment: str = ""
    message_id: int | None = None

    @property
    def loses_points(self) -> bool:
        """Whether the answer earns less than the line's weight; n/a, and no answer, do not."""
        quarters = None if self.answer is None else self.answer.quarters
        return quarters is not None and quarters < MOST_POINTS_ON_SCALE


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """What the answers come to.

    `points` and `possible` count the answered lines without bonus lines and n/a, `bonus` is what bonus lines add.
    `percent` is points and bonus as a percentage of what is possible, rounded down to a tenth: it can exceed 100, and
    is None while nothing is possible. A failed critical line does not change it.
    """

    points: float
    possible: int
    bonus: float
    percent: float | None
    failed_critical: tuple[str, ...] = ()
    """The ids of the critical lines that earned nothing."""
    unanswered: tuple[str, ...] = ()
    """The ids of the lines that still need an answer."""
    passes: bool | None = None
    """False with a failed critical line; else None while lines are unanswered, and where every line is n/a."""


def score(card: Scorecard, scores: Mapping[str, LineScore]) -> ScoreResult:
    """Return what the answers to a scorecard's lines, by their ids, come to.

    Raises ValueError where an answer does not belong to the scorecard (`score_mistakes` lists them).
    """
    if mistakes := score_mistakes(card, scores):
        raise ValueError(" ".join(mistakes))
    earned = possible = beyond = 0
    failed, unanswered = [], []
    for line in card.lines:
        answer = scores[line.id].answer if line.id in scores else None
        if answer is None:
            unanswered += [] if line.bonus else [line.id]
            continue
        quarters = answer.quarters
        if quarters is None:
            continue
        if line.bonus:
            beyond += line.weight * quarters
            continue
        earned += line.weight * quarters
        possible += line.weight
        if line.critical and not quarters:
            failed.append(line.id)
    reached, whole = earned + beyond, possible * MOST_POINTS_ON_SCALE
    return ScoreResult(
        points=earned / MOST_POINTS_ON_SCALE,
        possible=possible,
        bonus=beyond / MOST_POINTS_ON_SCALE,
        percent=1000 * reached // whole / 10 if whole else None,
        failed_critical=tuple(failed),
        unanswered=tuple(unanswered),
        passes=False if failed else None if unanswered or not whole else 100 * reached >= card.pass_from * whole,
    )


def score_mistakes(card: Scorecard, scores: Mapping[str, LineScore]) -> tuple[str, ...]:
    """Return a sentence for each answer or cause that the scorecard does not have."""
    return tuple(_mistakes(card, scores))


def _mistakes(card: Scorecard, scores: Mapping[str, LineScore]) -> Iterator[str]:
    lines = {line.id: line for line in card.lines}
    for line_id, given in scores.items():
        line = lines.get(line_id)
        if line is None:
            yield f"Scorecard “{card.label}” has no line “{line_id}”."
            continue
        if given.answer is LineAnswer.NOT_APPLICABLE and not line.na:
            yield f"“{line.label}” cannot be n/a."
        elif given.answer is not None and given.answer not in line.answers:
            yield f"“{line.label}” is answered {line.scale}, and not “{given.answer}”."
        if given.cause and given.cause not in line.causes:
            yield f"“{line.label}” has no cause “{given.cause}”."


VERSION_LENGTH = 12
"""Hexadecimal digits of a version."""


def version_of(card: Scorecard) -> str:
    """Return the version of a scorecard: a hash over everything that says what is scored and how it counts.

    Which audit rule suggests an answer, and what a line is about, change no score and are left out.
    """
    canonical = json.dumps(_canonical(card), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:VERSION_LENGTH]


def _canonical(card: Scorecard) -> dict[str, object]:
    """Return what a version depends on; a key that is added later must be left out at its default.

    Otherwise the next release would give every scorecard a new version.
    """
    sections = [
        {"id": section.id, "label": section.label, "lines": [_canonical_line(line) for line in section.lines]}
        for section in card.sections
    ]
    return {"id": card.id, "label": card.label, "pass_from": card.pass_from, "sections": sections}


def _canonical_line(line: ScorecardLine) -> dict[str, object]:
    return {
        "id": line.id,
        "label": line.label,
        "weight": line.weight,
        "scale": line.scale.value,
        "critical": line.critical,
        "bonus": line.bonus,
        "na": line.na,
        "causes": list(line.causes),
        "help": line.help,
    }
