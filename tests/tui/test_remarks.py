"""Remarks about words while they are typed: highlighted in the field, listed under it, fixed by one key each."""

import re
from dataclasses import replace
from functools import cache
from threading import current_thread, main_thread
from typing import Any

import pytest

from csat_tui.domain.case import Draft
from csat_tui.domain.case_wording import wording_of
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.wording import Level, Remark, SavedReply, WordingKind, WordingRule
from csat_tui.tui.base.field_area import FieldArea, marks
from csat_tui.tui.triage.composer import note
from csat_tui.tui.triage.composer.form import at, following, remark_lines
from tests.builders import an_aligned_case, the_playbook
from tests.tui.pane_host import Host, HostScreen, host, shown

RULES = (
    WordingRule("fault", WordingKind.EXISTENCE, Level.ERROR, ("reply",), "no fault is admitted", (r"our mistake",)),
    WordingRule(
        "late", WordingKind.SUBSTITUTION, Level.WARNING, ("reply", "note"), "say it kindly", (r"late",),
        {"late": "delayed|held up"},
    ),
)  # fmt: skip
MISSED = ("better-solution",)
REPLY = {"reply": "", "summary": "s", "resolution": "r", "better": "b"}


@cache
def playbook() -> Playbook:
    """Return the strike team's playbook with two rules and one saved reply."""
    saved = SavedReply("begin", "A beginning", "Dear {customer-first-name}, thank you.")
    return replace(the_playbook(), wording=RULES, saved_replies=(saved,))


def writing(reply: str = "", *saved: SavedReply) -> tuple[Host, HostScreen]:
    draft = Draft("follow-up", REPLY | {"reply": reply}, MISSED)
    book = replace(playbook(), saved_replies=saved) if saved else playbook()
    return host(an_aligned_case(draft=draft), playbook=book)


def area(screen: HostScreen, name: str = "reply") -> FieldArea:
    return screen.composer._form.areas[name]


def test_a_stretch_over_several_lines_is_marked_in_each_and_the_gravest_lies_on_top() -> None:
    text = "one late\nword"
    remarks = (Remark("a", Level.ERROR, "x", 4, 10), Remark("b", Level.WARNING, "y", 4, 8))
    assert marks(text, remarks) == {0: [(4, 8, "warning"), (4, 8, "error")], 1: [(0, 1, "error")]}
    assert marks(text, (Remark("c", Level.WARNING, "missing"),)) == {}


def test_the_remark_at_the_cursor_is_told_first_with_its_fixes_and_their_keys() -> None:
    late = Remark("late", Level.WARNING, "say it kindly", 4, 8, ("delayed", ""))
    others = tuple(Remark(str(one), Level.ERROR, f"remark {one}", one, one + 1) for one in (20, 30, 40))
    found = (*others, late)
    assert at(found, 6) is late
    assert at(found, 12) is None
    assert following(found, 4) is others[0]
    lines = remark_lines(found, late, 60, ("ctrl+f", "alt+2")).plain.splitlines()
    assert lines == [
        "! say it kindly  ctrl+f “delayed”  alt+2 take out", "✘ remark 20", "✘ remark 30", "  and 1 more",
    ]  # fmt: skip


async def test_remarks_come_and_go_as_one_types_and_an_error_keeps_the_reply_back() -> None:
    app, screen = writing()
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter_field("reply")
        await pilot.press(*"It was our mistake")
        await pilot.pause()
        text = shown(app)
        assert "✘ no fault is admitted" in text
        assert any(one.field_id == "reply" and "no fault" in one.sentence for one in screen.composer.blockers)
        await pilot.press(*["backspace"] * 7)
        await pilot.pause()
        assert "no fault" not in shown(app)
        assert screen.composer.blockers == ()


async def test_alt_w_goes_from_remark_to_remark_and_ctrl_f_mends_the_one_at_the_cursor() -> None:
    app, screen = writing("Your box was late, so late.")
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter_field("summary")
        await pilot.press("f3")
        await pilot.pause()
        assert area(screen).has_focus
        assert area(screen).place == 13
        await pilot.press("f3")
        assert area(screen).place == 22
        await pilot.press("f8")
        await pilot.pause()
        assert area(screen).text == "Your box was late, so held up."
        await pilot.press("ctrl+z")
        assert area(screen).text == "Your box was late, so late."
        await pilot.press("home", "ctrl+f")
        assert area(screen).place == 13
        await pilot.press("ctrl+f")
        assert area(screen).text == "Your box was delayed, so late."


async def test_without_a_remark_the_keys_say_that_there_is_none() -> None:
    app, screen = writing("Fine.")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen.composer.enter_field("reply")
        await pilot.press("f3")
        await pilot.pause()
        assert "there is no remark about these words" in shown(app)


async def test_a_saved_reply_is_put_in_at_the_cursor_with_its_places_filled() -> None:
    app, screen = writing("!")
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter_field("summary")
        await pilot.press("f4", *"begin", "enter")
        await pilot.pause()
        assert area(screen).text == "!Dear Pat, thank you."
        assert area(screen).has_focus


async def test_what_is_filled_in_is_said_quietly_until_somebody_types() -> None:
    app, screen = host(an_aligned_case(), playbook=playbook())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        filled = screen.composer.fields["nothing-amiss"]
        assert re.search(r"Nothing for Sol", filled)
        assert "filled in for you" in shown(app)
        screen.composer.enter_field("nothing-amiss")
        await pilot.press("x")
        await pilot.pause()
        assert "filled in for you" not in shown(app)
        screen.give(an_aligned_case(draft=screen.composer.draft))
        await pilot.pause()
        assert screen.composer.fields["nothing-amiss"] == f"{filled}x"


async def test_long_words_are_looked_at_beside_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []

    def wording_aside(*what: Any, **more: Any) -> tuple[Remark, ...]:
        looked.append(current_thread() is main_thread())
        return wording_of(*what, **more)

    app, screen = writing("It was fine. " * 100)
    async with app.run_test(size=(120, 40)) as pilot:
        monkeypatch.setattr(note, "wording_of", wording_aside)
        area(screen).focus()
        await pilot.press(*" our mistake")
        while not area(screen).remarks:
            await pilot.pause(0.02)
        assert [one.sentence for one in area(screen).remarks] == ["no fault is admitted"]
        assert looked
        assert not any(looked)
        assert "an error in the words" in shown(app) or "no fault is admitted" in shown(app)


async def test_a_fix_lands_where_it_belongs_in_long_words_that_have_just_changed() -> None:
    app, screen = writing("It was late. " + "It was fine. " * 100)
    async with app.run_test(size=(120, 40)) as pilot:
        words = area(screen)
        words.focus()
        await pilot.pause()
        while not words.remarks:
            await pilot.pause(0.02)
        words.go_to(0)
        words.insert("So sorry. ")
        words.go_to(words.text.index("late") + 1)
        screen.composer.mend(0)
        assert words.text.startswith("So sorry. It was delayed. It was fine.")


async def test_the_name_of_the_customer_before_is_remarked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft("follow-up", REPLY, MISSED)
    app, screen = host(an_aligned_case(draft=draft))
    monkeypatch.setattr(screen.composer, "_others", lambda: ("Sam Jones",))
    async with app.run_test(size=(120, 40)) as pilot:
        area(screen).focus()
        await pilot.press(*"for Sam Jones")
        await pilot.pause()
        assert any("Sam Jones" in one.sentence for one in area(screen).remarks if one.level is Level.ERROR)
        assert any("Sam Jones" in one.sentence for one in screen.composer.blockers)


PLACES = "Dear {customer-first-name}, [ADD WHAT HAPPENED] and [ADD WHAT YOU DID] by [DATE]."


async def test_the_places_of_a_saved_reply_are_stops_that_typing_replaces() -> None:
    app, screen = writing("", SavedReply("begin", "A beginning", PLACES))
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter_field("reply")
        await pilot.press("f4", *"begin", "enter")
        await pilot.pause()
        assert area(screen).selected_text == "[ADD WHAT HAPPENED]"
        await pilot.press(*"it came late", "tab", *"it is paid", "tab", "tab", "shift+tab")
        await pilot.pause()
        assert area(screen).text == "Dear Pat, it came late and it is paid by [DATE]."
        assert not area(screen).has_focus or area(screen).selected_text == "[DATE]"


async def test_the_next_remark_about_a_place_selects_it() -> None:
    app, screen = writing("Your box comes by [DATE].")
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter_field("reply")
        area(screen).go_to(0)
        await pilot.press("tab", *"Friday")
        await pilot.pause()
        assert area(screen).text == "Your box comes by Friday."
