"""What people say to each other about a delivered note: reviews, answers to them, and settlements of disputes.

Each is a private note on the survey ticket, so that everybody at the help desk can read it. Who wrote it and when is
the help desk's word; who may review is decided whenever it is read (`domain.review.rules`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from csat_tui.domain.ids import OpId, TicketId
from csat_tui.domain.review.rules import HelpDeskUser, ReviewPolicy
from csat_tui.domain.review.scorecard import LineScore

REVIEW_DECISION = "(review)"
"""The outcome id of a step of a review, which decides no case; no playbook's outcome can have this id."""


class ReviewVerdict(StrEnum):
    """What a review comes to."""

    ACCEPTED = "accepted"
    SENT_BACK = "sent back"


class ReviewAnswerKind(StrEnum):
    """What an agent answers to a review."""

    ACCEPTS = "accepts"
    AMENDS = "amends"
    """The answer is the additional note: a delivered note is never edited."""
    DISPUTES = "disputes"
    TALK = "asks to talk"


class SettlementKind(StrEnum):
    """What a reviewer decides about a dispute."""

    ACCEPTED = "accepted"
    PARTLY = "partly accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStep:
    """One step of the conversation about a delivered note.

    `note` is the number of the note's comment. `at` is the help desk's time once the step was read back there, and this
    computer's until then. `lines` are what the step says of lines of the scorecard, by the line's id: a review's
    scores, what a dispute proposes, what a settlement leaves; `labels` are the lines' words, for scorecards that this
    home never had.
    """

    id: str
    """A UUIDv7."""
    note: int
    ticket_id: TicketId
    by: HelpDeskUser
    at: datetime
    text: str = ""
    """The comment, the amendment, the reason: what a person wrote."""
    lines: Mapping[str, LineScore] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    op_id: OpId | None = None
    comment_id: int | None = None
    """The number of its own comment; None until it was read back."""
    problems: tuple[str, ...] = ()
    """Sentences about what in its text is not as it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(ReviewStep):
    """One reviewer's scored verdict on one delivered note, pinned to the version of its scorecard."""

    verdict: ReviewVerdict
    card_id: str = ""
    card_label: str = ""
    card_version: str = ""
    percent: float | None = None
    passes: bool | None = None
    seconds: int = 0
    """How long it took, as far as this home measured it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAnswer(ReviewStep):
    """The agent's answer to a review."""

    review_id: str
    kind: ReviewAnswerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement(ReviewStep):
    """A reviewer's decision about a dispute."""

    answer_id: str
    kind: SettlementKind


class Turn(StrEnum):
    """Who is expected to act on a delivered note next."""

    AGENT = "agent"
    REVIEWER = "reviewer"
    NOBODY = ""


class ReviewState(StrEnum):
    """Where the conversation about a delivered note stands."""

    NOT_REVIEWED = "not reviewed"
    ACCEPTED = "accepted"
    SENT_BACK = "sent back"
    TAKEN = "taken by the agent"
    """The agent accepted what was sent back."""
    AMENDED = "amended"
    DISPUTED = "disputed"
    TALK = "talk asked for"
    SETTLED = "settled"

    @property
    def turn(self) -> Turn:
        """Who is expected to act."""
        if self is ReviewState.SENT_BACK:
            return Turn.AGENT
        if self in (ReviewState.AMENDED, ReviewState.DISPUTED, ReviewState.TALK):
            return Turn.REVIEWER
        return Turn.NOBODY


_ANSWERED = {
    ReviewAnswerKind.ACCEPTS: ReviewState.TAKEN,
    ReviewAnswerKind.AMENDS: ReviewState.AMENDED,
    ReviewAnswerKind.DISPUTES: ReviewState.DISPUTED,
    ReviewAnswerKind.TALK: ReviewState.TALK,
}


@dataclass(frozen=True, slots=True)
class JudgedStep:
    """A step with why it counts nowhere; an empty sentence means that it counts."""

    step: ReviewStep
    why_not: str = ""

    @property
    def counts(self) -> bool:
        """Whether it changes where the conversation stands."""
        return not self.why_not


@dataclass(frozen=True, slots=True)
class ReviewThread:
    """The conversation about one delivered note, oldest step first, and where it stands."""

    steps: tuple[JudgedStep, ...] = ()
    state: ReviewState = ReviewState.NOT_REVIEWED
    review: Review | None = None
    """The review that stands: the latest one that counts."""
    answer: ReviewAnswer | None = None
    """The latest answer to it that counts."""
    settlement: Settlement | None = None
    """The settlement of that answer, where it was a dispute."""

    @property
    def lines(self) -> Mapping[str, LineScore]:
        """The scores as they stand: the review's, with what a settlement changed."""
        if self.review is None:
            return {}
        changed = {} if self.settlement is None else self.settlement.lines
        return {
            **self.review.lines,
            **{
                line_id: replace(self.review.lines.get(line_id, LineScore()), answer=given.answer)
                for line_id, given in changed.items()
            },
        }


def review_thread(steps: Sequence[ReviewStep], note_author: HelpDeskUser, policy: ReviewPolicy) -> ReviewThread:
    """Return the conversation about a note from its steps, in any order.

    Steps are put in the order of their times at the help desk; of equal times a review comes before an answer to it.
    What is not there yet comes last, whatever this computer's clock said. What somebody wrote who may not, or what
    answers nothing that counts, stays in the conversation with the reason why it counts nowhere.
    """
    told: list[JudgedStep] = []
    counted: dict[str, ReviewStep] = {}
    stands: Review | None = None
    answered: ReviewAnswer | None = None
    settled: Settlement | None = None
    state = ReviewState.NOT_REVIEWED
    for step in sorted(steps, key=_in_order):
        why_not = _why_not(step, note_author, policy, counted, stands)
        told.append(JudgedStep(step, why_not))
        if why_not:
            continue
        counted[step.id] = step
        match step:
            case Review():
                stands, answered, settled = step, None, None
                sent_back = step.verdict is ReviewVerdict.SENT_BACK
                state = ReviewState.SENT_BACK if sent_back else ReviewState.ACCEPTED
            case ReviewAnswer():
                answered, settled, state = step, None, _ANSWERED[step.kind]
            case Settlement():
                settled, state = step, ReviewState.SETTLED
    return ReviewThread(tuple(told), state, stands, answered, settled)


def _in_order(step: ReviewStep) -> tuple[bool, datetime, int, int, str]:
    kind = (Review, ReviewAnswer, Settlement).index(type(step))
    return step.comment_id is None, step.at, kind, step.comment_id or 0, step.id


def _why_not(
    step: ReviewStep,
    note_author: HelpDeskUser,
    policy: ReviewPolicy,
    counted: Mapping[str, ReviewStep],
    stands: Review | None,
) -> str:
    """Return why a step counts nowhere; empty where it counts."""
    if isinstance(step, Review):
        return policy.reviewers.why_not(step.by, note_author)
    if isinstance(step, ReviewAnswer):
        if not step.by.is_same(note_author):
            return f"an answer by {step.by.called}, who did not write the note"
        if step.review_id not in counted:
            return "an answer to a review that is not here, or does not count"
        if stands is None or stands.id != step.review_id:
            return "an answer to a review that a later one has replaced"
        if step.comment_id is None:
            return ""  # the window was asked for when it was written, by a better clock than this computer's
        return why_no_dispute(step.kind, stands, step.at, policy.dispute_within)
    if reason := policy.reviewers.why_not(step.by, note_author):
        return reason
    answer = counted.get(step.answer_id) if isinstance(step, Settlement) else None
    if not isinstance(answer, ReviewAnswer) or answer.kind is not ReviewAnswerKind.DISPUTES:
        return "a settlement of a dispute that is not here, or does not count"
    return ""


def why_no_dispute(kind: ReviewAnswerKind, review: Review, at: datetime, within: timedelta | None) -> str:
    """Return why a review can no longer be disputed at a moment; empty where it can, and for every other answer."""
    if kind is not ReviewAnswerKind.DISPUTES or within is None or at - review.at <= within:
        return ""
    days = within.total_seconds() / 86400
    return f"a dispute after the playbook's window of {days:g} {'day' if days == 1 else 'days'}"
