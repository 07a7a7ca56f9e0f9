"""A playbook that changes while the workstation runs: taken over where it is right, told where it is wrong."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Survey, as_arrival
from csat_tui.intake.survey_mail import arrival_of, parse_survey
from csat_tui.playbook import PlaybookError, builtin_file, load_builtin, load_playbook
from csat_tui.store import tickets
from csat_tui.store.cases import surveys
from csat_tui.workflow import playbook_changes
from csat_tui.workflow.playbook_changes import PlaybookFile, Reloading, recast, recast_if_measured_otherwise
from tests.builders import MAIL, a_survey, a_survey_ticket, ratings
from tests.store.shelf import ManualClock, arriving, new_database

WORDS = builtin_file("strike-team").read_text("utf-8")


class Ours:
    """A playbook file that a person edits; each writing has a stamp of its own, however fast they follow."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ours.toml"
        self._stamp = 1_000_000_000
        self.write(WORDS)

    def write(self, text: str) -> None:
        self.file.write_text(text, "utf-8")
        self._stamp += 1
        os.utime(self.file, (self._stamp, self._stamp))

    def change(self, before: str, after: str) -> None:
        assert before in WORDS
        self.write(WORDS.replace(before, after, 1))


@pytest.fixture
def ours(tmp_path: Path) -> Ours:
    return Ours(tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> Iterator:
    made = new_database(tmp_path)
    yield made
    made.close()


def said(watched: PlaybookFile) -> list[Playbook | PlaybookError | None]:
    """Return what two looks find: a change that rests is read at the second."""
    return [watched.check(), watched.check()]


def test_nothing_is_read_while_nothing_changes(ours: Ours) -> None:
    assert said(PlaybookFile(ours.file)) == [None, None]


def test_a_change_is_read_once_it_rests(ours: Ours) -> None:
    watched = PlaybookFile(ours.file)
    ours.change('title = "CSAT strike team"', 'title = "Ours"')
    assert watched.check() is None
    ours.change('title = "CSAT strike team"', 'title = "Our team"')
    assert watched.check() is None, "it is still being written"
    found = watched.check()
    assert isinstance(found, Playbook)
    assert found.title == "Our team"
    assert said(watched) == [None, None]


def test_a_mistake_is_told_with_file_and_line_and_once(ours: Ours) -> None:
    watched = PlaybookFile(ours.file)
    ours.change("low = 2 ", "low = 29 ")
    _, found = said(watched)
    assert isinstance(found, PlaybookError)
    assert str(found.problems[0]) == "ours.toml:9: “low” of [playbook] is 29, expected 1 to 5"
    assert said(watched) == [None, None]


def test_a_file_that_is_gone_is_told_and_its_return_heals(ours: Ours) -> None:
    watched = PlaybookFile(ours.file)
    ours.file.unlink()
    assert isinstance(said(watched)[1], PlaybookError)
    ours.write(WORDS)
    assert isinstance(said(watched)[1], Playbook)


def test_a_thread_of_its_own_tells_within_moments(ours: Ours, database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playbook_changes, "CHECK_INTERVAL", 0.01)
    beside = Reloading(database, load_playbook(ours.file), ManualClock(), ours.file)
    heard = threading.Event()
    database.listen(lambda topics: heard.set() if playbook_changes.PLAYBOOK_CHANGED in topics else None)
    beside.start()
    try:
        ours.change('title = "CSAT strike team"', 'title = "Ours"')
        assert heard.wait(10)
    finally:
        beside.stop()
    assert isinstance(beside.found, Playbook)
    assert beside.found.title == "Ours"


def test_what_is_wrong_leaves_the_desk_as_it_was_measured(ours: Ours, database) -> None:
    beside = Reloading(database, load_playbook(ours.file), ManualClock(), ours.file)
    ours.change("low = 2 ", "low = 29 ")
    beside.check()
    beside.check()
    assert isinstance(beside.found, PlaybookError)


def edited(*changes: tuple[str, str]) -> Playbook:
    from csat_tui.playbook import parse_playbook

    text = WORDS
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return parse_playbook(text, Path("ours.toml"))


STRICT = edited(("low = 2 ", "low = 4 "))
BLIND = edited(*((f'"{one}"', f'"no {one}"') for one in (
    "customer experience team", "how quickly", "how easy", "resolution that was provided", "how knowledgeable",
    "how valued",
)))  # fmt: skip


def place(database, *some: Survey) -> None:
    with database.write() as connection:
        surveys.put_surveys(connection, [as_arrival(one, load_builtin("strike-team")) for one in some])


def queue(database) -> list[tuple[str, float | None]]:
    with database.read() as connection:
        return [(one.path, one.survey.rating) for one in surveys.on_the_desk(connection, 0, 500)]


def test_another_threshold_sends_surveys_another_way(database) -> None:
    place(database, *[a_survey(source="qualtrics:1", ratings=ratings(4, 4, 4, 4, 4, 4), rating=4.0, comment="hm")])
    assert queue(database) == [("acceptable", 4.0)]
    assert recast(database, STRICT) == 1
    assert queue(database) == [("low-with-comment", 4.0)]
    assert recast(database, STRICT) == 0


def test_a_survey_that_could_not_be_read_is_read_anew_once_the_factors_are_there(database) -> None:
    ticket = a_survey_ticket(description=MAIL)
    blind = arrival_of(ticket, BLIND)
    assert blind.path == "needs-fixing"
    with database.write() as connection:
        tickets.put_tickets(connection, [ticket], ManualClock().now())
        surveys.put_surveys(connection, [blind])
    assert recast(database, load_builtin("strike-team")) == 1
    ((path, rating),) = queue(database)
    assert (path, rating) == ("low-with-comment", parse_survey(ticket, load_builtin("strike-team")).rating)


def test_what_is_decided_keeps_the_rating_that_it_was_decided_by(database) -> None:
    with database.write() as connection:
        (survey_id,) = surveys.put_surveys(connection, [arriving(1)])
        surveys.put_away(connection, [arriving(1).survey.survey_ticket_id])
    assert recast(database, STRICT) == 0
    with database.read() as connection:
        assert surveys.survey(connection, survey_id) == arriving(1).survey


def test_many_surveys_are_recast_in_small_transactions(database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playbook_changes, "SURVEYS_PER_TRANSACTION", 2)
    content = {"ratings": ratings(4, 4, 4, 4, 4, 4), "rating": 4.0}
    place(database, *[a_survey(source=f"qualtrics:{one}", source_ticket_id=one, **content) for one in range(1, 6)])
    heard: list[frozenset[str]] = []
    database.listen(heard.append)
    assert recast(database, STRICT) == 5
    assert {path for path, _ in queue(database)} == {"low-with-comment"}
    assert sum("queue" in topics for topics in heard) == 3


def test_a_playbook_that_changed_between_two_runs_is_noticed_and_an_interrupted_round_begun_again(database) -> None:
    clock, book = ManualClock(), load_builtin("strike-team")
    place(database, *[a_survey(source="qualtrics:1", ratings=ratings(4, 4, 4, 4, 4, 4), rating=4.0, comment="hm")])
    assert recast_if_measured_otherwise(database, book, clock) == 0
    assert recast_if_measured_otherwise(database, STRICT, clock, lambda: True) == 0
    assert recast_if_measured_otherwise(database, STRICT, clock) == 1
    assert recast_if_measured_otherwise(database, STRICT, clock) == 0


def test_words_alone_recast_nothing(database) -> None:
    assert playbook_changes.measure(edited(('title = "CSAT strike team"', 'title = "x"'))) == playbook_changes.measure(
        load_builtin("strike-team")
    )


def test_a_changed_contact_within_moves_the_due_times_of_what_is_on_the_desk(database) -> None:
    clock = ManualClock()
    place(database, *[a_survey(source=f"qualtrics:{one}", source_ticket_id=one) for one in range(1, 4)])
    assert recast_if_measured_otherwise(database, load_builtin("strike-team"), clock) == 0
    sooner = edited(('contact_within = "24h"', 'contact_within = "2h"'))
    assert recast_if_measured_otherwise(database, sooner, clock) == 3
    with database.read() as connection:
        standing = surveys.on_the_desk(connection, 0, 9)
    assert {one.due_at - one.survey.received_at for one in standing} == {sooner.contact_within}
    assert recast_if_measured_otherwise(database, sooner, clock) == 0


def test_business_hours_move_the_due_times_of_what_is_on_the_desk(database) -> None:
    clock = ManualClock()
    place(database, a_survey(source="qualtrics:1", source_ticket_id=1))
    recast_if_measured_otherwise(database, load_builtin("strike-team"), clock)
    hours = """[business_hours]
monday = ["00:00-24:00"]
wednesday = ["09:00-17:00"]

[playbook]"""
    slower = edited(("[playbook]", hours))
    assert recast_if_measured_otherwise(database, slower, clock) == 1
    with database.read() as connection:
        (standing,) = surveys.on_the_desk(connection, 0, 9)
    assert standing.due_at == slower.business_hours.moment_after(standing.survey.received_at, timedelta(hours=24))
    assert standing.due_at - standing.survey.received_at > timedelta(hours=24)
    assert recast_if_measured_otherwise(database, edited(("[playbook]", hours)), clock) == 0
