"""The note that is being reviewed: what is known of it, and what the person has scored so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from csat_tui.domain.audit import AuditVerdict
from csat_tui.domain.review.calibration import CalibrationSession
from csat_tui.domain.review.scorecard import (
    LineAnswer,
    LineScore,
    Scorecard,
    ScorecardLine,
    ScoreResult,
    score,
    score_mistakes,
    version_of,
)
from csat_tui.domain.review.scoring import FilledCard, failing_lines, filled_card
from csat_tui.domain.review.steps import ReviewThread
from csat_tui.domain.review.suggested_scores import SuggestedScore, suggested
from csat_tui.store.review import ReviewDraft
from csat_tui.workflow.review import NoteToReview, ReviewDesk
from csat_tui.workflow.review_loop import ReviewLoop

NO_ANSWER = LineScore()


@dataclass(frozen=True, slots=True)
class NoteReading:
    """A note as it is read for the screen: with what was said of it, the draft of a review, and who may review it."""

    found: NoteToReview
    thread: ReviewThread
    draft: ReviewDraft | None
    why_not: str
    """Why this person may not review it, as a clause; empty if they may."""
    session: CalibrationSession | None = None
    """The session of a calibration for which it is scored blind; None where it is reviewed."""


def read_note(review: ReviewDesk, loop: ReviewLoop, comment_id: int) -> NoteReading | None:
    """Read a note by the number of its comment; None where it is not here. Raises StoreError."""
    found = review.note(comment_id)
    if found is None:
        return None
    return NoteReading(found, loop.thread(comment_id), loop.draft(comment_id), loop.why_not(comment_id))


@dataclass
class NoteScoring:
    """A note on the screen with its scorecard; `scores` are the person's alone, by the ids of their lines."""

    found: NoteToReview
    card: Scorecard
    thread: ReviewThread = field(default_factory=ReviewThread)
    why_not: str = ""
    """Why this person may not review it, as a clause; empty if they may."""
    scores: dict[str, LineScore] = field(default_factory=dict)
    session: CalibrationSession | None = None
    """The session of a calibration for which it is scored blind; None where it is reviewed."""
    comment: str = ""
    remark: str = ""
    """What the person is to know before they score."""
    suggestions: Mapping[str, SuggestedScore] = field(init=False)
    filled: FilledCard | None = None
    """The card as it waits for the person to confirm it; None while they score."""

    def __post_init__(self) -> None:
        self.suggestions = suggested(self.card, self.found.audited)

    def take_draft(self, draft: ReviewDraft) -> None:
        """Take over the scores of a draft, as far as the scorecard still has its lines and answers."""
        fitting = {one: given for one, given in draft.lines.items() if not score_mistakes(self.card, {one: given})}
        self.scores, self.comment = fitting, draft.text
        if len(fitting) < len(draft.lines):
            self.remark = "The scorecard has changed since you began; the answers that still fit are kept."

    def go_on_from(self, before: "NoteScoring") -> None:
        """Take over what is scored of the same note as it was read before."""
        self.scores, self.comment, self.remark = before.scores, before.comment, before.remark
        if before.filled is not None and before._rests_on == self._rests_on:
            self.filled = before.filled  # the card that the person is about to confirm

    @property
    def _rests_on(self) -> tuple[object, ...]:
        """What a card that is filled in rests on; a stamp or an account that came meanwhile takes none away."""
        return self.found.subject.note, self.suggestions, self.thread

    def draft(self, seconds: int) -> ReviewDraft:
        """Return what is scored so far, as a draft."""
        return ReviewDraft(self.card.id, version_of(self.card), dict(self.scores), self.comment, seconds)

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
        self.keep(line, given if given.loses_points else replace(given, cause=""))

    def keep(self, line: ScorecardLine, given: LineScore) -> None:
        """Keep what the person says of a line; nothing said is nothing kept."""
        if given == NO_ANSWER:
            self.scores.pop(line.id, None)
        else:
            self.scores[line.id] = given

    def fill(self) -> FilledCard:
        """Return the whole card as it would be filled in now. Raises ValueError while `failing` names lines."""
        return filled_card(self.card, self.scores, self.suggestions)
