"""A customer's ticket history as the plain values of its JSON document, and as lines of text."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from csat_tui.cli.printing import moment, one_line

if TYPE_CHECKING:
    from csat_tui.domain.merge_plan import MergePlan
    from csat_tui.domain.merging import Advice
    from csat_tui.domain.playbook import Playbook
    from csat_tui.domain.sameness import Conversation
    from csat_tui.store.customers import CustomerHistory


def history_document(known: "CustomerHistory", playbook: "Playbook", case_id: int) -> dict[str, Any]:
    """Return the history with the advisor's verdicts."""
    return {
        "case_id": case_id,
        "ticket": None if known.hand is None else _ticket(known.hand, playbook),
        "asked_at": known.asked_at,
        "to_merge": known.to_merge,
        "tickets": [
            {
                **_ticket(one, playbook),
                "on_its_way": one.ticket.id in known.moving,
                "advice": _advice(known.advised(one.ticket.id), playbook),
            }
            for one in known.others
        ],
    }


def plan_document(does: "MergePlan", playbook: "Playbook") -> dict[str, Any]:
    """Return what a merge would do."""
    from csat_tui.domain.merge_plan import merge_sentences

    return {
        "into": does.stays.id, "merged": [ticket.id for ticket in does.goes],
        "status": None if does.status is None else does.status.value, "assignee_id": does.assign,
        "tells_owner": does.tell, "responsible": does.responsible, "does": list(merge_sentences(does, playbook)),
    }  # fmt: skip


def history_lines(document: dict[str, Any]) -> Iterator[str]:
    """Yield the history as text: each ticket with its state, the verdict and why."""
    own, count = document["ticket"], len(document["tickets"])
    others = "no other tickets" if not count else "1 other ticket" if count == 1 else f"{count} other tickets"
    merging = f", {document['to_merge']} to merge" if document["to_merge"] else ""
    number = f"case {document['case_id']}, ticket #{own['id']}" if own else f"case {document['case_id']}"
    yield f"{number}: the customer has {others}{merging}."
    if document["asked_at"] is None:
        yield "The help desk was not asked for them yet; there may be more."
    else:
        yield f"From the help desk, {moment(document['asked_at'])}."
    for one in document["tickets"]:
        yield ""
        yield f"#{one['id']}  {one['status_word']}  {_day(one['created_at'])}  {one_line(one['assignee']) or '—'}  " + (
            one_line(one["subject"])
        )
        if one["on_its_way"]:
            yield "    something is being sent to it; see `csat-tui outbox`"
        if one["advice"] is not None:
            yield from _advice_lines(one["advice"])


def _advice_lines(advice: dict[str, Any]) -> Iterator[str]:
    beside = f" with #{advice['beside']}" if advice["verdict"] == "merge" else ""
    yield f"    {advice['verdict']}{beside} ({advice['rule']})"
    yield from (f"      {one_line(reason)}" for reason in advice["reasons"])
    if advice["verdict"] == "merge" and advice["plan"] is not None:
        yield from (f"      → {one_line(line)}" for line in advice["plan"]["does"])


def _ticket(one: "Conversation", playbook: "Playbook") -> dict[str, Any]:
    from csat_tui.domain.merge_plan import status_word

    ticket = one.ticket
    return {
        "id": ticket.id, "subject": ticket.subject, "status": ticket.status.value,
        "status_word": status_word(ticket.status, playbook), "created_at": ticket.created_at,
        "updated_at": ticket.updated_at, "assignee": ticket.assignee_name, "requester": ticket.requester_name,
        "requester_email": ticket.requester_email, "merged": ticket.merged, "survey": one.survey,
    }  # fmt: skip


def _advice(advice: "Advice | None", playbook: "Playbook") -> dict[str, Any] | None:
    if advice is None:
        return None
    return {
        "verdict": advice.verdict.value, "rule": advice.rule.value, "beside": advice.beside.id,
        "reasons": list(advice.reasons),
        "plan": None if advice.plan is None else plan_document(advice.plan, playbook),
    }  # fmt: skip


def _day(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d")
