"""Keys that come faster than the screen can act on them."""

from asyncio import sleep
from time import monotonic
from typing import Any

import pytest
from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widgets import Static, TextArea

from csat_tui.tui.base import typeahead
from csat_tui.tui.base.typeahead import TypeAhead, Typed


class Menu(ModalScreen[str]):
    BINDINGS = [("n", "pick", "pick")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Static("menu")

    def action_pick(self) -> None:
        self.dismiss("n")


class Desk(TypeAhead):
    AUTO_FOCUS = None
    CSS = "TextArea { height: 3; }"
    BINDINGS = [("e", "menu", "menu"), ("escape", "leave", "leave"), ("alt+k", "bound", "bound")]  # noqa: RUF012
    left = bound = 0

    def compose(self) -> ComposeResult:
        yield TextArea(id="first", tab_behavior="focus")
        yield TextArea(id="second", tab_behavior="focus")

    def action_menu(self) -> None:
        self.push_screen(Menu(), lambda _: self.screen.set_focus(self.query_one("#first")))

    def action_leave(self) -> None:
        self.left += 1
        self.screen.set_focus(None)

    def action_bound(self) -> None:
        self.bound += 1

    @property
    def texts(self) -> list[str]:
        return [area.text for area in self.query(TextArea)]


def type_at_once(app: TypeAhead, *keys: str) -> None:
    for key in keys:
        assert app._driver is not None
        app._driver.send_message(events.Key(key, key if len(key) == 1 else None))


async def all_done(pilot: Any, app: TypeAhead, keys: int) -> None:
    while app._key_number < keys or app._key_under_way:
        assert app.is_running
        await pilot.pause()
    await pilot.pause()


async def test_a_burst_goes_through_a_menu_into_the_right_fields() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        type_at_once(app, "e", "n", *"hello", "tab", *"world")
        await all_done(pilot, app, 13)
        assert app.texts == ["hello", "world"]


class SlowGate:
    """Lets a key pass 0.2 s after the one before it, and counts those that passed earlier."""

    since = 0.0
    hasty = 0

    def ready_for(self, _key: Typed) -> bool:
        return monotonic() - self.since >= 0.2

    def timeout(self) -> float:
        return 0.0

    def refusal(self, _key: Typed) -> str:
        return ""

    def begin(self) -> None:
        self.hasty += monotonic() - self.since < 0.2
        self.since = monotonic()


class SlowScreen(Screen[None]):
    def __init__(self) -> None:
        super().__init__(id="_default")
        self.key_gate = SlowGate()

    def compose(self) -> ComposeResult:
        yield TextArea(id="first")


class Slow(TypeAhead):
    def get_default_screen(self) -> Screen[Any]:
        return SlowScreen()


async def test_the_last_key_of_a_long_burst_waits_as_long_as_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeahead, "KEY_TIMEOUT", 0.5)
    app = Slow()
    async with app.run_test() as pilot:
        type_at_once(app, *"abcdef")
        await all_done(pilot, app, 6)
        assert isinstance(app.screen, SlowScreen)
        assert app.screen.key_gate.since, "the keys went through the gate"
        assert not app.screen.key_gate.hasty


async def test_a_paste_waits_for_the_keys_before_it() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        type_at_once(app, "e", "n", *"so: ")
        assert app._driver is not None
        app._driver.send_message(events.Paste("hello"))
        type_at_once(app, "tab", "w")
        await all_done(pilot, app, 9)
        assert app.texts == ["so: hello", "w"]


async def test_escape_and_a_letter_that_a_terminal_made_one_key_of_are_two() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        assert app._driver is not None
        app._driver.send_message(events.Key("alt+e", "e"))
        type_at_once(app, "n", "b")
        await all_done(pilot, app, 4)
        assert app.left == 1
        assert app.texts == ["b", ""]


async def test_in_a_field_alt_and_a_letter_that_mean_nothing_do_nothing() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        type_at_once(app, "e", "n", "a")
        assert app._driver is not None
        app._driver.send_message(events.Key("alt+e", "e"))
        type_at_once(app, "b")
        await all_done(pilot, app, 4)
        assert app.left == 0
        assert app.texts == ["ab", ""]


async def test_a_key_with_alt_that_means_something_stays_one() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        type_at_once(app, "alt+k")
        await all_done(pilot, app, 1)
        assert (app.bound, app.left) == (1, 0)


async def test_a_key_with_alt_is_no_letter_of_the_words_though_a_terminal_names_one_with_it() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        app.screen.set_focus(app.query_one("#first"))
        app.post_message(events.Key("alt+k", "k"))
        await all_done(pilot, app, 1)
        assert (app.bound, app.left) == (1, 0)
        assert app.texts == ["", ""]


async def test_what_would_hold_up_a_key_is_done_at_once_where_no_key_is_in_sight() -> None:
    app = Desk()
    async with app.run_test():
        done: list[str] = []
        app.between_keys(lambda: done.append("look"))
        assert done == ["look"]


async def test_what_would_hold_up_a_key_follows_the_key_that_is_under_way() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        app.screen.set_focus(app.query_one("#first"))
        type_at_once(app, "a")
        while not app._key_number:
            await pilot.pause(0)
        done: list[list[str]] = []
        app.between_keys(lambda: done.append(app.texts))
        assert not done
        await all_done(pilot, app, 1)
        while not done:
            await pilot.pause(0.01)
        assert done == [["a", ""]]


async def test_keys_that_are_under_way_when_the_workstation_closes_are_no_failure() -> None:
    app = Desk()
    async with app.run_test():
        type_at_once(app, "e", "n", *"hello")
        while not app._key_under_way:
            await sleep(0)
        screens, app._screen_stacks["_default"] = app._screen_stacks["_default"], []
        await app.on_key_done(typeahead.KeyDone(app._key_number, 1))
        await app._release(app._key_number)
        app.between_keys(lambda: None)
        app._hold_up(lambda: None)
        app._screen_stacks["_default"] = screens
