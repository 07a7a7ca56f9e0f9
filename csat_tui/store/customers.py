"""A customer's other tickets: which there are, since when they are all known, and how many are to merge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.domain.case import Case
from csat_tui.domain.decide import Blocker
from csat_tui.domain.ids import SurveyId, TicketId, UserId
from csat_tui.domain.merge_plan import MergeGrounds
from csat_tui.domain.merging import Advice, advice_about, advise, needs_transcript, tickets_to_merge
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Ticket
from csat_tui.domain.ticket_comparison import Conversation
from csat_tui.effects.kind import DeliveryMethod
from csat_tui.effects.registry import kinds_delivered_by
from csat_tui.store import cases, rows, tickets
from csat_tui.store.named_values import recall
from csat_tui.store.outbox import UNSETTLED
from csat_tui.store.tables import CaseRow, OutboxRow, RequesterRow, SurveyRow, TicketRow

TICKETS_LOOKED_AT = 100
"""Tickets of one customer that are looked at, the newest."""

_OF_REQUESTER = (
    select(col(TicketRow.id))
    .where(col(TicketRow.requester_id) == bindparam("requester"))
    .order_by(col(TicketRow.created_at).desc(), col(TicketRow.id).desc())
    .limit(TICKETS_LOOKED_AT)
)


def tickets_of(connection: Connection, requester_id: UserId) -> tuple[Ticket, ...]:
    """Return a customer's tickets as far as they are here, newest first."""
    ids = [TicketId(row[0]) for row in connection.execute(_OF_REQUESTER, {"requester": requester_id})]
    known = tickets.kept(connection, ids)
    return tuple(known[ticket_id] for ticket_id in ids)


def history_fetched_at(connection: Connection, requester_id: UserId) -> datetime | None:
    """Return when the help desk last told all the tickets of a customer; None if it never did."""
    row = rows.get(connection, RequesterRow, requester_id)
    return None if row is None else row.fetched_at


def put_history_fetched(connection: Connection, requester_id: UserId, at: datetime) -> None:
    """Remember when the help desk told all the tickets of a customer."""
    values = {"id": requester_id, "fetched_at": at}
    connection.execute(insert(RequesterRow).values(values).on_conflict_do_update(index_elements=["id"], set_=values))


def survey_tickets_among(connection: Connection, ids: Sequence[TicketId]) -> frozenset[TicketId]:
    """Return those of the tickets that are surveys themselves."""
    rows = connection.execute(select(col(SurveyRow.survey_ticket_id)).where(col(SurveyRow.survey_ticket_id).in_(ids)))
    return frozenset(TicketId(number) for (number,) in rows if number is not None)


def cases_of(connection: Connection, requester_id: UserId) -> tuple[SurveyId, ...]:
    """Return the cases that are about one of a customer's tickets."""
    ids = [row[0] for row in connection.execute(_OF_REQUESTER, {"requester": requester_id})]
    about = or_(col(SurveyRow.source_ticket_id).in_(ids), col(SurveyRow.survey_ticket_id).in_(ids))
    rows = connection.execute(select(col(SurveyRow.id)).where(about).order_by(col(SurveyRow.id)))
    return tuple(SurveyId(number) for (number,) in rows if number is not None)


def with_unsettled_effects(connection: Connection, ids: Iterable[TicketId]) -> frozenset[TicketId]:
    """Return those of the tickets on which something of the outbox is not settled, as target or as a merge's source."""
    wanted = frozenset(ids)
    rows = connection.execute(
        select(col(OutboxRow.ticket_id), col(OutboxRow.payload)).where(
            UNSETTLED,
            or_(
                col(OutboxRow.ticket_id).in_(wanted),
                col(OutboxRow.kind).in_(kinds_delivered_by(DeliveryMethod.TICKET_MERGE)),
            ),
        )
    )
    found: set[TicketId] = set()
    for ticket_id, payload in rows:
        sources = payload.get("sources")
        found |= {
            TicketId(one)
            for one in (ticket_id, *(sources if isinstance(sources, list) else ()))
            if isinstance(one, int)
        }
    return wanted & found


TRANSCRIPTS_LOOKED_AT = 30
"""Tickets of one customer whose words are looked at for the advice, the newest."""


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
    grounds: MergeGrounds | None = field(default=None, repr=False)
    apart: frozenset[TicketId] = frozenset()
    """Those of which somebody has said, with a reason, that they are not to be merged."""

    @property
    def merges(self) -> tuple[TicketId, ...]:
        """The tickets that would go into another one by the rules, but for what is on its way or to stay apart."""
        wanted = tickets_to_merge([one for one in self.advice if one.ticket.id not in self.moving])
        return tuple(one for one in wanted if one not in self.apart)

    @property
    def to_merge(self) -> int:
        """How many these are."""
        return len(self.merges)

    @property
    def known(self) -> bool:
        """Whether anything can be said for certain about merging: the help desk has told all of the tickets."""
        return self.grounds is None or self.requester_id is None or self.asked_at is not None

    def lacks(self, mend: str) -> tuple[Blocker, ...]:
        """Return what is to be merged, or said to stay apart, before a case is decided; `mend` says how."""
        if not self.merges:
            return ()
        named = ", ".join(f"#{one}" for one in self.merges)
        said = f"{len(self.merges)} other ticket{'' if len(self.merges) == 1 else 's'} of this customer to merge first"
        return (Blocker(f"{said} ({named}); {mend}", tickets=self.merges),)

    def conversation(self, ticket_id: TicketId) -> Conversation | None:
        """Return one of the tickets with its messages."""
        every = self.others if self.hand is None else (self.hand, *self.others)
        return next((one for one in every if one.ticket.id == ticket_id), None)

    def advised(self, ticket_id: TicketId) -> Advice | None:
        """Return what the rules say about one of the other tickets."""
        return advice_about(self.advice, ticket_id)


def customer_history(
    connection: Connection, case: Case, playbook: Playbook, also: Sequence[TicketId] = ()
) -> CustomerHistory:
    """Return what is known of the other tickets of a case's customer, and of those that somebody names."""
    ticket = case.source_ticket or case.survey_ticket
    if ticket is None:
        return CustomerHistory(None)
    requester = ticket.requester_id
    found = {} if requester is None else {one.id: one for one in tickets_of(connection, requester)}
    found |= tickets.kept(connection, also)
    own = survey_tickets_among(connection, list(found)) - set(also)
    own -= {ticket.id}
    hand = Conversation(ticket, tickets.messages(connection, ticket.id))
    rules = playbook.merging
    shown = [one for one in found.values() if one.id not in (ticket.id, case.survey.survey_ticket_id)]
    wordy = [one.id for one in shown if rules is not None and needs_transcript(one, rules)][:TRANSCRIPTS_LOOKED_AT]
    others = tuple(
        Conversation(one, tickets.messages(connection, one.id) if one.id in wordy else (), one.id in own)
        for one in shown
    )
    since = None if requester is None else history_fetched_at(connection, requester)
    moving = with_unsettled_effects(connection, found)
    if rules is None:
        return CustomerHistory(hand, others, (), since, requester, moving)
    me = recall(connection, "agent_id")
    apart = frozenset(one for said in cases.kept_apart(connection, case.id) for one in said.tickets)
    orders = case.account.orders if case.account is not None else ()
    grounds = MergeGrounds(rules, playbook.issues, orders, UserId(int(me)) if me else None)
    return CustomerHistory(hand, others, advise(hand, others, grounds), since, requester, moving, grounds, apart)


def recount(connection: Connection, requester_id: UserId | None, playbook: Playbook) -> bool:
    """Count anew, for each case of a customer, the tickets to merge that the queue shows; tells whether any changed."""
    if requester_id is None or history_fetched_at(connection, requester_id) is None:
        return False
    changed = [recount_case(connection, one, playbook) for one in cases_of(connection, requester_id)]
    return any(changed)


def recount_beside(connection: Connection, survey_id: SurveyId, playbook: Playbook) -> bool:
    """Count anew the tickets to merge of all cases of a case's customer; tells whether any number changed."""
    case = cases.load_case(connection, survey_id, playbook)
    ticket = None if case is None else case.source_ticket or case.survey_ticket
    return ticket is not None and recount(connection, ticket.requester_id, playbook)


def recount_known(connection: Connection, survey_ids: Sequence[SurveyId], playbook: Playbook) -> bool:
    """Count anew those of the cases whose customer's history is here; tells whether any number changed."""
    about = or_(
        col(TicketRow.id) == col(SurveyRow.source_ticket_id), col(TicketRow.id) == col(SurveyRow.survey_ticket_id)
    )
    known = connection.execute(
        select(col(SurveyRow.id))
        .join(TicketRow, about)
        .join(RequesterRow, col(RequesterRow.id) == col(TicketRow.requester_id))
        .where(col(SurveyRow.id).in_(survey_ids))
        .distinct()
    )
    ids = [SurveyId(number) for (number,) in known if number is not None]
    changed = [recount_case(connection, one, playbook) for one in ids]
    return any(changed)


def recount_case(connection: Connection, survey_id: SurveyId, playbook: Playbook) -> bool:
    """Count anew the tickets to merge of one case; tells whether it is another number than before."""
    case = cases.load_case(connection, survey_id, playbook)
    if case is None:
        return False
    number = customer_history(connection, case, playbook).to_merge
    changed = connection.execute(
        update(CaseRow)
        .where(col(CaseRow.survey_id) == survey_id, col(CaseRow.to_merge) != number)
        .values(to_merge=number)
    )
    return changed.rowcount > 0
