"""What a review comes to once it is settled, and what an agent's scores were before and after a talk."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.review.results import ReviewedNote, ScoresAround, scores_around
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, score
from csat_tui.domain.review.steps import Review, ReviewThread, ReviewVerdict, Settlement, SettlementKind
from csat_tui.playbook import resolve_playbook
from tests.builders import NOON

CARD = resolve_playbook("strike-team", Path("/nowhere")).scorecards[0]
LEE = HelpDeskUser(UserId(9), "Lee", role="admin")
LINE = next(line for line in CARD.lines if not line.bonus)
FULL = {line.id: LineScore(line.scale.full) for line in CARD.lines}
LOW = FULL | {LINE.id: LineScore(LINE.scale.lowest)}
REVIEW = Review(
    id="r", note=5, ticket_id=TicketId(1), by=LEE, at=NOON, lines=LOW, verdict=ReviewVerdict.SENT_BACK,
    card_id=CARD.id, percent=score(CARD, LOW).percent,
)  # fmt: skip


def settlement(answer: LineAnswer) -> Settlement:
    return Settlement(
        id="s", note=5, ticket_id=TicketId(1), by=LEE, at=NOON, lines={LINE.id: LineScore(answer)}, answer_id="a",
        kind=SettlementKind.ACCEPTED,
    )  # fmt: skip


NOTE = ReviewedNote(5, SurveyId(1), TicketId(1), NOON, UserId(8), "Mei", ReviewThread(review=REVIEW), CARD)
SETTLED = replace(NOTE, thread=ReviewThread(review=REVIEW, settlement=settlement(LINE.scale.full)))


def test_a_review_stands_as_it_was_scored_until_a_settlement_changes_lines_of_it() -> None:
    assert NOTE.percent == REVIEW.percent
    assert SETTLED.percent == score(CARD, FULL).percent
    assert SETTLED.percent != NOTE.percent


@pytest.mark.parametrize(
    "note",
    [
        replace(NOTE, thread=ReviewThread()),
        replace(SETTLED, card=None),
        replace(SETTLED, thread=ReviewThread(review=REVIEW, settlement=settlement(LineAnswer.THREE))),
    ],
    ids=["no review", "a settlement over a scorecard that is not here", "an answer that the scorecard does not have"],
)
def test_where_nobody_can_tell_there_is_no_percentage(note: ReviewedNote) -> None:
    assert note.percent is None


TODAY = NOON.astimezone().date()


def at(days: int, hour: int = 12) -> datetime:
    return datetime.combine(TODAY + timedelta(days=days), time(hour)).astimezone()


def test_what_was_written_on_the_day_of_the_talk_counts_neither_before_nor_after() -> None:
    told = [(at(-2), 50.0), (at(-1, 23), 60.0), (at(0, 0), 1.0), (at(0, 23), 2.0), (at(1, 0), 90.0), (at(2), None)]
    found = scores_around(told, TODAY)
    assert (found.before.count, found.before.mean, found.after.count, found.after.mean) == (2, 55, 1, 90)


def around(before: list[float], after: list[float], *, aside: int = 0) -> ScoresAround:
    told = [(at(-3), one) for one in before] + [(at(3), one) for one in after]
    return ScoresAround(TODAY, scores_around(told, TODAY), scores_around([], TODAY), aside)


@pytest.mark.parametrize(
    ("found", "sentences"),
    [
        (around([], []), ["Nothing was reviewed or rated before or after the talk."]),
        (around([50], []), ["Reviews: 50.0 (1) before, none after."]),
        (
            around([50, 60], [90]),
            ["Reviews: 55.0 (2) before, 90.0 (1) after. Too few to compare; 5 of each are needed."],
        ),
        (
            around([60, 62, 58, 61, 59], [80, 84, 79, 81, 82], aside=2),
            [
                "Reviews: 60.0 (5, 58.0 to 62.0) before, 81.2 (5, 78.8 to 83.6) after: 21.2 higher (+18.6 to +23.8).",
                "2 of their ratings are set aside or given away.",
            ],
        ),
        (
            around([60, 70, 50, 65, 55], [58, 72, 52, 66, 57]),
            [
                "Reviews: 60.0 (5, 50.2 to 69.8) before, 61.0 (5, 51.1 to 70.9) after: "
                "1.0 higher (-10.8 to +12.8); chance alone can make that."
            ],
        ),
        (
            around([90] * 5, [80] * 5),
            ["Reviews: 90.0 (5) before, 80.0 (5) after: 10.0 lower, without an interval, as no two scores differ."],
        ),
    ],
)
def test_what_came_of_it_is_said_with_intervals_or_why_there_are_none(
    found: ScoresAround, sentences: list[str]
) -> None:
    assert list(found.sentences) == sentences
