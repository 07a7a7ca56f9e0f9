"""Reviews go to a file, one row a review and line; and an agent's scores before and after a talk come from them."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.coaching import CoachingDeed
from csat_tui.domain.review.delivered_note import DeliveredNote
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.scorecard import LineScore, score
from csat_tui.domain.review.set_aside import SetAsideKind
from csat_tui.domain.review.steps import (
    Review,
    ReviewAnswer,
    ReviewAnswerKind,
    ReviewStep,
    ReviewVerdict,
    Settlement,
    SettlementKind,
)
from csat_tui.store.review import keep_scorecard, put_delivered_notes, put_step, surveys_of
from csat_tui.workflow.coaching import CoachingDesk
from csat_tui.workflow.review_export import export_reviews
from csat_tui.workflow.review_loop import ReviewLoop
from csat_tui.workflow.setting_aside import SettingAside
from tests.builders import NOON, the_playbook
from tests.store.shelf import sign_in_reviewer
from tests.sync.bench import Bench, survey_ticket

CARD = the_playbook().scorecards[0]
LINE = next(line for line in CARD.lines if not line.bonus and line.weight > 1)
FULL = {line.id: LineScore(line.scale.full) for line in CARD.lines}
LOW = FULL | {LINE.id: LineScore(LINE.scale.lowest, next(iter(LINE.causes), ""), "=HYPERLINK(1)")}
LEE = HelpDeskUser(UserId(9), "Lee", role="admin")
MEI = HelpDeskUser(UserId(8), "Mei", role="agent")


def reviewed(bench: Bench, number: int, days: int, scores: Mapping[str, LineScore], by: HelpDeskUser = LEE) -> Review:
    """Have a note that Mei wrote some days after noon reviewed an hour later."""
    at = NOON + timedelta(days=days)
    bench.arrive(number)
    note = DeliveredNote(number, survey_ticket(number), at, MEI.id, MEI.name, "NRN")
    with bench.database.write() as connection:
        version = keep_scorecard(connection, CARD, at)
        put_delivered_notes(connection, [(survey_ticket(number), [note])])
    step = Review(
        id=f"review {number} {by.name}", note=number, ticket_id=survey_ticket(number), by=by,
        at=at + timedelta(hours=1), text="Read it.", lines=scores, labels={line.id: line.label for line in CARD.lines},
        verdict=ReviewVerdict.SENT_BACK, card_id=CARD.id, card_label=CARD.label, card_version=version,
        percent=score(CARD, scores).percent,
    )  # fmt: skip
    written(bench, step)
    return step


def written(bench: Bench, step: ReviewStep) -> None:
    with bench.database.write() as connection:
        put_step(connection, SurveyId(surveys_of(connection, [step.ticket_id])[step.ticket_id]), step)


def settle(bench: Bench, review: Review) -> None:
    """Have Mei dispute the line and Lee accept that."""
    about = {"note": review.note, "ticket_id": review.ticket_id, "lines": {LINE.id: LineScore(LINE.scale.full)}}
    later = review.at + timedelta(hours=1)
    dispute = ReviewAnswer(
        id="answer", by=MEI, at=later, text="I did.", review_id=review.id, kind=ReviewAnswerKind.DISPUTES, **about
    )  # fmt: skip
    written(bench, dispute)
    written(bench, Settlement(id="settlement", by=LEE, at=later + timedelta(hours=1), text="True.", answer_id="answer",
                              kind=SettlementKind.ACCEPTED, **about))  # fmt: skip


def export(bench: Bench, path: Path, **period: object) -> list[dict[str, str]]:
    done = export_reviews(bench.database, bench.desk, path, **period)  # type: ignore[arg-type]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert done.rows == len(rows)
    return rows


def test_each_line_of_a_review_is_a_row_with_points_and_no_cell_is_a_formula(bench: Bench, tmp_path: Path) -> None:
    review = reviewed(bench, 1, 0, LOW)
    rows = export(bench, tmp_path / "reviews.csv")
    assert [row["Line"] for row in rows] == list(LOW)
    (row,) = [row for row in rows if row["Line"] == LINE.id]
    assert (row["Note"], row["Agent"], row["Reviewer"], row["Verdict"]) == ("1", "Mei", "Lee", "sent back")
    assert (row["Answer"], row["Points"], row["Weight"]) == (LINE.scale.lowest.value, "0", str(LINE.weight))
    assert (row["What is scored"], row["Comment on the line"]) == (LINE.label, "'=HYPERLINK(1)")
    assert (row["Scorecard"], row["Version"], row["Comment"]) == (CARD.label, review.card_version, "Read it.")
    assert (row["Percent"], row["Percent as it stands"]) == (f"{review.percent:g}", f"{review.percent:g}")


def test_a_review_that_was_scored_elsewhere_has_points_by_the_playbooks_scorecard(bench: Bench, tmp_path: Path) -> None:
    reviewed(bench, 1, 0, LOW)
    with bench.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER scorecard_version_keeps")
        connection.exec_driver_sql("DELETE FROM scorecard_version")
    assert {row["Weight"] for row in export(bench, tmp_path / "here.csv")} == {str(line.weight) for line in CARD.lines}
    object.__setattr__(bench.desk, "playbook", replace(bench.desk.playbook, scorecards=()))
    rows = export(bench, tmp_path / "nowhere.csv")
    assert {(row["Weight"], row["Points"]) for row in rows} == {("", "")}
    assert {row["What is scored"] for row in rows} == {line.label for line in CARD.lines}


def test_a_settlement_stands_beside_what_was_scored(bench: Bench, tmp_path: Path) -> None:
    review = reviewed(bench, 1, 0, LOW)
    settle(bench, review)
    (row,) = [row for row in export(bench, tmp_path / "reviews.csv") if row["Line"] == LINE.id]
    assert (row["Answer"], row["Points"]) == (LINE.scale.lowest.value, "0")
    assert (row["Settled answer"], row["Settled points"]) == (LINE.scale.full.value, str(LINE.weight))
    assert (row["Percent"], row["Percent as it stands"]) == (f"{review.percent:g}", f"{score(CARD, FULL).percent:g}")


def test_a_workbook_holds_the_same_and_reviews_of_other_days_are_left_out(bench: Bench, tmp_path: Path) -> None:
    reviewed(bench, 1, 0, LOW)
    reviewed(bench, 2, 5, FULL)
    path = tmp_path / "reviews.xlsx"
    done = export_reviews(bench.database, bench.desk, path, NOON + timedelta(days=1))
    sheet = load_workbook(path)["Reviews"]
    assert (done.reviews, done.rows, sheet.max_row) == (1, len(FULL), len(FULL) + 1)
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == {"2"}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert export(bench, tmp_path / "none.csv", until=NOON) == []


def test_a_review_by_somebody_who_may_not_and_one_that_was_replaced_are_told_apart(
    bench: Bench, tmp_path: Path
) -> None:
    reviewed(bench, 1, 0, FULL, MEI)
    reviewed(bench, 2, 0, LOW)
    later = reviewed(bench, 2, 1, FULL, HelpDeskUser(UserId(10), "Kim", role="admin"))
    rows = export(bench, tmp_path / "reviews.csv")
    assert {(row["Note"], row["Reviewer"], row["Stands"]) for row in rows} == {
        ("2", "Lee", "no"), ("2", later.by.name, "yes"),
    }  # fmt: skip
    assert export_reviews(bench.database, bench.desk, tmp_path / "again.csv").left_out == 1


@pytest.fixture
def desk(bench: Bench) -> CoachingDesk:
    sign_in_reviewer(bench.database, bench.memory.agent.id)
    return CoachingDesk(bench.database, bench.desk, ReviewLoop(bench.database, bench.desk))


def test_scores_before_and_after_a_talk_are_those_of_the_agents_reviews_as_they_stand(
    bench: Bench, desk: CoachingDesk
) -> None:
    first = reviewed(bench, 1, -20, LOW)
    settle(bench, first)
    for number in range(2, 7):
        reviewed(bench, number, -number, LOW)
    for number in range(7, 12):
        reviewed(bench, number, number, FULL)
    reviewed(bench, 12, -3, FULL, MEI)  # which counts nowhere
    item = desk.mark(2, "Say what was done.")
    assert desk.scores([item]) == {}
    item = desk.step(item.id, CoachingDeed.TALK, "So.")
    found = desk.scores([item])[item.id]
    low, full = score(CARD, LOW).percent, score(CARD, FULL).percent
    assert low is not None
    assert (found.reviews.before.count, found.reviews.after.count) == (6, 5)
    assert found.reviews.before.mean == pytest.approx((5 * low + (full or 0)) / 6)
    assert (found.reviews.after.mean, found.reviews.low is not None) == (full, True)


def test_ratings_set_aside_are_in_neither_group_and_those_given_are_the_other_agents(
    bench: Bench, desk: CoachingDesk
) -> None:
    surveys = [bench.arrive(number) for number in range(1, 5)]
    reviewed(bench, 5, 0, FULL)
    rated = bench.case(surveys[0]).survey.agent
    aside = SettingAside(bench.database, bench.desk, ReviewLoop(bench.database, bench.desk))
    aside.set_aside(surveys[0], SetAsideKind.CARRIER, "Rain.")
    aside.set_aside(surveys[1], SetAsideKind.WRONG_PERSON, "Noor wrote it.", "Noor")
    bench.clock.forward(86_400)
    for agent, count, left_out in ((rated, 3, 2), ("Noor", 1, 0)):
        item = desk.step(desk.mark(5, "Ask first.", agent).id, CoachingDeed.TALK, "So.")
        found = desk.scores([item])[item.id]
        assert (found.ratings.before.count, found.set_aside) == (count, left_out)
