"""What an agent does with a customer's history: read it, be advised, and merge tickets (source document 004)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from csat_tui.domain.case import Case, KeptApart
from csat_tui.domain.conflict import Seen
from csat_tui.domain.decide import Lack
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.merging import (
    MERGE_DECISION,
    Advice,
    Grounds,
    Plan,
    advise,
    needs_words,
    of,
    plan,
    to_merge,
)
from csat_tui.domain.merging_words import effects
from csat_tui.domain.sameness import Conversation, Same, same_customer
from csat_tui.domain.ticket import Message, Ticket
from csat_tui.store import cases, history, outbox, tickets
from csat_tui.store.database import Database
from csat_tui.store.memory import recall
from csat_tui.workflow.desk import Desk, Taken

WORDS = 30
"""Tickets of one customer whose words are looked at for the advice, the newest."""


class CannotMerge(Exception):
    """Why tickets cannot be merged, as a sentence for the person."""


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """A case's ticket, the customer's other ones newest first, and what the rules say about each.

    `hand` is None where no ticket of the case is here; `asked_at` when the help desk last told all of them; `moving`
    are the tickets on which the outbox still has something to do.
    """

    hand: Conversation | None
    others: tuple[Conversation, ...] = ()
    advice: tuple[Advice, ...] = ()
    asked_at: datetime | None = None
    requester_id: UserId | None = None
    moving: frozenset[TicketId] = frozenset()
    grounds: Grounds | None = field(default=None, repr=False)
    apart: frozenset[TicketId] = frozenset()
    """Those of which somebody has said, with a reason, that they are not to be merged."""

    @property
    def merges(self) -> tuple[TicketId, ...]:
        """The tickets that would go into another one by the rules, but for what is on its way or to stay apart."""
        wanted = to_merge([one for one in self.advice if one.ticket.id not in self.moving])
        return tuple(one for one in wanted if one not in self.apart)

    @property
    def to_merge(self) -> int:
        """How many these are."""
        return len(self.merges)

    @property
    def known(self) -> bool:
        """Whether anything can be said for certain about merging: the help desk has told all of the tickets."""
        return self.grounds is None or self.requester_id is None or self.asked_at is not None

    def lacks(self, mend: str) -> tuple[Lack, ...]:
        """Return what is to be merged, or said to stay apart, before a case is decided; `mend` says how."""
        if not self.merges:
            return ()
        named = ", ".join(f"#{one}" for one in self.merges)
        said = f"{len(self.merges)} other ticket{'' if len(self.merges) == 1 else 's'} of this customer to merge first"
        return (Lack(f"{said} ({named}); {mend}", tickets=self.merges),)

    def conversation(self, ticket_id: TicketId) -> Conversation | None:
        """Return one of the tickets with its messages."""
        every = self.others if self.hand is None else (self.hand, *self.others)
        return next((one for one in every if one.ticket.id == ticket_id), None)

    def advised(self, ticket_id: TicketId) -> Advice | None:
        """Return what the rules say about one of the other tickets."""
        return of(self.advice, ticket_id)


class Merging:
    """The person's hand on a customer's tickets; what carries a merge out is `sync.merger`."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def history(self, case: Case, also: Sequence[TicketId] = ()) -> CustomerHistory:
        """Return what is known of the customer's other tickets, and what the rules say about them.

        `also` are tickets that somebody names, which may be under another address of the customer's.
        """
        ticket, playbook = case.source_ticket or case.survey_ticket, self._desk.playbook
        if ticket is None:
            return CustomerHistory(None)
        with self._database.read() as connection:
            requester = ticket.requester_id
            found = {} if requester is None else {one.id: one for one in history.of_requester(connection, requester)}
            found |= tickets.kept(connection, also)
            own = history.surveys_own(connection, list(found)) - set(also)
            own -= {ticket.id}
            hand = Conversation(ticket, tickets.messages(connection, ticket.id))
            rules = playbook.merging
            shown = [one for one in found.values() if one.id not in (ticket.id, case.survey.survey_ticket_id)]
            wordy = [one.id for one in shown if rules is not None and needs_words(one, rules)][:WORDS]
            others = tuple(
                Conversation(one, tickets.messages(connection, one.id) if one.id in wordy else (), one.id in own)
                for one in shown
            )
            asked_at = None if requester is None else history.asked_at(connection, requester)
            moving = history.still_to_write(connection, found)
            me = recall(connection, "agent_id")
            apart = frozenset(one for said in cases.kept_apart(connection, case.id) for one in said.tickets)
        if rules is None:
            return CustomerHistory(hand, others, (), asked_at, requester, moving)
        orders = case.account.orders if case.account is not None else ()
        grounds = Grounds(rules, playbook.issues, orders, UserId(int(me)) if me else None)
        return CustomerHistory(hand, others, advise(hand, others, grounds), asked_at, requester, moving, grounds, apart)

    def messages(self, ticket_id: TicketId) -> tuple[Message, ...]:
        """Return a ticket's transcript as far as it is here."""
        with self._database.read() as connection:
            return tickets.messages(connection, ticket_id)

    def plan(self, known: CustomerHistory, into: TicketId, sources: Sequence[TicketId]) -> Plan:
        """Return what merging these tickets into that one would do. Raises CannotMerge for what cannot be at all."""
        if known.grounds is None:
            raise CannotMerge("the playbook has no rules for merging: there is no [merging] section in it")
        wanted = list(dict.fromkeys(sources))
        if not wanted or into in wanted:
            raise CannotMerge("a ticket cannot be merged into itself; name others that go into it")
        told = {ticket_id: known.conversation(ticket_id) for ticket_id in (into, *wanted)}
        for ticket_id, one in told.items():
            if one is None:
                raise CannotMerge(f"ticket #{ticket_id} is not among this customer's tickets here")
            if one.survey:
                raise CannotMerge(f"#{ticket_id} is a survey's own ticket, which is never merged")
            if not one.ticket.takes_updates:
                raise CannotMerge(f"#{ticket_id} is {one.ticket.status}, and cannot be merged")
        stays, *goes = [one for one in told.values() if one is not None]
        for one in goes:
            if (found := same_customer(stays.ticket, one.ticket)).same is Same.NO:
                raise CannotMerge(f"tickets of different customers are never merged: {found.because}")
        return plan(stays, goes, known.grounds)

    def merge(self, case: Case, known: CustomerHistory, does: Plan, *, by: str) -> Taken:
        """Put a merge on its way: it and what follows are written in one transaction, and can be undone for a moment.

        What the person saw of all its tickets is `known`; it is checked against that before anything is sent.
        Raises CannotMerge where something is on its way to one of them.
        """
        now, playbook = self._desk.now, self._desk.playbook
        sends_at = now + playbook.undo
        told = [known.conversation(ticket.id) for ticket in (does.stays, *does.goes)]
        conversations = [one for one in told if one is not None]
        seen = {one.ticket.id: Seen.of(one.ticket, one.messages) for one in conversations}
        wanted = effects(does, conversations, playbook, by)
        words = {"into": str(does.stays.id), "merged": ", ".join(str(ticket.id) for ticket in does.goes)}
        with self._database.write("outbox", _topic(known)) as connection:
            _refuse_while_moving(connection, (does.stays, *does.goes))
            decision_id = cases.put_merge(connection, case.id, words, by=by, at=now)
            outbox.put_effects(connection, case.id, decision_id, wanted, seen, at=now, not_before=sends_at)
        return Taken(decision_id, case.id, MERGE_DECISION, sends_at)

    def keep_apart(
        self, case: Case, known: CustomerHistory, wanted: Sequence[TicketId], reason: str, *, by: str
    ) -> None:
        """Keep why tickets that the rules would merge are not merged. Raises CannotMerge without a reason."""
        if not reason.strip():
            raise CannotMerge("a reason is needed why these tickets are not to be merged")
        said = KeptApart(tuple(wanted), " ".join(reason.split()), by, self._desk.now)
        with self._database.write(f"case:{case.id}", _topic(known)) as connection:
            cases.put_apart(connection, case.id, said)


def _topic(known: CustomerHistory) -> str:
    return f"history:{known.requester_id}"


def _refuse_while_moving(connection: Connection, wanted: Sequence[Ticket]) -> None:
    """Refuse a merge while the outbox has something for one of its tickets: a closed ticket would turn that away."""
    moving = history.still_to_write(connection, [ticket.id for ticket in wanted])
    if moving:
        named = ", ".join(f"#{ticket_id}" for ticket_id in sorted(moving))
        raise CannotMerge(f"the outbox still has something for {named}; let it arrive or settle it there first")
