"""The note that is being reviewed: what is known of it, and what the person has scored so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from csat_tui.domain.audit import AuditVerdict
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, Scorecard, ScorecardLine, ScoreResult, score
from csat_tui.domain.review.scoring import FilledCard, failing_lines, filled_card
from csat_tui.domain.review.suggested_scores import SuggestedScore, suggested
from csat_tui.workflow.review import NoteToReview

NO_ANSWER = LineScore()


@dataclass
class NoteScoring:
    """A note on the screen with its scorecard; `scores` are the person's alone, by the ids of their lines."""

    found: NoteToReview
    card: Scorecard
    scores: dict[str, LineScore] = field(default_factory=dict)
    why_not: str = ""
    """Why this person may not review it; empty if they may."""
    suggestions: Mapping[str, SuggestedScore] = field(init=False)
    filled: FilledCard | None = None
    """The card as it waits for the person to confirm it; None while they score."""

    def __post_init__(self) -> None:
        self.suggestions = suggested(self.card, self.found.audited)

    @property
    def comment_id(self) -> int:
        """The note, by the number of its comment."""
        return self.found.subject.note.comment_id

    @property
    def result(self) -> ScoreResult:
        """What the person's answers come to so far."""
        return score(self.card, self.scores)

    @property
    def failing(self) -> tuple[str, ...]:
        """The open lines that the machine fails, by id."""
        return failing_lines(self.card, self.scores, self.suggestions)

    def verdict_of(self, line: ScorecardLine) -> AuditVerdict | None:
        """Return what the machine says about a line; None where no rule of its own concerns the note."""
        return next((found for rule, found in self.found.audited.verdicts if rule.id == line.audit), None)

    def of(self, line: ScorecardLine) -> LineScore:
        """Return what the person says of a line."""
        return self.scores.get(line.id, NO_ANSWER)

    def answer(self, line: ScorecardLine, answer: LineAnswer | None) -> None:
        """Answer a line, or take its answer back; a cause goes with an answer that earns less than everything."""
        self.filled = None
        given = replace(self.of(line), answer=answer)
        self.keep(line, given if loses_points(line, given) else replace(given, cause=""))

    def keep(self, line: ScorecardLine, given: LineScore) -> None:
        """Keep what the person says of a line; nothing said is nothing kept."""
        if given == NO_ANSWER:
            self.scores.pop(line.id, None)
        else:
            self.scores[line.id] = given

    def fill(self) -> FilledCard:
        """Return the whole card as it would be filled in now. Raises ValueError while `failing` names lines."""
        return filled_card(self.card, self.scores, self.suggestions)


def loses_points(line: ScorecardLine, given: LineScore) -> bool:
    """Whether an answer earns less than the line's weight; n/a does not."""
    return given.answer is not None and given.answer not in (line.scale.full, LineAnswer.NOT_APPLICABLE)
