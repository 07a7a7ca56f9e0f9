"""A list screen: a subclass is short, reads in the background, and reports failures in a sentence."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

import pytest
from textual.content import Content
from textual.pilot import Pilot

from csat_tui.store.errors import StoreError
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.lines import Line, LinesView
from csat_tui.tui.base.list_screen import ItemList, ListScreen, moves
from csat_tui.tui.base.session import Session
from tests.tui.desk_fixture import PATIENCE, comes_about, settled, told, workstation
from tests.tui.pane_host import shown


class FruitList(ItemList[str]):
    def build(self, width: int) -> Sequence[Line]:
        del width
        return [Line(Content(item), at) for at, item in enumerate(self.items)] or [Line(Content("There is no fruit."))]


class FruitDetail(LinesView):
    can_focus = False
    text = ""

    def build(self, width: int) -> Sequence[Line]:
        del width
        return [Line(Content(self.text))]


class FruitScreen(ListScreen[str, Sequence[str]]):
    """What a mode has to say to be a list beside its details."""

    NAME = "Fruit"
    KIND = "fruit"
    TOPICS = frozenset({"queue"})
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        *moves("fruit", "fruit", lambda s: "" if s.current else "there is no fruit"),
    )

    def __init__(self, session: Session, read: Callable[[], Sequence[str]]) -> None:
        self.detail = FruitDetail()
        super().__init__(session, FruitList(), self.detail)
        self._read_fruit = read

    def fetch(self) -> Sequence[str]:
        return self._read_fruit()

    def take(self, found: Sequence[str]) -> Sequence[str]:
        self.head.update(f"{len(found)} fruits")
        return found

    def key_of(self, item: str) -> str:
        return item

    def show_detail(self) -> None:
        self.detail.text = f"all about {self.current}" if self.current else ""
        self.detail.rebuild()


class Shelf:
    """Has what a test puts there; reading it takes as long as the test wants."""

    def __init__(self, *fruits: str) -> None:
        self.fruits = list(fruits)
        self.reads = 0
        self.open = Event()
        self.open.set()
        self.error: Exception | None = None

    def read(self) -> Sequence[str]:
        self.reads += 1
        fruits = tuple(self.fruits)
        self.open.wait(PATIENCE)
        if self.error is not None:
            raise self.error
        return fruits


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Workstation]:
    with workstation(tmp_path, 1) as app:
        yield app


async def come(pilot: Pilot[Any], shelf: Shelf) -> FruitScreen:
    await settled(pilot)
    app: Any = pilot.app
    screen = FruitScreen(app.session, shelf.read)
    app.push_screen(screen)
    await comes_about(lambda: screen.is_current)
    await settled(pilot)
    return screen


async def test_a_list_stands_beside_the_details_of_the_item_under_the_cursor(app: Workstation) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        await come(pilot, Shelf("apple", "banana", "cherry"))
        assert all(word in shown(app) for word in ("3 fruits", "▌apple", "all about apple", "help"))
        await pilot.press("j", "j", "j", "k")
        assert all(word in shown(app) for word in ("▌banana", "all about banana"))


async def test_a_change_of_the_store_is_shown_and_the_cursor_stays_on_its_item(app: Workstation) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        shelf = Shelf("apple", "banana")
        screen = await come(pilot, shelf)
        await pilot.press("j")
        shelf.fruits = ["apricot", "apple", "banana"]
        app.session.desk._database.announce("queue")
        await comes_about(lambda: "3 fruits" in shown(app))
        assert screen.current == "banana"
        shelf.fruits = ["apple"]
        app.session.desk._database.announce("queue")
        await comes_about(lambda: screen.current == "apple")
        await settled(pilot)
        assert "all about apple" in shown(app)


async def test_an_empty_list_says_so_and_a_key_says_why_it_does_nothing(app: Workstation) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        shelf = Shelf()
        screen = await come(pilot, shelf)
        assert "There is no fruit." in shown(app)
        await pilot.press("j")
        assert "next: there is no fruit" in told(app)
        shelf.fruits = ["apple"]
        screen.reload()
        await comes_about(lambda: screen.current == "apple")


async def test_a_read_that_fails_is_a_sentence_and_what_was_shown_stays(app: Workstation) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        shelf = Shelf("apple")
        screen = await come(pilot, shelf)
        shelf.error = StoreError("the database cannot be read")
        screen.reload()
        await comes_about(lambda: "the database cannot be read" in told(app))
        shelf.error = ValueError("nobody foresaw this")
        screen.reload()
        await comes_about(lambda: "The fruit could not be read because of an error in csat-tui." in told(app))
        assert "▌apple" in shown(app)
        shelf.error, shelf.fruits = None, ["pear"]
        screen.reload()
        await comes_about(lambda: screen.current == "pear")
        app.session.fault.count = 0  # that was one, on purpose


async def test_a_slow_read_holds_up_no_key_and_of_many_wishes_the_newest_follows(app: Workstation) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        shelf = Shelf("apple", "banana")
        screen = await come(pilot, shelf)
        shelf.open.clear()
        try:
            before = shelf.reads
            for fruits in (["fig"], ["grape"], ["lemon"]):
                shelf.fruits = fruits
                screen.reload()
                await pilot.pause()
            await pilot.press("j")
            assert screen.current == "banana"
        finally:
            shelf.open.set()
        await comes_about(lambda: screen.current == "lemon")
        assert shelf.reads == before + 2
