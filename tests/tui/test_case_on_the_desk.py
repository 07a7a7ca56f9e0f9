"""Only the person changes which case is open, whatever else changes meanwhile."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from csat_tui.domain.case import Answer, Stage
from csat_tui.domain.decide import Undecidable
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.survey import Survey
from csat_tui.store.cases.queue import Sort
from csat_tui.store.cases.surveys import put_away
from csat_tui.store.database import Database
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage.queue.pane import QueuePane
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.workflow.desk import Desk
from tests.builders import ratings, the_playbook
from tests.tui.desk_fixture import NOW, StillClock, a_low_survey, comes_about, put, settled, told, workstation
from tests.tui.pane_host import shown

SIZE = (120, 40)
ORDERS = list(Sort)
FILLED = "Nothing for "
"""How what is filled in by itself begins."""


def triage(app: Workstation) -> TriageScreen:
    assert isinstance(app.screen, TriageScreen)
    return app.screen


def first_in(order: Sort, number: int) -> Survey:
    """Return a survey that comes before all others in an order."""
    survey = a_low_survey(number, comment="A newcomer.", customer="New C.")
    match order:
        case Sort.DUE:
            return replace(survey, received_at=NOW - timedelta(days=30))
        case Sort.WORST:
            return replace(survey, ratings=ratings(1, 1, 1, 1, 1, 1), rating=1.0, received_at=NOW - timedelta(days=30))
        case Sort.NEWEST:
            return replace(survey, received_at=NOW)


def drafts(app: Workstation) -> dict[int, str]:
    """Return the words that were typed by hand and are kept in drafts, by case."""
    found = {}
    for number in range(1, 60):
        words = app.session.desk.draft(SurveyId(number)).fields
        typed = [text for text in words.values() if text.strip() and not text.startswith(FILLED)]
        if typed:
            found[number] = " ".join(typed)
    return found


def elsewhere(app: Workstation) -> Desk:
    """Return another terminal's desk on the same store."""
    return Desk(app.session.desk._database, the_playbook(), StillClock(), "Rui C.")


def _database(app: Workstation) -> Database:
    return app.session.desk._database


def decide_elsewhere(app: Workstation, survey_id: SurveyId, **words: str) -> None:
    """Decide a case at another terminal."""
    other = elsewhere(app)
    for check_id in other.case(survey_id).path.checks:
        answer = Answer(other.playbook.checks[check_id].in_order)
        other.answer(survey_id, check_id, answer)
    case = other.case(survey_id)
    fields = {"summary": "Theirs.", "addressed": "Theirs.", "reason": "Theirs.", "question": "Theirs?", **words}
    other.decide(case, "needs-evaluation", fields, settled=tuple(fields))


async def begin_note(pilot: Pilot[None], *typed: str) -> SurveyId:
    """Begin the note of the case on the desk; returns which that is."""
    await pilot.press("a", "r", "e", "n")
    await settled(pilot)
    screen = triage(pilot.app)  # type: ignore[arg-type]
    assert isinstance(screen.focused, FieldArea)
    await pilot.press(*typed)
    return screen.case.id


@pytest.mark.parametrize("order", ORDERS, ids=[one.name.lower() for one in ORDERS])
async def test_letters_stay_with_their_case_when_a_survey_arrives_above_it(tmp_path: Path, order: Sort) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press(*["s"] * ORDERS.index(order))
            await settled(pilot)
            assert triage(app).queue.view.sort is order
            begun = await begin_note(pilot, *"an")
            came = put(app.session.desk._database, [first_in(order, 40), first_in(order, 41)])
            await settled(pilot)
            await pilot.press(*"yes")
            await settled(pilot)
            assert triage(app).case.id == begun
            assert isinstance(app.screen.focused, FieldArea)
            await comes_about(lambda: drafts(app) == {begun: "anyes"})
            for newcomer in came:
                assert not app.session.desk.case(newcomer).answers
                assert app.session.desk.case(newcomer).draft.empty
            assert {row.id for row in triage(app).queue.list.window.rows} >= {begun, *came}
            assert triage(app).queue.survey_id == begun


async def test_between_two_keys_no_newcomer_takes_the_first_row(tmp_path: Path) -> None:
    """Sorted and nothing begun: what the next key is for is the case that the person saw."""
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("s", "s")
            await settled(pilot)
            seen = triage(app).case.id
            put(app.session.desk._database, [first_in(Sort.NEWEST, 40)])
            await settled(pilot)
            await pilot.press("3", "y")
            await settled(pilot)
            assert triage(app).case.id == seen
            assert app.session.desk.case(seen).answers


DEPARTURES = {
    "decided": (lambda app, case: decide_elsewhere(app, case.id), "Rui C."),
    "put away": (lambda app, case: elsewhere(app).snooze(case.id, timedelta(hours=4)), "put away"),
    "finished": (
        lambda app, case: _gone(_database(app), case.survey.survey_ticket_id),
        "finished this case",
    ),
    "replaced": (
        lambda app, case: _superseded(_database(app), case.survey.source_ticket_id),
        "later survey",
    ),
    "claimed": (lambda app, case: elsewhere(app).claim(case.id, mine=True), "Rui C. has claimed"),
}


def _gone(database: Database, survey_ticket: TicketId) -> None:
    with database.write("queue") as connection:
        put_away(connection, [survey_ticket])


def _superseded(database: Database, source_ticket: TicketId) -> None:
    put(database, [a_low_survey(44, source_ticket_id=source_ticket, received_at=NOW)])


@pytest.mark.parametrize("what", DEPARTURES)
async def test_the_case_stays_with_words_and_focus_and_the_screen_says_what_happened(tmp_path: Path, what: str) -> None:
    depart, sentence = DEPARTURES[what]
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            begun = await begin_note(pilot, *"before ")
            await settled(pilot)
            focused = app.screen.focused
            depart(app, app.session.desk.case(begun))
            await comes_about(lambda: sentence in " ".join(shown(app).split()))
            await pilot.press(*"after")
            await settled(pilot)
            assert triage(app).case.id == begun
            assert app.screen.focused is focused
            assert focused.text == "before after"
            assert triage(app).queue.survey_id == begun


async def test_a_send_for_a_case_that_was_decided_elsewhere_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            begun = await begin_note(pilot, *"mine")
            await settled(pilot)
            decide_elsewhere(app, begun)
            await comes_about(lambda: triage(app).case.stage is Stage.DECIDED)
            await settled(pilot)
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert "decided by Rui C." in told(app)
            assert "Your words are kept here" in told(app)
            assert isinstance(app.screen.focused, FieldArea)
            assert app.screen.focused.text == "mine"
            assert "mine" not in str(app.session.desk.case(begun).decided)


async def test_another_view_keeps_a_case_that_was_begun(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("j", "j")
            await settled(pilot)
            begun = await begin_note(pilot, *"first")
            for place, view in enumerate((("s",), ("s",), ("f", "1"), ("f", "2"))):
                await pilot.press("escape", "escape")
                for key in view:
                    await pilot.press(key)
                    await settled(pilot)
                assert triage(app).case.id == begun, view
                assert triage(app).queue.survey_id == begun, view
                word = f"further{place}"
                await pilot.press("4", *word)
                await comes_about(lambda word=word: word in str(app.session.desk.draft(begun)))
                assert "first" in str(app.session.desk.draft(begun)), view
                assert list(drafts(app)) == [begun], view


async def test_a_search_takes_another_case_only_when_one_is_chosen(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            begun = await begin_note(pilot, *"first")
            await pilot.press("escape", "escape", "slash", *"promo")
            await comes_about(lambda: triage(app).queue.view.search == "promo")
            await settled(pilot)
            assert triage(app).case.id == begun
            await pilot.press("enter")
            await settled(pilot)
            assert triage(app).case.survey.customer == "Lucia F."
            assert drafts(app) == {begun: "first"}


async def test_the_rows_do_not_change_after_the_search_line_was_left(tmp_path: Path) -> None:
    """What was searched for is there before the next key is looked at, however fast the keys come."""
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await pilot.press("slash")
            app.screen.query_one(QueuePane)._search.insert_text_at_cursor("promo")
            await pilot.press("down")
            assert triage(app).queue.view.search == "promo"


async def test_the_wheel_over_the_queue_leaves_the_note_its_case(tmp_path: Path) -> None:
    with workstation(tmp_path, 40) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            begun = await begin_note(pilot, *"first")
            for _ in range(30):
                await pilot._post_mouse_events([MouseScrollDown], triage(app).queue.list, offset=(3, 3))
            await settled(pilot)
            assert triage(app).case.id == begun


async def test_a_send_names_the_customer_it_was_written_for(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            begun = await begin_note(pilot, *"first")
            name = app.session.desk.case(begun).survey.customer
            assert f"For {name}" in shown(app)


async def test_words_begun_for_one_case_are_refused_on_another(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        desk = app.session.desk
        first, second = desk.find(9_900_001)[0], desk.find(9_900_002)[0]
        words = {"summary": "For the first.", "question": "Why?"}
        with pytest.raises(Undecidable, match="begun for case"):
            desk.decide(desk.case(second), "needs-evaluation", words, written_for=first)
        assert desk.stage(second) is Stage.OPEN


async def test_the_screen_refuses_to_send_when_another_case_is_under_the_words(tmp_path: Path) -> None:
    """Whatever put another case there: the words remember for which one the first letter was typed."""
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            begun = await begin_note(pilot, *"first")
            screen = triage(app)
            other = next(row.id for row in screen.queue.list.window.rows if row.id != begun)
            screen.composer._post.survey_id = other
            screen.composer.set_reactive(type(screen.composer).case, app.session.desk.case(other))
            await pilot.press("ctrl+s")
            await settled(pilot)
            assert "begun for case" in told(app)
            assert app.session.desk.stage(other) is Stage.OPEN


async def test_words_for_a_case_that_was_finished_elsewhere_are_found_by_a_filter(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            begun = await begin_note(pilot, *"mine")
            await settled(pilot)
            _gone(app.session.desk._database, app.session.desk.case(begun).survey.survey_ticket_id)
            await settled(pilot)
            await pilot.press("escape", "escape", "f", "g")
            await settled(pilot)
            assert triage(app).queue.view.stage is Stage.GONE
            assert [row.id for row in triage(app).queue.list.window.rows if row.drafted] == [begun]
