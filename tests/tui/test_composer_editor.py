"""Editing a field in the person's own editor, through a private file."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from csat_tui.domain.case import Draft
from tests.builders import an_aligned_case
from tests.tui.pane_host import Host, host, shown

NRN = Draft("no-response", {"summary": "Box two days late.", "rationale": "Credited within the guide."})


class SuspendableHost(Host):
    """A host that can let go of its terminal, as a real one can."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


def an_editor(folder: Path, script: str) -> str:
    file = folder / "editor"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    return str(file)


async def edit_with(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return the field's text and the screen after the editor has run."""
    monkeypatch.setenv("VISUAL", an_editor(folder, script))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    screen = host(an_aligned_case(draft=NRN))[1]
    app = SuspendableHost(screen)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen.composer.enter()
        await pilot.pause()
        await pilot.press("ctrl+e")
        await pilot.pause()
        return screen.composer.draft.fields["summary"], shown(app)


async def test_the_field_can_be_written_in_ones_own_editor_through_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f'stat -c %a "$1" > {tmp_path}/mode; cat "$1" > {tmp_path}/seen; printf "From outside\\033[31m\\n" > "$1"'
    text, _ = await edit_with(script, tmp_path, monkeypatch)
    assert text == "From outside␛[31m"
    assert (tmp_path / "seen").read_text() == "Box two days late."
    assert (tmp_path / "mode").read_text().strip() == "600"
    assert not list(tmp_path.glob("csat-tui-*"))


async def test_an_editor_that_fails_is_a_sentence_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, screen = await edit_with('echo gone > "$1"; exit 3', tmp_path, monkeypatch)
    assert text == "Box two days late."
    assert "ended with 3" in screen
    assert not list(tmp_path.glob("csat-tui-*"))


async def test_an_editor_that_leaves_no_text_is_a_sentence_and_its_file_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, screen = await edit_with('printf "\\377\\376" > "$1"', tmp_path, monkeypatch)
    assert text == "Box two days late."
    assert "not UTF-8" in screen
    (kept,) = tmp_path.glob("csat-tui-*")
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600


async def test_a_terminal_that_cannot_be_left_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "true")
    app, screen = host(an_aligned_case(draft=NRN))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen.composer.enter()
        await pilot.pause()
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert "No editor can be opened in this terminal" in shown(app)
        assert screen.composer.draft.fields["summary"] == "Box two days late."
