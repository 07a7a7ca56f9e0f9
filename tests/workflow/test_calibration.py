"""Calibration at one home and between two: nobody sees another's scores before the session closes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import uuid_utils
from sqlalchemy.exc import IntegrityError

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.review.calibration import BlindScore, CalibrationSession, SessionReviewer
from csat_tui.domain.review.delivered_note import DeliveredNote
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.scorecard import LineAnswer, LineScore
from csat_tui.domain.review.steps import Review, ReviewVerdict
from csat_tui.store import named_values
from csat_tui.store.errors import StoreError
from csat_tui.store.retention.known_time import DESK_TIME, note_desk_time
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import removed_files, restore
from csat_tui.store.review import put_delivered_notes, put_step
from csat_tui.store.review.calibrations import blind_scores
from csat_tui.workflow.calibration import CalibrationDesk
from csat_tui.workflow.calibration_files import CalibrationRefused
from tests.builders import NOON
from tests.domain.calibrating import DEADLINE, KIM, LEE, MAX, lines
from tests.sync.bench import Bench, survey_ticket

AUTHOR = SessionReviewer(UserId(50), "Ana")
NOTES = (801, 802, 803, 804, 805)
GOOD = "concern-named=yes contact-read=4"
BAD = "concern-named=no contact-read=1"


class Home:
    """A home at the help desk, at which one person after the other sits down."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.desk = CalibrationDesk(bench.database, bench.desk)
        for place, note in enumerate(NOTES, 1):
            bench.arrive(place)
            told = DeliveredNote(note, survey_ticket(place), NOON, AUTHOR.id, AUTHOR.name, "Looked at it.")
            with bench.database.write() as connection:
                put_delivered_notes(connection, [(survey_ticket(place), [told])])
        with bench.database.write() as connection:
            named_values.remember(connection, "helpdesk", "https://desk.example.com", NOON)

    def sits_down(self, who: SessionReviewer) -> CalibrationDesk:
        """Let somebody sign in, and the sync ask the help desk who they are."""
        with self.bench.database.write() as connection:
            named_values.remember(connection, "agent_id", str(who.id), self.bench.clock.now())
            named_values.remember(connection, "agent", who.name, self.bench.clock.now())
        return self.desk

    def session(self, reviewers: tuple[SessionReviewer, ...] = (KIM, LEE)) -> CalibrationSession:
        return self.sits_down(KIM).set_up("March", NOTES, reviewers, DEADLINE, "")

    def scores_all(self, who: SessionReviewer, session: CalibrationSession, given: str) -> None:
        self.sits_down(who)
        for note in NOTES:
            self.desk.score(session.id, note, lines(given))


@contextmanager
def a_home() -> Iterator[Home]:
    bench = Bench.temporary()
    yield Home(bench)
    bench.clear()


@pytest.fixture
def home() -> Iterator[Home]:
    with a_home() as made:
        yield made


@pytest.fixture
def other_home() -> Iterator[Home]:
    with a_home() as made:
        yield made


@contextmanager
def refused(said: str) -> Iterator[None]:
    with pytest.raises(CalibrationRefused) as caught:
        yield
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def everything_readable(desk: CalibrationDesk, session: CalibrationSession) -> str:
    """Return all that the workflow gives to whoever sits there, as one text."""
    told = [repr(desk.sessions()), repr(desk.session("March")), desk.export(session.id)]
    with pytest.raises(CalibrationRefused) as caught:
        desk.closed(session.id)
    return " ".join([*told, str(caught.value)])


def test_two_reviewers_at_one_home_see_nothing_of_each_other_until_it_closes(home: Home) -> None:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    lee = home.sits_down(LEE)
    assert lee.session("March").own == ()
    for number in (note_id.id for note_id in all_scores(home, session)):
        assert number not in everything_readable(lee, session)
    home.scores_all(LEE, session, BAD)
    assert {one.by for one in lee.session("March").own} == {LEE}
    assert '"answer": "yes"' not in lee.export(session.id)
    assert {one.by for one in home.sits_down(KIM).session("March").own} == {KIM}

    closed = lee.close(session.id)
    assert {one.by for one in closed.scores} == {KIM, LEE}
    concern = next(one for one in closed.comparison.lines if one.line.id == "concern-named")
    assert (concern.agreement.percent.coefficient, concern.agreement.items) == (0.0, 5)
    assert home.sits_down(KIM).closed(session.id).scores == closed.scores


def all_scores(home: Home, session: CalibrationSession) -> list[BlindScore]:
    with home.bench.database.read() as connection:
        return list(blind_scores(connection, session.id))


def test_the_screen_gets_the_sessions_that_one_still_scores_and_what_one_has_scored(home: Home) -> None:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    assert [one.session.id for one in home.sits_down(LEE).open_to_me()] == [session.id]
    task = home.desk.task(session.id, 801)
    assert (task.session.id, task.own, task.why_not) == (session.id, None, "")
    assert home.sits_down(MAX).open_to_me() == []
    assert home.desk.task(session.id, 801).why_not == "Max is not a reviewer of “March”."
    own = home.sits_down(KIM).task(session.id, 801).own
    assert own is not None
    assert own.by == KIM
    home.desk.close(session.id, early=True)
    assert home.desk.open_to_me() == []
    assert home.desk.task(session.id, 801).why_not.startswith("“March” was closed by Kim")


def test_nobody_is_anybody_between_a_sign_in_and_the_first_sync_after_it(home: Home) -> None:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    home.bench.clock.forward(60)
    with home.bench.database.write() as connection:
        named_values.remember(connection, named_values.SIGNED_IN, "now", home.bench.clock.now())
    for what in (
        lambda: home.desk.session("March"),
        home.desk.sessions,
        lambda: home.desk.export(session.id),
        lambda: home.desk.score(session.id, 801, lines(BAD)),
        lambda: home.desk.close(session.id, early=True),
    ):
        with refused("has not said yet who you are"):
            what()
    assert home.sits_down(LEE).session("March").own == ()


def test_nobody_is_anybody_where_another_address_is_configured_than_was_asked_with(home: Home) -> None:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    with home.bench.database.write() as connection:
        named_values.remember(connection, "agent_user", "kim@example.com", home.bench.clock.now())
    assert CalibrationDesk(home.bench.database, home.bench.desk, "Kim@example.com").session("March").own
    with refused("has not said yet who you are"):
        CalibrationDesk(home.bench.database, home.bench.desk, "lee@example.com").session("March")


def test_a_score_can_be_thought_over_until_it_closes_and_both_are_kept(home: Home) -> None:
    session = home.session()
    kim = home.sits_down(KIM)
    kim.score(session.id, 801, lines(GOOD))
    home.bench.clock.forward(60)
    kim.score(session.id, 801, lines(BAD))
    (own,) = kim.session("March").own
    assert own.scores["concern-named"].answer is LineAnswer.NO
    assert len(all_scores(home, session)) == 2


@pytest.mark.parametrize("table", ["calibration", "blind_score", "blind_comment", "calibration_closing"])
def test_what_was_said_cannot_be_changed_or_taken_away(home: Home, table: str) -> None:
    session = home.session()
    said = {"concern-named": LineScore(LineAnswer.NO, comment="Pat had asked twice")}
    home.desk.score(session.id, 801, said)
    home.desk.close(session.id, early=True)
    for statement in (f"UPDATE {table} SET author = 'Sam'", f"DELETE FROM {table}"):
        with (
            pytest.raises((StoreError, IntegrityError), match="append-only"),
            home.bench.database.write() as connection,
        ):
            connection.exec_driver_sql(statement)
    assert home.desk.closed(session.id).scores[0].scores == said


@pytest.mark.parametrize(
    ("who", "note", "given", "said"),
    [
        (MAX, 801, GOOD, "Max is not a reviewer of “March”"),
        (KIM, 999, GOOD, "Note 999 is not one of those"),
        (KIM, 801, "concern-named=4", "is answered yes/no"),
        (KIM, 801, "nothing=yes", "has no line “nothing”"),
        (KIM, 801, "", "No line has an answer"),
    ],
)
def test_a_score_that_is_none_is_refused(home: Home, who: SessionReviewer, note: int, given: str, said: str) -> None:
    session = home.session()
    with refused(said):
        home.sits_down(who).score(session.id, note, lines(given))
    assert all_scores(home, session) == []


def test_a_closed_session_takes_no_score_and_no_second_closing(home: Home) -> None:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    with refused("1 of 2 reviewers have not scored every note here"):
        home.desk.close(session.id)
    home.desk.close(session.id, early=True)
    with refused("was closed by Kim"):
        home.sits_down(LEE).score(session.id, 801, lines(BAD))
    with refused("was closed by Kim"):
        home.desk.close(session.id)
    assert {one.by for one in home.desk.closed(session.id).scores} == {KIM}


def test_somebody_who_has_no_part_in_a_session_does_not_close_it(home: Home) -> None:
    session = home.session()
    with refused("Max does neither"):
        home.sits_down(MAX).close(session.id, early=True)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("clock_off", "passed", "taken"),
    [
        pytest.param(timedelta(), timedelta(hours=1), True, id="a clock that is right, before the deadline"),
        pytest.param(timedelta(), DAY * 2 + timedelta(hours=1), False, id="and after it"),
        pytest.param(DAY, DAY * 2 - timedelta(hours=1), True, id="a clock a day ahead does not shut anybody out"),
        pytest.param(-DAY, DAY * 2 + timedelta(hours=1), False, id="a clock a day behind does not let anybody in"),
    ],
)
def test_the_deadline_is_by_the_help_desks_time(
    home: Home, clock_off: timedelta, passed: timedelta, taken: bool
) -> None:
    session = home.session()
    home.bench.clock.at = NOON + clock_off
    with home.bench.database.write() as connection:
        note_desk_time(connection, NOON, home.bench.clock.now())
    home.bench.clock.at += passed
    if taken:
        home.desk.score(session.id, 801, lines(GOOD))
        (own,) = home.desk.session("March").own
        assert own.at == NOON + passed
    else:
        with refused("The deadline of “March” was"):
            home.desk.score(session.id, 801, lines(GOOD))


def test_a_clock_that_is_set_back_after_the_last_sync_shows_no_earlier_time_than_was_told(home: Home) -> None:
    session = home.session()
    with home.bench.database.write() as connection:
        named_values.remember(connection, DESK_TIME, (DEADLINE + DAY).isoformat(), DEADLINE + DAY)
    home.bench.clock.at = NOON
    with refused("The deadline of “March” was"):
        home.desk.score(session.id, 801, lines(GOOD))


def test_a_clock_that_is_put_right_is_believed_at_the_next_answer_of_the_help_desk(home: Home) -> None:
    clock = home.bench.clock
    for ahead in (DAY, timedelta()):
        clock.at = NOON + ahead
        with home.bench.database.write() as connection:
            note_desk_time(connection, NOON, clock.now())
    clock.forward(600)
    assert home.desk.now == NOON + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("notes", "reviewers", "deadline", "card", "said"),
    [
        ((999,), (KIM,), DEADLINE, "", "There is no note 999 here."),
        (NOTES, (KIM, AUTHOR), DEADLINE, "", "nobody scores a note of their own"),
        (NOTES, (KIM,), NOON, "", "has passed"),
        (NOTES, (KIM,), DEADLINE, "other", "The playbook has no scorecard “other”; it has note."),
    ],
)
def test_a_session_that_cannot_be_held_is_not_set_up(
    home: Home, notes: tuple[int, ...], reviewers: tuple[SessionReviewer, ...], deadline: datetime, card: str, said: str
) -> None:
    with refused(said):
        home.sits_down(KIM).set_up("March", notes, reviewers, deadline, card)
    assert home.desk.sessions() == []


def test_an_open_session_has_its_name_alone(home: Home) -> None:
    session = home.session()
    with refused("There is an open session “March” already."):
        home.session()
    home.desk.close(session.id, early=True)
    second = home.session()
    with refused("Several sessions are “March”"):
        home.desk.session("March")
    assert home.desk.session(second.id).session.id == second.id


# Files between two homes


def test_two_homes_calibrate_by_files(home: Home, other_home: Home) -> None:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    lee = other_home.sits_down(LEE)
    arrived = lee.take_in(home.sits_down(KIM).export(session.id).encode())
    assert (arrived.new_session, arrived.taken, len(arrived.added)) == (True, True, 5)
    assert lee.session("March").own == ()
    assert '"answer": "yes"' not in lee.export(session.id)
    other_home.scores_all(LEE, session, BAD)

    kim = home.sits_down(KIM)
    assert len(kim.take_in(lee.export(session.id).encode()).added) == 5
    closed = kim.close(session.id)
    came_back = lee.take_in(kim.export(session.id).encode())
    assert (came_back.closes, came_back.known, came_back.not_counted) == (True, 10, 0)
    assert lee.closed(session.id).comparison == closed.comparison
    with refused("was closed by Kim"):
        lee.score(session.id, 801, lines(GOOD))


def test_the_same_file_twice_is_no_second_score(home: Home, other_home: Home) -> None:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    raw = home.desk.export(session.id).encode()
    lee = other_home.sits_down(LEE)
    lee.take_in(raw)
    again = lee.take_in(raw)
    assert (again.taken, again.added, again.changed, again.known) == (True, (), (), 5)
    assert len(all_scores(other_home, session)) == 5


@pytest.mark.parametrize("second", [(801, BAD), (802, GOOD)], ids=["another score", "one more note"])
def test_a_second_file_that_differs_is_shown_and_not_taken_in_silently(
    home: Home, other_home: Home, second: tuple[int, str]
) -> None:
    session = home.session()
    kim, lee = home.sits_down(KIM), other_home.sits_down(LEE)
    kim.score(session.id, 801, lines(GOOD))
    lee.take_in(kim.export(session.id).encode())
    home.bench.clock.forward(60)
    kim.score(session.id, second[0], lines(second[1]))
    raw = kim.export(session.id).encode()
    shown = lee.take_in(raw)
    assert (shown.taken, [one.note for one in (*shown.added, *shown.changed)]) == (False, [second[0]])
    assert len(all_scores(other_home, session)) == 1
    assert lee.take_in(raw, changes=True).taken
    assert len(all_scores(other_home, session)) == 2
    # An older file says nothing new afterwards.
    assert lee.take_in(raw).known == len({801, second[0]})


def scored_by_kim(home: Home, _other: Home) -> bytes:
    session = home.session()
    home.scores_all(KIM, session, GOOD)
    return home.desk.export(session.id).encode()


def of_another_help_desk(home: Home, other: Home) -> bytes:
    raw = scored_by_kim(home, other)
    with other.bench.database.write() as connection:
        named_values.remember(connection, "helpdesk", "https://other.example.com", NOON)
    return raw


def from_the_future(home: Home, other: Home) -> bytes:
    session = home.session()
    home.bench.clock.forward(3600)
    home.desk.score(session.id, 801, lines(GOOD))
    return home.desk.export(session.id).encode()


def after_closing_here(home: Home, other: Home) -> bytes:
    session = home.session()
    other.sits_down(LEE).take_in(home.desk.export(session.id).encode())
    other.desk.close(session.id, early=True)
    home.scores_all(KIM, session, GOOD)
    return home.desk.export(session.id).encode()


def closed_twice(home: Home, other: Home) -> bytes:
    raw = after_closing_here(home, other)
    home.desk.close(home.desk.session("March").session.id, early=True)
    assert raw
    return home.desk.export(home.desk.session("March").session.id).encode()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            of_another_help_desk,
            "It is of the help desk https://desk.example.com, and this home works with https://other",
        ),
        (from_the_future, "from the future by the help desk's time"),
        (after_closing_here, "was closed here by Lee"),
        (closed_twice, "was closed here by Lee"),
        (lambda home, other: scored_by_kim(home, other)[:-200], "It is not complete JSON"),
    ],
)
def test_a_file_that_does_not_belong_here_changes_nothing(
    home: Home, other_home: Home, make: Callable[[Home, Home], bytes], said: str
) -> None:
    raw = make(home, other_home)
    with other_home.bench.database.read() as connection:
        before = list(connection.exec_driver_sql("SELECT id FROM calibration UNION ALL SELECT id FROM blind_score"))
    with refused(said):
        other_home.sits_down(LEE).take_in(raw, changes=True)
    with other_home.bench.database.read() as connection:
        after = list(connection.exec_driver_sql("SELECT id FROM calibration UNION ALL SELECT id FROM blind_score"))
    assert after == before


def test_what_was_not_handed_in_before_the_closing_does_not_count_and_is_said(home: Home, other_home: Home) -> None:
    session = home.session()
    lee = other_home.sits_down(LEE)
    lee.take_in(home.desk.export(session.id).encode())
    other_home.scores_all(LEE, session, BAD)
    home.scores_all(KIM, session, GOOD)
    home.desk.close(session.id, early=True)
    arrived = lee.take_in(home.desk.export(session.id).encode())
    assert (arrived.closes, arrived.not_counted) == (True, 5)
    assert {one.by for one in lee.closed(session.id).scores} == {KIM}


def test_a_reviewers_words_go_with_the_survey_and_the_answers_stay(home: Home) -> None:
    """A comment may quote the customer; what was answered is nobody's words, and the figures stay."""
    session = home.session()
    said = {"concern-named": LineScore(LineAnswer.NO, comment="She wrote: zugunruhe", message_id=501)}
    home.desk.score(session.id, 801, said)
    database = home.bench.database
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET stage = 'decided'")
    assert purge(database, DAY * 180, NOON + DAY * 400).cases == len(NOTES)
    home.desk.close(session.id, early=True)
    (kept,) = home.desk.closed(session.id).scores
    assert kept.scores == {"concern-named": LineScore(LineAnswer.NO)}
    restore(database, removed_files(database.file)[0])
    assert home.desk.closed(session.id).scores[0].scores == said


def test_a_note_that_is_reviewed_already_is_named_because_everybody_can_read_that_review(home: Home) -> None:
    session = home.session()
    assert home.desk.reviewed_already(session.id) == ()
    step = Review(
        id=str(uuid_utils.uuid7()), note=803, ticket_id=survey_ticket(3), by=HelpDeskUser(LEE.id, LEE.name), at=NOON,
        verdict=ReviewVerdict.ACCEPTED,
    )  # fmt: skip
    with home.bench.database.write() as connection:
        put_step(connection, SurveyId(3), step)
    assert home.desk.reviewed_already(session.id) == (803,)
