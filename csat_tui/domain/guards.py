"""Whether a decision may set the statuses that it sets (source document 004: statuses)."""

from collections.abc import Iterable, Sequence

from csat_tui.domain.case import Case, customer_email
from csat_tui.domain.effect import Effect, TicketMessage
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import StatusGuard, Target
from csat_tui.domain.ticket import Author, Status, Ticket


def objections(case: Case, effects: Sequence[Effect], guards: Sequence[StatusGuard]) -> Iterable[str]:
    """Yield a sentence for each status that would be set and is guarded against it."""
    customer = customer_email(case.survey, case.source_ticket, case.survey_ticket)
    if any(effect.answers(customer) for effect in effects):
        return
    for effect in effects:
        if not isinstance(effect, TicketMessage) or effect.status is None:
            continue
        for guard in guards:
            ticket = case.survey_ticket if guard.on is Target.SURVEY else case.source_ticket
            if ticket is None or ticket.id != effect.ticket_id or guard.status is not effect.status:
                continue
            if set(guard.unless_tagged) & set(effect.add_tags):
                continue
            if guard.only_with_reply and not _was_answered(case, ticket.id):
                yield (
                    f"“{guard.label}” may be set on ticket #{ticket.id} only with a reply, and the newest message there"
                    " is not ours; reply to the customer first"
                )
            elif _leaves(ticket, guard):
                yield (
                    f"ticket #{ticket.id} is {ticket.status} and may not become “{guard.label}” without a reply; choose"
                    " an outcome that replies, or one that leaves its status"
                )


def _was_answered(case: Case, ticket_id: TicketId) -> bool:
    """Tell whether the newest public message of a ticket is an agent's."""
    public = [message for message in case.messages if message.ticket_id == ticket_id and message.public]
    return bool(public) and max(public, key=lambda one: (one.created_at, one.id)).author is Author.AGENT


def _leaves(ticket: Ticket, guard: StatusGuard) -> bool:
    return ticket.status in guard.not_from and ticket.status is not Status(guard.status)
