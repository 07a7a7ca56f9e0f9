"""The list of blockers, and the place where each is resolved."""

from types import SimpleNamespace
from typing import Any

import pytest

from csat_tui.domain.case_conversation import Counterpart
from csat_tui.domain.decide import Blocker
from csat_tui.tui.triage.missing import OUTCOME, MissingList
from csat_tui.workflow.desk import Desk
from tests.tui.triage.stand_ins import Calls, Person, a_note, opened


def listing(desk: Desk, calls: Calls, person: Person, **note: Any) -> MissingList:
    held, _ = opened(desk)
    checklist: Any = SimpleNamespace(steps=(), go_to_check=calls.go_to_check)
    return MissingList(
        held, desk, checklist, a_note(calls, **note), person, go_to=calls.go_to, bring_to_front=calls.bring_to_front,
        writing=lambda: False, choose_outcome=calls.later("choose_outcome"), go_to_news=calls.go_to_news,
        open_history=calls.later("open_history"), record_conversation=calls.later("record_conversation"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("blocker", "goes"),
    [
        (OUTCOME, ["choose_outcome"]),
        (Blocker("news", message_id=3), ["go_to_news"]),
        (Blocker("a check", check_id="promise-kept"), ["go_to", "go_to_check"]),
        (Blocker("merge", tickets=(1,)), ["open_history"]),
        (Blocker("a talk", conversation=Counterpart.CLIENT), ["record_conversation"]),
        (Blocker("a finding", groups=("g",)), ["go_to", "pick_findings"]),
        (Blocker("words", field_id="summary"), ["bring_to_front", "enter_field"]),
    ],
)
async def test_each_entry_goes_where_it_is_mended(desk: Desk, blocker: Blocker, goes: list[str]) -> None:
    calls = Calls()
    outcome = SimpleNamespace(label="Needs evaluation")
    await listing(desk, calls, Person(blocker), outcome=outcome, blockers=(blocker,)).show()
    assert calls.names() == ["flush", *goes]


def test_a_note_that_lacks_nothing_has_nothing_to_list(desk: Desk) -> None:
    outcome = SimpleNamespace(label="Needs evaluation")
    assert listing(desk, Calls(), Person()).nothing_missing() == ""
    ready = listing(desk, Calls(), Person(), outcome=outcome)
    assert ready.nothing_missing() == "nothing: the note is ready to be sent"


async def test_before_an_outcome_is_chosen_that_is_what_is_open(desk: Desk) -> None:
    person = Person()
    await listing(desk, Calls(), person).show()
    assert person.windows[0]._blockers[-1] is OUTCOME
