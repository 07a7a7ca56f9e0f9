"""The outbox screen: it shows where every effect is, and the person settles what needs them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.ticket import Author, Message
from csat_tui.store.tickets import put_transcripts
from csat_tui.tui.triage.screen import TriageScreen
from csat_tui.tui.windows.prompts import ConfirmScreen
from tests.tui.desk_fixture import NOW, settled, told
from tests.tui.outbox_fixture import CHANGED, OutboxBench, at_the_conflict, at_the_outbox, outbox_bench
from tests.tui.pane_host import HOSTILE, controls, shown


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[OutboxBench]:
    with outbox_bench(tmp_path) as bench:
        yield bench


async def test_an_empty_outbox_says_that_everything_has_arrived(bench: OutboxBench) -> None:
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        assert "The outbox is empty" in shown(bench.app)


async def test_what_needs_a_person_comes_first_and_each_state_has_its_word(bench: OutboxBench) -> None:
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


async def test_the_detail_shows_the_words_the_history_and_the_receipt(bench: OutboxBench) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.LANDED, reference="audit 991231")
    async with bench.app.run_test(size=(140, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("j", "j")
        await settled(pilot)
        text = shown(bench.app)
    for words in ("Summary: Two boxes, two charges.", "What happened", "arrived", "Receipt audit 991231"):
        assert words in text


async def test_the_list_follows_the_delivery_and_the_cursor_stays_on_its_effect(bench: OutboxBench) -> None:
    first, second = bench.decided(1)[0], bench.decided(2)[0]
    async with bench.app.run_test(size=(120, 40)) as pilot:
        screen = await at_the_outbox(pilot)
        await pilot.press("j", "j")
        await settled(pilot)
        assert screen.current is not None
        assert screen.current.id == second.id
        bench.happen(first, EffectEvent.CLAIMED, EffectEvent.LANDED)
        await settled(pilot)
        assert screen.current.id == second.id
        assert "✔ delivered" in shown(bench.app)


async def test_who_comes_back_to_the_outbox_stands_at_what_needs_them(bench: OutboxBench) -> None:
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
        await settled(pilot)
        # While they are there nothing moves the cursor from under them.
        bench.app.session.desk._database.announce("outbox")
        await settled(pilot)
        assert screen.current.id != refused.id


async def test_a_refused_effect_can_be_sent_again(bench: OutboxBench) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="no permission")
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await settled(pilot)
    assert bench.state(note) is EffectState.QUEUED


async def test_a_reply_in_doubt_is_sent_again_only_after_y(bench: OutboxBench) -> None:
    reply = bench.in_doubt()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await settled(pilot)
        assert isinstance(bench.app.screen, ConfirmScreen)
        assert "they will read it twice" in shown(bench.app)
        await pilot.press("enter")
        await settled(pilot)
        assert bench.state(reply) is EffectState.ASKING
        await pilot.press("r", "y")
        await settled(pilot)
    assert bench.state(reply) is EffectState.QUEUED


async def test_a_reply_in_doubt_that_was_seen_there_counts_as_delivered(bench: OutboxBench) -> None:
    reply = bench.in_doubt()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("s")
        await settled(pilot)
    assert bench.state(reply) is EffectState.CONFIRMED


async def test_a_note_that_the_customer_can_see_stands_first_and_holds_the_rest_until_it_is_put_right(
    bench: OutboxBench,
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
        await settled(pilot)
        assert bench.state(note) is EffectState.MISDELIVERED
        await pilot.press("s")
        await settled(pilot)
    assert bench.state(note) is EffectState.CONFIRMED


async def test_a_waiting_decision_is_withdrawn_at_once_because_its_case_comes_back(bench: OutboxBench) -> None:
    effects = bench.decided(1)
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("w")
        await settled(pilot)
        assert "back on the desk with its words" in shown(bench.app)
    assert {bench.state(effect) for effect in effects} == {EffectState.WITHDRAWN}
    assert bench.app.session.desk.stage(SurveyId(1)) is Stage.OPEN


async def test_withdrawing_a_part_of_what_was_sent_asks_first(bench: OutboxBench) -> None:
    reply, note, _row = bench.decided(1, "follow-up")
    bench.happen(reply, EffectEvent.CLAIMED, EffectEvent.LANDED)
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="no permission")
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("w")
        await settled(pilot)
        assert isinstance(bench.app.screen, ConfirmScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert bench.state(note) is EffectState.REJECTED
        await pilot.press("w", "y")
        await settled(pilot)
    assert bench.state(note) is EffectState.WITHDRAWN


@pytest.mark.parametrize("cover", ["f1", "w"])
async def test_the_cursor_stays_on_its_effect_when_help_or_a_question_closes(bench: OutboxBench, cover: str) -> None:
    """What needs the person is listed first; the cursor stands on another one, whose withdrawal asks."""
    doubtful, conflict = bench.in_doubt(1), bench.conflict(3)
    reply, note, _row = bench.decided(2, "follow-up")
    bench.happen(reply, EffectEvent.CLAIMED, EffectEvent.LANDED)
    async with bench.app.run_test(size=(120, 40)) as pilot:
        screen = await at_the_outbox(pilot)
        for _ in screen._list.items:
            if screen.current is not None and screen.current.id != note.id:
                await pilot.press("j")
                await settled(pilot)
        await pilot.press(cover)
        await settled(pilot)
        assert bench.app.screen is not screen
        await pilot.press("escape")
        await settled(pilot)
        assert bench.app.screen is screen
        assert screen.current is not None
        assert screen.current.id == note.id
        await pilot.press("w")
        await settled(pilot)
        assert f"The private note on ticket #{note.ticket_id}" in shown(bench.app)
        await pilot.press("y")
        await settled(pilot)
    assert bench.state(note) is EffectState.WITHDRAWN
    assert (bench.state(doubtful), bench.state(conflict)) == (EffectState.ASKING, EffectState.CONFLICT)


async def test_a_question_names_its_effect_and_acts_on_that_one_alone(bench: OutboxBench) -> None:
    reply = bench.in_doubt(1)
    customer = bench.app.session.dispatch.customer(reply)
    assert customer
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await settled(pilot)
        asked = " ".join(shown(bench.app).split())
        assert f"The public reply on ticket #{reply.ticket_id} for {customer} (case 1)." in asked
        bench.happen(reply, EffectEvent.RETRIED)  # settled from the command line meanwhile, and stopped by a conflict
        bench.happen(reply, EffectEvent.CLAIMED, EffectEvent.STALE, sentence=CHANGED)
        await pilot.press("y")
        await settled(pilot)
        assert "It could not be sent again: effect" in told(bench.app)
        assert "Nothing was changed" in told(bench.app)
    assert bench.state(reply) is EffectState.CONFLICT


async def test_what_cannot_be_done_says_why(bench: OutboxBench) -> None:
    bench.decided(1)
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("r")
        await settled(pilot)
        assert "this effect is waiting" in shown(bench.app)


async def test_a_step_that_delivery_took_meanwhile_is_a_sentence(
    bench: OutboxBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REFUSED, sentence="no permission")
    async with bench.app.run_test(size=(120, 40), notifications=True) as pilot:
        screen = await at_the_outbox(pilot)
        monkeypatch.setattr(screen, "reload", lambda: None)
        bench.app.session.dispatch.retry(note.id)
        await pilot.press("r")
        await settled(pilot)
        assert "It could not be sent again: effect" in told(bench.app)
        assert "Nothing was changed" in told(bench.app)


async def test_taking_theirs_withdraws_mine_and_the_case_comes_back(bench: OutboxBench) -> None:
    note = bench.conflict()
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_conflict(pilot)
        await pilot.press("t")
        await settled(pilot)
    assert bench.state(note) is EffectState.WITHDRAWN
    case = bench.app.session.desk.case(SurveyId(1))
    assert case is not None
    assert case.draft.fields["summary"] == "Two boxes, two charges."


async def test_escape_goes_back_to_the_queue(bench: OutboxBench) -> None:
    async with bench.app.run_test(size=(120, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(bench.app.screen, TriageScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_words_show_as_symbols_and_fit(bench: OutboxBench, size: tuple[int, int]) -> None:
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
        await settled(pilot)
        assert controls(bench.app) == []
        assert all(len(line) <= size[0] for line in shown(bench.app).splitlines())


async def test_the_head_says_how_many_stand_where_and_what_is_held_says_behind_what(bench: OutboxBench) -> None:
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
        await settled(pilot)
        assert "It waits behind the private note on ticket" in shown(bench.app)


async def test_every_attempt_stands_in_the_history_also_what_the_machine_based_anew(bench: OutboxBench) -> None:
    note = bench.decided(1)[0]
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.REBASED, sentence="its tags moved on")
    bench.happen(note, EffectEvent.CLAIMED, EffectEvent.LANDED, reference="audit 5")
    async with bench.app.run_test(size=(160, 40)) as pilot:
        await at_the_outbox(pilot)
        await pilot.press("j", "j")
        await settled(pilot)
        text = shown(bench.app)
    for words in (
        "sent again: nothing important had changed",
        "its tags moved on",
        "sent, attempt 2",
        "Receipt audit",
    ):
        assert words in text


async def test_what_the_disk_has_altered_is_shown_with_what_to_do_and_can_be_withdrawn(bench: OutboxBench) -> None:
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
