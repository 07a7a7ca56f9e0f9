"""What an agent does with a case, and what must never be lost on the way."""

import signal
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from csat_tui.domain.case import Answer, Answered, Draft, Stage
from csat_tui.domain.decide import Undecidable
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import SurveyId
from csat_tui.store import outbox, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.cases.queue import QueueView
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreFull
from csat_tui.workflow.desk import Desk
from tests.answering import read_and_judged
from tests.builders import MISSED, NOON, an_account, the_playbook
from tests.store.shelf import arriving, put, value
from tests.sync.bench import QUESTION, REPLY, Bench, source_ticket, survey_ticket

WORDS = Draft("follow-up", REPLY, MISSED)


class TestAnswers:
    def test_are_kept_with_their_moment_and_taken_back(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.answer(survey_id, "issue-logged", Answer.NO)
        bench.desk.answer(survey_id, "issue-logged", Answer.YES)
        bench.desk.answer(survey_id, "within-guide", Answer.UNSURE)
        bench.desk.answer(survey_id, "within-guide", None)
        assert bench.case(survey_id).answers == {"issue-logged": Answered("issue-logged", Answer.YES, NOON)}

    def test_are_taken_over_from_the_evidence_where_none_is_given(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        with bench.database.write() as connection:
            tickets.put_account(connection, bench.there(source_ticket(1)).requester_email, an_account(), NOON)
        case = bench.case(survey_id)
        decided = {check for check, found in bench.desk.suggestions(case).items() if found.answer is not None}
        assert {"issue-logged", "within-guide"} <= decided
        bench.desk.answer(survey_id, "issue-logged", Answer.UNSURE)
        case = bench.case(survey_id)
        taken = bench.desk.suggested_answers(case, bench.desk.suggestions(case))
        bench.desk.keep_answers(survey_id, taken)
        assert {one.check_id for one in taken} == decided - {"issue-logged"}
        answers = bench.case(survey_id).answers
        assert answers["issue-logged"] == Answered("issue-logged", Answer.UNSURE, NOON)
        assert answers["within-guide"].suggested


class TestDrafts:
    def test_are_kept_and_an_empty_one_is_none(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.save_draft(survey_id, WORDS)
        assert bench.case(survey_id).draft == WORDS
        bench.desk.save_draft(survey_id, Draft(None, {"summary": "  "}))
        assert bench.case(survey_id).draft.empty
        row = bench.desk.row(QueueView(), survey_id)
        assert row is not None
        assert not row.drafted

    def test_survive_a_process_killed_right_after_they_were_kept(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        script = """
            import os, signal, sys
            from pathlib import Path
            from csat_tui.domain.case import Draft
            from csat_tui.store.database import Database
            from csat_tui.workflow.desk import Desk
            from tests.builders import the_playbook
            from tests.store.shelf import ManualClock

            desk = Desk(Database.open(Path(sys.argv[1])), the_playbook(), ManualClock(), "Ana")
            desk.save_draft(int(sys.argv[2]), Draft("follow-up", {"reply": "the last word"}))
            os.kill(os.getpid(), signal.SIGKILL)
        """
        ended = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script), str(bench.database.file), str(survey_id)],
            cwd=Path(__file__).parents[2], timeout=30, check=False,
        )  # fmt: skip
        assert ended.returncode == -signal.SIGKILL
        assert bench.case(survey_id).draft == Draft("follow-up", {"reply": "the last word"})

    def test_take_any_character_that_can_be_typed(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.save_draft(survey_id, Draft(None, {"summary": "half \ud83d, 漢字, \x1b[31m, {braces}, \u202e"}))
        assert bench.case(survey_id).draft.fields["summary"] == "half ?, 漢字, \x1b[31m, {braces}, \u202e"


class TestDeciding:
    def test_closes_the_case_and_queues_its_effects_in_order(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.save_draft(survey_id, WORDS)
        bench.desk.answer(survey_id, "issue-logged", Answer.YES)
        taken = bench.follow_up(survey_id)
        case = bench.case(survey_id)
        assert (case.stage, case.decision_id, case.draft.empty) == (Stage.DECIDED, taken.decision_id, True)
        assert taken.sends_at == NOON + the_playbook().undo
        reply, note, row = bench.effects(taken)
        assert [reply.kind, note.kind, row.kind] == ["reply", "note", "tracker"]
        assert {effect.state for effect in (reply, note, row)} == {EffectState.QUEUED}
        assert {effect.not_before for effect in (reply, note, row)} == {taken.sends_at}
        assert reply.base == bench.there(source_ticket(1)).updated_at
        assert note.base == bench.there(survey_ticket(1)).updated_at
        assert note.tags == ("survey", "csat_followup")
        assert len({effect.op_id for effect in (reply, note, row)}) == 3
        assert value(bench.database, "SELECT answers FROM decision") == (
            '{"coaching-needed":"no","concern-read":"yes","issue-logged":"yes"}'
        )

    def test_is_based_on_the_tickets_as_the_person_saw_them(self, bench: Bench) -> None:
        case = read_and_judged(bench.desk, bench.arrive())
        newer = bench.memory.touch(source_ticket(1))
        with bench.database.write() as connection:
            tickets.put_tickets(connection, [newer], NOON)
        taken = bench.desk.decide(case, "follow-up", REPLY, MISSED)
        assert case.source_ticket is not None
        assert bench.effects(taken)[0].base == case.source_ticket.updated_at < newer.updated_at

    def test_leaves_nothing_at_all_where_it_fails_in_between(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        survey_id = bench.arrive()
        bench.desk.save_draft(survey_id, WORDS)
        before = read_and_judged(bench.desk, survey_id)
        heard: list[frozenset[str]] = []
        bench.desk.listen(heard.append)
        original = outbox.put_effects

        def half(*arguments: object, **more: object) -> None:
            original(*arguments, **more)  # type: ignore[arg-type]
            raise sqlite3.OperationalError("disk full")

        monkeypatch.setattr(outbox, "put_effects", half)
        with pytest.raises(sqlite3.OperationalError):
            bench.follow_up(survey_id)
        assert bench.case(survey_id) == before
        assert bench.dispatch.unsettled() == ()
        assert value(bench.database, "SELECT count(*) FROM decision") == 0
        assert heard == []
        monkeypatch.undo()
        bench.follow_up(survey_id)

    def test_on_a_full_disk_says_so_and_keeps_the_words(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        long = {**REPLY, "reply": "x" * 50_000}
        bench.desk.save_draft(survey_id, Draft("follow-up", long))
        pages = value(bench.database, "PRAGMA page_count") + 2
        room = {"pages": pages}
        event.listen(
            bench.database._engine, "checkout",
            lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {room['pages']}").close(),
        )  # fmt: skip
        with pytest.raises(StoreFull, match="saved before is safe"):
            bench.follow_up(survey_id, long)
        room["pages"] = 1_000_000
        case = bench.case(survey_id)
        assert (case.stage, case.draft.fields["reply"]) == (Stage.OPEN, long["reply"])
        bench.follow_up(survey_id, long)

    def test_twice_at_two_desks_is_refused_with_a_sentence(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        second = Database.open(bench.database.file)
        other = Desk(second, the_playbook(), bench.clock, "Noor")
        mine, theirs = bench.case(survey_id), other.case(survey_id)
        assert theirs is not None
        bench.desk.decide(mine, "needs-evaluation", QUESTION)
        with pytest.raises(Undecidable, match="this case is already decided"):
            other.decide(theirs, "needs-evaluation", QUESTION)
        with pytest.raises(Undecidable, match="this case is already decided"):
            bench.ask(survey_id)
        second.close()
        assert value(bench.database, "SELECT count(*) FROM decision") == 1
        assert len(bench.dispatch.unsettled()) == 2

    def test_on_a_case_whose_place_a_later_survey_took_is_refused_with_a_sentence(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        case = bench.case(survey_id)
        put(bench.database, arriving(2, source_ticket_id=source_ticket(1)))
        with pytest.raises(Undecidable, match="later survey"):
            bench.desk.decide(case, "needs-evaluation", QUESTION)
        assert bench.case(survey_id).stage is Stage.SUPERSEDED
        assert bench.dispatch.unsettled() == ()

    def test_on_a_case_that_somebody_else_finished_meanwhile_is_refused_until_it_is_seen(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        case = bench.case(survey_id)
        with bench.database.write() as connection:
            surveys.put_away(connection, [survey_ticket(1)])
        with pytest.raises(Undecidable, match="somebody else"):
            bench.desk.decide(case, "needs-evaluation", QUESTION)
        bench.ask(survey_id)  # knowing that, the person may

    def test_without_what_it_needs_names_all_of_it(self, bench: Bench) -> None:
        case = bench.case(bench.arrive())
        with pytest.raises(Undecidable) as refused:
            bench.desk.decide(case, "no-response", {})
        assert {lack.field_id for lack in refused.value.lacks} >= {"summary", "rationale"}
        assert refused.value.lacks == bench.desk.lacks(case, "no-response", {})

    def test_on_a_snoozed_case_ends_its_snooze(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.snooze(survey_id, timedelta(hours=1))
        bench.ask(survey_id)
        bench.clock.forward(7200)
        assert bench.desk.wake() == 0
        assert bench.desk.stage(survey_id) is Stage.DECIDED

    def test_keeps_the_name_of_the_customer_before_out_of_the_next_reply(self, bench: Bench) -> None:
        case = read_and_judged(bench.desk, bench.arrive(1))
        assert case.source_ticket is not None
        sam = replace(case, source_ticket=replace(case.source_ticket, requester_name="Sam Jones"))
        bench.desk.decide(sam, "follow-up", REPLY, MISSED)
        slip = REPLY | {"reply": f"{REPLY['reply']} The box of Sam Jones comes today."}
        case = read_and_judged(bench.desk, bench.arrive(2))
        with pytest.raises(Undecidable, match="Sam Jones"):
            bench.desk.decide(case, "follow-up", slip, MISSED)
        assert bench.desk.decide(case, "follow-up", REPLY, MISSED)


class TestPuttingAway:
    def test_a_snoozed_case_comes_back_when_its_time_is_over(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.snooze(survey_id, timedelta(hours=1))
        assert bench.desk.stage(survey_id) is Stage.SNOOZED
        bench.clock.forward(3599)
        assert bench.desk.wake() == 0
        bench.clock.forward(1)
        heard: set[str] = set()
        bench.desk.listen(heard.update)
        assert bench.desk.wake() == 1
        assert (bench.desk.stage(survey_id), heard) == (Stage.OPEN, {"queue"})

    def test_a_snoozed_case_can_be_taken_back(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.desk.snooze(survey_id, timedelta(hours=1))
        bench.desk.snooze(survey_id, None)
        bench.clock.forward(7200)
        assert (bench.desk.stage(survey_id), bench.desk.wake()) == (Stage.OPEN, 0)

    def test_a_decided_case_is_not_snoozed(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        bench.ask(survey_id)
        bench.desk.snooze(survey_id, timedelta(hours=1))
        assert bench.desk.stage(survey_id) is Stage.DECIDED

    def test_a_claim_puts_the_agents_name_on_it(self, bench: Bench) -> None:
        survey_id, other = bench.arrive(1), bench.arrive(2)
        bench.desk.claim(survey_id, mine=True)
        mine = QueueView(claimed_by="Ana")
        assert [row.id for row in bench.desk.rows_after(mine, None, 9)] == [survey_id]
        assert bench.desk.row(mine, other) is None
        bench.desk.claim(survey_id, mine=False)
        assert bench.desk.rows_after(mine, None, 9) == []


class TestFinding:
    @pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, 10**40, -(10**40)])
    def test_takes_any_number(self, bench: Bench, number: int) -> None:
        bench.arrive()
        assert bench.desk.find(number) == []

    def test_goes_by_ticket_first_and_then_by_the_surveys_own_number(self, bench: Bench) -> None:
        survey_id = bench.arrive()
        assert bench.desk.find(survey_ticket(1)) == bench.desk.find(source_ticket(1)) == [survey_id]
        assert bench.desk.find(survey_id) == [survey_id]

    def test_what_is_not_there_is_none(self, bench: Bench) -> None:
        assert bench.desk.case(SurveyId(4711)) is None
        assert bench.desk.stage(SurveyId(4711)) is None


def test_counts_tell_what_is_due_within_hours(bench: Bench) -> None:
    bench.arrive(1)
    bench.arrive(2)
    assert (bench.desk.counts().open, bench.desk.counts().due_soon) == (2, 0)
    bench.clock.at = NOON + timedelta(hours=20, minutes=1)
    assert (bench.desk.counts().overdue, bench.desk.counts().due_soon) == (0, 1)
    bench.clock.at = NOON + timedelta(hours=24, minutes=1)
    assert (bench.desk.counts().overdue, bench.desk.counts().due_soon) == (1, 1), "what is overdue is due soon no more"


class TestTwoTerminals:
    def test_words_that_a_decision_elsewhere_did_not_say_are_kept_until_they_are_discarded(self, bench: Bench) -> None:
        survey_id = bench.arrive(1)
        other = Desk(bench.database, bench.desk.playbook, bench.clock, "Rui C.")
        case = other.case(survey_id)
        bench.desk.save_draft(survey_id, Draft("needs-evaluation", {"summary": "half of mine"}))
        other.decide(case, "needs-evaluation", QUESTION, settled=("summary",))
        assert bench.case(survey_id).stage is Stage.DECIDED
        assert bench.case(survey_id).draft.fields == {"summary": "half of mine"}
        bench.desk.save_draft(survey_id, Draft("needs-evaluation", {"summary": "half of mine, and more"}))
        assert bench.case(survey_id).draft.fields == {"summary": "half of mine, and more"}
        bench.desk.discard_draft(survey_id)
        assert bench.case(survey_id).draft.empty

    def test_a_field_that_two_wrote_shows_both_and_is_not_sent_before_somebody_chose(self, bench: Bench) -> None:
        survey_id = bench.arrive(1)
        other = Desk(bench.database, bench.desk.playbook, bench.clock, "Rui C.")
        bench.desk.save_draft(survey_id, Draft("needs-evaluation", {**QUESTION, "summary": "mine"}))
        other.save_draft(survey_id, Draft("needs-evaluation", {"summary": "theirs"}))
        draft = bench.case(survey_id).draft
        assert draft.fields["summary"] == "theirs"
        assert [(one.text, one.by) for one in draft.others["summary"]] == [("mine", bench.desk.agent)]
        with pytest.raises(Undecidable, match="was also written by"):
            bench.desk.decide(bench.case(survey_id), "needs-evaluation", draft.fields)
        chosen = {**QUESTION, "summary": "mine and theirs"}
        bench.desk.save_draft(survey_id, Draft("needs-evaluation", chosen), draft.fields, {"summary": ("mine",)})
        assert not bench.case(survey_id).draft.others
        assert bench.desk.decide(bench.case(survey_id), "needs-evaluation", chosen)

    def test_words_that_were_rewritten_elsewhere_are_not_sent_in_their_old_form(self, bench: Bench) -> None:
        survey_id = bench.arrive(1)
        other = Desk(bench.database, bench.desk.playbook, bench.clock, "Rui C.")
        mine = Draft("needs-evaluation", {**QUESTION, "summary": "mine"})
        bench.desk.save_draft(survey_id, mine)
        theirs = Draft("needs-evaluation", {**QUESTION, "summary": "rewritten"})
        other.save_draft(survey_id, theirs, mine.fields)
        with pytest.raises(Undecidable, match="was also written by Rui C"):
            bench.desk.decide(bench.case(survey_id), "needs-evaluation", mine.fields)
        assert bench.case(survey_id).draft.fields == theirs.fields
        bench.desk.save_draft(survey_id, mine, mine.fields, {"summary": ("rewritten",)})
        assert bench.desk.decide(bench.case(survey_id), "needs-evaluation", mine.fields)

    def test_words_for_a_case_whose_place_was_taken_go_to_the_one_that_took_it(self, bench: Bench) -> None:
        first = bench.arrive(1)
        later = put(bench.database, arriving(2, source_ticket_id=source_ticket(1)))[0]
        assert bench.case(first).stage is Stage.SUPERSEDED
        bench.desk.save_draft(first, Draft(None, {"summary": "typed a moment too late"}))
        assert bench.case(first).draft.empty
        assert bench.case(later).draft.fields == {"summary": "typed a moment too late"}
