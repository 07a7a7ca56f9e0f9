"""Decisions: what is confirmed and what blocks them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.decide import Blocker, Undecidable
from csat_tui.domain.ids import SurveyId
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.undo_countdown import UndoCountdown
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.triage.decisions import MERGES_UNKNOWN, Decisions, UnreadNews
from csat_tui.tui.triage.outcome_menu import OutcomeMenu
from csat_tui.tui.triage.state import ActionsUnderWay
from csat_tui.tui.triage.undo import Undo
from csat_tui.workflow.desk import Desk
from tests.builders import a_message
from tests.tui.desk_fixture import NOW
from tests.tui.triage.stand_ins import Calls, Later, Person, a_note, a_queue, a_transcript, opened

WORDS = {"summary": "Late.", "question": "Was it told?"}


class Bench:
    """Decisions on an open case, with everything that they work on."""

    def __init__(
        self, desk: Desk, writer: Writer, person: Person | None = None, news: Any = (), known: bool = True,
        to_merge: tuple[Blocker, ...] = (), **note: Any,
    ) -> None:  # fmt: skip
        self.desk = desk
        self.held, self.case = opened(desk)
        self.calls, self.do, self.person, self.grace = Calls(), Later(), person or Person(), UndoCountdown()
        self.under_way = ActionsUnderWay(self.calls.after_leaving)
        self.note = a_note(self.calls, **note)
        calls = self.calls

        async def look_again() -> bool:
            return known

        history: Any = SimpleNamespace(look_again=look_again, to_merge=lambda: to_merge)
        drafts: Any = SimpleNamespace(forget=calls.forget)
        loop: Any = SimpleNamespace()
        queue = a_queue(calls)
        self.news = UnreadNews(
            self.held, desk, a_transcript(*news).view, history, self.person, go_to_news=calls.go_to_news,
            shown=lambda: None,
        )  # fmt: skip
        self.undo = Undo(
            desk, loop, writer, queue, self.note, drafts, self.grace, self.person, read=calls.read,
            read_changes=calls.read_changes,
        )  # fmt: skip
        self.decisions = Decisions(
            self.held, desk, writer, queue, self.note, drafts, self.grace, self.under_way, self.news, self.person,
            do=self.do, go_to=calls.go_to, write_for=calls.write_for, read_case=calls.later("read_case"),
            read_changes=calls.read_changes,
        )  # fmt: skip

    def send(self, outcome_id: str = "needs-evaluation", survey_id: int | None = None) -> None:
        wanted = SurveyId(survey_id or self.case.id)
        self.decisions.send(ComposerPane.SendRequested(wanted, outcome_id, dict(WORDS)))


async def test_a_decision_is_kept_and_the_queue_goes_on(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer)
    bench.send()
    bench.send()
    assert bench.under_way, "the second wish is none"
    assert len(bench.do.works) == 1
    await bench.do.done()
    assert desk.case(bench.case.id).stage is Stage.DECIDED
    assert bench.calls.names() == ["read_case", "forget", "sent", "move_on", "read_changes", "go_to", "after_leaving"]
    assert not bench.under_way
    assert bench.grace.last is not None
    assert bench.undo.label() == desk.playbook.label_of("needs-evaluation")


async def test_words_for_another_case_are_refused_with_a_sentence(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer)
    bench.send(survey_id=bench.case.id + 1)
    await bench.do.done()
    assert desk.case(bench.case.id).stage is Stage.OPEN
    assert bench.person.heard
    assert not bench.under_way


async def test_what_the_customer_wrote_meanwhile_holds_a_decision_up(desk: Desk, writer: Writer) -> None:
    news = [a_message(id=number, created_at=NOW - timedelta(minutes=number)) for number in (2, 1)]
    bench = Bench(desk, writer, news=news)
    bench.send()
    await bench.do.done()
    assert desk.case(bench.case.id).stage is Stage.OPEN
    assert "wrote 2 times" in bench.person.heard[0]
    assert "ctrl+r reads it first" in bench.person.heard[0]
    assert bench.held.unread[0].message_id == 2


async def test_tickets_to_merge_hold_a_decision_up(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer, to_merge=(Blocker("merge first"),))
    with pytest.raises(Undecidable, match="merge first"):
        await bench.decisions.decide(ComposerPane.SendRequested(bench.case.id, "needs-evaluation", dict(WORDS)))


async def test_a_decision_before_the_tickets_were_known_says_so(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer, known=False)
    bench.send()
    await bench.do.done()
    assert bench.person.heard == [MERGES_UNKNOWN]


async def test_an_undo_brings_the_case_back_and_says_where_its_words_are(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer)
    assert bench.undo.nothing_to_undo()
    bench.send()
    await bench.do.done()
    assert not bench.undo.nothing_to_undo()
    await bench.undo.undo()
    assert desk.case(bench.case.id).stage is Stage.OPEN
    assert bench.person.heard == ["Undone: nothing was sent. Its words are in the note again."]
    assert bench.undo.label() == ""


async def test_an_outcome_is_asked_for_with_what_each_of_them_lacks(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer, Person("not-aligned"))
    await bench.decisions.choose_outcome()
    assert isinstance(bench.person.windows[0], OutcomeMenu)
    assert bench.calls.made == [("flush", ()), ("write_for", ("not-aligned",))]


async def test_an_outcome_that_comes_for_another_case_is_not_begun(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer)
    bench.person._answers.append(lambda _: bench.held.clear() or "not-aligned")
    await bench.decisions.choose_outcome()
    assert bench.calls.names() == ["flush"]
    assert bench.decisions.undecidable() == "no case is chosen"


def test_a_note_out_of_sight_is_shown_before_it_is_sent(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer, display=False)
    bench.decisions.send_from_here()
    assert bench.calls.made == [("go_to", (bench.note,))]
    assert bench.person.heard == ["This is the note; ctrl+s sends it."]


async def test_discarded_words_are_gone(desk: Desk, writer: Writer) -> None:
    bench = Bench(desk, writer)
    await bench.undo.discard(bench.case.id)
    assert bench.calls.names() == ["forget", "let_go", "read"]
