"""How far the machine and people agree, and how each reviewer's reviews fared.

The machine suggests and a person answers with the suggestion in view, so that these agreements say how far people
follow the machine as well as how right it is. Where it is known that an answer was taken over, what people answered by
hand is counted apart.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from csat_tui.domain.case import Answer
from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.scorecard import LineAnswer, ScorecardLine
from csat_tui.domain.review.steps import (
    Review,
    ReviewAnswer,
    ReviewAnswerKind,
    ReviewThread,
    ReviewVerdict,
    Settlement,
    SettlementKind,
)
from csat_tui.domain.statistics.reported_agreement import ReportedAgreement, report_agreement, report_pooled

RATED_ANSWERS = (Answer.YES, Answer.NO, Answer.NOT_APPLICABLE, Answer.UNSURE)
"""What a check can be answered with; a suggestion is one of them."""


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What an audit rule suggests for a line of one note, and what its reviewer answered.

    `suggested` is None where the rule cannot tell, or does not concern the note.
    """

    note: int
    card_id: str
    line: ScorecardLine
    suggested: LineAnswer | None
    given: LineAnswer


@dataclass(frozen=True, slots=True)
class RuleAgreement:
    """How far a rule and the reviewers agree on a line; `silent` counts the notes on which the rule said nothing.

    Of the notes that fail by the rule, reviewers gave less than the full answer to `upheld` and the full one to
    `overruled`; of those that pass by it, they gave less to `missed`. N/a is none of the three.
    """

    card_id: str
    line: ScorecardLine
    agreement: ReportedAgreement
    silent: int
    upheld: int
    overruled: int
    missed: int


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What is suggested for a check of one case now, and what its agent answered."""

    case: SurveyId
    check: str
    suggested: Answer | None
    given: Answer
    taken_over: bool
    """Whether the agent took over what was suggested then."""


@dataclass(frozen=True, slots=True)
class CheckAgreement:
    """How far suggestions and agents agree on a check: in all, and where agents answered by hand."""

    check: str
    answered: int
    taken_over: int
    silent: int
    agreement: ReportedAgreement
    by_hand: ReportedAgreement


@dataclass(slots=True)
class ReviewerRecord:
    """How one reviewer's reviews fared; reviews by who may not review are in none of the counts."""

    reviewer_id: UserId
    name: str
    reviews: int = 0
    sent_back: int = 0
    disputed: int = 0
    open_disputes: int = 0
    upheld: int = 0
    partly_overturned: int = 0
    overturned: int = 0
    lines_scored: int = 0
    lines_overturned: int = 0
    settled_by_others: int = 0
    """Settlements of disputes about their reviews that somebody else decided."""


def rule_agreements(answers: Iterable[RuleAnswer]) -> tuple[RuleAgreement, ...]:
    """Return the agreement for each line that a rule suggests an answer to, in the order in which they come."""
    return tuple(_of_rule(told) for told in _by_line(answers).values())


def rules_together(answers: Collection[RuleAnswer]) -> ReportedAgreement:
    """Return the agreement over all lines, with the notes as the sample."""
    by_line = _by_line(answers)
    notes = list(dict.fromkeys(one.note for one in answers))
    tables = []
    for told in by_line.values():
        pairs = {one.note: [one.suggested, one.given] for one in told if one.suggested is not None}
        tables.append([pairs.get(note, [None, None]) for note in notes])
    return report_pooled(tables, [told[0].line.answers for told in by_line.values()])


def _by_line(answers: Iterable[RuleAnswer]) -> Mapping[tuple[str, str], list[RuleAnswer]]:
    """Group the answers by line; an answer that the line no longer takes is left out."""
    found: dict[tuple[str, str], list[RuleAnswer]] = {}
    for one in answers:
        if one.given in one.line.answers:
            found.setdefault((one.card_id, one.line.id), []).append(one)
    return found


def _of_rule(told: Sequence[RuleAnswer]) -> RuleAgreement:
    line = told[0].line
    both = [one for one in told if one.suggested is not None]
    fails = [one for one in both if one.suggested is not line.scale.full]
    return RuleAgreement(
        told[0].card_id, line, report_agreement([[one.suggested, one.given] for one in both], line.answers),
        silent=len(told) - len(both), upheld=sum(_less_than_full(one) for one in fails),
        overruled=sum(one.given is line.scale.full for one in fails),
        missed=sum(_less_than_full(one) for one in both if one.suggested is line.scale.full),
    )  # fmt: skip


def _less_than_full(one: RuleAnswer) -> bool:
    return one.given not in (one.line.scale.full, LineAnswer.NOT_APPLICABLE)


def check_agreements(answers: Iterable[CheckAnswer]) -> tuple[CheckAgreement, ...]:
    """Return the agreement for each check, in the order in which they come."""
    by_check: dict[str, list[CheckAnswer]] = {}
    for one in answers:
        by_check.setdefault(one.check, []).append(one)
    return tuple(
        CheckAgreement(
            check, len(told), sum(one.taken_over for one in told), sum(one.suggested is None for one in told),
            _of_checks(told), _of_checks([one for one in told if not one.taken_over]),
        )
        for check, told in by_check.items()
    )  # fmt: skip


def _of_checks(told: Iterable[CheckAnswer]) -> ReportedAgreement:
    pairs = [[one.suggested, one.given] for one in told if one.suggested is not None]
    return report_agreement(pairs, RATED_ANSWERS, what="case")


def reviewer_records(threads: Iterable[ReviewThread]) -> tuple[ReviewerRecord, ...]:
    """Return each reviewer's record over conversations, those with most reviews first."""
    records: dict[UserId, ReviewerRecord] = {}
    for thread in threads:
        counted = [one.step for one in thread.steps if one.counts]
        settlements = {one.answer_id: one for one in counted if isinstance(one, Settlement)}
        disputes = [
            one for one in counted if isinstance(one, ReviewAnswer) and one.kind is ReviewAnswerKind.DISPUTES
        ]  # fmt: skip
        for review in (one for one in counted if isinstance(one, Review)):
            if review.by.id is not None:
                record = records.setdefault(review.by.id, ReviewerRecord(review.by.id, review.by.name))
                _count(record, review, [one for one in disputes if one.review_id == review.id], settlements)
    return tuple(sorted(records.values(), key=lambda one: (-one.reviews, one.name.casefold(), one.reviewer_id)))


def _count(
    record: ReviewerRecord, review: Review, disputes: Sequence[ReviewAnswer], settlements: Mapping[str, Settlement]
) -> None:
    """Add a review; of several disputes about it the last one with a settlement says how it fared."""
    record.reviews += 1
    record.sent_back += review.verdict is ReviewVerdict.SENT_BACK
    record.lines_scored += sum(one.answer is not None for one in review.lines.values())
    if not disputes:
        return
    record.disputed += 1
    settled = [settlements[one.id] for one in disputes if one.id in settlements]
    if not settled:
        record.open_disputes += 1
        return
    last = settled[-1]
    record.upheld += last.kind is SettlementKind.REJECTED
    record.partly_overturned += last.kind is SettlementKind.PARTLY
    record.overturned += last.kind is SettlementKind.ACCEPTED
    record.settled_by_others += not last.by.is_same(review.by)
    record.lines_overturned += sum(
        line_id in review.lines and one.answer is not review.lines[line_id].answer
        for line_id, one in last.lines.items()
    )
