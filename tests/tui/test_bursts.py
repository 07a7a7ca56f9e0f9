"""Keys of several cases sent at once: every word goes to its case, and unusable keys are dropped with a sentence."""

import asyncio
from pathlib import Path
from unittest.mock import patch

from textual import events

from csat_tui.domain.case import Stage
from csat_tui.tui.app import Workstation
from csat_tui.tui.base import typeahead
from csat_tui.tui.triage import key_gate
from csat_tui.workflow.desk import Desk
from tests.tui.desk_fixture import comes_about, settled, told, workstation
from tests.tui.triage_steps import SIZE, answer_all


def at_once(app: Workstation, *keys: str) -> None:
    for key in keys:
        assert app._driver is not None
        app._driver.send_message(events.Key(key, key if len(key) == 1 else None))


def one_case(word: str) -> list[str]:
    return ["3", *"yyyyyn", "e", "n", *word, "tab", *word, "ctrl+s"]


async def test_three_cases_in_one_burst_keep_their_words(tmp_path: Path) -> None:
    # However slowly a busy machine opens the next case.
    with workstation(tmp_path) as app, patch.object(typeahead, "KEY_TIMEOUT", 20):
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            rows = [row.id for row in app.screen.queue.list.window.rows[:3]]
            keys = [key for word in ("AAA", "BBB", "CCC") for key in one_case(word)]
            typed_for: list[tuple[object, tuple[str, ...]]] = []
            decided = Desk.decide

            def decide(desk, case, outcome, fields, *rest, **named):  # type: ignore[no-untyped-def]
                typed_for.append((case.id, tuple(fields.values())))
                return decided(desk, case, outcome, fields, *rest, **named)

            with patch.object(Desk, "decide", decide):
                at_once(app, *keys)
                await comes_about(lambda: app._key_number and not app.keys_are_waiting())
                await settled(pilot)
            assert "not used" not in told(app)
            assert [one for one, _ in typed_for] == rows
            for (_, words), word in zip(typed_for, ("AAA", "BBB", "CCC"), strict=True):
                assert [one for one in words if one in {"AAA", "BBB", "CCC"}] == [word, word]


async def test_a_key_waits_from_the_moment_at_which_the_queue_goes_on(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            screen = app.screen
            assert screen.key_gate.settled("r")
            screen.queue.list.window.move(1)
            screen.queue.announce()
            assert screen.queue.survey_id != screen.opened.wanted, "the message about it is still on its way"
            assert not screen.key_gate.settled("r")
            await settled(pilot)
            assert screen.key_gate.settled("r")


async def test_what_was_typed_behind_a_refused_send_is_no_prose(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            first = app.screen.queue.survey_id
            await answer_all(pilot)
            await pilot.press("e")
            await settled(pilot)
            await pilot.press("n")
            await settled(pilot)
            await pilot.press("x")
            at_once(app, "ctrl+s", "a", "e", "n", "E", "E")
            await comes_about(lambda: "Not sent" in told(app))
            await settled(pilot)
            areas = app.screen.composer._form.areas
            assert [area.text for area in areas.values()][:2] == ["x", ""]
            assert "What you typed after it was not used" in told(app)
            assert app.session.desk.stage(first) is Stage.OPEN
            await pilot.press(*"why")
            assert [area.text for area in areas.values()][:2] == ["x", "why"]


async def test_what_waits_too_long_for_its_case_is_dropped_and_said(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            released, case = asyncio.Event(), Desk.case
            loop = asyncio.get_running_loop()

            def slow(desk, survey_id):  # type: ignore[no-untyped-def]
                asyncio.run_coroutine_threadsafe(released.wait(), loop).result()
                return case(desk, survey_id)

            with patch.object(Desk, "case", slow), patch.object(typeahead, "KEY_TIMEOUT", 0.2):
                at_once(app, "j", "r", "e", "n", "B")
                await comes_about(lambda: "not used" in told(app))
                assert not app.keys_are_waiting()
                released.set()
                await settled(pilot)
            assert app.screen.focused is not None
            assert not app.screen.case.answers
            assert not app.screen.composer.draft.typed


async def test_words_wait_for_a_note_that_opens_late(tmp_path: Path) -> None:
    with workstation(tmp_path) as app, patch.object(typeahead, "KEY_TIMEOUT", 0.02):
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            composer = app.screen.composer
            with patch.object(composer, "enter"):
                at_once(app, "e", "n", *"gone")
                await comes_about(lambda: app._typed and composer.draft.outcome_id)
                await asyncio.sleep(0.1)
                assert not composer.draft.typed
            composer.enter()
            await comes_about(lambda: not app.keys_are_waiting())
            await settled(pilot)
            assert "gone" in composer.draft.fields.values()
            assert "not used" not in told(app)


async def test_words_for_a_note_that_never_opens_are_no_commands_and_it_is_said(tmp_path: Path) -> None:
    with (
        workstation(tmp_path) as app, patch.object(typeahead, "KEY_TIMEOUT", 0.02),
        patch.object(key_gate, "NOTE_OPENS", 0.1),
    ):  # fmt: skip
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            case_id, composer = app.screen.case.id, app.screen.composer
            with patch.object(composer, "enter"):
                at_once(app, "e", "n", *"ayj")
                await comes_about(lambda: "The note has not opened" in told(app))
            await settled(pilot)
            assert app.screen.case.id == case_id
            assert not app.session.desk.case(case_id).answers
            await pilot.press("j")
            await settled(pilot)
            assert app.screen.case.id != case_id, "the keyboard works on"
