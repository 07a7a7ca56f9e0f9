"""The agent of the soak: decides case after case, and settles what delivery asks, by looking at the help desk."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from csat_tui.admin.port import NoAdmin
from csat_tui.demo.server import DemoServer
from csat_tui.domain.case import Case, Stage
from csat_tui.domain.clock import SystemClock
from csat_tui.domain.decide import Undecidable
from csat_tui.domain.effect import EffectState, ImpossibleStep
from csat_tui.domain.ids import DecisionId, SurveyId, TicketId
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.store.cases.queue import QueueView
from csat_tui.store.outbox import OutboxItem
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.workflow.opening import Workplace
from tests.answering import read_and_judged
from tests.builders import MISSED

AT_ONCE = 200
"""Cases read from the queue at a time."""

Look = Callable[[int, str], bool]
"""Tells whether a ticket at the help desk bears the trace of an operation."""


@dataclass(frozen=True)
class Decided:
    """One decision, with the marks by which its texts are found again."""

    id: DecisionId
    survey_id: SurveyId
    note: str
    reply: str
    """Empty where the customer gets none."""


class Person:
    """Works at one workplace; `replies` is the share of decisions with a public reply."""

    def __init__(self, workplace: Workplace, demo: DemoServer, look: Look, replies: float) -> None:
        self._workplace = workplace
        self._demo = demo
        self._look = look
        self._replies = replies
        self._answered = 0
        self._passed: set[SurveyId] = set()
        self.decided: list[Decided] = []
        self.answers: Counter[str] = Counter()
        """What was done about effects that needed a person."""

    def decide(self, most: int) -> int:
        """Decide on at most so many of the open cases; returns on how many."""
        desk = self._workplace.desk
        before = len(self.decided)
        for row in desk.rows_after(QueueView(stage=Stage.OPEN), None, AT_ONCE + len(self._passed)):
            if len(self.decided) - before >= most:
                break
            case = desk.case(row.id) if row.id not in self._passed else None
            if case is not None:
                self._decide(case)
        return len(self.decided) - before

    def _decide(self, case: Case) -> None:
        number = len(self.decided)
        note, reply = _mark(number), ""
        if self._answered < number * self._replies:
            case = self._opened(case)
            if case.source_ticket is not None and case.source_ticket.takes_updates:
                case, reply = read_and_judged(self._workplace.desk, case.id), _mark(number)
        fields = {"summary": "late box"}
        fields |= {"resolution": note, "reply": reply, "better": "a refund"} if reply else {"question": note}
        outcome, findings = ("follow-up", MISSED) if reply else ("needs-evaluation", ())
        try:
            taken = self._workplace.desk.decide(case, outcome, fields, findings)
        except Undecidable:
            self._passed.add(case.id)  # there is no ticket to write to, or somebody has finished it meanwhile
            return
        self._answered += bool(reply)
        self.decided.append(Decided(taken.decision_id, case.id, note, reply))

    def _opened(self, case: Case) -> Case:
        """Give a case with the conversation behind it, which is fetched when somebody opens it."""
        if case.survey.source_ticket_id is None:
            return case
        asyncio.run(_fetch(self._workplace, self._demo, case.survey.source_ticket_id))
        return self._workplace.desk.case(case.id) or case

    def settle(self) -> None:
        """Answer everything that waits for a person."""
        for effect in self._workplace.dispatch.unsettled():
            if effect.state.needs_person:
                try:
                    self._answer(effect)
                except ImpossibleStep:
                    self.answers["settled by itself meanwhile"] += 1

    def _answer(self, effect: OutboxItem) -> None:
        there = effect.ticket_id is not None and self._look(effect.ticket_id, effect.op_id)
        if there and effect.state is EffectState.ASKING:
            self._workplace.dispatch.accept_as_sent(effect.id)
        elif there:
            self._workplace.dispatch.give_up(effect.id)
        else:
            self._workplace.dispatch.retry(effect.id)
        self.answers[f"{effect.state}, {'there' if there else 'not there'}"] += 1


async def _fetch(workplace: Workplace, demo: DemoServer, ticket_id: TicketId) -> None:
    desk = ZendeskDesk(demo.url, Credential(demo.email, demo.token, "the soak"))
    try:
        await CaseFetcher(workplace.database, desk, NoAdmin(), SystemClock()).ticket(ticket_id)
    finally:
        await desk.close()


def _mark(number: int) -> str:
    return f"[soak-{number:06d}-{uuid.uuid4().hex}]"
