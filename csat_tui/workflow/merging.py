"""What an agent does with a customer's history: read it, be advised, and merge tickets (source document 004)."""

from collections.abc import Sequence

from sqlalchemy import Connection

from csat_tui.domain.case import Case, KeptApart
from csat_tui.domain.conflict import SeenTicket
from csat_tui.domain.ids import TicketId
from csat_tui.domain.merge_plan import MergePlan, plan_merge
from csat_tui.domain.merging import MERGE_DECISION
from csat_tui.domain.ticket import Message, Ticket
from csat_tui.domain.ticket_comparison import Same, same_customer
from csat_tui.effects.merge import merge_effects
from csat_tui.store import cases, customers, outbox, tickets
from csat_tui.store.customers import CustomerHistory, customer_history, recount
from csat_tui.store.database import Database
from csat_tui.workflow.desk import Desk, TakenDecision


class CannotMerge(Exception):
    """Tickets cannot be merged; the text says why, as a sentence for the person."""


class MergingDesk:
    """The person's actions on a customer's tickets; `sync.merger` carries a merge out."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def history(self, case: Case, also: Sequence[TicketId] = ()) -> CustomerHistory:
        """Return what is known of the customer's other tickets, and what the rules say about them.

        `also` are tickets that somebody names, which may be under another address of the customer's.
        """
        with self._database.read() as connection:
            return customer_history(connection, case, self._desk.playbook, also)

    def messages(self, ticket_id: TicketId) -> tuple[Message, ...]:
        """Return a ticket's transcript as far as it is here."""
        with self._database.read() as connection:
            return tickets.messages(connection, ticket_id)

    def plan(self, known: CustomerHistory, into: TicketId, sources: Sequence[TicketId]) -> MergePlan:
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
        return plan_merge(stays, goes, known.grounds)

    def merge(self, case: Case, known: CustomerHistory, does: MergePlan, *, by: str) -> TakenDecision:
        """Put a merge on its way: it and what follows are written in one transaction, and can be undone for a moment.

        What the person saw of all its tickets is `known`; it is checked against that before anything is sent.
        Raises CannotMerge where something is on its way to one of them.
        """
        now, playbook = self._desk.now, self._desk.playbook
        sends_at = now + playbook.undo
        told = [known.conversation(ticket.id) for ticket in (does.stays, *does.goes)]
        conversations = [one for one in told if one is not None]
        seen = {one.ticket.id: SeenTicket.of(one.ticket, one.messages) for one in conversations}
        wanted = merge_effects(does, conversations, playbook, by)
        words = {"into": str(does.stays.id), "merged": ", ".join(str(ticket.id) for ticket in does.goes)}
        with self._database.write("outbox", "queue", _topic(known)) as connection:
            _refuse_while_moving(connection, (does.stays, *does.goes))
            decision_id = cases.put_beside(connection, case.id, MERGE_DECISION, words, by=by, at=now)
            outbox.put_effects(connection, case.id, decision_id, wanted, seen, at=now, not_before=sends_at)
            recount(connection, known.requester_id, playbook)
        return TakenDecision(decision_id, case.id, MERGE_DECISION, sends_at)

    def keep_apart(
        self, case: Case, known: CustomerHistory, wanted: Sequence[TicketId], reason: str, *, by: str
    ) -> None:
        """Keep why tickets that the rules would merge are not merged. Raises CannotMerge without a reason."""
        if not reason.strip():
            raise CannotMerge("a reason is needed why these tickets are not to be merged")
        said = KeptApart(tuple(wanted), " ".join(reason.split()), by, self._desk.now)
        with self._database.write(f"case:{case.id}", "queue", _topic(known)) as connection:
            cases.put_apart(connection, case.id, said)
            recount(connection, known.requester_id, self._desk.playbook)


def _topic(known: CustomerHistory) -> str:
    return f"history:{known.requester_id}"


def _refuse_while_moving(connection: Connection, wanted: Sequence[Ticket]) -> None:
    """Refuse a merge while the outbox has something for one of its tickets: a closed ticket would turn that away."""
    moving = customers.with_unsettled_effects(connection, [ticket.id for ticket in wanted])
    if moving:
        named = ", ".join(f"#{ticket_id}" for ticket_id in sorted(moving))
        raise CannotMerge(f"the outbox still has something for {named}; let it arrive or settle it there first")
