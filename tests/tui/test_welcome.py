"""The first start: three choices, and a sentence for each mistake."""

from pathlib import Path

import pytest
from textual import events

from csat_tui.tui.welcome import Connect, ConnectForm, Import, Welcome, wrong_file, wrong_token, wrong_url, wrong_user
from csat_tui.tui.windows.form import FormAnswer
from tests.tui.pane_host import HOSTILE, controls, shown


async def taken(*keys: str, size: tuple[int, int] = (80, 24)) -> object:
    """Return the door that these keys, and pastes, lead through; the screen's text while still inside."""
    app = Welcome()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            if len(key) > 12 and isinstance(app.focused, FormAnswer):
                app.focused.post_message(events.Paste(key))
                await pilot.pause()
            else:
                await pilot.press(key)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        if app.is_running and app._return_value is None and app._exit is False:
            return shown(app)
    return app.return_value


async def test_the_three_doors_fit_the_smallest_screen() -> None:
    looked = str(await taken())
    for words in ("d  Look around in the demo", "c  Connect a help desk", "i  Import a survey file", "esc leave"):
        assert words in looked


@pytest.mark.parametrize("keys", [("d",), ("1",), ("enter",), ("j", "k", "enter")])
async def test_the_demo_is_one_key_away(keys: tuple[str, ...]) -> None:
    assert await taken(*keys) == "demo"


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+q"])
async def test_leaving_takes_no_door(key: str) -> None:
    assert await taken(key) is None


async def test_a_help_desk_is_connected_by_four_answers() -> None:
    door = await taken(
        "c", "https://example.zendesk.com", "enter", *"Bad", "enter", "ana@example.com", "enter", *"abc123",
        "enter",
    )  # fmt: skip
    assert door == Connect("connect", "https://example.zendesk.com", "Bad", "ana@example.com", "abc123")
    assert "abc123" not in repr(door)


async def test_the_token_is_never_shown() -> None:
    looked = str(await taken("c", "up", *"sesame"))
    assert "sesame" not in looked
    assert "••••••" in looked


async def test_a_wrong_address_is_a_sentence_and_nothing_goes_on() -> None:
    looked = str(await taken("c", "http://desk.example", "ctrl+s"))
    assert "plain http works only" in looked


async def test_nothing_is_complained_of_before_anything_was_tried() -> None:
    assert "! " not in str(await taken("c"))


async def test_escape_goes_back_from_a_form_to_the_doors() -> None:
    assert "Look around in the demo" in str(await taken("c", "escape"))


async def test_a_file_is_imported_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("a,b\n")
    assert await taken("i", str(file), "enter") == Import("import", str(file))


async def test_a_file_that_is_not_there_is_a_sentence() -> None:
    assert "the file /nowhere/at.csv does not exist" in str(await taken("i", "/nowhere/at.csv", "enter"))


async def test_a_failed_attempt_opens_with_its_answers_and_what_went_wrong() -> None:
    again = Connect("connect", "https://example.zendesk.com", "12", "ana@example.com", "abc")
    app = Welcome(again=again, problem="The help desk does not know this token.")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = shown(app)
        assert "The help desk does not know this token." in text
        assert "https://example.zendesk.com" in text
        assert isinstance(app.screen, ConnectForm)
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert app.return_value == again


async def test_a_hostile_paste_shows_as_symbols() -> None:
    app = Welcome(problem=HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert controls(app) == []
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.focused, FormAnswer)
        app.focused.post_message(events.Paste(HOSTILE))
        await pilot.pause()
        assert controls(app) == []
        assert "\x1b" not in app.focused.value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://example.zendesk.com/", ""),
        ("http://127.0.0.1:8000", ""),
        ("http://localhost", ""),
        ("http://example.com", "plain http"),
        ("example.zendesk.com", "begins with https://"),
        ("https://ana:secret@example.com", "without a name or password"),
        ("", "the address is empty"),
    ],
)
def test_addresses_are_judged(text: str, said: str) -> None:
    assert said in wrong_url(text)
    assert bool(wrong_url(text)) is bool(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", ""), ("ana@example.com", ""), ("ana", "e-mail address"), ("ana@example.com/token", "without “/token”")],
)
def test_users_are_judged(text: str, said: str) -> None:
    assert said in wrong_user(text)
    assert bool(wrong_user(text)) is bool(said)


@pytest.mark.parametrize("token", ["", "  ", "a\x1bb", "a b", "añb"])
def test_tokens_are_judged_without_showing_them(token: str) -> None:
    said = wrong_token(token)
    assert said
    assert not token.strip() or token not in said


def test_a_folder_and_a_strange_ending_are_no_survey_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert "is not a file" in wrong_file(str(tmp_path))
    assert "neither .csv nor .json" in wrong_file(str(tmp_path / "notes.txt"))
    assert wrong_file("a\x00b")
