"""Escalation by the contact clock: a case that nobody has contacted goes to who should hear of it, each step once.

An escalation is an errand of the outbox: its step and its messages are committed together before a byte leaves, so that
no crash and no second machine sends one again. What is in doubt waits there for a person, as every errand does.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from csat_tui.domain.clock import Clock
from csat_tui.domain.composing import Reach
from csat_tui.domain.contact_clock import contact_clock
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.escalation import (
    ESCALATED_BY_CLOCK,
    ESCALATION_DECISION,
    LEAD,
    EscalatedBy,
    EscalationStep,
)
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Playbook
from csat_tui.effects.escalation import escalation
from csat_tui.store import cases, escalations, named_values, outbox
from csat_tui.store.database import Database
from csat_tui.store.escalations import ReceivedCase
from csat_tui.sync.status import SyncStatus, concerns_everything
from csat_tui.transport.pace import Urgency, acting_for

log = logging.getLogger(__name__)

MOST_AT_ONCE = 50
"""Cases that one step takes in one round; the next round takes the others."""

KNOWN_BEFORE = timedelta(days=1)
"""How long before a step was first known here it counts all the same: a new step does not raise what is long past."""

WAIT_FOR_HELP_DESK = timedelta(hours=1)
"""How long a step waits for the help desk to say whether somebody wrote to the customer there."""

_LONGEST_BACK = timedelta(days=400)
_KNOWN_SINCE = "escalation:"


class Escalator:
    """Escalates what is due. `look` brings a case's ticket up to date, as somebody may have written there meanwhile."""

    def __init__(
        self,
        database: Database,
        playbook: Playbook,
        clock: Clock,
        look: Callable[[SurveyId], Awaitable[None]],
        reach: Reach,
    ) -> None:
        self._database = database
        self.playbook = playbook
        self._clock = clock
        self._look = look
        self._reach = reach

    async def keep_up(self, status: Callable[[], SyncStatus], seconds: float) -> None:
        """Run every so many seconds once surveys were pulled: before that nobody knows what happened meanwhile."""
        while self.playbook.escalations:
            if status().synced_at is not None:
                await self.run()
            await asyncio.sleep(seconds)
        await asyncio.Event().wait()

    async def run(self) -> int:
        """Put every step that is due into the outbox; return how many. Raises StoreError."""
        taken = 0
        with acting_for(Urgency.SYNC):
            for step in self.playbook.escalations:
                if step.by is not EscalatedBy.MAIL and not self._reach.channels.issuperset(step.to):
                    continue  # until its channels are configured; `doctor` says so
                for case in self._candidates(step):
                    due_at = step.due_at(case.received_at, self.playbook.business_hours)
                    if due_at <= self._clock.now() and await self._looked_at(case.survey_id, due_at):
                        taken += self._escalate(step, case.survey_id, due_at)
        return taken

    def _candidates(self, step: EscalationStep) -> list[ReceivedCase]:
        """Return the cases for which a step may be due."""
        now = self._clock.now()
        since = self._known_since(step, now) - KNOWN_BEFORE
        with self._database.read() as connection:
            return escalations.candidates(
                connection, step.id, self._received_for(step, since), now - step.after, self.playbook.low, MOST_AT_ONCE
            )

    def _known_since(self, step: EscalationStep, now: datetime) -> datetime:
        """Return when this store first knew the step."""
        name = _KNOWN_SINCE + step.id
        with self._database.read() as connection:
            known = named_values.recall(connection, name)
        if not known:
            known = now.isoformat()
            with self._database.write() as connection:
                named_values.remember(connection, name, known, now)
        return datetime.fromisoformat(known)

    def _received_for(self, step: EscalationStep, moment: datetime) -> datetime:
        """Return the earliest arrival, to the minute, whose step is due at a moment or later."""
        hours = self.playbook.business_hours
        early, late = moment - step.after - _LONGEST_BACK, moment - step.after
        while late - early > timedelta(minutes=1):
            middle = early + (late - early) / 2
            early, late = (early, middle) if step.due_at(middle, hours) >= moment else (middle, late)
        return late

    async def _looked_at(self, survey_id: SurveyId, due_at: datetime) -> bool:
        """Look whether anybody wrote to the customer at the help desk; False where that has still to be waited for."""
        try:
            await self._look(survey_id)
        except HelpDeskError as error:
            log.warning("escalation: case %s: %s", survey_id, error)
            return not concerns_everything(error) or self._clock.now() - due_at >= WAIT_FOR_HELP_DESK
        return True

    def _escalate(self, step: EscalationStep, survey_id: SurveyId, due_at: datetime) -> int:
        now = self._clock.now()
        with self._database.write("outbox", f"case:{survey_id}") as connection:
            case = cases.load_case(connection, survey_id, self.playbook)
            group = self.playbook.recovery.group(escalations.group_of(connection, survey_id))
            lead = group.lead.mail if group is not None else ""
            to = tuple(dict.fromkeys(address for one in step.to if (address := lead if one == LEAD else one)))
            if case is None or not to:
                return 0  # until somebody says to which group it belongs
            if not escalations.note_step(connection, survey_id, step.id, due_at=due_at, at=now):
                return 0
            number = case.survey.source_ticket_id or case.survey.survey_ticket_id
            words = contact_clock(case).words(now, self.playbook.business_hours)
            link = self._reach.ticket_link(number) if number else ""
            # Each channel has its own decision: one that gives no answer must not hold back the others.
            for readers in (to,) if step.by is EscalatedBy.MAIL else ((one,) for one in to):
                told = {"step": step.id, "by": step.by.value, "to": ", ".join(readers)}
                decision = cases.put_beside(
                    connection, survey_id, ESCALATION_DECISION, told, by=ESCALATED_BY_CLOCK, at=now
                )
                effect = escalation(step, readers, case.survey, words, link)
                outbox.put_effects(connection, survey_id, decision, [effect], {}, at=now, not_before=now)
        return 1
