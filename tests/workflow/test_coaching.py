"""Coaching comes round: an item is marked or submitted, talked about, agreed, falls due and is followed up."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.exc import DatabaseError

from csat_tui.domain.case import Answer
from csat_tui.domain.ids import OpId, SurveyId, UserId
from csat_tui.domain.review.coaching import CoachingDeed, CoachingState
from csat_tui.domain.review.delivered_note import DeliveredNote
from csat_tui.domain.review.scorecard import LineScore, version_of
from csat_tui.domain.review.set_aside import SetAsideKind
from csat_tui.store.named_values import remember
from csat_tui.store.recovery import open_repaired
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import removed_files, restore
from csat_tui.store.review import ReviewDraft, put_delivered_notes
from csat_tui.store.sheets import SheetView
from csat_tui.workflow.coaching import CoachingDesk, NotCoached
from csat_tui.workflow.review_loop import ReviewLoop
from csat_tui.workflow.setting_aside import SettingAside
from csat_tui.workflow.sheets import Sheets
from tests.builders import NOON, the_playbook
from tests.store.shelf import sign_in_reviewer, value
from tests.sync.bench import QUESTION, Bench, survey_ticket

NOTE = 90_001
WHAT = "Say what was done for the customer."


@pytest.fixture
def desk(bench: Bench) -> CoachingDesk:
    sign_in_reviewer(bench.database, bench.memory.agent.id)
    return coaching_desk(bench)


def coaching_desk(bench: Bench) -> CoachingDesk:
    return CoachingDesk(bench.database, bench.desk, ReviewLoop(bench.database, bench.desk))


@pytest.fixture
def noted(bench: Bench) -> SurveyId:
    """A case with a note by Mei on its survey ticket."""
    survey_id = bench.arrive(1)
    note = DeliveredNote(NOTE, survey_ticket(1), NOON, UserId(8), "Mei", "NRN")
    with bench.database.write() as connection:
        put_delivered_notes(connection, [(survey_ticket(1), [note])])
    return survey_id


@pytest.fixture
def submitted(bench: Bench) -> Callable[[int], SurveyId]:
    """Decide a case with a coaching submission for its first agent."""

    def decide(number: int) -> SurveyId:
        survey_id = bench.arrive(number)
        bench.desk.answer(survey_id, "coaching-needed", Answer.YES)
        bench.ask(survey_id, QUESTION | {"coaching": "Read the whole mail."})
        return survey_id

    return decide


@pytest.mark.usefixtures("noted")
class TestAnItem:
    def test_is_marked_on_a_note_for_whoever_wrote_it(self, desk: CoachingDesk) -> None:
        desk.mark(NOTE, f" {WHAT} ", line_ids=["summary"])
        (item,) = desk.items("Mei").items
        assert (item.agent_id, item.agent, item.what, item.author) == (8, "Mei", WHAT, "Ana")
        assert (item.comment_id, item.line_ids, item.id[14]) == (NOTE, ("summary",), "7")
        assert desk.items("Noor").items == ()

    def test_is_marked_for_another_agent_by_name_alone(self, desk: CoachingDesk) -> None:
        item = desk.mark(NOTE, WHAT, agent=" Sol \n")
        assert (item.agent_id, item.agent) == (None, "Sol")

    def test_is_offered_by_what_the_note_fails_and_then_by_what_lost_most_points(
        self, bench: Bench, desk: CoachingDesk
    ) -> None:
        rules = the_playbook().audit[:2]
        with bench.database.write() as connection:
            failed = f'["{rules[0].id}", "{rules[1].id}"]'
            connection.exec_driver_sql("UPDATE delivered_note SET failed = ?", (failed,))
        assert desk.offered(NOTE).what == f"{rules[0].label}; {rules[1].label}"
        card = the_playbook().scorecards[0]
        lines = sorted((line for line in card.lines if not line.bonus), key=lambda line: line.weight)
        light, heavy = lines[0], lines[-1]
        scores = {line.id: LineScore(line.scale.lowest) for line in (light, heavy)}
        draft = ReviewDraft(card.id, version_of(card), scores)
        desk._loop.save_draft(NOTE, draft)
        offered = desk.offered(NOTE)
        assert (offered.what, offered.line_ids) == (f"{heavy.label}; {light.label}", (heavy.id, light.id))
        assert desk.offered(NOTE + 1).what == ""

    def test_comes_round_and_is_due_on_its_day(self, bench: Bench, desk: CoachingDesk) -> None:
        item = desk.mark(NOTE, WHAT)
        desk.step(item.id, CoachingDeed.TALK, "Mei had not known.")
        until = desk.today + timedelta(days=14)
        desk.step(item.id[-8:], CoachingDeed.AGREED, "Every summary says what was done.", until)
        assert desk.due() == []
        bench.clock.forward(14 * 86_400)
        assert [one.id for one in desk.due()] == [item.id]
        after = desk.step(item.id, CoachingDeed.FOLLOW_UP, "They do.")
        assert after.state(desk.today) is CoachingState.FOLLOWED_UP
        assert desk.due() == []
        desk.step(item.id, CoachingDeed.CLOSED, "Done.")
        assert desk.items().items == ()
        (closed,) = desk.items(closed=True).items
        assert closed.steps[0].text == "Mei had not known."
        assert len(closed.steps) == 4

    def test_is_on_a_further_sheet_of_the_trackers_workbook_and_in_a_file_of_its_own(
        self, bench: Bench, desk: CoachingDesk, tmp_path: Path
    ) -> None:
        sheets = Sheets(bench.database, bench.desk)
        sheets.export(SheetView(), tmp_path / "before.xlsx", workbook=True)
        assert load_workbook(tmp_path / "before.xlsx").sheetnames == ["Tracker"]
        desk.step(desk.mark(NOTE, "=1+1").id, CoachingDeed.TALK, "So.")
        sheets.export(SheetView(), tmp_path / "after.xlsx", workbook=True)
        book = load_workbook(tmp_path / "after.xlsx")
        assert book.sheetnames == ["Tracker", "Coaching items"]
        head, row = ([cell.value for cell in line] for line in book["Coaching items"].iter_rows())
        told = dict(zip(head, row, strict=True))
        assert (told["Agent"], told["To work on"], told["State"]) == ("Mei", "=1+1", "talked about")
        assert told["Steps"] == f"{desk.today.isoformat()} talk (Ana): So."
        assert "f" not in {cell.data_type for line in book["Coaching items"].iter_rows() for cell in line}
        sheets.export(SheetView(until=NOON), tmp_path / "older.xlsx", workbook=True)
        assert load_workbook(tmp_path / "older.xlsx").sheetnames == ["Tracker"]
        assert desk.export(tmp_path / "items.csv") == 1
        assert "'=1+1" in (tmp_path / "items.csv").read_text("utf-8-sig")

    def test_keeps_the_order_of_its_steps_where_the_clock_was_put_back(self, bench: Bench, desk: CoachingDesk) -> None:
        item = desk.mark(NOTE, WHAT)
        desk.step(item.id, CoachingDeed.TALK, "First.")
        bench.clock.forward(-86_400)
        desk.step(item.id, CoachingDeed.TALK, "Second.")
        assert [step.text for step in desk.find(item.id).steps] == ["First.", "Second."]

    @pytest.mark.parametrize("item", ["ffff", "", "record-9", "note-9", "record-9x", "record-" + "9" * 30])
    def test_that_is_not_here_is_said(self, desk: CoachingDesk, item: str) -> None:
        with pytest.raises(NotCoached, match="no coaching item"):
            desk.step(item, CoachingDeed.TALK, "So.")

    def test_is_refused_without_words_without_a_note_and_from_an_agent(self, bench: Bench, desk: CoachingDesk) -> None:
        for comment_id, what in ((NOTE, "  "), (NOTE + 1, WHAT), (2**63, WHAT)):
            with pytest.raises(NotCoached, match=r"Nothing was written\."):
                desk.mark(comment_id, what)
        item = desk.mark(NOTE, WHAT)
        with bench.database.write() as connection:
            remember(connection, "agent_role", "agent", NOON)
        for refused in (partial(desk.mark, NOTE, WHAT), partial(desk.step, item.id, CoachingDeed.TALK, "So.")):
            with pytest.raises(NotCoached, match="Nothing was written: you may not review"):
                refused()
        assert [(one.id, one.steps) for one in desk.items().items] == [(item.id, ())]

    def test_an_agreement_needs_a_day(self, desk: CoachingDesk) -> None:
        item = desk.mark(NOTE, WHAT)
        desk.step(item.id, CoachingDeed.TALK, "So.")
        with pytest.raises(NotCoached, match="by which day"):
            desk.step(item.id, CoachingDeed.AGREED, "So.")

    def test_and_its_steps_cannot_be_changed_or_removed(self, bench: Bench, desk: CoachingDesk) -> None:
        desk.step(desk.mark(NOTE, WHAT).id, CoachingDeed.TALK, "So.")
        for table, column in (("coaching_item", "what"), ("coaching_step", "text")):
            for statement in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}"):
                with (
                    pytest.raises(DatabaseError, match=f"{table} is append-only"),
                    bench.database.write() as connection,
                ):
                    connection.exec_driver_sql(statement)

    def test_is_kept_in_the_ledger_and_goes_and_comes_back_with_its_case(
        self, bench: Bench, desk: CoachingDesk
    ) -> None:
        desk.step(desk.mark(NOTE, WHAT).id, CoachingDeed.TALK, "So.")
        bench.database.close()
        bench.database.file.write_bytes(b"no database any more" * 500)
        bench.database, _ = open_repaired(bench.database.file, NOON)
        with bench.database.write() as connection:
            connection.exec_driver_sql("UPDATE \"case\" SET stage = 'decided', received_at = 0")
        old = timedelta(days=180)
        assert purge(bench.database, old, NOON + timedelta(days=179)).cases == 0, "a young step keeps its case"
        assert purge(bench.database, old, NOON + timedelta(days=181)).cases == 1
        assert value(bench.database, "SELECT count(*) FROM coaching_item") == 0
        restore(bench.database, removed_files(bench.database.file)[0])
        (back,) = coaching_desk(bench).items().items
        assert (back.what, back.steps[0].text) == (WHAT, "So.")


async def test_what_an_agent_submitted_is_an_item_and_is_taken_up_by_the_first_step(
    bench: Bench, desk: CoachingDesk, submitted: Callable[[int], SurveyId]
) -> None:
    survey_id = submitted(1)
    await bench.run_down()
    (item,) = desk.items().items
    assert desk.rows() == [], "it is on the sheet of submissions"
    assert (item.what, item.survey_id, item.author, item.taken_up) == ("Read the whole mail.", survey_id, "Ana", False)
    assert item.agent == bench.case(survey_id).survey.agent
    taken = desk.step(item.id, CoachingDeed.TALK, "Read together.")
    assert taken.taken_up
    (again,) = desk.items().items
    assert (again.id, again.state(desk.today), again.author) == (taken.id, CoachingState.TALKED, "Ana")
    with pytest.raises(NotCoached):
        desk.step(item.id, CoachingDeed.TALK, "Twice.")


async def test_a_submission_follows_its_rating_and_is_left_out_and_counted_where_that_is_set_aside(
    bench: Bench, desk: CoachingDesk, submitted: Callable[[int], SurveyId]
) -> None:
    first, second = submitted(1), submitted(2)
    await bench.run_down()
    aside = SettingAside(bench.database, bench.desk, ReviewLoop(bench.database, bench.desk))
    aside.set_aside(first, SetAsideKind.CARRIER, "Rain.")
    aside.set_aside(second, SetAsideKind.WRONG_PERSON, "Noor wrote it.", "Noor")
    found = desk.items()
    assert ([item.agent for item in found.items], found.set_aside) == (["Noor"], 1)
    assert desk.find(found.items[0].id) == found.items[0]
    with pytest.raises(NotCoached, match="no coaching item"):
        desk.find("record-1")
    assert [item.survey_id for item in desk.items("Noor").items] == [second]
    rated = desk.items(bench.case(first).survey.agent)
    assert (rated.items, rated.set_aside) == ((), 1)


async def test_what_a_colleague_says_in_a_note_is_submitted_too_and_not_twice_where_it_was_decided_here(
    bench: Bench, desk: CoachingDesk, submitted: Callable[[int], SurveyId]
) -> None:
    mine = submitted(1)
    await bench.run_down()
    with bench.database.read() as connection:
        ours = OpId(connection.exec_driver_sql("SELECT op_id FROM outbox WHERE kind = 'note'").scalar_one())
    theirs = bench.arrive(2)
    words = {"coaching": "Ask before you refund."}
    with bench.database.write() as connection:
        told = [(1, NOTE, ours), (2, NOTE + 1, None)]
        for number, comment, op_id in told:
            note = DeliveredNote(comment, survey_ticket(number), NOON, UserId(8), "Mei", "", fields=words, op_id=op_id)
            put_delivered_notes(connection, [(survey_ticket(number), [note])])
    items = {item.survey_id: item for item in desk.items().items}
    assert items[mine].what == "Read the whole mail."
    assert (items[theirs].id, items[theirs].what) == (f"note-{NOTE + 1}", "Ask before you refund.")
    assert (items[theirs].author, items[theirs].agent) == ("Mei", bench.case(theirs).survey.agent)
    taken = desk.step(f"note-{NOTE + 1}", CoachingDeed.TALK, "So.")
    assert (taken.comment_id, taken.author) == (NOTE + 1, "Mei")
    assert len(desk.items().items) == 2
