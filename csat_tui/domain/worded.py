"""The wording of a case's own texts: what the rules know of the case, and what keeps a text from the customer."""

from collections.abc import Sequence

from csat_tui.domain.case import Case
from csat_tui.domain.facts import customer_name, facts
from csat_tui.domain.places import fill_known, places
from csat_tui.domain.playbook import EffectTemplate, MailTemplate, NoteTemplate, Outcome, Playbook, ReplyTemplate
from csat_tui.domain.wording import SORTS, Level, Remark, SavedReply, WordingFacts, remarks


def wording_facts(case: Case, others: Sequence[str] = ()) -> WordingFacts:
    """Return what the rules need to know of a case; `others` are the customers written to a moment ago."""
    ticket = case.source_ticket
    orders = tuple(order.id for order in case.account.orders) if case.account else ()
    return WordingFacts(customer_name(case), orders, ticket.channel if ticket else "", tuple(others))


def sort_of_text(template: EffectTemplate) -> str:
    """Return the sort of text that a template writes; empty where no rule looks at it.

    A mail to an address that the playbook itself names goes to colleagues or a carrier and not to the customer: it is
    looked at as a note is.
    """
    match template:
        case ReplyTemplate():
            return "reply"
        case MailTemplate(to=to):
            return "mail" if places(to) else "note"
        case NoteTemplate():
            return "note"
    return ""


def sort_of(field_id: str, outcome: Outcome, playbook: Playbook) -> str:
    """Return the sort of text that a field's words go into, the one that most people read; empty where no rule looks.

    What the customer reads counts before what stays inside.
    """
    written = {sort_of_text(template) for template in outcome.effects if _writes(template, field_id, playbook)}
    return next((sort for sort in SORTS if sort in written), "")


def _writes(template: EffectTemplate, field_id: str, playbook: Playbook) -> bool:
    if not isinstance(template, ReplyTemplate | MailTemplate | NoteTemplate):
        return False
    return any(field_id in places(line) for line in playbook.formats[template.format].lines)


def wording_of(
    case: Case, on: str, text: str, playbook: Playbook, *, others: Sequence[str] = (), whole: str | None = None
) -> tuple[Remark, ...]:
    """Return everything that a playbook's rules say about a text of a case; `whole` is what it becomes a part of."""
    return remarks(text, on, wording_facts(case, others), playbook.wording, playbook.saved_replies, whole=whole)


def wording_errors(case: Case, on: str, body: str, playbook: Playbook) -> tuple[Remark, ...]:
    """Return the remarks that keep a reply or mail from the customer: the errors."""
    grave = tuple(rule for rule in playbook.wording if rule.level is Level.ERROR)
    return remarks(body, on, wording_facts(case), grave, playbook.saved_replies) if grave else ()


def begin_with(saved: SavedReply, case: Case, outcome: Outcome, playbook: Playbook, *, by: str) -> str:
    """Return a saved reply to begin with; a place whose fact is not known stays, and the rules ask for it."""
    wanted = frozenset(places(saved.text))
    return fill_known(saved.text, facts(case, outcome, (), playbook, wanted=wanted, by=by)).strip()
