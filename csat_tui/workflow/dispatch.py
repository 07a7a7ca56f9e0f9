"""What an agent does with effects in the outbox: look at them, send again, withdraw, settle a conflict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from csat_tui.domain.case import Draft
from csat_tui.domain.clock import Clock
from csat_tui.domain.conflict import Difference, SeenTicket, is_news, ticket_differences
from csat_tui.domain.effect import (
    SETTLING_TIME,
    STAMP_PRECISION,
    EffectEvent,
    EffectState,
    ImpossibleStep,
    OutboxSummary,
)
from csat_tui.domain.ids import DecisionId, SurveyId, TicketId
from csat_tui.domain.recovery.notes import RECOVERY_DECISION
from csat_tui.domain.review.rules import ReviewPolicy
from csat_tui.domain.review.steps import REVIEW_DECISION
from csat_tui.domain.ticket import Author, Message, Ticket
from csat_tui.store import cases, outbox, tickets
from csat_tui.store.cases import BESIDE_A_CASE, surveys
from csat_tui.store.database import Database
from csat_tui.store.outbox import OutboxItem, attempts, changes_since_seen
from csat_tui.store.outbox.attempts import Attempt
from csat_tui.store.review import take_step_back
from csat_tui.store.service_recovery import take_note_back


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands against what: what the person saw, the ticket now and what moved on it, the own effect.

    `seen` is None for what was decided by a csat-tui that did not keep it; `last` is the newest message seen then.
    """

    effect: OutboxItem
    seen: SeenTicket | None
    last: Message | None
    ticket: Ticket | None
    differences: tuple[Difference, ...]
    since: tuple[Message, ...]

    @property
    def to_read(self) -> tuple[Message, ...]:
        """What the customer wrote since: nothing is sent over it before it was read."""
        return tuple(message for message in self.since if message.author is Author.CUSTOMER)


class Dispatch:
    """The person's hand on the outbox; what the machine does with it is `sync.deliverer`."""

    def __init__(self, database: Database, clock: Clock, policy: Callable[[], ReviewPolicy] = ReviewPolicy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    def summary(self) -> OutboxSummary:
        """Return how many effects stand where."""
        with self._database.read() as connection:
            return outbox.summary(connection)

    def unsettled(self) -> tuple[OutboxItem, ...]:
        """Return the effects that something still happens to, oldest first."""
        with self._database.read() as connection:
            return outbox.unsettled(connection)

    def recent(self, limit: int = 100) -> tuple[OutboxItem, ...]:
        """Return the settled effects, the latest first."""
        with self._database.read() as connection:
            return outbox.recent(connection, limit)

    def effect(self, outbox_id: int) -> OutboxItem | None:
        """Return one effect."""
        with self._database.read() as connection:
            return outbox.item(connection, outbox_id)

    def of_decision(self, decision_id: DecisionId) -> tuple[OutboxItem, ...]:
        """Return a decision's effects in their order."""
        with self._database.read() as connection:
            return outbox.of_decision(connection, decision_id)

    def history(self, outbox_id: int) -> tuple[Attempt, ...]:
        """Return everything that happened to an effect."""
        with self._database.read() as connection:
            return attempts.history(connection, outbox_id)

    def conflict(self, outbox_id: int) -> Conflict | None:
        """Return an effect beside its ticket as it is now."""
        with self._database.read() as connection:
            effect = outbox.item(connection, outbox_id)
            if effect is None:
                return None
            ticket = _as_shown(connection, effect.ticket_id)
            messages = changes_since_seen.messages_without_merges(connection, effect.ticket_id)
            own = changes_since_seen.own_writes(connection, ticket.id) if ticket is not None else {}
        seen = effect.seen
        until, last = (effect.base, 0) if seen is None else (seen.read_until, seen.last_message)
        since = [one for one in messages if until is None or is_news(one.created_at, one.id, until, last)]
        return Conflict(
            effect,
            seen,
            last=next((one for one in messages if one.id == last), None),
            ticket=ticket,
            differences=ticket_differences(seen, ticket, messages, own=own) if ticket is not None else (),
            since=tuple(one for one in since if one.op_id is None or one.op_id not in own),
        )

    def customer(self, effect: OutboxItem) -> str:
        """Return whose case an effect belongs to, by the survey or by the ticket it goes to; empty where none says."""
        with self._database.read() as connection:
            survey = surveys.survey(connection, effect.survey_id)
            ticket = tickets.ticket(connection, effect.ticket_id)
        return (survey.customer if survey else "") or (ticket.requester_name if ticket else "")

    def held_by(self, effects: Sequence[OutboxItem]) -> dict[int, OutboxItem]:
        """Return, for those of the effects that wait behind an earlier one whose fate is not settled, that one.

        Nothing is sent of them before it is, whatever their own time is. Where the earlier one only waits for its own
        time, they follow by themselves, and are not among these.
        """
        families: dict[DecisionId, tuple[OutboxItem, ...]] = {}
        found: dict[int, OutboxItem] = {}
        with self._database.read() as connection:
            for effect in effects:
                if effect.state is not EffectState.QUEUED or not effect.position:
                    continue
                if effect.decision_id not in families:
                    families[effect.decision_id] = outbox.of_decision(connection, effect.decision_id)
                family = families[effect.decision_id]
                earlier = (one for one in family if one.position < effect.position and one.declaration.holds_back)
                before = next((one for one in earlier if not one.state.settled), None)
                if before is not None and (before.state.needs_person or before.state is EffectState.UNKNOWN):
                    found[effect.id] = before
        return found

    def settled(self) -> int:
        """Return how many effects are settled in all."""
        with self._database.read() as connection:
            return outbox.settled(connection)

    def retry(self, outbox_id: int, *, seen: Ticket | None = None, was: EffectState | None = None) -> None:
        """Send an effect again as it is; over a conflict, based on its ticket as the person has `seen` it.

        Without that, on the ticket as it is known here now. One whose answer was ever lost is looked for once more
        before it is sent, when a slow write has had its time. Raises ImpossibleStep, also where it is in another state
        by now than it `was` when the person was asked.
        """
        now = self._clock.now()
        with self._database.write("outbox") as connection:
            effect = _present(outbox.item(connection, outbox_id), was)
            wait = timedelta()
            if effect.state is EffectState.CONFLICT:
                wait = STAMP_PRECISION  # its new base may be of this moment
            if attempts.was_lost(connection, effect.id):
                wait = SETTLING_TIME
            outbox.move(connection, effect, EffectEvent.RETRIED, at=now, not_before=now + wait)
            seen = seen or _as_shown(connection, effect.ticket_id)
            if effect.state is EffectState.CONFLICT and seen is not None:
                outbox.rebase(connection, effect, seen)

    def accept_as_sent(self, outbox_id: int, *, was: EffectState | None = None) -> None:
        """Take it from the person that an effect has landed, and is as it should be there. Raises ImpossibleStep."""
        with self._database.write("outbox") as connection:
            effect = _present(outbox.item(connection, outbox_id), was)
            now = self._clock.now()
            misplaced = effect.state is EffectState.MISDELIVERED
            sentence = "put right there by the agent" if misplaced else "seen there by the agent"
            outbox.move(
                connection, effect, EffectEvent.ACCEPTED_AS_SENT, at=now, sentence=sentence,
                landed_at=effect.landed_at or now,
            )  # fmt: skip

    def give_up(self, outbox_id: int, *, was: EffectState | None = None) -> SurveyId | None:
        """Withdraw an effect. Raises ImpossibleStep.

        If nothing of its decision has landed or may yet do so, the whole decision is withdrawn and the case comes
        back with its words, or with newer ones that were typed since; the case's id is returned then, otherwise None.
        """
        with self._database.write("queue", "outbox", "notes") as connection:
            effect = _present(outbox.item(connection, outbox_id), was)
            now = self._clock.now()
            family = outbox.of_decision(connection, effect.decision_id)
            row = cases.decision(connection, effect.decision_id)
            whole = row is not None and not any(attempts.may_be_there(connection, one) for one in family)
            others = [one for one in family if one.id != effect.id and one.state is not EffectState.WITHDRAWN]
            # What comes after a merge speaks of it, and never goes without it.
            for one in (effect, *others) if whole or effect.merges else (effect,):
                outbox.move(connection, one, EffectEvent.GIVEN_UP, at=now, sentence="withdrawn by the agent")
            if row is not None and row.outcome_id == REVIEW_DECISION:
                take_step_back(connection, SurveyId(row.survey_id), row.fields, self._policy(), now)
            if row is not None and row.outcome_id == RECOVERY_DECISION:
                take_note_back(connection, SurveyId(row.survey_id), row.fields["recovery_note"], now)
            if not whole or row is None or row.outcome_id in BESIDE_A_CASE:
                return None
            survey_id = SurveyId(row.survey_id)
            words = Draft(row.outcome_id, row.fields, tuple(row.findings))
            cases.give_back(connection, survey_id, effect.decision_id, words, now)
        self._database.announce(f"case:{survey_id}")
        return survey_id


def _as_shown(connection: Connection, ticket_id: TicketId | None) -> Ticket | None:
    """Return a ticket no newer than its transcript here: a walk of the view brings the one without the other."""
    ticket = tickets.ticket(connection, ticket_id)
    if ticket is None:
        return None
    _, read = tickets.stamps(connection, [ticket.id])[ticket.id]
    return ticket if read is None or read >= ticket.updated_at else replace(ticket, updated_at=read)


def _present(effect: OutboxItem | None, was: EffectState | None = None) -> OutboxItem:
    if effect is None:
        raise LookupError("the outbox does not have this effect")
    if was is not None and effect.state is not was:
        raise ImpossibleStep(f"effect {effect.id} was {was} when you were asked, and now is {effect.state} by now")
    return effect
