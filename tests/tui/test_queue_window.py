"""The window of the queue has few rows, and the cursor stays on its case, in a queue of any length."""

from dataclasses import replace
from datetime import timedelta

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueRow, QueueView
from csat_tui.tui.base.row_window import MAX_ROWS, RowWindow
from tests.tui.desk_fixture import NOW


def a_row(number: int) -> QueueRow:
    return QueueRow(
        SurveyId(number), (float(number),), "low", Stage.OPEN, 1.5, NOW, NOW + timedelta(hours=24),
        f"case {number}", "Pat", "Sol", "", "", False, None,
    )  # fmt: skip


class Source:
    """A queue by number, which counts what is asked of it."""

    def __init__(self, rows: int) -> None:
        self.ids = list(range(rows))
        self.read = 0

    def rows_after(self, view: QueueView, key: tuple[float, ...] | None, limit: int) -> list[QueueRow]:
        self.read += 1
        return [a_row(one) for one in self.ids if key is None or one > key[0]][:limit]

    def rows_before(self, view: QueueView, key: tuple[float, ...] | None, limit: int) -> list[QueueRow]:
        self.read += 1
        return [a_row(one) for one in self.ids if key is None or one < key[0]][-limit:]

    def row(self, view: QueueView, survey_id: SurveyId) -> QueueRow | None:
        return a_row(survey_id) if survey_id in self.ids else None

    def row_anywhere(self, view: QueueView, survey_id: SurveyId) -> QueueRow | None:
        return replace(a_row(survey_id), shown=False) if survey_id < 5_000 else None


def opened(rows: int, height: int = 20) -> tuple[RowWindow[QueueView, QueueRow], Source]:
    source = Source(rows)
    window = RowWindow[QueueView, QueueRow](source, QueueView())
    window.resize(height)
    window.first()
    return window, source


def at(window: RowWindow[QueueView, QueueRow]) -> int | None:
    return None if window.cursor is None else window.cursor.id


def shown(window: RowWindow[QueueView, QueueRow]) -> list[int]:
    return [row.id for row in window.rows[window.top : window.top + window.height]]


def test_walking_down_a_long_queue_passes_every_case_once_and_keeps_few_rows() -> None:
    window, source = opened(3_000)
    for number in range(3_000):
        assert at(window) == number
        assert len(window.rows) <= MAX_ROWS + 100
        assert number in shown(window)
        window.move(1)
    assert at(window) == 2_999
    assert source.read < 100


def test_walking_up_from_the_end_passes_every_case_once() -> None:
    window, _ = opened(1_000)
    window.last()
    for number in reversed(range(1_000)):
        assert at(window) == number
        assert number in shown(window)
        window.move(-1)
    assert at(window) == 0
    assert window.top == 0


def test_the_end_of_the_queue_fills_the_screen() -> None:
    window, _ = opened(1_000, height=30)
    window.last()
    assert shown(window) == list(range(970, 1_000))


def test_jumping_by_half_screens_goes_exactly_there_and_back() -> None:
    window, _ = opened(5_000)
    for _ in range(100):
        window.move(10)
    assert at(window) == 1_000
    for _ in range(100):
        window.move(-10)
    assert at(window) == 0


def test_a_refresh_keeps_the_case_and_its_place_on_the_screen() -> None:
    window, source = opened(500)
    window.move(50)
    place = window.index - window.top
    source.ids = [one for one in source.ids if one % 3 or one == 50]
    source.ids = [-3, -2, -1, *source.ids]
    window.refresh()
    assert at(window) == 50
    assert window.index - window.top == place


def test_a_case_that_leaves_stays_under_the_cursor_until_the_person_moves_on() -> None:
    window, source = opened(50)
    window.move(20)
    source.ids.remove(20)
    source.ids = [-1, *source.ids]
    window.refresh()
    assert at(window) == 20
    assert window.cursor is not None
    assert not window.cursor.shown
    window.move(1)
    assert at(window) == 21
    window.refresh()
    assert 20 not in [row.id for row in window.rows]


def test_when_the_case_is_dealt_with_the_next_one_takes_its_place() -> None:
    window, source = opened(50)
    window.move(20)
    source.ids.remove(20)
    window.move_on()
    assert at(window) == 21


def test_when_the_last_case_is_dealt_with_the_one_before_takes_its_place() -> None:
    window, source = opened(50)
    window.last()
    source.ids.remove(49)
    window.move_on()
    assert at(window) == 48


def test_an_emptied_queue_has_no_cursor_and_fills_again() -> None:
    window, source = opened(3)
    source.ids = []
    window.move_on()
    assert at(window) is None
    window.move(1)
    source.ids = [7]
    window.refresh()
    assert at(window) == 7


@pytest.mark.parametrize("target", [0, 5, 700, 1_999])
def test_going_to_a_case_shows_it(target: int) -> None:
    window, _ = opened(2_000)
    assert window.go_to(SurveyId(target))
    assert at(window) == target
    assert target in shown(window)
    assert not window.go_to(SurveyId(9_999))
    assert at(window) == target


def test_the_wheel_takes_the_cursor_along_only_at_the_edges() -> None:
    window, _ = opened(500)
    window.move(10)
    window.scroll(3)
    assert (at(window), window.top) == (10, 3)
    window.scroll(30)
    assert (at(window), window.top) == (33, 33)
    window.scroll(-500)
    assert (at(window), window.top) == (19, 0)


def test_a_queue_shorter_than_the_screen_stays_at_the_top() -> None:
    window, _ = opened(5, height=30)
    window.scroll(3)
    window.move(99)
    assert (at(window), window.top) == (4, 0)
