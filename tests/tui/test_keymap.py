"""The person's own keymap: usable entries are used, the others are explained."""

from pathlib import Path

import pytest

from csat_tui.tui.app import all_scopes, validate_keys
from csat_tui.tui.base.keymap import read_keymap, show_key
from tests.tui.desk_fixture import settled, workstation
from tests.tui.pane_host import shown


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"queue.dwon": ("n",)}, "did you mean queue.down?"),
        ({"nonsense": ("n",)}, "there is no command nonsense"),
        ({"queue.down": ("hyperspace",)}, "there is no key hyperspace"),
        ({"queue.down": ("foo+x",)}, "foo is not a modifier"),
        ({"queue.down": ("ctrl+i",)}, "a terminal sends the same for it as for tab"),
        ({"queue.down": ("k",)}, "k is both queue.up and queue.down"),
        ({"queue.down": ("e",)}, "e is both case.decide and queue.down"),
        ({"queue.down": ("n",), "queue.up": ("n",)}, "n is both"),
        ({"queue.down": ("a b c",)}, "can have two keys"),
        ({"queue.top": ("x x",)}, "sequences begin with g"),
        ({"pane.next": ()}, "could not reach it"),
        ({"queue.down": ("",)}, "an empty key"),
        ({"queue.down": ("ctrl+banana",)}, "there is no key banana"),
        ({"queue.down": ("snowman",)}, "there is no key snowman"),
        ({"app.quit": ()}, "you could not quit without a key, so it keeps ctrl+q"),
        ({"app.quit": ("j",)}, "j is both queue.down and app.quit"),
    ],
)
def test_what_is_wrong_is_said(keys: dict[str, tuple[str, ...]], said: str) -> None:
    assert any(said in one for one in validate_keys(keys)), validate_keys(keys)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"queue.down": ("n",)},
        {"queue.down": ("n", "down"), "queue.up": ("p",)},
        {"queue.top": ("g e",)},
        {"queue.down": ("shift+n",), "sync.now": ("f10",)},
        {"app.quit": ("ctrl+x",)},
        {"queue.claim": ("?",), "app.help": ("f1",)},
        {"queue.sort": ()},
        {"queue.down": ("k",), "queue.up": ("j",)},
    ],
)
def test_what_makes_sense_is_taken(keys: dict[str, tuple[str, ...]]) -> None:
    assert validate_keys(keys) == ()


def test_the_defaults_do_not_clash() -> None:
    for place, commands in all_scopes().items():
        if place in ("Help", "Evidence", "Outcomes"):
            continue
        own = [command for command in commands if command.id.split(".")[0] not in ("pane", "screen", "app", "case")]
        taken = [key for command in own for key in command.keys]
        assert len(taken) == len(set(taken)), place


def test_what_is_broken_does_not_spoil_the_rest_and_quit_always_works() -> None:
    keymap = read_keymap({"queue.down": ("n",), "queue.up": ("hyperspace",), "app.quit": ("ctrl+x",)}, all_scopes())
    assert keymap.keys == {"queue.down": ("n",), "app.quit": ("ctrl+x", "ctrl+q")}
    assert len(keymap.problems) == 2


async def test_changed_keys_work_and_show_in_footer_and_help(tmp_path: Path) -> None:
    keys = {"queue.down": ("n",), "queue.top": ("g e",), "queue.nope": ("x",)}
    with workstation(tmp_path, 12, keys=keys) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            window = app.screen.queue.list.window
            await pilot.press("n", "n", "j")
            await pilot.pause()
            assert window.index == 2
            assert "n k move" in shown(app)
            assert "! keys: there is no command queue.nope" in shown(app)
            await pilot.press("g", "e")
            await pilot.pause()
            assert window.index == 0
            await pilot.press("question_mark")
            await settled(pilot)
            assert "g e  First case." in shown(app)


def test_keys_are_shown_as_they_are_printed() -> None:
    names = ("question_mark", "slash", "ctrl+s", "g o", "escape", "G", "down", "left_square_bracket", "f1", "tab")
    assert [show_key(one) for one in names] == ["?", "/", "ctrl+s", "g o", "esc", "G", "↓", "[", "f1", "tab"]
