"""A shift begins by itself, fills in its recap, keeps what is written, and is complete once every list is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import AttachedFile, EffectState, Mail
from csat_tui.domain.errors import Refused, Uncertain
from csat_tui.domain.ids import OpId
from csat_tui.domain.shift import RecapState
from csat_tui.sync.send_recap import NotSent
from csat_tui.targets.port import Delivered
from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.shift import NotComplete, Shifts
from csat_tui.workflow.watching import Watching
from tests.helpdesk.memory_desk import Fault
from tests.sync.bench import Bench, source_ticket


class Postbox:
    """Takes mails, or fails as it is told to; remembers what it was given and under which id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.taken: list[tuple[Mail, OpId]] = []
        self.fails: list[BaseException] = []
        self.folder: Path | None = None

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        self.taken.append((mail, op_id))
        if self.fails:
            raise self.fails.pop(0)
        return Delivered("recap.eml", self._clock.now())


@pytest.fixture
def postbox(bench: Bench) -> Postbox:
    return Postbox(bench.clock)


@pytest.fixture
def shifts(bench: Bench, postbox: Postbox) -> Shifts:
    return Shifts(bench.database, bench.desk, bench.clock, LowScoresDesk(bench.database, bench.desk), lambda: postbox)


def part(shifts: Shifts, section: str) -> str:
    return next(one.text for one in shifts.state().recap.parts if one.id == section)


def take_in(bench: Bench, *tickets: int) -> None:
    content = "\n".join(["Ticket", *map(str, tickets)])
    LowScoresDesk(bench.database, bench.desk).take_in(content.encode(), "morning.csv")


def test_a_shift_begins_with_the_first_decision(bench: Bench, shifts: Shifts) -> None:
    bench.clock.forward(60)
    began = bench.clock.now()
    bench.ask(bench.arrive(1))
    bench.clock.forward(3600)
    shift = shifts.current()
    assert (shift.started_at, shift.agent, shift.ended_at) == (began, "Ana", None)
    assert shift.name in ("AM", "PM")
    assert shifts.current() == shift


def test_the_next_shift_begins_after_the_last_one(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    first = shifts.current()
    bench.clock.forward(3600)
    shifts.complete(first.id)
    bench.clock.forward(3600)
    assert shifts.latest().id == first.id
    bench.ask(bench.arrive(2))
    second = shifts.current()
    assert (second.id != first.id, second.started_at) == (True, bench.clock.now())
    assert len(shifts.state(second).facts.worked) == 1
    assert len(shifts.state(second).facts.before) == 1


def test_a_completed_shift_is_looked_at_until_there_is_new_work(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    first = shifts.state().shift
    bench.clock.forward(60)
    shifts.complete(first.id)
    bench.clock.forward(12 * 3600)
    assert (shifts.state().shift.id, shifts.state().completable) == (first.id, False)
    bench.ask(bench.arrive(2))
    assert shifts.state().shift.started_at == bench.clock.now()


def test_a_shift_in_which_nothing_was_done_does_not_reach_into_the_next_day(bench: Bench, shifts: Shifts) -> None:
    empty = shifts.current()
    bench.clock.forward(20 * 3600)
    bench.ask(bench.arrive(1))
    assert (shifts.current().id, shifts.current().started_at) == (empty.id, bench.clock.now())
    bench.clock.forward(20 * 3600)
    assert shifts.current().started_at < bench.clock.now()


def test_the_numbers_are_counted_from_the_store(bench: Bench, shifts: Shifts) -> None:
    for number in (1, 2, 3):
        bench.ask(bench.arrive(number))
        bench.clock.forward(240)
    bench.clock.forward(3600)  # a break
    bench.ask(bench.arrive(4))
    bench.arrive(5)
    said = part(shifts, "numbers")
    assert "- Cases decided: **4**" in said
    assert "  - Needs evaluation: 4" in said
    assert "- Minutes a case: 4.0 on average, breaks over 45 minutes left out" in said
    assert "1 open" in said
    assert "Still being sent" in said


async def test_an_effect_that_waits_for_the_person_is_not_called_on_its_way(bench: Bench, shifts: Shifts) -> None:
    taken = bench.ask(bench.arrive(1))
    await bench.after_grace(*[Fault.CONFLICT] * 20)
    await bench.run_down()
    assert EffectState.CONFLICT in bench.states(taken)
    assert "- Stopped in the outbox, waiting for a person: 1 effect\n" in part(shifts, "numbers")
    said = [one.sentence for one in shifts.state().obstacles]
    assert "1 effect needs you; the outbox says why" in said


def test_what_is_undone_does_not_count(bench: Bench, shifts: Shifts) -> None:
    taken = bench.ask(bench.arrive(1))
    shift = shifts.current()
    bench.desk.undo(taken.decision_id)
    assert shifts.state(shift).facts.worked == ()


def test_an_edited_part_stays_and_the_others_go_on_counting(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    shifts.write_over(shift.id, "trends", "Couriers again.")
    bench.clock.forward(60)
    bench.ask(bench.arrive(2))
    assert part(shifts, "trends") == "Couriers again."
    assert "- Cases decided: **2**" in part(shifts, "numbers")
    shifts.write_over(shift.id, "trends", None)
    assert "Couriers" not in part(shifts, "trends")


def test_a_part_may_be_left_empty_by_the_person(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    shifts.write_over(shifts.current().id, "highlights", "")
    assert part(shifts, "highlights") == ""


def test_a_case_that_needs_evaluation_is_listed_with_its_question(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    assert "billing has to look" in part(shifts, "evaluation")


def test_the_shift_is_not_complete_while_a_ticket_is_missing(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    take_in(bench, source_ticket(1), 7_777_777)
    state = shifts.state()
    assert not state.completable
    with pytest.raises(NotComplete, match=r"1 ticket not accounted for: #7777777"):
        shifts.complete(shift.id)
    assert shifts.current().id == shift.id
    assert "**Ticket 7777777 is not accounted for**" in part(shifts, "low-scores")
    lists = LowScoresDesk(bench.database, bench.desk)
    lists.settle([state.lists[0].left[0].line.id], "Another team's.")
    assert "settled: Another team's." in part(shifts, "low-scores")
    shifts.complete(shift.id)
    assert lists.open_lists() == ()
    with pytest.raises(NotComplete, match="complete already"):
        shifts.complete(shift.id)


async def test_the_recap_is_sent_once(bench: Bench, shifts: Shifts, postbox: Postbox) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    sent = await shifts.send(shift.id)
    assert (sent.recap, sent.recap_reason, sent.recap_mail) == (RecapState.SENT, "recap.eml", postbox.taken[0][0])
    assert sent.recap_op_id == postbox.taken[0][1]
    with pytest.raises(NotSent, match="sent already"):
        await shifts.send(shift.id)
    assert len(postbox.taken) == 1


async def test_a_recap_whose_answer_was_lost_asks_the_person(bench: Bench, shifts: Shifts, postbox: Postbox) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    postbox.fails = [Uncertain("no answer came")]
    assert (await shifts.send(shift.id)).recap is RecapState.UNKNOWN
    with pytest.raises(NotSent, match="look in your mailbox"):
        await shifts.send(shift.id)
    with pytest.raises(NotComplete, match="not known whether the recap arrived"):
        shifts.complete(shift.id)
    shifts.write_over(shift.id, "trends", "Written since.")
    assert (await shifts.send(shift.id, again=True)).recap is RecapState.SENT
    assert postbox.taken[0] == postbox.taken[1]
    assert "Written since." not in postbox.taken[1][0].body


async def test_a_recap_that_has_arrived_is_followed_by_another_mail(
    bench: Bench, shifts: Shifts, postbox: Postbox
) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    await shifts.send(shift.id)
    shifts.write_over(shift.id, "trends", "Forgotten before.")
    await shifts.send(shift.id, again=True)
    first, second = postbox.taken
    assert first[1] != second[1]
    assert "Forgotten before." in second[0].body


def test_what_is_left_of_a_list_is_carried_over_to_the_next_shift(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    take_in(bench, source_ticket(1), 7_777_777)
    shifts.complete(shift.id, carry_over=True)
    bench.clock.forward(3600)
    bench.ask(bench.arrive(2))
    state = shifts.state(shifts.current())
    assert state.shift.id != shift.id
    assert [line.line.ticket_id for one in state.lists for line in one.left] == [7_777_777]
    assert not state.completable, "it still has to be accounted for"


async def test_a_saved_recap_that_is_older_than_what_is_known_says_so(
    bench: Bench, shifts: Shifts, postbox: Postbox
) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    postbox.folder = Path("/somewhere/mails")
    await shifts.send(shift.id)

    def said() -> str:
        return " ".join(one.sentence for one in shifts.state().obstacles)

    assert "out of date" not in said()
    bench.clock.forward(60)
    bench.ask(bench.arrive(2))
    assert "out of date" in said()


def test_the_cases_decided_in_a_shift_are_counted_as_its_recap_counts_them(bench: Bench, shifts: Shifts) -> None:
    assert shifts.decided() == 0
    bench.ask(bench.arrive(1))
    bench.ask(bench.arrive(2))
    assert shifts.decided() == len(shifts.state().facts.worked) == 2


async def test_the_persons_word_that_it_arrived_counts(bench: Bench, shifts: Shifts, postbox: Postbox) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    postbox.fails = [Uncertain("no answer came")]
    await shifts.send(shift.id)
    shifts.arrived(shift.id)
    assert shifts.current().recap is RecapState.SENT
    with pytest.raises(NotSent, match="No recap is waiting"):
        shifts.arrived(shift.id)


async def test_a_recap_that_is_only_saved_is_not_called_sent(bench: Bench, shifts: Shifts, postbox: Postbox) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    postbox.folder = Path("/somewhere/mails")
    saved = await shifts.send(shift.id)
    assert (saved.recap, saved.recap_reason) == (RecapState.SAVED, "/somewhere/mails/recap.eml")
    assert saved.recap_sent_at is None
    assert "not marked as sent" in " ".join(one.sentence for one in shifts.state().obstacles)
    with pytest.raises(NotSent, match=r"/somewhere/mails/recap\.eml\. It was not sent from here"):
        await shifts.send(shift.id)
    shifts.arrived(shift.id)
    assert shifts.current().recap is RecapState.SENT


async def test_a_refused_recap_may_be_sent_again(bench: Bench, shifts: Shifts, postbox: Postbox) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    postbox.fails = [Refused("no such mailbox")]
    refused = await shifts.send(shift.id)
    assert (refused.recap, refused.recap_reason) == (RecapState.REFUSED, "no such mailbox")
    said = [one.sentence for one in shifts.state().obstacles if "recap" in one.sentence]
    assert said == ["the recap was not sent, and is not sent again automatically: no such mailbox"]
    assert (await shifts.send(shift.id)).recap is RecapState.SENT


async def test_a_recap_is_noted_before_it_leaves_so_that_a_crash_leaves_it_in_doubt(
    bench: Bench, shifts: Shifts, postbox: Postbox
) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    seen = []

    class Dying:
        folder = None

        async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
            kept = shifts.current()
            seen.append((kept.recap, kept.recap_op_id, kept.recap_mail))
            with pytest.raises(NotSent, match="being sent already"):
                await shifts.send(shift.id)
            raise KeyboardInterrupt

    dying = Shifts(bench.database, bench.desk, bench.clock, LowScoresDesk(bench.database, bench.desk), lambda: Dying())
    with pytest.raises(KeyboardInterrupt):
        await dying.send(shift.id)
    assert seen[0][0] is RecapState.SENDING
    assert shifts.state().sent is RecapState.UNKNOWN


def test_a_sending_that_never_ended_is_in_doubt_after_a_while(bench: Bench, shifts: Shifts) -> None:
    bench.ask(bench.arrive(1))
    shift = shifts.current()
    with bench.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE shift SET recap_state = 'sending', recap_op_id = 'x', recap_tried_at = started_at"
        )
    assert shifts.state().sent is RecapState.SENDING
    until = (shift.started_at + timedelta(minutes=5)).astimezone()
    assert f"there is no answer by {until:%H:%M}" in shifts.state().obstacles[0].sentence
    bench.clock.forward(timedelta(minutes=6).total_seconds())
    assert shifts.state(replace(shift)).sent is RecapState.UNKNOWN


def test_what_arrived_before_the_shift_and_is_no_list_is_said_in_this_shift_and_in_no_other(
    bench: Bench, postbox: Postbox, tmp_path: Path
) -> None:
    lists = LowScoresDesk(bench.database, bench.desk)
    watching = Watching(bench.database, lists, bench.clock, str(tmp_path))
    shifts = Shifts(bench.database, bench.desk, bench.clock, lists, lambda: postbox, watching.problems)
    (tmp_path / "lunch.pdf").write_bytes(b"%PDF-1.7")
    watching.check()
    watching.check()
    bench.clock.forward(3600)
    bench.ask(bench.arrive(1))
    state = shifts.state(shifts.current())
    assert len([one for one in state.obstacles if "lunch.pdf" in one.sentence and not one.stops]) == 1
    bench.clock.forward(60)
    shifts.complete(state.shift.id)
    assert "lunch.pdf" not in str(shifts.state(state.shift).obstacles)
    bench.clock.forward(3600)
    bench.ask(bench.arrive(2))
    assert shifts.current().id != state.shift.id
    assert "lunch.pdf" not in str(shifts.state(shifts.current()).obstacles)
