"""The outbox in the agent's words: see where everything is, and settle what needs a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.ticket import Author, Message
from csat_tui.store.outbox import OutboxItem
from csat_tui.store.tickets import put_transcripts
from csat_tui.tui.app import Workstation
from csat_tui.tui.outbox.conflict import ConflictScreen
from csat_tui.tui.outbox.screen import OutboxScreen
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.prompts import ConfirmScreen
from tests.tui.desk_fixture import NOW, settled, told, workstation
from tests.tui.outbox_fixture import decided, happen
from tests.tui.pane_host import HOSTILE, controls, shown

CHANGED = "ticket #9900000 has changed since you looked at it"


@dataclass
class Bench:
    """A workstation whose outbox a test fills."""

    app: Workstation

    def decided(self, survey_id: int, outcome_id: str = "no-response", **words: str) -> list[OutboxItem]:
        return decided(self.app.session.desk, self.app.session.dispatch, survey_id, outcome_id, **words)

    def happen(self, item: OutboxItem, *events: EffectEvent, sentence: str = "", reference: str = "") -> None:
        happen(self.app.session.desk._database, item, *events, sentence=sentence, reference=reference)

    def conflict(self, survey_id: int = 1, outcome_id: str = "no-response", **words: str) -> OutboxItem:
        first = self.decided(survey_id, outcome_id, **words)[0]
        self.happen(first, EffectEvent.CLAIMED, EffectEvent.STALE, sentence=CHANGED)
        return first

    def in_doubt(self, survey_id: int = 1) -> OutboxItem:
        reply = self.decided(survey_id, "follow-up")[0]
        self.happen(
            reply, EffectEvent.CLAIMED, EffectEvent.LOST, EffectEvent.ABSENT, sentence="it cannot be found there"
        )
        return reply

    def state(self, item: OutboxItem) -> EffectState:
        fresh = self.app.session.dispatch.effect(item.id)
        assert fresh is not None
        return fresh.state


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with workstation(tmp_path) as app:
        yield Bench(app)


async def at_the_outbox(pilot: Pilot[None]) -> OutboxScreen:
    await settled(pilot)
    await pilot.press("g", "o")
    await calm(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, OutboxScreen)
    return screen


async def calm(pilot: Pilot[None]) -> None:
    await settled(pilot)


async def test_an_empty_outbox_says_that_everything_has_arrived(bench: Bench) -> None:
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        assert "The outbox is empty" in shown(bench.app)


async def test_what_needs_a_person_comes_first_and_each_state_has_its_word(bench: Bench) -> None:
    bench.decided(4)
    delivered = bench.decided(5)[0]
    bench.happen(delivered, EffectEvent.CLAIMED, EffectEvent.LANDED, reference="audit 991231")
    checking = bench.decided(3)[0]
    bench.happen(checking, EffectEvent.CLAIMED, EffectEvent.LOST, sentence="the connection was dropped")
    refused = bench.decided(2)[0]
    bench.happen(refused, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="the ticket is closed")
    bench.conflict(1)
    async with bench.app.run_test(size=(120, 50)) as pilot:
        await at_the_outbox(pilot)
        text = shown(bench.app)
    places = [text.index(word) for word in ("Needs you  2", "On its way  1", "Waiting", "Settled  1")]
    assert places == sorted(places)
    for words in ("! conflict", "✘ refused", "? checking", "· waiting", "✔ delivered", "the ticket is closed", CHANGED):
        assert words in text


async def test_the_detail_shows_the_words_the_history_and_the_receipt(bench: Bench) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.LANDED, reference="audit 991231")
    async with bench.app.run_test(size=(140, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("j", "j")
        await calm(pilot)
        text = shown(bench.app)
    for words in ("Summary: Two boxes, two charges.", "What happened", "arrived", "Receipt audit 991231"):
        assert words in text


async def test_the_list_follows_the_delivery_and_the_cursor_stays_on_its_effect(bench: Bench) -> None:
    first, second = bench.decided(1)[0], bench.decided(2)[0]
    async with bench.app.run_test(size=(120, 40)) as pilot:
        screen = await at_the_outbox(pilot)
        await pilot.press("j", "j")
        await calm(pilot)
        assert screen.current is not None
        assert screen.current.id == second.id
        bench.happen(first, EffectEvent.CLAIMED, EffectEvent.LANDED)
        await calm(pilot)
        assert screen.current.id == second.id
        assert "✔ delivered" in shown(bench.app)


async def test_who_comes_back_to_the_outbox_stands_at_what_needs_them(bench: Bench) -> None:
    delivered = bench.decided(5)[0]
    bench.happen(delivered, EffectEvent.CLAIMED, EffectEvent.LANDED)
    async with bench.app.run_test(size=(120, 40)) as pilot:
        screen = await at_the_outbox(pilot)
        await pilot.press("j", "escape")
        refused = bench.decided(2)[0]
        bench.happen(refused, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="the ticket is closed")
        await at_the_outbox(pilot)
        assert screen.current is not None
        assert screen.current.id == refused.id
        await pilot.press("j")
        await calm(pilot)
        # While they are there nothing moves the cursor from under them.
        bench.app.session.desk._database.announce("outbox")
        await calm(pilot)
        assert screen.current.id != refused.id


async def test_a_refused_effect_can_be_sent_again(bench: Bench) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="no permission")
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await calm(pilot)
    assert bench.state(note) is EffectState.QUEUED


async def test_a_reply_in_doubt_is_sent_again_only_after_y(bench: Bench) -> None:
    reply = bench.in_doubt()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await calm(pilot)
        assert isinstance(bench.app.screen, ConfirmScreen)
        assert "the customer reads it twice" in shown(bench.app)
        await pilot.press("enter")
        await calm(pilot)
        assert bench.state(reply) is EffectState.ASKING
        await pilot.press("r", "y")
        await calm(pilot)
    assert bench.state(reply) is EffectState.QUEUED


async def test_a_reply_in_doubt_that_was_seen_there_counts_as_delivered(bench: Bench) -> None:
    reply = bench.in_doubt()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("s")
        await calm(pilot)
    assert bench.state(reply) is EffectState.CONFIRMED


async def test_a_note_that_the_customer_can_see_stands_first_and_holds_the_rest_until_it_is_put_right(
    bench: Bench,
) -> None:
    bench.conflict(2)
    note = bench.decided(1)[0]
    bench.happen(
        note, EffectEvent.CLAIMED, EffectEvent.MISDELIVERED, sentence="THE CUSTOMER CAN READ YOUR INTERNAL NOTE"
    )
    async with bench.app.run_test(size=(120, 40)) as pilot:
        screen = await at_the_outbox(pilot)
        assert screen.current is not None
        assert screen.current.id == note.id
        text = shown(bench.app)
        assert text.index("! misplaced") < text.index("! conflict")
        assert "THE CUSTOMER CAN READ YOUR INTERNAL NOTE" in text
        assert "Correct" in text
        await pilot.press("r", "w")
        await calm(pilot)
        assert bench.state(note) is EffectState.MISDELIVERED
        await pilot.press("s")
        await calm(pilot)
    assert bench.state(note) is EffectState.CONFIRMED


async def test_a_waiting_decision_is_withdrawn_at_once_because_its_case_comes_back(bench: Bench) -> None:
    effects = bench.decided(1)
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("w")
        await calm(pilot)
        assert "back on the desk with its words" in shown(bench.app)
    assert {bench.state(effect) for effect in effects} == {EffectState.WITHDRAWN}
    assert bench.app.session.desk.stage(SurveyId(1)) is Stage.OPEN


async def test_withdrawing_a_part_of_what_was_sent_asks_first(bench: Bench) -> None:
    reply, note, _row = bench.decided(1, "follow-up")
    bench.happen(reply, EffectEvent.CLAIMED, EffectEvent.LANDED)
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="no permission")
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("w")
        await calm(pilot)
        assert isinstance(bench.app.screen, ConfirmScreen)
        await pilot.press("escape")
        await calm(pilot)
        assert bench.state(note) is EffectState.REJECTED
        await pilot.press("w", "y")
        await calm(pilot)
    assert bench.state(note) is EffectState.WITHDRAWN


@pytest.mark.parametrize("cover", ["f1", "w"])
async def test_the_cursor_stays_on_its_effect_when_help_or_a_question_closes(bench: Bench, cover: str) -> None:
    """What needs the person is listed first; the cursor stands on another one, whose withdrawal asks."""
    doubtful, conflict = bench.in_doubt(1), bench.conflict(3)
    reply, note, _row = bench.decided(2, "follow-up")
    bench.happen(reply, EffectEvent.CLAIMED, EffectEvent.LANDED)
    async with bench.app.run_test(size=(120, 40)) as pilot:
        screen = await at_the_outbox(pilot)
        for _ in screen._list.items:
            if screen.current is not None and screen.current.id != note.id:
                await pilot.press("j")
                await calm(pilot)
        await pilot.press(cover)
        await calm(pilot)
        assert bench.app.screen is not screen
        await pilot.press("escape")
        await calm(pilot)
        assert bench.app.screen is screen
        assert screen.current is not None
        assert screen.current.id == note.id
        await pilot.press("w")
        await calm(pilot)
        assert f"The private note on ticket #{note.ticket_id}" in shown(bench.app)
        await pilot.press("y")
        await calm(pilot)
    assert bench.state(note) is EffectState.WITHDRAWN
    assert (bench.state(doubtful), bench.state(conflict)) == (EffectState.ASKING, EffectState.CONFLICT)


async def test_a_question_names_its_effect_and_acts_on_that_one_alone(bench: Bench) -> None:
    reply = bench.in_doubt(1)
    customer = bench.app.session.dispatch.customer(reply)
    assert customer
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await calm(pilot)
        asked = " ".join(shown(bench.app).split())
        assert f"The public reply on ticket #{reply.ticket_id} for {customer} (case 1)." in asked
        bench.happen(reply, EffectEvent.RETRIED)  # settled from the command line meanwhile, and stopped by a conflict
        bench.happen(reply, EffectEvent.CLAIMED, EffectEvent.STALE, sentence=CHANGED)
        await pilot.press("y")
        await calm(pilot)
        assert "It could not be sent again: effect" in told(bench.app)
        assert "Nothing was changed" in told(bench.app)
    assert bench.state(reply) is EffectState.CONFLICT


async def test_what_cannot_be_done_says_why(bench: Bench) -> None:
    bench.decided(1)
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await calm(pilot)
        assert "this effect is waiting" in shown(bench.app)


async def test_a_step_that_delivery_took_meanwhile_is_a_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="no permission")
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        screen = await at_the_outbox(pilot)
        monkeypatch.setattr(screen, "look", lambda: None)
        bench.app.session.dispatch.retry(note.id)
        await pilot.press("r")
        await calm(pilot)
        assert "It could not be sent again: effect" in told(bench.app)
        assert "Nothing was changed" in told(bench.app)


async def test_a_conflict_shows_both_sides_and_mine_goes_on_top(bench: Bench) -> None:
    note = bench.conflict()
    assert note.ticket_id is not None
    later = Message(999, note.ticket_id, NOW + timedelta(minutes=1), Author.AGENT, "Priya", False, "I have this one.")
    with bench.app.session.desk._database.write("queue") as connection:
        put_transcripts(connection, [(note.ticket_id, [later], NOW)])
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("enter")
        await calm(pilot)
        text = shown(bench.app)
        for words in ("What you saw", "What is there now", "I have this one.", "What you want to write", "Two boxes"):
            assert words in text
        await pilot.press("m")
        await calm(pilot)
    assert bench.state(note) is EffectState.QUEUED


async def test_a_public_reply_over_a_conflict_needs_y_once_more(bench: Bench) -> None:
    reply = bench.conflict(outcome_id="follow-up")
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("enter")
        await calm(pilot)
        await pilot.press("m")
        await calm(pilot)
        assert isinstance(bench.app.screen, ConfirmScreen)
        await pilot.press("enter")
        await calm(pilot)
        assert bench.state(reply) is EffectState.CONFLICT


async def test_taking_theirs_withdraws_mine_and_the_case_comes_back(bench: Bench) -> None:
    note = bench.conflict()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("enter")
        await calm(pilot)
        await pilot.press("t")
        await calm(pilot)
    assert bench.state(note) is EffectState.WITHDRAWN
    case = bench.app.session.desk.case(SurveyId(1))
    assert case is not None
    assert case.draft.fields["summary"] == "Two boxes, two charges."


async def test_editing_a_conflict_opens_its_words_in_the_note(bench: Bench) -> None:
    bench.conflict(3, summary="Words to change.")
    async with bench.app.run_test(size=(160, 50)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("enter")
        await calm(pilot)
        await pilot.press("e")
        await calm(pilot)
        await settled(pilot)
        assert isinstance(bench.app.screen, TriageScreen)
        assert bench.app.screen.case is not None
        assert bench.app.screen.case.id == 3
        assert "Words to change." in shown(bench.app)
        await pilot.press(*"Better: ")
        await calm(pilot)
        assert "Words to change.Better: " in shown(bench.app)


async def test_a_conflict_can_wait(bench: Bench) -> None:
    note = bench.conflict()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(bench.app.screen, ConflictScreen)
        await pilot.press("escape")
        await calm(pilot)
    assert bench.state(note) is EffectState.CONFLICT


async def test_escape_goes_back_to_the_queue(bench: Bench) -> None:
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("escape")
        await calm(pilot)
        assert isinstance(bench.app.screen, TriageScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_words_show_as_symbols_and_fit(bench: Bench, size: tuple[int, int]) -> None:
    note = bench.conflict(summary=HOSTILE.replace("\ud83d", ""))
    assert note.ticket_id is not None
    words = HOSTILE.replace("\ud83d", "")  # no help desk can send half a character
    later = Message(999, note.ticket_id, NOW + timedelta(minutes=1), Author.CUSTOMER, words, True, words)
    with bench.app.session.desk._database.write("queue") as connection:
        put_transcripts(connection, [(note.ticket_id, [later], NOW)])
    async with bench.app.run_test(size=size) as pilot:
        await at_the_outbox(pilot)
        assert controls(bench.app) == []
        await pilot.press("enter")
        await calm(pilot)
        assert controls(bench.app) == []
        assert all(len(line) <= size[0] for line in shown(bench.app).splitlines())


async def test_the_head_says_how_many_stand_where_and_what_is_held_says_behind_what(bench: Bench) -> None:
    bench.decided(4)
    checking = bench.decided(3)[0]
    bench.happen(checking, EffectEvent.CLAIMED, EffectEvent.LOST, sentence="the connection was dropped")
    bench.conflict(1)
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        head = shown(bench.app).splitlines()[0].strip()
        assert head == "1 needs you · 1 being checked · 3 waiting · 1 waiting behind what needs you"
        assert "· held" in shown(bench.app)
        await pilot.press("j", "j", "j", "j", "j")
        await calm(pilot)
        assert "It waits behind the private note on ticket" in shown(bench.app)


async def test_every_attempt_stands_in_the_history_also_what_the_machine_based_anew(bench: Bench) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REBASED, sentence="its tags moved on")
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.LANDED, reference="audit 5")
    async with bench.app.run_test(size=(160, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("j", "j")
        await calm(pilot)
        text = shown(bench.app)
    for words in (
        "sent again: nothing important had changed",
        "its tags moved on",
        "sent, attempt 2",
        "Receipt audit",
    ):
        assert words in text


async def test_what_the_disk_has_altered_is_shown_with_what_to_do_and_can_be_withdrawn(bench: Bench) -> None:
    first, second = bench.decided(1)
    with bench.app.session.desk._database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET payload = '{}' WHERE id = ?", (first.id,))
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("g", "o")
        await settled(pilot)
        assert "damaged" in shown(bench.app)
        assert "doctor" in shown(bench.app)
        await pilot.press("w")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
    assert (bench.state(first), bench.state(second)) == (EffectState.WITHDRAWN, EffectState.QUEUED)
