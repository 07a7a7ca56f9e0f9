"""There is one way in which a file is written: whole or not at all, private, and through nobody's link."""

import ast
import os
from pathlib import Path

import pytest

import csat_tui
from csat_tui.file_access import NotSaved, atomic_file, new_file, save_text, write_atomically

OWN_WAY = {
    "file_access.py": "the way itself",
    "tui/triage/composer/external_editor.py": "a temporary file for the person's editor, which writes it",
    "cli/demo_desk.py": "a folder that was made for this demo alone",
    "cli/demo_pair.py": "the same folder",
    "playbook/schema.py": "a new file, and none in its place",
    "cli/logs.py": "a log, which grows",
}
"""Modules that write files in another way, and why."""


def test_what_goes_wrong_on_the_way_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    file.write_text("before")
    with pytest.raises(RuntimeError):
        half_of(file)
    assert file.read_text() == "before"
    assert os.listdir(tmp_path) == ["kept.txt"]


def half_of(file: Path) -> None:
    with atomic_file(file) as out:
        out.write(b"half a")
        raise RuntimeError


@pytest.mark.parametrize("dangling", [True, False])
def test_a_link_at_the_wanted_place_is_replaced_and_not_followed(tmp_path: Path, *, dangling: bool) -> None:
    elsewhere = tmp_path / "somebody's.txt"
    if not dangling:
        elsewhere.write_text("theirs")
    file = tmp_path / "export.csv"
    file.symlink_to(elsewhere)
    with pytest.raises(NotSaved, match="there already"):
        save_text(file, "words")
    save_text(file, "words", over=True)
    assert (file.is_symlink(), file.read_text()) == (False, "words")
    assert elsewhere.exists() is not dangling
    assert dangling or elsewhere.read_text() == "theirs"


def test_no_name_that_it_has_on_the_way_can_be_foreseen(tmp_path: Path) -> None:
    names = []
    for _ in range(2):
        with new_file(tmp_path / "export.csv", over=True) as part:
            part.write(b"words")
            names += [one for one in os.listdir(tmp_path) if one != "export.csv"]
    assert len(set(names)) == 2
    assert str(os.getpid()) not in {piece for name in names for piece in name.split(".")}


def test_it_is_its_owners_alone_whatever_was_there_before_and_whatever_the_umask(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("for all to read")
    file.chmod(0o644)
    before = os.umask(0)
    try:
        with new_file(file, over=True) as part:
            assert os.fstat(part.fileno()).st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_came_there_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    with pytest.raises(NotSaved, match="there already"):
        overtaken(file)
    assert file.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["export.csv"]


def overtaken(file: Path) -> None:
    with new_file(file) as part:
        part.write(b"ours")
        file.write_text("theirs")


def test_a_long_name_leaves_room_for_the_name_on_the_way(tmp_path: Path) -> None:
    file = tmp_path / f"{'x' * 250}.csv"
    write_atomically(file, "words")
    assert file.read_text() == "words"


def test_no_module_writes_a_file_in_a_way_of_its_own() -> None:
    home = Path(csat_tui.__file__).parent
    found = set()
    for module in home.rglob("*.py"):
        name = module.relative_to(home).as_posix()
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _writes(node):
                found.add(name)
    assert found <= set(OWN_WAY)


def _writes(call: ast.Call) -> bool:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called in ("write_text", "write_bytes", "mkstemp", "NamedTemporaryFile"):
        return True
    texts = [
        one.value for one in (*call.args, *(word.value for word in call.keywords)) if isinstance(one, ast.Constant)
    ]
    return called in ("open", "fdopen") and any(
        isinstance(one, str) and set(one) & set("wax") and len(one) < 4 for one in texts
    )
