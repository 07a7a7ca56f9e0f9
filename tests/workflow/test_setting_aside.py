"""Ratings that are set aside leave every figure that follows, are counted there, and come back when restored."""

import csv
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from csat_tui.domain.case import Answer
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.set_aside import SetAsideDeed, SetAsideKind
from csat_tui.domain.shift import Coached, ShiftFacts
from csat_tui.reports.recap import fresh_parts
from csat_tui.store import shifts
from csat_tui.store.named_values import remember
from csat_tui.store.recovery import open_repaired
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import removed_files, restore
from csat_tui.store.review import every_set_aside
from csat_tui.store.sheets import SheetView
from csat_tui.workflow.review_loop import ReviewLoop
from csat_tui.workflow.setting_aside import NotSetAside, SettingAside
from csat_tui.workflow.sheets import Sheets
from tests.builders import NOON, the_playbook
from tests.store.shelf import sign_in_reviewer, value
from tests.sync.bench import QUESTION, Bench

WHY = "The carrier left it in the rain."


@pytest.fixture
def aside(bench: Bench) -> SettingAside:
    sign_in_reviewer(bench.database, bench.memory.agent.id)
    return SettingAside(bench.database, bench.desk, ReviewLoop(bench.database, bench.desk))


@pytest.fixture
def coached(bench: Bench) -> Callable[[int], SurveyId]:
    """Decide a case with a coaching submission for its first agent."""

    def decide(number: int) -> SurveyId:
        survey_id = bench.arrive(number)
        bench.desk.answer(survey_id, "coaching-needed", Answer.YES)
        bench.ask(survey_id, QUESTION | {"coaching": "Read the whole mail."})
        return survey_id

    return decide


def facts(bench: Bench) -> ShiftFacts:
    with bench.database.read() as connection:
        worked = shifts.worked(connection, "Ana", NOON - timedelta(days=1), NOON + timedelta(days=1))
        return ShiftFacts(worked, coached=shifts.coached(connection, [one.survey_id for one in worked]))


def test_a_step_is_kept_with_its_author_its_time_and_its_reason(bench: Bench, aside: SettingAside) -> None:
    survey_id = bench.arrive(1)
    aside.set_aside(survey_id, SetAsideKind.CARRIER, f"  {WHY} \ud83d")
    (listed,) = aside.every()
    assert (listed.step.author_id, listed.step.author) == (bench.memory.agent.id, "Ana")
    assert listed.step.at == bench.clock.now()
    assert (listed.step.reason, listed.stands) == (f"{WHY} ?", True)
    assert listed.step.id[14] == "7"


@pytest.mark.parametrize(
    ("name", "known", "sentence"),
    [
        ("agent_role", "agent", "The rating stays as it is: you may not review"),
        ("agent_id", "", "not said yet who you"),
    ],
)
def test_whoever_may_not_review_or_is_not_known_changes_no_rating(
    bench: Bench, aside: SettingAside, name: str, known: str, sentence: str
) -> None:
    survey_id = bench.arrive(1)
    aside.set_aside(bench.arrive(2), SetAsideKind.SPAM, WHY)
    with bench.database.write() as connection:
        remember(connection, name, known, bench.clock.now())
    for refused in (
        partial(aside.set_aside, survey_id, SetAsideKind.SPAM, WHY),
        partial(aside.restore, aside.every()[0].step.survey_id, WHY),
    ):
        with pytest.raises(NotSetAside, match=sentence):
            refused()
    assert len(aside.every()) == 1


def test_a_case_that_is_not_here_is_said(aside: SettingAside) -> None:
    with pytest.raises(NotSetAside, match=r"no case 7.*Nothing was changed\."):
        aside.set_aside(SurveyId(7), SetAsideKind.SPAM, WHY)


def test_it_is_restored_and_every_step_stays_also_where_the_clock_was_put_back(
    bench: Bench, aside: SettingAside
) -> None:
    survey_id = bench.arrive(1)
    aside.set_aside(survey_id, SetAsideKind.CARRIER, WHY)
    bench.clock.forward(-86_400)
    aside.restore(survey_id, "It was late by us.")
    assert aside.standing(survey_id) is None
    with pytest.raises(NotSetAside, match="not set aside"):
        aside.restore(survey_id, "Again.")
    aside.set_aside(survey_id, SetAsideKind.WRONG_PERSON, "Noor wrote it.", " Noor \n")
    assert [(one.step.words, one.stands) for one in aside.every()] == [
        ("given to Noor", True), ("restored", False), ("set aside (carrier)", False),
    ]  # fmt: skip


def test_the_database_refuses_to_change_or_remove_a_step(bench: Bench, aside: SettingAside) -> None:
    aside.set_aside(bench.arrive(1), SetAsideKind.SPAM, WHY)
    for statement in ("UPDATE set_aside SET reason = ''", "DELETE FROM set_aside"):
        with pytest.raises(DatabaseError, match="set_aside is append-only"), bench.database.write() as connection:
            connection.exec_driver_sql(statement)


def test_a_rating_that_is_set_aside_is_not_among_the_ratings_of_a_recap_and_is_counted(
    bench: Bench, aside: SettingAside, coached: Callable[[int], SurveyId]
) -> None:
    first, second = coached(1), coached(2)
    assert "on average of 2" in fresh_parts(facts(bench), [], the_playbook())["numbers"]
    aside.set_aside(first, SetAsideKind.CARRIER, WHY)
    numbers = fresh_parts(facts(bench), [], the_playbook())["numbers"]
    assert "on average of 1; 1 set aside" in numbers
    assert "Cases decided: **2**" in numbers
    aside.set_aside(second, SetAsideKind.SPAM, WHY)
    assert "- Ratings seen: none; 2 set aside" in fresh_parts(facts(bench), [], the_playbook())["numbers"]
    aside.restore(first, "It was late by us.")
    assert "on average of 1; 1 set aside" in fresh_parts(facts(bench), [], the_playbook())["numbers"]


async def test_coaching_counts_for_the_agent_to_whom_the_rating_was_given_and_for_nobody_where_it_is_set_aside(
    bench: Bench, aside: SettingAside, coached: Callable[[int], SurveyId]
) -> None:
    first, second, _ = coached(1), coached(2), coached(3)
    await bench.run_down()
    rated = next(iter(facts(bench).coached.agents))
    assert facts(bench).coached == Coached({rated: 3}, 0)
    aside.set_aside(first, SetAsideKind.PRODUCT, WHY)
    aside.set_aside(second, SetAsideKind.WRONG_PERSON, "Noor wrote it.", "Noor")
    assert facts(bench).coached == Coached({rated: 1, "Noor": 1}, 1)
    trends = fresh_parts(facts(bench), [], the_playbook())["trends"]
    assert "- Noor: 1 of 3" in trends
    assert "- 1 set aside" in trends
    assert {one.agent for one in facts(bench).worked} == {rated, "Noor"}


async def test_an_exported_tracker_says_whose_a_rating_is_once_any_was_set_aside(
    bench: Bench, aside: SettingAside, coached: Callable[[int], SurveyId], tmp_path: Path
) -> None:
    first, _ = coached(1), coached(2)
    await bench.run_down()
    sheets = Sheets(bench.database, bench.desk)
    sheets.export(SheetView(), tmp_path / "before.csv", workbook=False)
    assert "Whose rating" not in (tmp_path / "before.csv").read_text("utf-8-sig")
    aside.set_aside(first, SetAsideKind.CARRIER, "=1+1")
    sheets.export(SheetView(), tmp_path / "after.csv", workbook=False)
    with (tmp_path / "after.csv").open(encoding="utf-8-sig", newline="") as file:
        said = [row["Whose rating"] for row in csv.DictReader(file)]
    assert said == ["set aside (carrier), by Ana: =1+1", ""]


def test_steps_are_kept_in_the_ledger_and_go_and_come_back_with_their_case(bench: Bench, aside: SettingAside) -> None:
    survey_id = bench.arrive(1)
    aside.set_aside(survey_id, SetAsideKind.CARRIER, WHY)
    bench.database.close()
    bench.database.file.write_bytes(b"no database any more" * 500)
    bench.database, repaired = open_repaired(bench.database.file, NOON)
    assert repaired is not None
    with bench.database.write() as connection:
        assert every_set_aside(connection)[0].step.reason == WHY
        connection.exec_driver_sql("UPDATE \"case\" SET stage = 'decided', received_at = 0")
    old = timedelta(days=180)
    assert purge(bench.database, old, NOON + timedelta(days=179)).cases == 0, "a young step keeps its case"
    assert purge(bench.database, old, NOON + timedelta(days=181)).cases == 1
    assert value(bench.database, "SELECT count(*) FROM set_aside") == 0
    restore(bench.database, removed_files(bench.database.file)[0])
    with bench.database.read() as connection:
        (back,) = every_set_aside(connection)
    assert (back.step.deed, back.step.reason) == (SetAsideDeed.SET_ASIDE, WHY)
