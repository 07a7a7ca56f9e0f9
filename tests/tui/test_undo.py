"""Undo and redo in the note: the caret stays in the text, and the field keeps working."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from csat_tui.tui.base.field_area import FieldArea
from tests.builders import an_aligned_case
from tests.tui.pane_host import Host, host
from tests.tui.test_composer import MISSED

EXAMPLES = int(os.environ.get("UNDO_EXAMPLES", "5"))

PASTED = "\n".join(f"line {number} of what was pasted" for number in range(24))
PARAGRAPHS = "The first paragraph.\n\nThe second paragraph, with some more words in it."


def check(area: FieldArea) -> None:
    """Hold the field to what it promises: the caret stands in the text, and every line is wrapped as it is."""
    for row, column in area.selection:
        assert 0 <= row < area.document.line_count
        assert 0 <= column <= len(area.document[row])
    wrapped = area.wrapped_document
    assert len(wrapped._wrap_offsets) == area.document.line_count
    before = list(wrapped._wrap_offsets)
    wrapped.wrap(area.wrap_width, area.indent_width)
    assert list(wrapped._wrap_offsets) == before


async def reply(app: Host, pilot: Pilot[None], screen) -> FieldArea:  # type: ignore[no-untyped-def]
    screen.composer.start("follow-up")
    await pilot.pause()
    area = screen.composer.replying
    assert area is not None
    area.focus()
    await pilot.pause()
    return area


@pytest.mark.parametrize("size", [(80, 24), (120, 30)])
async def test_a_long_paste_can_be_taken_back_and_typing_goes_on(size: tuple[int, int]) -> None:
    app, screen = host(an_aligned_case(draft=MISSED))
    async with app.run_test(size=size) as pilot:
        area = await reply(app, pilot, screen)
        area.load_text("")
        area.insert(PASTED)
        await pilot.pause()
        assert area.show_vertical_scrollbar
        await pilot.press("ctrl+z", *"on")
        assert area.text == "on"
        check(area)


async def test_a_saved_reply_put_into_the_first_paragraph_can_be_taken_back() -> None:
    app, screen = host(an_aligned_case(draft=MISSED))
    async with app.run_test(size=(80, 24)) as pilot:
        area = await reply(app, pilot, screen)
        area.load_text(PARAGRAPHS)
        area.move_cursor((0, 4))
        await pilot.press("ctrl+o", "enter")
        await pilot.pause()
        assert len(area.text) > len(PARAGRAPHS)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert area.text == PARAGRAPHS
        await pilot.press("!")
        assert "!" in area.text
        check(area)


STEPS = st.lists(
    st.one_of(
        st.sampled_from([
            ("ctrl+z",), ("ctrl+z",), ("ctrl+y",), ("enter",), ("backspace",), ("delete",), ("ctrl+u",), ("ctrl+k",),
            ("ctrl+w",), ("home",), ("end",), ("pageup",), ("pagedown",), ("left",), ("shift+left",),
            ("shift+home",), ("ctrl+left",), ("f4", "enter"), ("x",), ("space",),
        ]),
        st.sampled_from([PASTED, PARAGRAPHS, "word", "\n", "表表表 " * 30, "a" * 200]),
        st.tuples(st.integers(60, 130), st.integers(16, 34)),
        st.integers(0, 400),
    ),
    max_size=25,
)  # fmt: skip


@given(STEPS)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
async def test_whatever_is_typed_and_taken_back_the_caret_stays_in_the_text(steps: list[object]) -> None:
    app, screen = host(an_aligned_case(draft=MISSED))
    async with app.run_test(size=(80, 24)) as pilot:
        area = await reply(app, pilot, screen)
        for step in steps:
            match step:
                case str(words):
                    area._replace_via_keyboard(words, *area.selection)
                case int(place):
                    area.go_to(place)
                case (int(width), int(height)):
                    await pilot.resize_terminal(width, height)
                case keys:
                    assert isinstance(keys, tuple)
                    await pilot.press(*keys)
            await pilot.pause()
            area.focus()
            check(area)
