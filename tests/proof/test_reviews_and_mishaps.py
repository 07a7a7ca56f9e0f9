"""What becomes of reviews, answers and settlements where something goes wrong between two homes and their help desk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.effect import EffectState
from csat_tui.domain.review.steps import ReviewState
from csat_tui.store import named_values
from csat_tui.store.ledger import ledger_file
from csat_tui.store.recovery import open_repaired
from csat_tui.store.retention.purging import purge
from csat_tui.store.retention.removed import removed_files, restore
from csat_tui.store.review import ReviewDraft
from csat_tui.workflow.desk import TooLate
from tests.proof.mishaps import Fate, Mishap
from tests.proof.review_homes import CARD, FAULT, FULL, ReviewHome, two_homes
from tests.proof.wire_desk import LEE, ME, SURVEYS

TICKET = SURVEYS + 1
Homes = tuple[ReviewHome, ReviewHome, int]


@pytest.fixture
def homes() -> Iterator[Homes]:
    ana, lee, note = two_homes()
    yield ana, lee, note
    for home in (ana, lee):
        home.clear()


def deliver(*homes: ReviewHome) -> None:
    """Let each send what is due and read back; then nobody lacks what another has said."""
    for home in homes:
        home.clock.forward(11)
        home.run_down()
        home.clock.forward(5)
    for home in homes:
        home.poll()


def assert_both_know(ana: ReviewHome, lee: ReviewHome, note: int, state: ReviewState, steps: int) -> None:
    assert ana.told(note) == lee.told(note)
    assert (ana.told(note)[0], len(ana.told(note)[2])) == (state, steps)
    assert ana.listed(note) == lee.listed(note) == state
    for home in (ana, lee):
        assert set(home.records().values()) <= {1}


def test_a_step_is_read_whichever_way_its_transcript_came(homes: Homes) -> None:
    """The agent's workstation fetches the ticket for itself, as delivery does over a conflict, before it polls."""
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee)
    ana.look_at(TICKET)
    ana.poll()
    assert_both_know(ana, lee, note, ReviewState.SENT_BACK, 1)


@pytest.mark.parametrize("lands", [True, False], ids=["lands all the same", "never lands"])
def test_a_review_that_is_withdrawn_with_its_answer_lost_counts_once_it_is_there(homes: Homes, *, lands: bool) -> None:
    ana, lee, note = homes
    lee.there.writes.append(Mishap("reset", Fate.LATE))
    taken = lee.send_back(note)
    lee.clock.forward(11)
    for _ in range(3):
        lee.deliver()
        lee.clock.forward(3)
    (effect,) = lee.dispatch.of_decision(taken.decision_id)
    assert effect.state is EffectState.QUEUED, "it was not found"
    lee.dispatch.give_up(effect.id)
    assert lee.loop.thread(note).state is ReviewState.NOT_REVIEWED
    if lands:
        lee.there.land()
    deliver(lee, ana)
    if lands:
        assert_both_know(ana, lee, note, ReviewState.SENT_BACK, 1)
    else:
        assert_both_know(ana, lee, note, ReviewState.NOT_REVIEWED, 0)


def test_a_review_that_is_withdrawn_in_the_outbox_is_a_draft_again(homes: Homes) -> None:
    _, lee, note = homes
    lee.there.touch(TICKET, "message")
    taken = lee.send_back(note, "Read the orders.")
    lee.clock.forward(11)
    lee.run_down()
    (effect,) = lee.dispatch.of_decision(taken.decision_id)
    assert effect.state is EffectState.CONFLICT
    lee.dispatch.give_up(effect.id)
    draft = lee.loop.draft(note)
    assert draft is not None
    assert (draft.lines, draft.text, draft.seconds) == (FAULT, "Read the orders.", 42)


def test_what_was_scored_anew_meanwhile_stays_where_a_review_is_taken_back(homes: Homes) -> None:
    _, lee, note = homes
    taken = lee.send_back(note)
    newer = ReviewDraft(CARD.id, "", FULL, "All is well after all.", 3)
    lee.loop.save_draft(note, newer)
    lee.loop.undo(taken)
    assert lee.loop.draft(note) == newer


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(days=1)], ids=["a day behind", "a day ahead"])
def test_a_step_counts_at_once_at_a_home_whose_clock_is_wrong(homes: Homes, by: timedelta) -> None:
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee)
    ana.poll()
    ana.clock.jump(by)
    ana.dispute(note)
    assert ana.loop.thread(note).state is ReviewState.DISPUTED
    deliver(ana)
    ana.clock.jump(-by)
    lee.poll()
    assert_both_know(ana, lee, note, ReviewState.DISPUTED, 2)


def test_a_step_that_was_not_sent_yet_stands_in_the_list_whatever_is_read_meanwhile(homes: Homes) -> None:
    _, lee, note = homes
    lee.send_back(note)
    lee.there.touch(TICKET, "tags")
    lee.clock.forward(5)
    lee.poll()
    assert lee.listed(note) == lee.loop.thread(note).state == ReviewState.SENT_BACK


def test_a_reference_that_somebody_copied_onto_another_ticket_takes_no_step_its_place(homes: Homes) -> None:
    """A copy is read first by a home that comes later, since it is on the ticket that changed last."""
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee, ana)
    ana.dispute(note)
    deliver(ana, lee)
    there = ana.there
    original = next(one for one in there.comments[TICKET] if one["author_id"] == LEE["id"])
    there.arrive(2)
    ana.clock.forward(60)
    copy = {name: original[name] for name in ("body", "plain_body", "html_body", "public")}
    there._record(there.tickets[SURVEYS + 2], copy, ME["id"], original["metadata"]["custom"])
    ana.clock.forward(60)
    before = lee.told(note)
    for home in (ana, lee):
        home.poll()
        assert home.told(note) == before
    newcomer = ReviewHome({**LEE, "name": "Lee's other computer"}, there)
    newcomer.identify()
    newcomer.poll()
    assert newcomer.told(note) == before
    newcomer.clear()


def test_an_operation_id_and_a_reference_that_somebody_copied_make_no_review_theirs(homes: Homes) -> None:
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee, ana)
    there = ana.there
    original = there.comments[TICKET][-1]
    copy = {name: original[name] for name in ("plain_body", "html_body", "public")}
    copy["body"] = original["body"].replace("sent back", "accepted")
    there._record(there.tickets[TICKET], copy, ME["id"], original["metadata"]["custom"])
    ana.clock.forward(6)
    newcomer = ReviewHome({**LEE, "name": "Lee's other computer"}, there)
    newcomer.identify()
    for home in (ana, lee, newcomer):
        home.poll()
        state, _, steps = home.told(note)
        assert (state, [why_not for _, why_not in steps]) == (
            ReviewState.SENT_BACK, ["", "a review by Ana Pires, who may not review"],
        )  # fmt: skip
    assert ana.told(note) == lee.told(note) == newcomer.told(note)
    newcomer.clear()


@pytest.mark.parametrize("read", [(1, 2), (2, 1)], ids=["left first", "arrived first"])
def test_comments_that_were_moved_to_another_ticket_are_no_second_records(homes: Homes, read: tuple[int, int]) -> None:
    ana, lee, note = homes
    ana.there.arrive(2)
    deliver(ana, lee)
    lee.send_back(note)
    deliver(lee, ana)
    records = lee.records()
    ana.there.move_comments(1, 2)
    for number in read:
        ana.there.touch(SURVEYS + number, "tags")
        ana.clock.forward(6)
        ana.poll()
        lee.poll()
        assert ana.records() == lee.records() == records
    assert_both_know(ana, lee, note, ReviewState.SENT_BACK, 1)


def test_a_review_read_back_before_its_receipt_is_one_record_and_confirmed(homes: Homes) -> None:
    ana, lee, note = homes
    lee.there.writes.append(Mishap("reset", Fate.DONE))
    taken = lee.send_back(note)
    lee.clock.forward(11)
    lee.deliver()
    assert [one.state for one in lee.dispatch.of_decision(taken.decision_id)] == [EffectState.UNKNOWN]
    lee.clock.forward(3)
    lee.poll()
    ana.poll()
    assert [one.state for one in lee.dispatch.of_decision(taken.decision_id)] == [EffectState.CONFIRMED]
    deliver(lee, ana)
    assert_both_know(ana, lee, note, ReviewState.SENT_BACK, 1)


def test_what_is_taken_back_while_it_is_under_way_stands(homes: Homes) -> None:
    ana, lee, note = homes
    taken = lee.send_back(note)
    said: list[str] = []

    def undo() -> None:
        with pytest.raises(TooLate) as refused:
            lee.loop.undo(taken)
        said.append(str(refused.value))

    lee.there.meanwhile = undo
    deliver(lee, ana)
    assert said == ["it is already on its way"]
    assert lee.loop.draft(note) is None
    assert_both_know(ana, lee, note, ReviewState.SENT_BACK, 1)


def test_a_survey_that_came_later_brings_the_conversation_about_its_note(homes: Homes) -> None:
    """The ticket is in the queue of a third home with its transcript before that home reads what there is to review."""
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee, ana)
    newcomer = ReviewHome({**LEE, "name": "Lee's other computer"}, ana.there)
    newcomer.identify()
    newcomer.look_at(TICKET)
    newcomer.pull()
    newcomer.poll()
    assert newcomer.told(note) == lee.told(note)
    newcomer.clear()


def test_a_note_that_was_sent_back_waits_for_its_author_and_not_for_who_signs_in_next(homes: Homes) -> None:
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee, ana)
    assert ana.value('SELECT sent_back FROM "case"') == 1
    with ana.database.write() as connection:
        named_values.remember(connection, "agent_id", "999", ana.clock.now())
    ana.poll()
    assert ana.value('SELECT sent_back FROM "case"') == 0
    ana.identify()
    ana.poll()
    assert ana.value('SELECT sent_back FROM "case"') == 1


def test_a_database_rebuilt_from_its_ledger_reads_the_same_conversation_back(homes: Homes, tmp_path: Path) -> None:
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee, ana)
    ana.dispute(note)
    deliver(ana, lee)
    before, records = lee.told(note), lee.records()
    lee.settle(note)  # is not sent yet
    waiting = lee.told(note)
    rebuilt = tmp_path / "csat-tui.db"
    kept = ledger_file(lee.database.file)
    with closing(sqlite3.connect(kept)) as ledger, closing(sqlite3.connect(ledger_file(rebuilt))) as copy:
        ledger.backup(copy)
    rebuilt.write_bytes(b"nothing is left of it" * 1_000)
    lee.database, repaired = open_repaired(rebuilt, lee.clock.now())
    assert repaired is not None
    lee.start()
    lee.identify()
    lee.poll()
    assert lee.records() == {**records, None: 1}
    assert lee.told(note) == waiting
    assert lee.listed(note) == ReviewState.SETTLED
    deliver(lee, ana)
    assert_both_know(ana, lee, note, ReviewState.SETTLED, 3)
    assert lee.told(note)[2][:2] == before[2]
    lee.database.close()


def test_a_case_that_retention_removed_comes_back_with_its_reviews(homes: Homes) -> None:
    ana, lee, note = homes
    lee.send_back(note)
    deliver(lee, ana)
    before = lee.told(note)
    later = lee.clock.now() + timedelta(days=400)
    assert purge(lee.database, timedelta(days=180), later).cases == 1
    lee.poll()
    assert lee.records() == {}
    assert restore(lee.database, removed_files(lee.database.file)[0]).cases == 1
    assert lee.told(note) == before
    lee.poll()
    ana.dispute(note)
    deliver(ana, lee)
    assert_both_know(ana, lee, note, ReviewState.DISPUTED, 2)
