"""Every command can have another key, and every sentence on the screen names the person's key."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import csat_tui.tui
from csat_tui.tui.app import all_scopes
from csat_tui.tui.base.commands import DECLARED, Commanded
from csat_tui.tui.base.keymap import DEFAULT_KEYS, read_keymap, show_key, with_keys
from tests.tui.desk_fixture import settled, workstation
from tests.tui.pane_host import shown

SPARE = [f"{modifier}f{number}" for modifier in ("", "shift+", "ctrl+", "alt+") for number in range(10, 25)]


def modules() -> Iterator[str]:
    return (one.name for one in pkgutil.walk_packages(csat_tui.tui.__path__, "csat_tui.tui."))


def another_key_for_everything() -> dict[str, tuple[str, ...]]:
    """A keymap in which no command of the workstation has a key that it has by default."""
    found: dict[str, tuple[str, ...]] = {}
    for commands in all_scopes().values():
        own = [one for one in commands if one.id not in found]
        taken = {found[one.id][0] for one in commands if one.id in found}
        spare = iter([key for key in SPARE if key not in taken])
        found |= {one.id: (next(spare),) for one in own}
    return found


def test_every_command_can_be_given_another_key() -> None:
    classes = [
        one for name in modules() for _, one in inspect.getmembers(importlib.import_module(name), inspect.isclass)
    ]
    declared = {one.id for each in classes if issubclass(each, Commanded) for one in each.COMMANDS}
    scoped = {command.id for commands in all_scopes().values() for command in commands}
    assert {"words.keep", "choice.leave", "welcome.take"} <= declared
    assert declared - scoped == set()


def test_every_class_with_commands_is_in_a_scope() -> None:
    scopes = all_scopes()
    for name in modules():
        for _, one in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(one, Commanded) and one.__dict__.get("COMMANDS") and one.NAME:
                known = {command.id for commands in scopes.values() for command in commands}
                assert {command.id for command in one.COMMANDS} <= known, one


def test_a_keymap_can_change_them_all() -> None:
    wanted = another_key_for_everything()
    keymap = read_keymap(wanted, all_scopes())
    assert keymap.problems == ()
    assert keymap.keys == wanted | {"app.quit": (*wanted["app.quit"], "ctrl+q")}


@pytest.mark.parametrize("name", list(modules()))
def test_every_key_that_a_sentence_names_is_a_command_s(name: str) -> None:
    """A misspelt place in a sentence would end in an error only where it is shown."""
    file = importlib.import_module(name).__file__
    assert file is not None
    for one in ast.walk(ast.parse(Path(file).read_text("utf-8"))):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            places = re.findall(r"\{([a-z]+\.[a-z0-9-]+)(?::typing)?\}", one.value)
            assert [place for place in places if place not in DECLARED and place != "command.id"] == []


def test_a_place_in_a_sentence_is_the_persons_key() -> None:
    class App:
        keys = {"case.undo": ("f12",), "case.decide": ("d", "ctrl+t")}  # noqa: RUF012

    assert with_keys(App(), "{case.undo} takes it back") == "f12 takes it back"
    assert with_keys(App(), "{case.decide} or {case.decide:typing}") == "d or ctrl+t"
    assert DEFAULT_KEYS("{case.undo} takes it back") == "u takes it back"
    assert DEFAULT_KEYS("what a customer writes in {braces} stays") == "what a customer writes in {braces} stays"


DOES = (
    r"(?= (?:takes|shows|decides|clears|chooses|looks|tries|adds|opens|explains|fetches|withdraws|sends|marks|closes"
    r"|leaves|goes|scroll|accepts|cancels|merges|reads|to unfold|to accept|answers|lists|picks|enters|edits|keeps"
    r"|saves|writes)\b)"
)
SENTENCE = re.compile(r"(?<![\w+])(?P<key>ctrl\+[a-z]|esc|enter|tab|g [a-z]|[a-zA-Z/?])" + DOES)
LETTER = re.compile(r"(?<![\w+'{])(?:[b-zA-HJ-Z/?]|g [a-z])" + DOES)
"""A letter that does something; `a` and `I` are words as well."""
NAMED = re.compile(r"(?<![\w{.+-])(?:esc|(?:ctrl|shift|alt)\+\w+)(?![\w}])")
"""A key with a name of its own, in a sentence; `enter` and `tab` are keys of the text fields, which nobody changes."""


@pytest.mark.parametrize("name", list(modules()))
def test_no_sentence_is_written_with_a_key_in_it(name: str) -> None:
    """A key stands in a sentence as `{command.id}`, so that it is the person's own, also where no test goes."""
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    docstrings = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    written = [
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in docstrings
    ]
    sentences = [one for one in written if one.count(" ") > 1 and (NAMED.search(one) or LETTER.search(one))]
    assert sentences == []


@pytest.mark.parametrize(
    "walk",
    [
        ("queue.search", "zzz"),
        ("case.decide",),
        ("case.decide", "n"),
        ("case.history",),
        ("case.missing",),
        ("pane.validation", "checklist.evidence"),
        ("queue.filter",),
        ("queue.snooze",),
        ("app.outbox",),
        ("app.shift",),
        ("app.tracker",),
        ("app.help",),
    ],
    ids=" ".join,
)
async def test_no_sentence_names_a_default_key_that_was_changed(tmp_path: Path, walk: tuple[str, ...]) -> None:
    keys = another_key_for_everything()
    with workstation(tmp_path, 12, keys=keys) as app:
        async with app.run_test(size=(160, 50)) as pilot:
            await settled(pilot)
            for step in walk:
                command = "search.open" if step == "queue.search" else step
                await pilot.press(*([keys[command][0]] if command in keys else list(step)))
                await settled(pilot)
            text = shown(app)
            own = {show_key(key) for command in DECLARED.values() for key in command.keys}
            named = [match.group() for match in SENTENCE.finditer(text) if match["key"] in own]
            assert named == [], text
            assert any(show_key(key) in text for keys_ in keys.values() for key in keys_), text
