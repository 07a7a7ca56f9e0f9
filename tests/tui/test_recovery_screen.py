"""A lead goes through unhappy customers by keys: reads, writes notes, filters, takes a note back, follows a link."""

from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.recovery.filters import RecoveryFilter
from csat_tui.domain.recovery.link import RecoveryTarget
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError
from csat_tui.tui.recovery.screen import RecoveryScreen
from csat_tui.workflow.recovery import RecoveryDesk
from tests.store.shelf import sign_in_reviewer
from tests.tui.desk_fixture import comes_about, settled, still, told, workstation
from tests.tui.pane_host import shown

SIZE = (140, 44)


async def type_keys(pilot: Any, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


@asynccontextmanager
async def recovering(tmp_path: Path, *keys: str, surveys: int = 6, size: tuple[int, int] = SIZE) -> Any:
    with workstation(tmp_path, surveys) as app:
        sign_in_reviewer(app.session.desk._database, 71)
        recovery(app).bring_up_to_date()
        recovery(app).fix([SurveyId(number) for number in range(1, surveys + 1, 2)], "care", "")
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await type_keys(pilot, "g", "v", *keys)
            yield app, pilot


def recovery(app: Any) -> RecoveryDesk:
    return app.session.paperwork.recovery


def screen(app: Any) -> RecoveryScreen:
    assert isinstance(app.screen, RecoveryScreen)
    return app.screen


def current(app: Any) -> SurveyId:
    row = screen(app).customers.current
    assert row is not None
    return row.survey_id


def notes(app: Any, survey_id: SurveyId) -> list[tuple[str, bool, str]]:
    reading = recovery(app).reading(survey_id)
    assert reading is not None
    return [(note.author, note.spoken, note.text) for note in reading.notes]


def listed(app: Any) -> str:
    """Return what the list shows."""
    width = screen(app).customers.outer_size.width
    return "\n".join(line[:width] for line in shown(app).split("\n"))


async def test_a_note_about_each_customer_costs_four_keys_besides_its_words(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter") as (app, pilot):
        first = current(app)
        assert "Nobody has written a note yet." in shown(app)
        await type_keys(pilot, *"Called", "ctrl+t")
        assert "[✔] Spoke to the customer" in shown(app)
        await type_keys(pilot, "ctrl+n")
        second = current(app)
        assert second != first
        assert screen(app).note.words.text == "", "the next customer has words of their own"
        assert screen(app).note.words.has_focus
        await type_keys(pilot, *"Voicemail", "ctrl+n")
        assert [(spoken, text) for _, spoken, text in notes(app, first)] == [(True, "Called")]
        assert [(spoken, text) for _, spoken, text in notes(app, second)] == [(False, "Voicemail")]
        await type_keys(pilot, "escape")
        assert "(Spoke? Yes)" in shown(app), "the newest note stands behind the comment"


async def test_saved_notes_stand_in_the_log_and_the_fields_are_for_the_next_one(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter", *"First", "ctrl+s", "enter", *"Second", "ctrl+s") as (app, _pilot):
        assert [text for _, _, text in notes(app, current(app))] == ["First", "Second"]
        text = shown(app)
        assert text.index("Second") < text.index("First"), "the newest is on top"
        assert "2 notes" in text
        assert "(Spoke? No)" in text


async def test_the_author_can_be_any_name_and_must_be_one(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter", *"Called") as (app, pilot):
        await type_keys(pilot, "up", "ctrl+u", "ctrl+k")
        assert screen(app).note.author.text == ""
        await type_keys(pilot, "ctrl+s")
        assert "the note needs an author" in told(app)
        assert notes(app, current(app)) == []
        await type_keys(pilot, *"Imke", "ctrl+s")
        assert [author for author, _, _ in notes(app, current(app))] == ["Imke"]


async def test_leaving_asks_nothing_and_keeps_the_words(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter", *"Half a", "escape") as (app, pilot):
        first = current(app)
        await type_keys(pilot, "j", "j")
        assert screen(app).note.words.text == ""
        await type_keys(pilot, "g", "q", "g", "v", "k", "k")
        assert current(app) == first
        assert screen(app).note.words.text == "Half a"
        found = recovery(app).reading(first)
        assert found is not None
        assert found.draft is not None
        assert found.draft.text == "Half a"
        assert found.notes == ()


async def test_previous_and_next_are_offered_only_where_there_is_one(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter", *"One", "f8") as (app, pilot):
        assert "there is no customer before this one" in told(app)
        assert screen(app).note.words.text == "One"
        await type_keys(pilot, "escape", "G", "enter", *"Last", "ctrl+n")
        assert "there is no customer after this one" in told(app)
        last = current(app)
        await type_keys(pilot, "f8")
        assert [text for _, _, text in notes(app, last)] == ["Last"]
        assert current(app) != last


@pytest.mark.parametrize("letter", RecoveryFilter)
async def test_the_letters_of_the_document_filter_the_list(tmp_path: Path, letter: RecoveryFilter) -> None:
    async with recovering(tmp_path, "enter", *"A", "ctrl+t", "ctrl+n", *"B", "ctrl+s") as (app, pilot):
        await type_keys(pilot, "f", letter.value)
        rows = screen(app).customers.list.window.rows
        spoken = [[said for _, said, _ in notes(app, row.survey_id)] for row in rows]
        wanted = {
            RecoveryFilter.ALL: [[True], [False], [], [], [], []], RecoveryFilter.NEEDING: [[True], [False]] + [[]] * 4,
            RecoveryFilter.NO_NOTES: [[]] * 4, RecoveryFilter.WITH_NOTES: [[True], [False]],
            RecoveryFilter.NEVER_SPOKEN: [[False]], RecoveryFilter.HAS_SPOKEN: [[True]],
        }  # fmt: skip
        assert spoken == wanted[letter]
        assert letter.label.lower().replace("sr notes", "SR notes") in shown(app)


async def test_without_notes_the_comment_stands_alone(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter", *"Voicemail", "ctrl+s") as (app, pilot):
        assert "(Spoke? No)" in listed(app)
        await type_keys(pilot, "f", "n")
        assert "without notes" in listed(app)
        assert "(Spoke? No)" not in listed(app)
        await type_keys(pilot, "f", "n")
        assert "(Spoke? No)" in listed(app)


async def test_a_group_or_a_day_can_be_chosen(tmp_path: Path) -> None:
    async with recovering(tmp_path, "f", "g", "1") as (app, pilot):
        assert [row.group for row in screen(app).customers.list.window.rows] == ["care"] * 3
        await type_keys(pilot, "f", "g", "a", "f", "d", *"soon", "enter")
        assert "“2026-10-31soon” is no day" in told(app), "the day is filled in"
        await type_keys(pilot, *["backspace"] * 4, "enter")
        rows = screen(app).customers.list.window.rows
        assert rows
        assert {recovery(app).day_of(row) for row in rows} == {date(2026, 10, 31)}
        assert [row.received_at for row in rows] == sorted(row.received_at for row in rows), "the first comes first"


async def test_the_last_note_is_taken_back_with_its_words(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter", *"Wrong", "ctrl+t", "ctrl+s") as (app, pilot):
        first = current(app)
        await type_keys(pilot, "j", "u")
        assert "Taken back: nothing was sent." in told(app)
        await comes_about(lambda: current(app) == first)
        await settled(pilot)
        assert notes(app, first) == []
        assert (screen(app).note.words.text, screen(app).note.spoken) == ("Wrong", True)


async def test_what_cannot_be_saved_stays_in_the_fields(tmp_path: Path) -> None:
    async with recovering(tmp_path, "enter", *"Dear words") as (app, pilot):
        with patch.object(RecoveryDesk, "save", side_effect=StoreError("The database is locked.")):
            await type_keys(pilot, "ctrl+s")
        assert "The note could not be saved. The database is locked." in told(app)
        assert screen(app).note.words.text == "Dear words"
        await type_keys(pilot, "enter", "ctrl+s")
        assert [text for _, _, text in notes(app, current(app))] == ["Dear words"]


async def test_words_of_a_customer_who_comes_late_are_not_written_to_another(tmp_path: Path) -> None:
    async with recovering(tmp_path) as (app, pilot):
        first = current(app)
        for key in ("j", "enter", *"For two", "ctrl+s"):  # typed at once, before the second customer is read
            await pilot.press(key)
        await settled(pilot)
        assert notes(app, first) == []
        assert [text for _, _, text in notes(app, current(app))] == ["For two"]


async def test_another_group_answers_for_a_customer_and_the_log_says_why(tmp_path: Path) -> None:
    async with recovering(tmp_path, "f", "g", "1") as (app, pilot):
        moved = current(app)
        await type_keys(pilot, "R", "2", *"Billing it is", "enter")
        place = recovery(app).place(moved)
        assert place is not None
        assert place.group == "billing"
        reading = recovery(app).reading(moved)
        assert reading is not None
        assert reading.fixes[-1].reason == "Billing it is"


async def test_a_link_shows_its_customer_ready_for_words(tmp_path: Path) -> None:
    async with recovering(tmp_path) as (app, pilot):
        wanted = recovery(app).place(SurveyId(3))
        assert wanted is not None
        assert wanted.ticket_id is not None
        app.open_target(RecoveryTarget(TicketId(wanted.ticket_id), wanted.group))
        await settled(pilot)
        assert current(app) == 3
        assert screen(app).note.words.has_focus


async def test_a_link_that_matches_nothing_says_why(tmp_path: Path) -> None:
    async with recovering(tmp_path) as (app, pilot):
        wanted = recovery(app).place(SurveyId(3))
        assert wanted is not None
        assert wanted.ticket_id is not None
        app.open_target(RecoveryTarget(TicketId(wanted.ticket_id), "orders"))
        await settled(pilot)
        assert "it belongs to Customer care now" in told(app)
        app.open_target(RecoveryTarget(TicketId(1), "orders"))
        await settled(pilot)
        assert "There is no survey for ticket #1" in told(app)


async def test_what_a_customer_wrote_moves_nothing_on_the_screen(tmp_path: Path) -> None:
    with workstation(tmp_path, 3) as app:
        database: Database = app.session.desk._database
        with database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE survey SET comment = ?, headline = ?, customer = ?", ("\x1b[2J\u202eevil",) * 3
            )
        recovery(app).bring_up_to_date()
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            await type_keys(pilot, "g", "v", "enter")
            text = shown(app)
            assert "\x1b" not in text
            assert "\u202e" not in text
            assert "␛[2J" in text


PICTURES = {
    "usual": (["enter", *"Called, comes tomorrow.", "ctrl+t", "ctrl+n"], SIZE, "dark"),
    "small-light": (["j"], (80, 24), "light"),
    "small-writing": (["enter", *"Voicemail"], (80, 24), "contrast"),
    "wide": (["enter", *"Voicemail", "ctrl+s", "f"], (200, 60), "light"),
    "ansi": (["enter", *"Voicemail", "ctrl+n"], (80, 24), "ansi"),
}
"""The keys that lead to each, in how much room it stands, and its colours."""


@pytest.mark.parametrize("name", PICTURES)
def test_the_recovery_screen_looks_like_this(snap_compare: Any, tmp_path: Path, name: str) -> None:
    keys, size, theme = PICTURES[name]
    with workstation(tmp_path, 12, theme=theme) as app:
        sign_in_reviewer(app.session.desk._database, 71)
        recovery(app).bring_up_to_date()
        recovery(app).fix([SurveyId(number) for number in range(1, 13, 2)], "care", "")

        async def prepare(pilot: Any) -> None:
            await settled(pilot)
            for key in ("g", "v", *keys):
                await pilot.press(key)
                await settled(pilot)
            await still(pilot)

        assert snap_compare(app, terminal_size=size, run_before=prepare)
