"""The agent of the soak: decides case after case, and settles what delivery asks, by looking at the help desk."""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.decide import Undecidable
from csat_tui.domain.ids import DecisionId, SurveyId
from csat_tui.domain.outbox import ImpossibleStep, State
from csat_tui.store.outbox import OutboxItem
from csat_tui.store.queue import QueueView
from csat_tui.workflow.opening import Workplace

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

    def __init__(self, workplace: Workplace, look: Look, replies: float) -> None:
        self._workplace = workplace
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
        source = case.source_ticket
        if source is not None and source.takes_updates and self._answered < number * self._replies:
            reply = _mark(number)
        fields = {"summary": "late box"}
        fields |= {"resolution": note, "reply": reply} if reply else {"question": note}
        try:
            taken = self._workplace.desk.decide(case, "follow-up" if reply else "needs-evaluation", fields)
        except Undecidable:
            self._passed.add(case.id)  # there is no ticket to write to, or somebody has finished it meanwhile
            return
        self._answered += bool(reply)
        self.decided.append(Decided(taken.decision_id, case.id, note, reply))

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
        if there and effect.state is State.ASKING:
            self._workplace.dispatch.accept_as_sent(effect.id)
        elif there:
            self._workplace.dispatch.give_up(effect.id)
        else:
            self._workplace.dispatch.retry(effect.id)
        self.answers[f"{effect.state}, {'there' if there else 'not there'}"] += 1


def _mark(number: int) -> str:
    return f"[soak-{number:06d}-{uuid.uuid4().hex}]"
