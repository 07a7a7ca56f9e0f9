"""A changed playbook is applied between two actions, or its problem is shown."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from csat_tui.domain.case import Draft
from csat_tui.playbook import PlaybookError
from csat_tui.toml_file.document import Problem
from csat_tui.tui.triage.playbook_reload import PlaybookReload
from csat_tui.workflow.desk import Desk
from tests.builders import the_playbook
from tests.tui.desk_fixture import StillSync
from tests.tui.triage.stand_ins import Calls, Person, a_note, a_queue, a_transcript, opened

CHANGED = replace(the_playbook(), title="Changed")


class Bench:
    def __init__(self, desk: Desk, found: Any, *, busy: bool = False, draft: Draft | None = None) -> None:
        self.calls, self.person, self.sync = Calls(), Person(), StillSync()
        self.held, _ = opened(desk)
        calls = self.calls
        checklist: Any = SimpleNamespace(follow=calls.follow)
        self.file: Any = SimpleNamespace(found=found)
        self.reload = PlaybookReload(
            self.held, desk, self.file, self.sync, a_queue(calls), a_transcript(calls=calls), checklist,  # type: ignore[arg-type]
            a_note(calls, draft), self.person, busy=lambda: busy, later=calls.later_on,
            save_words=calls.later("save_words"), drawn_at_once=nullcontext, entitle=calls.entitle,
            update_lines=calls.update_lines,
        )  # fmt: skip


async def test_words_are_kept_before_everything_changes_at_once(desk: Desk) -> None:
    bench = Bench(desk, CHANGED)
    await bench.reload.follow()
    assert desk.playbook is CHANGED
    names = bench.calls.names()
    assert names[0] == "save_words"
    assert names.count("follow") == 3, "transcript, checklist and note"
    assert ("entitle", ("Changed",)) in bench.calls.made
    assert bench.sync.anew == 1
    assert bench.person.heard == ["The changed playbook is in use."]


async def test_an_outcome_that_is_gone_is_said(desk: Desk) -> None:
    left = replace(CHANGED, outcomes=CHANGED.outcomes[1:])
    bench = Bench(desk, left, draft=Draft(the_playbook().outcomes[0].id))
    await bench.reload.follow()
    assert "choose another outcome; your words are kept" in bench.person.heard[0]


async def test_whoever_is_deciding_is_left_alone_until_later(desk: Desk) -> None:
    bench = Bench(desk, CHANGED, busy=True)
    await bench.reload.follow()
    assert desk.playbook is not CHANGED
    assert bench.calls.names() == ["later_on"]


async def test_a_wrong_file_changes_nothing_and_a_mended_one_takes_the_sentence_away(desk: Desk) -> None:
    bench = Bench(
        desk, PlaybookError([Problem(Path("own.toml"), 3, "no title"), Problem(Path("own.toml"), 4, "no paths")])
    )
    await bench.reload.follow()
    assert bench.reload.problem.startswith("The playbook was not changed: ")
    assert "1 more" in bench.reload.problem
    bench.file.found = desk.playbook
    await bench.reload.follow()
    assert bench.reload.problem == ""
    assert bench.calls.names() == ["update_lines", "update_lines"]
