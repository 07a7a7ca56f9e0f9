"""Choosing an outcome and confirming a public reply."""

import pytest
from textual import events

from csat_tui.domain.case import Case
from csat_tui.domain.composing import Reach
from csat_tui.domain.decide import blockers
from csat_tui.effects.public_reply import PublicReply
from csat_tui.tui.triage.outcome_menu import ConfirmReply, OutcomeMenu
from tests.builders import SOURCE_TICKET, a_case, a_ticket, an_aligned_case, answered, the_playbook
from tests.tui.desk_fixture import comes_about
from tests.tui.pane_host import HOSTILE, Host, controls, shown

NOT_CHOSEN = "still open"


async def choose(case: Case, *keys: str, size: tuple[int, int] = (120, 40)) -> tuple[object, str]:
    """Return what the menu gave after these keys, and how it looked before."""
    playbook = the_playbook()
    asked = Reach(channels=frozenset({"qa"}))
    needs = {one.id: blockers(case, one, {}, playbook, reach=asked) for one in playbook.outcomes}
    given: list[object] = []
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.push_screen(OutcomeMenu(case, playbook, needs), given.append)
        await comes_about(lambda: playbook.outcomes[-1].label in shown(app))
        await pilot.pause()
        looked = shown(app)
        await pilot.press(*keys)
        await pilot.pause()
    return (given[0] if given else NOT_CHOSEN), looked


@pytest.mark.parametrize(
    ("keys", "outcome"),
    [
        (("n",), "no-response"),
        (("f",), "follow-up"),
        (("x",), "non-actionable"),
        (("v",), "needs-evaluation"),
        (("2",), "follow-up"),
        (("j", "enter"), "follow-up"),
        (("j", "j", "k", "enter"), "follow-up"),
        (("down", "down", "down", "enter"), "needs-evaluation"),
        (("down",) * 9 + ("enter",), "ask-channel"),
        (("escape",), None),
    ],
)
async def test_an_outcome_is_taken_by_letter_number_or_enter(keys: tuple[str, ...], outcome: str | None) -> None:
    assert (await choose(an_aligned_case(), *keys))[0] == outcome


async def test_what_an_outcome_still_needs_is_said_and_it_may_be_begun_all_the_same() -> None:
    taken, looked = await choose(a_case(answers=answered(concern_read="yes", promise_kept="no")), "n")
    assert taken == "no-response"
    assert "4 checks are not answered" in looked
    assert "“Everything promised was carried out?” is answered no" in looked


async def test_words_and_findings_that_are_asked_for_next_are_no_lack_in_the_menu() -> None:
    _, looked = await choose(an_aligned_case())
    assert "empty" not in looked
    assert "!" not in looked


async def test_the_menu_fits_the_smallest_screen() -> None:
    taken, looked = await choose(an_aligned_case(), "v", size=(80, 24))
    assert taken == "needs-evaluation"
    assert "n  No response needed" in looked


async def confirm(*keys: str, body: str = "Hello Pat", name: str = "Pat") -> tuple[object, str, list[str]]:
    """Return what the confirmation gave after these keys, how it looked, and what it let through."""
    case = an_aligned_case(source_ticket=a_ticket(requester_name=name, subject=name))
    given: list[object] = []
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ConfirmReply(case, PublicReply(SOURCE_TICKET, body)), given.append)
        await pilot.pause()
        looked, passed = shown(app), controls(app)
        await pilot.press(*keys)
        await pilot.pause()
    return (given[0] if given else NOT_CHOSEN), looked, passed


async def test_a_key_typed_before_the_reply_was_shown_is_no_answer_to_it() -> None:
    given: list[object] = []
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        early = events.Key("y", "y")
        app.push_screen(ConfirmReply(an_aligned_case(), PublicReply(SOURCE_TICKET, "Hello")), given.append)
        await pilot.pause()
        assert app.focused is not None
        app.focused.post_message(early)
        await pilot.pause()
        assert given == []
        await pilot.press("y")
        await pilot.pause()
    assert given == [True]


async def test_only_y_sends_the_reply() -> None:
    assert (await confirm("y"))[0] is True


@pytest.mark.parametrize("key", ["enter", "ctrl+s", "escape", "Y", "space", "n", "q", "tab", "ctrl+m", "ctrl+j"])
async def test_every_other_key_goes_back_above_all_enter_and_the_key_that_asked(key: str) -> None:
    assert (await confirm(key))[0] is False


async def test_reading_the_whole_reply_is_no_answer() -> None:
    body = "\n".join(f"line {number}" for number in range(200))
    taken, _, _ = await confirm("j", "down", "ctrl+d", "pagedown", "k", "ctrl+u", body=body)
    assert taken == NOT_CHOSEN


async def test_the_confirmation_says_who_will_read_what() -> None:
    _, looked, _ = await confirm()
    assert "The customer will see this" in looked
    assert "To Pat <pat@example.com> on ticket #7300001" in looked
    assert "Hello Pat" in looked
    assert "y sends it · any other key goes back" in looked


async def test_hostile_names_and_words_show_as_symbols() -> None:
    _, looked, passed = await confirm(body=HOSTILE, name=HOSTILE)
    assert passed == []
    assert "[bold]x[/]" in looked
