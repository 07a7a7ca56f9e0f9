"""Every ticket of the morning's list is accounted for: decided, answered, settled in words, or missing until it is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.reconciliation import LineState, ReconciledLine
from csat_tui.domain.survey import as_arrival
from csat_tui.domain.ticket import Author
from csat_tui.store.cases import surveys
from csat_tui.store.tickets import put_tickets, put_transcripts
from csat_tui.sync.import_ticket import import_ticket
from csat_tui.workflow.low_scores import LowScoresDesk, NotTaken, offered
from csat_tui.workflow.playbook_changes import recast
from tests.builders import MAIL, a_message, a_ticket, the_playbook
from tests.sync.bench import Bench, source_ticket, survey_ticket

FOREIGN = 7_777_777


@pytest.fixture
def lists(bench: Bench) -> LowScoresDesk:
    return LowScoresDesk(bench.database, bench.desk)


def a_list(*tickets: object) -> bytes:
    return "\n".join(["Ticket,Comment", *(f"{ticket},late" for ticket in tickets)]).encode()


def only_line(lists: LowScoresDesk) -> ReconciledLine:
    (one,) = lists.open_lists()
    (line,) = one.lines
    return line


def test_a_decided_case_accounts_for_its_ticket_whichever_of_its_numbers_is_on_the_list(
    bench: Bench, lists: LowScoresDesk
) -> None:
    bench.ask(bench.arrive(1))
    lists.take_in(a_list(source_ticket(1), survey_ticket(1)), "morning.csv")
    (one,) = lists.open_lists()
    assert {line.standing for line in one.lines} <= {LineState.DECIDED, LineState.PARKED}
    assert one.lines[0].sentence.startswith("Needs evaluation by Ana, 2026-03-10")
    assert one.left == ()


def test_an_open_case_is_left_and_named(bench: Bench, lists: LowScoresDesk) -> None:
    survey_id = bench.arrive(1)
    lists.take_in(a_list(source_ticket(1)), "morning.csv")
    line = only_line(lists)
    assert (line.standing, line.survey_id) == (LineState.OPEN, survey_id)


def test_a_snoozed_case_is_left(bench: Bench, lists: LowScoresDesk) -> None:
    bench.desk.snooze(bench.arrive(1), timedelta(days=1))
    lists.take_in(a_list(source_ticket(1)), "morning.csv")
    assert only_line(lists).standing is LineState.SNOOZED


def test_a_decision_of_long_ago_does_not_account_for_a_new_score(bench: Bench, lists: LowScoresDesk) -> None:
    bench.ask(bench.arrive(1))
    with bench.database.write() as connection:
        connection.exec_driver_sql('UPDATE "case" SET stage = ?', (Stage.DECIDED.value,))
    bench.clock.forward(15 * 86_400)
    lists.take_in(a_list(source_ticket(1)), "morning.csv")
    assert only_line(lists).standing is LineState.LONG_AGO
    lists.settle([only_line(lists).line.id], "The same survey, sent again.")
    assert only_line(lists).standing is LineState.SETTLED


@pytest.mark.parametrize(
    ("author_name", "author", "public", "standing"),
    [
        ("Ana", Author.AGENT, True, LineState.REPLIED),
        ("Sol", Author.AGENT, True, LineState.MISSING),
        ("Ana", Author.AGENT, False, LineState.MISSING),
        ("Ana", Author.CUSTOMER, True, LineState.MISSING),
    ],
)
def test_only_a_public_reply_of_ours_answers_a_ticket_without_a_case(
    bench: Bench, lists: LowScoresDesk, author_name: str, author: Author, public: bool, standing: LineState
) -> None:
    message = a_message(ticket_id=TicketId(FOREIGN), author=author, author_name=author_name, public=public)
    with bench.database.write() as connection:
        put_tickets(connection, [a_ticket(id=TicketId(FOREIGN))], bench.clock.now())
        put_transcripts(connection, [(TicketId(FOREIGN), [message], bench.clock.now())])
    lists.take_in(a_list(FOREIGN), "morning.csv")
    assert only_line(lists).standing is standing


def test_a_missing_ticket_is_settled_with_a_reason_and_never_without(lists: LowScoresDesk) -> None:
    lists.take_in(a_list(FOREIGN), "morning.csv")
    line = only_line(lists)
    assert line.standing is LineState.MISSING
    with pytest.raises(NotTaken, match="reason in words"):
        lists.settle([line.line.id], "  ")
    lists.settle([line.line.id], "Another team's.")
    assert only_line(lists).sentence == f"Another team's. (Ana, {_local(lists)})"
    lists.unsettle(line.line.id)
    assert only_line(lists).standing is LineState.MISSING


def test_a_line_that_cannot_be_read_is_left_until_it_is_settled(lists: LowScoresDesk) -> None:
    lists.take_in(a_list("73x", FOREIGN), "morning.csv")
    (one,) = lists.open_lists()
    assert one.left[0].standing is LineState.UNREADABLE
    lists.settle([line.line.id for line in one.left], "A slip of the list's.")
    assert lists.open_lists()[0].left == ()


def test_the_same_list_is_not_taken_in_twice(lists: LowScoresDesk) -> None:
    lists.take_in(a_list(FOREIGN, FOREIGN), "morning.csv")
    with pytest.raises(NotTaken, match=r"the list “morning\.csv” of .* again"):
        lists.take_in(a_list(FOREIGN, FOREIGN).replace(b"\n", b"\r\n"), "again.csv")
    assert len(lists.open_lists()) == 1


def test_what_is_no_list_is_refused_whole(lists: LowScoresDesk) -> None:
    with pytest.raises(NotTaken, match="Nothing was added"):
        lists.take_in(b"Good morning!", "mail.txt")
    assert lists.open_lists() == ()


def test_a_file_is_taken_by_its_name_as_a_terminal_pastes_it(tmp_path: Path) -> None:
    file = tmp_path / "low scores.csv"
    file.write_bytes(a_list(FOREIGN))
    for said in (str(file), f" '{file}'\n", str(file).replace(" ", "\\ ")):
        assert offered(said) == (a_list(FOREIGN), "low scores.csv")


@pytest.mark.parametrize(
    "said",
    ["/tmp/tickets/7300001/none.csv", "~/none", "~nobody/x", "./tickets/7300001", "ticket 7300001.xlsx", ".", "/\0"],
)
def test_a_file_that_is_not_there_is_no_list_that_was_pasted(said: str) -> None:
    with pytest.raises(NotTaken, match=r"does not exist, or is not a file\. Nothing was added"):
        offered(said)


@pytest.mark.parametrize(
    "said", ["https://desk.example.com/agent/tickets/7300001", "#7300001 " + "late " * 900, "#7300001\n/tmp/none.csv"]
)
def test_what_is_pasted_is_the_list_itself(said: str) -> None:
    assert offered(said) == (said.encode(), "what was pasted")


async def test_a_missing_survey_ticket_is_brought_as_its_case(bench: Bench, lists: LowScoresDesk) -> None:
    bench.arrive(1)
    with bench.database.write() as connection:
        connection.exec_driver_sql('DELETE FROM "case"')
        connection.exec_driver_sql("DELETE FROM survey")
    number = survey_ticket(1)
    bench.memory._tickets[number] = replace(bench.there(number), description=MAIL)
    lists.take_in(a_list(number), "morning.csv")
    assert only_line(lists).standing is LineState.MISSING
    brought = await import_ticket(bench.database, bench.memory, the_playbook(), bench.clock, number)
    assert (only_line(lists).standing, only_line(lists).survey_id) == (LineState.OPEN, brought.survey_id)
    assert bench.case(SurveyId(brought.survey_id or 0)).survey.rating == 1.0


async def test_a_missing_source_ticket_is_brought_as_a_case_without_ratings(bench: Bench, lists: LowScoresDesk) -> None:
    bench.arrive(1)
    with bench.database.write() as connection:
        connection.exec_driver_sql('DELETE FROM "case"')
        connection.exec_driver_sql("DELETE FROM survey")
    lists.take_in(a_list(source_ticket(1)), "morning.csv")
    brought = await import_ticket(bench.database, bench.memory, the_playbook(), bench.clock, source_ticket(1))
    assert "no ratings" in brought.sentence
    assert (only_line(lists).standing, only_line(lists).survey_id) == (LineState.OPEN, brought.survey_id)
    case = bench.desk.case(SurveyId(brought.survey_id or 0))
    assert case is not None
    assert case.survey.problem.startswith("a list of low scores names its ticket")


async def test_a_ticket_that_the_help_desk_has_not_is_said_to_be_so(bench: Bench) -> None:
    brought = await import_ticket(bench.database, bench.memory, the_playbook(), bench.clock, TicketId(4))
    assert brought.survey_id is None
    assert brought.sentence.startswith("The help desk has no ticket #4")


def _local(lists: LowScoresDesk) -> str:
    at = only_line(lists).line.settled_at
    assert at is not None
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


async def test_fetching_a_ticket_whose_case_is_open_leaves_that_case_as_it_is(
    bench: Bench, lists: LowScoresDesk
) -> None:
    survey_id = bench.arrive(1)
    bench.desk.claim(survey_id, mine=True)
    bench.desk.save_draft(survey_id, Draft("no-response", {"summary": "half a thought"}))
    before = bench.case(survey_id)
    lists.take_in(a_list(source_ticket(1)), "morning.csv")
    brought = await import_ticket(bench.database, bench.memory, the_playbook(), bench.clock, source_ticket(1))
    assert brought.survey_id == survey_id
    assert "already" in brought.sentence
    assert bench.case(survey_id) == before
    assert not only_line(lists).standing.fetchable


async def test_a_case_that_left_the_view_comes_back_with_its_survey_and_words(
    bench: Bench, lists: LowScoresDesk
) -> None:
    survey_id = bench.arrive(1)
    bench.desk.save_draft(survey_id, Draft("no-response", {"summary": "half a thought"}))
    before = bench.case(survey_id)
    with bench.database.write() as connection:
        surveys.put_away(connection, [survey_ticket(1)])
    lists.take_in(a_list(source_ticket(1)), "morning.csv")
    brought = await import_ticket(bench.database, bench.memory, the_playbook(), bench.clock, source_ticket(1))
    assert brought.survey_id == survey_id
    after = bench.case(survey_id)
    assert (after.stage, after.survey, after.draft) == (Stage.OPEN, before.survey, before.draft)


async def test_a_fetched_case_keeps_what_the_list_says(bench: Bench, lists: LowScoresDesk) -> None:
    bench.arrive(1)
    with bench.database.write() as connection:
        connection.exec_driver_sql('DELETE FROM "case"')
        connection.exec_driver_sql("DELETE FROM survey")
    said = f"Ticket number,Overall rating,Comment,Agent\n{source_ticket(1)},1,Nobody called back.,Sol\n".encode()
    lists.take_in(said, "morning.csv")
    assert (only_line(lists).line.rating, only_line(lists).line.comment) == (1, "Nobody called back.")
    brought = await import_ticket(bench.database, bench.memory, the_playbook(), bench.clock, source_ticket(1))
    case = bench.case(SurveyId(brought.survey_id or 0))
    assert (case.survey.rating, case.survey.comment, case.survey.problem) == (1.0, "Nobody called back.", "")
    assert case.path.id == "low-with-comment"
    assert recast(bench.database, the_playbook()) == 0


async def test_the_survey_itself_takes_the_place_of_what_the_list_said_and_that_stays_in_sight(
    bench: Bench, lists: LowScoresDesk
) -> None:
    bench.arrive(1)
    with bench.database.read() as connection:
        own = surveys.survey(connection, bench.desk.find(survey_ticket(1))[0])
    with bench.database.write() as connection:
        connection.exec_driver_sql('DELETE FROM "case"')
        connection.exec_driver_sql("DELETE FROM survey")
    lists.take_in(f"Ticket,Rating,Comment\n{source_ticket(1)},1,From the list.\n".encode(), "morning.csv")
    bench.clock.forward(3600)
    brought = await import_ticket(bench.database, bench.memory, the_playbook(), bench.clock, source_ticket(1))
    listed = SurveyId(brought.survey_id or 0)
    bench.desk.save_draft(listed, Draft("no-response", {"summary": "half a thought"}))
    with bench.database.write() as connection:
        (survey_id,) = surveys.put_surveys(connection, [as_arrival(own, the_playbook())])
    case = bench.case(survey_id)
    assert (case.stage, case.survey.ratings, case.draft.fields) == (
        Stage.OPEN, own.ratings, {"summary": "half a thought"},
    )  # fmt: skip
    assert [one.comment for _, one in case.replaced] == ["From the list."]
    assert bench.case(listed).stage is Stage.SUPERSEDED


def test_a_column_with_a_figure_off_the_scale_gives_no_ratings(lists: LowScoresDesk) -> None:
    lists.take_in(b"Ticket,Score,Comment\n7777777,3,fine\n7777778,9,finer\n", "morning.csv")
    (one,) = lists.open_lists()
    assert [line.line.rating for line in one.lines] == [None, None]
    assert [line.line.comment for line in one.lines] == ["fine", "finer"]
