"""Two homes at one help desk: notes are reviewed, answered and settled over the survey ticket alone."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import OpId, TicketId, UserId, ViewId
from csat_tui.domain.review.sample import SampleMethod
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, Scorecard
from csat_tui.domain.review.step_notes import write_step
from csat_tui.domain.review.steps import ReviewAnswerKind, ReviewState, ReviewVerdict, SettlementKind, Turn
from csat_tui.domain.ticket import Agent, Author, Status, TicketChange
from csat_tui.playbook import resolve_playbook
from csat_tui.store import outbox
from csat_tui.store.review import NoteFilter, ReviewDraft, notes_after, scorecard_of
from csat_tui.sync.engine import Engine
from csat_tui.workflow.desk import Desk, TakenDecision, TooLate
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.review_loop import NEVER_SEEN, NotReviewed, ReviewLoop
from csat_tui.workflow.review_samples import SamplesDesk
from tests.builders import MAIL
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import ManualClock, new_database
from tests.sync.errand_targets import Elsewhere

NRN = "NRN\nSummary: The box came two days late.\nWhy: The courier had a breakdown."
OPEN, FINISHED = ViewId(41), ViewId(42)
TICKET = TicketId(9_900_001)
PLAYBOOK = resolve_playbook("strike-team", Path("/nowhere"))
CARD = PLAYBOOK.scorecards[0]

ANA = Agent(UserId(901), "Ana Pires", "ana@example.com", role="agent")
LEE = Agent(UserId(902), "Lee Lead", "lee@example.com", role="admin")
KIM = Agent(UserId(903), "Kim Lead", "kim@example.com", role="agent")


class Home:
    """The workstation of one person."""

    def __init__(self, folder: Path, helpdesk: MemoryDesk, clock: ManualClock, person: Agent) -> None:
        folder.mkdir()
        self.database = new_database(folder)
        self.person, self._helpdesk, self._clock = person, helpdesk, clock
        self.desk = Desk(self.database, PLAYBOOK, clock, person.name, reviewers=("KIM@example.com",))
        self.loop = ReviewLoop(self.database, self.desk)
        self.dispatch = Dispatch(self.database, clock, lambda: self.desk.review_policy)

    async def sync(self) -> None:
        """Send what is due, and fetch what has changed, as one poll does."""
        self._clock.forward(60)
        self._helpdesk.agent = self.person
        engine = Engine(
            self.database, self._helpdesk, NoAdmin(), PLAYBOOK, self._clock, view=OPEN,
            targets=Elsewhere(self._clock).targets, review_view=FINISHED, reviewers=("KIM@example.com",),
        )  # fmt: skip
        status = await engine.run_once()
        assert status.problem == ""
        await engine.run_once()

    def note(self) -> int:
        with self.database.read() as connection:
            return notes_after(connection, NoteFilter(), None, 5)[-1].comment_id

    def due(self) -> datetime | None:
        with self.database.read() as connection:
            return notes_after(connection, NoteFilter(), None, 5)[-1].due

    def state(self) -> ReviewState:
        return self.loop.thread(self.note()).state

    def sent_back(self) -> int:
        with self.database.read() as connection:
            return int(connection.exec_driver_sql('SELECT sent_back FROM "case"').scalar_one())

    def effects(self, taken: TakenDecision) -> list[EffectState]:
        with self.database.read() as connection:
            return [one.state for one in outbox.of_decision(connection, taken.decision_id)]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def helpdesk(clock: ManualClock) -> MemoryDesk:
    made = MemoryDesk(clock, agent=ANA)
    made.add_view(OPEN, "Open", [])
    made.add_ticket(TICKET, description=MAIL, status=Status.SOLVED, age=timedelta(hours=2))
    made.add_view(FINISHED, "Finished", [TICKET])
    return made


@pytest.fixture
async def homes(tmp_path: Path, helpdesk: MemoryDesk, clock: ManualClock) -> Iterator[tuple[Home, Home]]:
    """The homes of an agent whose note is delivered, and of a lead."""
    ana, lee = (Home(tmp_path / one.name, helpdesk, clock, one) for one in (ANA, LEE))
    ticket = helpdesk._tickets[TICKET]
    await helpdesk.apply(TicketChange(OpId("note"), TICKET, ticket.updated_at, NRN, False))
    with closing(ana.database), closing(lee.database):
        await ana.sync()
        await lee.sync()
        yield ana, lee


def full_marks(card: Scorecard = CARD, **instead: LineScore) -> dict[str, LineScore]:
    return {line.id: LineScore(line.answers[0]) for line in card.lines} | instead


FIRST = CARD.lines[0].id
FAULT = LineScore(CARD.lines[0].scale.lowest, next(iter(CARD.lines[0].causes), ""), "See the second message.", 77)


def send_back(lee: Home) -> TakenDecision:
    return lee.loop.review(
        lee.note(), ReviewVerdict.SENT_BACK, CARD, full_marks(**{FIRST: FAULT}), "Read the orders.\nAll of them.",
        seconds=42,
    )  # fmt: skip


def bodies(helpdesk: MemoryDesk) -> list[str]:
    return [one.body.split("\n")[0] for one in helpdesk.notes(TICKET)]


async def test_a_note_that_is_sent_back_comes_to_its_author_with_scores_comments_and_who_wrote_them(
    homes: tuple[Home, Home], helpdesk: MemoryDesk
) -> None:
    ana, lee = homes
    send_back(lee)
    assert lee.state() is ReviewState.SENT_BACK, "at once here"
    assert bodies(helpdesk) == ["NRN"], "and not at the help desk before the grace is over"
    await lee.sync()
    assert bodies(helpdesk) == ["NRN", "CSAT review"]
    assert "csat_sent_back" in helpdesk._tickets[TICKET].tags
    await ana.sync()
    thread = ana.loop.thread(ana.note())
    assert (thread.state, thread.state.turn, ana.sent_back()) == (ReviewState.SENT_BACK, Turn.AGENT, 1)
    assert thread.review is not None
    assert (thread.review.by.id, thread.review.text) == (LEE.id, "Read the orders.\nAll of them.")
    assert thread.lines[FIRST] == FAULT
    assert (lee.sent_back(), lee.desk.counts().open) == (0, 0), "it is nobody else's to answer"


async def test_what_was_written_here_and_is_read_back_here_is_one_record(homes: tuple[Home, Home]) -> None:
    _, lee = homes
    send_back(lee)
    await lee.sync()
    await lee.sync()
    (judged,) = lee.loop.thread(lee.note()).steps
    assert judged.step.comment_id is not None
    with lee.database.read() as connection:
        notes = notes_after(connection, NoteFilter(), None, 10)
    assert [one.format_id for one in notes] == ["nrn"], "a review is no note to review"


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ReviewAnswerKind.ACCEPTS, ReviewState.TAKEN),
        (ReviewAnswerKind.AMENDS, ReviewState.AMENDED),
        (ReviewAnswerKind.TALK, ReviewState.TALK),
    ],
)
async def test_the_agents_answer_comes_to_the_reviewer_and_takes_the_case_off_the_queues_top(
    homes: tuple[Home, Home], kind: ReviewAnswerKind, state: ReviewState
) -> None:
    ana, lee = homes
    send_back(lee)
    await lee.sync()
    await ana.sync()
    ana.loop.answer(ana.note(), kind, "The second order was late, too.")
    assert ana.sent_back() == 0
    await ana.sync()
    await lee.sync()
    thread = lee.loop.thread(lee.note())
    assert (thread.state, thread.answer and thread.answer.text) == (state, "The second order was late, too.")


@pytest.mark.parametrize(
    ("kind", "lines", "answer"),
    [
        (SettlementKind.ACCEPTED, None, CARD.lines[0].scale.full),
        (SettlementKind.REJECTED, None, CARD.lines[0].scale.lowest),
        (SettlementKind.PARTLY, {FIRST: LineScore(CARD.lines[0].scale.full)}, CARD.lines[0].scale.full),
    ],
)
async def test_a_dispute_is_settled_over_the_ticket(
    homes: tuple[Home, Home], kind: SettlementKind, lines: dict[str, LineScore] | None, answer: LineAnswer
) -> None:
    ana, lee = homes
    send_back(lee)
    await lee.sync()
    await ana.sync()
    proposed = {FIRST: LineScore(CARD.lines[0].scale.full, comment="The order was read: see #3.")}
    ana.loop.answer(ana.note(), ReviewAnswerKind.DISPUTES, "I did read it.", proposed)
    await ana.sync()
    await lee.sync()
    assert lee.state() is ReviewState.DISPUTED
    lee.loop.settle(lee.note(), kind, "Having read it again.", lines)
    await lee.sync()
    await ana.sync()
    thread = ana.loop.thread(ana.note())
    assert (thread.state, thread.lines[FIRST].answer) == (ReviewState.SETTLED, answer)
    assert thread.settlement is not None
    assert (thread.settlement.text, thread.settlement.by.id) == ("Having read it again.", LEE.id)


async def test_a_review_that_is_begun_stays_when_a_dispute_is_settled(homes: tuple[Home, Home]) -> None:
    ana, lee = homes
    send_back(lee)
    await lee.sync()
    await ana.sync()
    proposed = {FIRST: LineScore(CARD.lines[0].scale.full)}
    ana.loop.answer(ana.note(), ReviewAnswerKind.DISPUTES, "I did read it.", proposed)
    await ana.sync()
    await lee.sync()
    begun = ReviewDraft(CARD.id, "0123456789ab", {FIRST: FAULT}, "Once more.")
    lee.loop.save_draft(lee.note(), begun)
    lee.loop.settle(lee.note(), SettlementKind.REJECTED, "Having read it again.")
    assert lee.loop.draft(lee.note()) == begun


async def test_a_review_taken_back_within_the_grace_is_a_draft_again_and_nothing_of_it_is_sent(
    homes: tuple[Home, Home], helpdesk: MemoryDesk
) -> None:
    _, lee = homes
    taken = send_back(lee)
    lee.loop.undo(taken)
    assert lee.state() is ReviewState.NOT_REVIEWED
    draft = lee.loop.draft(lee.note())
    assert draft is not None
    assert (draft.lines[FIRST], draft.text, draft.seconds) == (FAULT, "Read the orders.\nAll of them.", 42)
    await lee.sync()
    assert bodies(helpdesk) == ["NRN"]
    sent = send_back(lee)
    assert lee.loop.draft(lee.note()) is None
    await lee.sync()
    with pytest.raises(TooLate):
        lee.loop.undo(sent)
    assert lee.loop.draft(lee.note()) is None


async def test_a_review_withdrawn_in_the_outbox_counts_no_longer(homes: tuple[Home, Home]) -> None:
    _, lee = homes
    taken = send_back(lee)
    (effect,) = lee.dispatch.of_decision(taken.decision_id)
    lee.dispatch.give_up(effect.id)
    assert lee.state() is ReviewState.NOT_REVIEWED


async def test_a_forged_review_is_shown_as_what_it_is_and_counts_nowhere(
    homes: tuple[Home, Home], helpdesk: MemoryDesk
) -> None:
    ana, lee = homes
    taken = lee.loop.review(lee.note(), ReviewVerdict.ACCEPTED, CARD, full_marks())
    step = lee.loop.thread(lee.note()).steps[0].step
    lee.loop.undo(taken)
    helpdesk.agent = ANA
    ticket = helpdesk._tickets[TICKET]
    await helpdesk.apply(TicketChange(OpId("forged"), TICKET, ticket.updated_at, write_step(step), False))
    for home in (ana, lee):
        await home.sync()
        (judged,) = [one for one in home.loop.thread(home.note()).steps if one.step.comment_id]
        assert judged.why_not == "a review by Ana Pires, who may not review"
        assert home.state() is ReviewState.NOT_REVIEWED


async def test_who_may_review_is_asked_again_whenever_it_is_read(
    tmp_path: Path, homes: tuple[Home, Home], helpdesk: MemoryDesk, clock: ManualClock
) -> None:
    ana, lee = homes
    send_back(lee)
    await lee.sync()
    await ana.sync()
    strict = Desk(ana.database, PLAYBOOK, clock, "Ana Pires")
    assert ReviewLoop(ana.database, strict).thread(ana.note()).state is ReviewState.SENT_BACK, "Lee is an administrator"
    kim = Home(tmp_path / "kim", helpdesk, clock, KIM)
    with closing(kim.database):
        await kim.sync()
        assert kim.loop.why_not(kim.note()) == ""
        listed_nowhere = ReviewLoop(kim.database, Desk(kim.database, PLAYBOOK, clock, "Kim Lead"))
        assert listed_nowhere.why_not(kim.note()).startswith("you may not review")


async def test_nobody_reviews_their_own_note_or_answers_for_somebody_else(homes: tuple[Home, Home]) -> None:
    ana, lee = homes
    with pytest.raises(NotReviewed, match="nobody reviews their own"):
        ana.loop.review(ana.note(), ReviewVerdict.ACCEPTED, CARD, full_marks())
    send_back(lee)
    with pytest.raises(NotReviewed, match="only Ana Pires can answer it"):
        lee.loop.answer(lee.note(), ReviewAnswerKind.ACCEPTS)


async def test_two_reviewers_at_one_note_see_each_other(
    tmp_path: Path, homes: tuple[Home, Home], helpdesk: MemoryDesk, clock: ManualClock
) -> None:
    _, lee = homes
    kim = Home(tmp_path / "kim", helpdesk, clock, KIM)
    with closing(kim.database):
        await kim.sync()
        late = kim.loop.review(kim.note(), ReviewVerdict.ACCEPTED, CARD, full_marks())
        send_back(lee)
        await lee.sync()
        await kim.sync()
        assert kim.effects(late) == [EffectState.CONFLICT], "it is shown, and goes only if Kim sends it all the same"
        assert bodies(helpdesk) == ["NRN", "CSAT review"]
        await lee.sync()
        kim.dispatch.give_up(kim.dispatch.of_decision(late.decision_id)[0].id)
        with pytest.raises(NotReviewed, match="Lee Lead has reviewed it meanwhile"):
            kim.loop.review(kim.note(), ReviewVerdict.ACCEPTED, CARD, full_marks())


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (lambda lee: lee.loop.review(lee.note(), ReviewVerdict.ACCEPTED, CARD, {}), "lines are not answered"),
        (lambda lee: lee.loop.review(lee.note(), ReviewVerdict.SENT_BACK, CARD, {}, "  "), "say in a comment"),
        (lambda lee: lee.loop.review(1, ReviewVerdict.SENT_BACK, CARD, {}, "x"), "this note is not here"),
        (lambda lee: lee.loop.review(lee.note(), ReviewVerdict.SENT_BACK, CARD, {"no": LineScore()}, "x"),
         "has no line “no”"),
        (lambda lee: lee.loop.review(lee.note(), ReviewVerdict.SENT_BACK, CARD, full_marks(), "x" * 70_000),
         "longer than 60,000 bytes"),
        (lambda lee: lee.loop.settle(lee.note(), SettlementKind.REJECTED, "no"), "nothing is disputed"),
        (lambda lee: lee.loop.settle(lee.note(), SettlementKind.REJECTED, " "), "give the reason"),
        (lambda lee: lee.loop.answer(lee.note(), ReviewAnswerKind.ACCEPTS), "nobody has reviewed this note"),
        (lambda lee: lee.loop.answer(lee.note(), ReviewAnswerKind.AMENDS), "write what you add to the note"),
    ],
)  # fmt: skip
async def test_what_cannot_be_said_is_refused_with_a_sentence(
    homes: tuple[Home, Home], refused: object, sentence: str
) -> None:
    _, lee = homes
    with pytest.raises(NotReviewed, match=sentence):
        refused(lee)  # type: ignore[operator]
    assert lee.loop.thread(lee.note()).steps == ()


async def test_a_dispute_comes_within_the_playbooks_window(
    homes: tuple[Home, Home], helpdesk: MemoryDesk, clock: ManualClock
) -> None:
    ana, lee = homes
    send_back(lee)
    await lee.sync()
    await ana.sync()
    clock.forward(8 * 86400)
    helpdesk.told_at = clock.now()
    await ana.sync()
    proposed = {FIRST: LineScore(CARD.lines[0].scale.full)}
    with pytest.raises(NotReviewed, match="after the playbook's window of 7 days"):
        ana.loop.answer(ana.note(), ReviewAnswerKind.DISPUTES, "I did read it.", proposed)


async def test_a_ticket_that_is_closed_takes_no_review(homes: tuple[Home, Home], helpdesk: MemoryDesk) -> None:
    _, lee = homes
    helpdesk.touch(TICKET, status=Status.CLOSED)
    await lee.sync()
    assert lee.loop.why_not(lee.note()) == f"#{TICKET} is closed and takes no more notes"


async def test_testimony_is_neither_changed_nor_removed(homes: tuple[Home, Home]) -> None:
    _, lee = homes
    send_back(lee)
    await lee.sync()
    columns = {"review_step": "at", "review_line": "comment", "review_receipt": "at", "scorecard_version": "at"}
    for table, column in columns.items():
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
            with pytest.raises(IntegrityError, match="append-only"), lee.database.write() as connection:
                connection.exec_driver_sql(statement)
    with lee.database.read() as connection:
        review = lee.loop.thread(lee.note()).review
        assert review is not None
        assert scorecard_of(connection, review.card_version) == CARD


async def test_a_scorecard_version_that_this_home_has_never_seen_still_shows_its_lines(
    homes: tuple[Home, Home],
) -> None:
    ana, lee = homes
    send_back(lee)
    await lee.sync()
    await ana.sync()
    review = ana.loop.thread(ana.note()).review
    assert review is not None
    with ana.database.read() as connection:
        assert scorecard_of(connection, review.card_version) is None
    assert review.labels[FIRST] == CARD.lines[0].label
    assert ana.loop.thread(ana.note()).steps[0].step.problems == (), "the playbook here has it"
    ana.desk.playbook = replace(PLAYBOOK, scorecards=())
    assert ana.loop.thread(ana.note()).steps[0].step.problems == (NEVER_SEEN,)


async def test_a_review_by_hand_that_cannot_be_read_is_a_note_that_says_so(
    homes: tuple[Home, Home], helpdesk: MemoryDesk
) -> None:
    _, lee = homes
    helpdesk.add_message(TICKET, "CSAT review\nfine with me", author=Author.AGENT, public=False)
    helpdesk.touch(TICKET)
    await lee.sync()
    with lee.database.read() as connection:
        assert [one.format_id for one in notes_after(connection, NoteFilter(), None, 10)] == ["", "nrn"]


def test_a_review_makes_a_note_of_a_sample_done_and_taken_back_it_waits_again(homes: tuple[Home, Home]) -> None:
    _, lee = homes
    samples = SamplesDesk(lee.database, lee.desk, lee.loop)
    sample = samples.draw(samples.wish(SampleMethod.RANDOM, 3))

    def states() -> list[tuple[int, str]]:
        return [(item.comment_id, item.state.value) for item in samples.items(sample)]

    assert states() == [(lee.note(), "open")]
    taken = lee.loop.review(lee.note(), ReviewVerdict.ACCEPTED, CARD, full_marks())
    assert states() == [(lee.note(), "done")]
    assert lee.due() is None
    lee.loop.undo(taken)
    assert states() == [(lee.note(), "open")]
    assert lee.due() == sample.due_at
