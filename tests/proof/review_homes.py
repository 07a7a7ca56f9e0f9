"""Two homes at one model help desk, an agent's and a supervisor's, and what their people say of a delivered note."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache

from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.review.scorecard import LineScore
from csat_tui.domain.review.steps import (
    Review,
    ReviewAnswerKind,
    ReviewState,
    ReviewStep,
    ReviewVerdict,
    SettlementKind,
)
from csat_tui.store import named_values
from csat_tui.sync.case_fetch import Prefetcher
from csat_tui.sync.note_audit import NoteAuditor
from csat_tui.sync.review_pull import ReviewPuller
from csat_tui.workflow.desk import TakenDecision
from csat_tui.workflow.dispatch import Dispatch
from csat_tui.workflow.review_loop import ReviewLoop
from tests.builders import the_playbook
from tests.proof.wire_desk import LEE, ME, REVIEW_VIEW, Json, WireDesk
from tests.proof.workstation import Store, Workstation

NOTE = "NRN\nSummary: The box came two days late.\nWhy: The courier had a breakdown."
CARD = the_playbook().scorecards[0]
LINE = CARD.lines[0]
FULL = {line.id: LineScore(line.answers[0]) for line in CARD.lines}
FAULT = {**FULL, LINE.id: LineScore(LINE.scale.lowest, next(iter(LINE.causes), ""), "See the second message.", 77)}
PROPOSED = {LINE.id: LineScore(LINE.scale.full, comment="The order was read.")}

Told = tuple[ReviewState, Mapping[str, LineScore], list[tuple[ReviewStep, str]]]
"""Where a conversation stands, the scores, and each step with why it counts nowhere."""


@cache
def store_of(person: str) -> Store:
    """Return the store of one person's home in all examples of this process."""
    return Store()


class ReviewHome(Workstation):
    """The workstation of one person who takes part in reviews."""

    def __init__(self, person: Json, there: WireDesk | None = None) -> None:
        self.person = person
        super().__init__(store_of(person["name"]), there)

    def start(self) -> None:
        super().start()
        self.desk.agent = self.person["name"]
        self.loop = ReviewLoop(self.database, self.desk)
        self.dispatch = Dispatch(self.database, self.clock, lambda: self.desk.review_policy)
        prefetcher = Prefetcher(self.database, self.helpdesk, self.clock)
        auditor = NoteAuditor(self.database, the_playbook(), self.clock, self.fetcher)
        self.reviews = ReviewPuller(
            self.database, self.helpdesk, the_playbook(), self.clock, prefetcher, auditor, REVIEW_VIEW
        )

    def identify(self) -> None:
        """Learn whose credential it is, as the sync does before its first poll."""
        agent = self.run(self.helpdesk.whoami())
        self.deliverer.set_agent(agent)
        with self.database.write() as connection:
            for name, told in (("agent", agent.name), ("agent_email", agent.email), ("agent_role", agent.role)):
                named_values.remember(connection, name, told, self.clock.now())

    def poll(self) -> None:
        """Read back what others have said of notes."""
        self.run(self.reviews.pull())

    def look_at(self, ticket_id: int) -> None:
        """Fetch a ticket with its transcript by another way than the poll of what there is to review."""
        with suppress(HelpDeskError):
            self.run(self.fetcher.ticket(ticket_id))

    # -- what the person does

    def send_back(self, note: int, text: str = "Read the orders.\nAll of them.") -> TakenDecision:
        return self.loop.review(note, ReviewVerdict.SENT_BACK, CARD, FAULT, text, seconds=42, seen=self._stands(note))

    def accept(self, note: int, text: str = "") -> TakenDecision:
        return self.loop.review(note, ReviewVerdict.ACCEPTED, CARD, FULL, text, seen=self._stands(note))

    def dispute(self, note: int, text: str = "I did read it.") -> TakenDecision:
        return self.loop.answer(note, ReviewAnswerKind.DISPUTES, text, PROPOSED)

    def settle(self, note: int, text: str = "Having read it again.") -> TakenDecision:
        return self.loop.settle(note, SettlementKind.ACCEPTED, text)

    def _stands(self, note: int) -> str:
        review = self.loop.thread(note).review
        return "" if review is None else review.id

    # -- what is so

    def told(self, note: int) -> Told:
        """Return the conversation as every home has it that has read it."""
        thread = self.loop.thread(note)
        return thread.state, thread.lines, [(as_read(one.step), one.why_not) for one in thread.steps]

    def listed(self, note: int) -> str:
        """Return the state of a note as lists show it."""
        return str(self.value(f"SELECT review_state FROM delivered_note WHERE comment_id = {note}"))

    def records(self) -> Mapping[int | None, int]:
        """Return how many records there are of each comment; None for those that were not read back."""
        with self.database.read() as connection:
            return dict(
                tuple(row)
                for row in connection.exec_driver_sql(
                    "SELECT comment_id, count(*) FROM review_step LEFT JOIN review_receipt ON step_id = id "
                    "GROUP BY comment_id"
                ).all()
            )

    def value(self, sql: str) -> object:
        with self.database.read() as connection:
            return connection.exec_driver_sql(sql).scalar()


def as_read(step: ReviewStep) -> ReviewStep:
    """Return a step as it stands on the ticket: without what only its reviewer's home knows."""
    if not isinstance(step, Review):
        return step
    return replace(step, seconds=0, percent=None if step.percent is None else round(step.percent, 1))


def two_homes() -> tuple[ReviewHome, ReviewHome, int]:
    """Return the homes of an agent and of a supervisor who know each other's note, and the number of that note."""
    ana = ReviewHome(ME)
    lee = ReviewHome(LEE, ana.there)
    ana.there.arrive(1)
    note = ana.there.note_by_hand(1, NOTE)
    ana.clock.forward(60)
    for home in (ana, lee):
        home.identify()
        home.poll()
    assert ana.listed(note) == lee.listed(note) == ReviewState.NOT_REVIEWED
    return ana, lee, note
