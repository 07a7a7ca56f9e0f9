"""What the records say about a check: suggestions with evidence, never answers (source document 000, step 5)."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from csat_tui.domain.account import Accommodation, LoggedIssue
from csat_tui.domain.case import Case
from csat_tui.domain.check import Answer, Suggestion
from csat_tui.domain.playbook import Allowance, Issue, Playbook
from csat_tui.domain.ticket import Author

Evaluator = Callable[[Case, Playbook], Suggestion]

LISTENED = 4_000
"""Characters of one text in which a concern is looked for: it stands at the top, and a pasted diary costs no time."""


def suggest(case: Case, check_id: str, playbook: Playbook) -> Suggestion | None:
    """Return what the records say about one check, or None where the playbook asks for no suggestion."""
    evaluator = EVALUATORS.get(playbook.checks[check_id].suggest)
    return evaluator(case, playbook) if evaluator else None


def recognise(case: Case, playbook: Playbook) -> tuple[tuple[Issue, str], ...]:
    """Return the issues recognised in the customer's own words, each with the words that matched, best first.

    The survey's comment speaks before the transcript, and the playbook's order settles the rest.
    """
    found: dict[str, tuple[Issue, str]] = {}
    for text in _customer_words(case):
        for issue in playbook.issues:
            for pattern in issue.match:
                if issue.id not in found and (match := pattern.search(text)):
                    found[issue.id] = (issue, match[0])
    return tuple(found.values())


def issue_logged(case: Case, playbook: Playbook) -> Suggestion:
    """Tell whether what was logged in the admin system is what the customer complains of."""
    if case.account is None:
        return _no_account(case)
    logged = logged_for(case)
    concerns = recognise(case, playbook)
    evidence = [f"logged: {issue.category} by {issue.logged_by}" for issue in logged[:3]] or ["logged: nothing"]
    evidence += [f"concern: {issue.label.lower()} — “{words}”" for issue, words in concerns[:2]]
    if not concerns:
        return Suggestion(None, (*evidence, "concern: none of the playbook's patterns match"))
    if not logged:
        return Suggestion(Answer.NO, tuple(evidence))
    wanted = {issue.category.casefold() for issue, _ in concerns}
    matches = any(issue.category.casefold() in wanted for issue in logged)
    return Suggestion(Answer.YES if matches else Answer.NO, tuple(evidence))


def accommodation_within_guide(case: Case, playbook: Playbook) -> Suggestion:
    """Tell whether what the customer was given is what the accommodation guide allows for the logged issue."""
    if case.account is None:
        return _no_account(case)
    logged = logged_for(case)
    given = given_for(case, logged)
    if not given:
        return Suggestion(Answer.NOT_APPLICABLE, ("given: nothing",))
    by_category = {issue.category.casefold(): issue for issue in playbook.issues}
    guide = next((by_category[i.category.casefold()] for i in logged if i.category.casefold() in by_category), None)
    if guide is None:
        concerns = recognise(case, playbook)
        guide = concerns[0][0] if concerns else None
    evidence = [f"given: {in_words(one)}" for one in given]
    if guide is None:
        return Suggestion(None, (*evidence, "guide: no entry for what was logged"))
    evidence.append(f"guide for {guide.label.lower()}: {_describe_guide(guide.allows)}")
    objections = [o for one in given if (o := _objection(one, guide.allows, case.account.accommodations))]
    return Suggestion(Answer.NO if objections else Answer.YES, (*evidence, *objections))


def mail_after_chat(case: Case, _playbook: Playbook) -> Suggestion:
    """Tell whether an e-mail followed a chat that the customer left (a named missed opportunity of document 000)."""
    if not case.messages:
        return Suggestion(None, ("no transcript here",))
    chat = [message for message in case.messages if message.channel in ("chat", "messaging", "native_messaging")]
    if not chat:
        return Suggestion(Answer.NOT_APPLICABLE, ("no chat in this transcript",))
    last = chat[-1]
    mails = [m for m in case.messages if m.public and m.author is Author.AGENT and m.created_at > last.created_at]
    when = f"chat ended {last.created_at:%d %b %H:%M}"
    if mails:
        return Suggestion(Answer.YES, (when, f"{mails[0].author_name} wrote {mails[0].created_at:%d %b %H:%M}"))
    return Suggestion(Answer.NO, (when, "no e-mail after it"))


EVALUATORS: dict[str, Evaluator] = {
    "issue-logged": issue_logged,
    "accommodation-within-guide": accommodation_within_guide,
    "mail-after-chat": mail_after_chat,
}
"""Every evaluator that a playbook's `suggest` may name."""


def _customer_words(case: Case) -> Iterable[str]:
    """Yield the customer's texts, the survey's comment first, each as one line with plain apostrophes."""
    own = (message.body for message in case.messages if message.author is Author.CUSTOMER)
    for text in (case.survey.comment, *own):
        yield " ".join(text[:LISTENED].replace("’", "'").split())


def logged_for(case: Case) -> tuple[LoggedIssue, ...]:
    """Return the issues logged for the source ticket; those without a ticket number count too."""
    if case.account is None:
        return ()
    source = case.survey.source_ticket_id
    own = tuple(issue for issue in case.account.issues if issue.ticket_id == source and source is not None)
    return own or tuple(issue for issue in case.account.issues if issue.ticket_id is None)


def given_for(case: Case, logged: tuple[LoggedIssue, ...]) -> tuple[Accommodation, ...]:
    """Return the accommodations of the logged issues or their orders, and those given on the way without any issue."""
    if case.account is None:
        return ()
    issues = {issue.id for issue in logged}
    orders = {issue.order_id for issue in logged if issue.order_id}
    began = case.source_ticket.created_at if case.source_ticket else None
    return tuple(
        one
        for one in case.account.accommodations
        if (
            one.issue_id in issues
            if one.issue_id
            else one.order_id in orders or (began is not None and began <= one.given_at <= case.survey.received_at)
        )
    )


def in_words(one: Accommodation) -> str:
    """Say what was given: its kind, and the amount where it is money."""
    return f"{one.kind} {one.amount}" if one.amount else one.kind


def _describe_guide(allows: tuple[Allowance, ...]) -> str:
    parts = []
    for allowance in allows:
        part = f"{allowance.kind} up to {allowance.up_to}" if allowance.up_to else allowance.kind
        if allowance.once_per:
            part += f", once in {_days(allowance.once_per)}"
        parts.append(part)
    return " or ".join(parts) or "nothing"


def _objection(one: Accommodation, allows: tuple[Allowance, ...], history: tuple[Accommodation, ...]) -> str:
    """Say in one line why the guide does not allow what was given; empty where it does."""
    allowance = next((entry for entry in allows if entry.kind == one.kind), None)
    if allowance is None:
        return f"the guide gives no {one.kind} for this"
    if allowance.up_to and one.amount:
        if allowance.up_to.currency != one.amount.currency:
            return f"the guide speaks of {allowance.up_to.currency}, this was {one.amount.currency}: not comparable"
        if one.amount.amount > allowance.up_to.amount:
            return f"{in_words(one)} given, guide allows {allowance.up_to.amount:.2f}"
    if allowance.once_per:
        for other in history:
            gap = one.given_at - other.given_at
            if other.id != one.id and other.kind == one.kind and timedelta(0) <= gap < allowance.once_per:
                return f"{one.kind} already given {_days(gap)} before, guide allows one in {_days(allowance.once_per)}"
    return ""


def _days(span: timedelta) -> str:
    return f"{span.days} d"


def _no_account(case: Case) -> Suggestion:
    reason = next((line for line in case.missing if "admin" in line), "the admin system has not answered yet")
    return Suggestion(None, (reason,))
