"""What the customer complains of, and what was logged and given for it: what every suggestion begins with."""

from collections.abc import Iterable
from dataclasses import dataclass

from csat_tui.domain.account import Accommodation, LoggedIssue
from csat_tui.domain.case import Case
from csat_tui.domain.check import Suggestion
from csat_tui.domain.playbook import Issue, Playbook
from csat_tui.domain.speech import spoken
from csat_tui.domain.ticket import Author

LISTENED = 4_000
"""Characters of one text in which a concern is looked for: it stands at the top, and a pasted diary costs no time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An issue that the customer's words speak of, and those words: the survey's first, each once."""

    issue: Issue
    words: tuple[str, ...]


def heard(case: Case, playbook: Playbook) -> tuple[Heard, ...]:
    """Return the issues recognised in the customer's own words, best first.

    The survey's comment speaks before the transcript, and the playbook's order settles the rest.
    """
    issues: dict[str, Issue] = {}
    words: dict[str, list[str]] = {}
    for text in customer_words(case):
        for issue in playbook.issues:
            for pattern in issue.match:
                if match := pattern.search(text):
                    issues.setdefault(issue.id, issue)
                    _add(words.setdefault(issue.id, []), match[0])
    return tuple(Heard(issue, tuple(words[name])) for name, issue in issues.items())


def _add(words: list[str], new: str) -> None:
    """Keep words that say something of their own: not those that hold, or stand in, what is kept already."""
    said = new.casefold()
    if not any(said in one.casefold() or one.casefold() in said for one in words):
        words.append(new)


def recognise(case: Case, playbook: Playbook) -> tuple[tuple[Issue, str], ...]:
    """Return the issues recognised in the customer's own words, each with the words that matched first, best first."""
    return tuple((one.issue, one.words[0]) for one in heard(case, playbook))


def customer_words(case: Case) -> Iterable[str]:
    """Yield the customer's texts, the survey's comment first, each as one line with plain apostrophes."""
    own = (said.text for said in spoken(case) if said.author is Author.CUSTOMER)
    for text in (case.survey.comment, *own):
        yield one_line(text)


def one_line(text: str) -> str:
    """Return the beginning of a text as patterns look at it: one line, with plain apostrophes."""
    return " ".join(text[:LISTENED].replace("’", "'").split())


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


def no_account(case: Case) -> Suggestion:
    """Return what can be suggested without an account: nothing, and why."""
    reason = next((line for line in case.missing if "admin" in line), "the admin system has not answered yet")
    return Suggestion(None, (reason,))
