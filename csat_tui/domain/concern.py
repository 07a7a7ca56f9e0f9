"""Recognise what the customer complains of, and find what was logged and given for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from csat_tui.domain.account import Accommodation, LoggedIssue
from csat_tui.domain.case import Case, Suggestion
from csat_tui.domain.playbook import Issue, Playbook
from csat_tui.domain.speech import LanguageDetector, is_judged, language_name, language_of, no_detector, utterances
from csat_tui.domain.ticket import Author

TEXT_LIMIT = 4_000
"""Characters of a text that are searched for a concern: it stands at the top, and a long paste costs no time."""


@dataclass(frozen=True, slots=True)
class RecognisedIssue:
    """An issue that was recognised in the customer's words, and these words: the survey's first, each once."""

    issue: Issue
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerText:
    """A text by the customer, prepared for patterns; `language` is empty where it is not certain."""

    text: str
    language: str
    survey: bool


def customer_texts(case: Case, detect: LanguageDetector = no_detector) -> tuple[CustomerText, ...]:
    """Return the customer's texts, the survey's comment first, each with its language."""
    own = (said.text for said in utterances(case) if said.author is Author.CUSTOMER)
    texts = ((plain_beginning(case.survey.comment), True), *((plain_beginning(text), False) for text in own))
    return tuple(CustomerText(text, language_of(text, detect), survey) for text, survey in texts if text)


def why_not_judged(case: Case, playbook: Playbook, detect: LanguageDetector = no_detector) -> str:
    """Say that the survey's comment cannot be judged if the playbook has no patterns for its language."""
    language = language_of(plain_beginning(case.survey.comment), detect)
    if is_judged(language, playbook.languages):
        return ""
    return f"the comment is in {language_name(language)}, no patterns for it: cannot be judged"


def recognised_issues(
    case: Case, playbook: Playbook, detect: LanguageDetector = no_detector
) -> tuple[RecognisedIssue, ...]:
    """Return the issues recognised in the customer's own words, best first.

    The survey's comment comes before the transcript, then the playbook's order counts. Patterns are applied to
    texts of their own language only.
    """
    return _heard_in(customer_texts(case, detect), playbook)


def issues_in_survey(
    case: Case, playbook: Playbook, detect: LanguageDetector = no_detector
) -> tuple[RecognisedIssue, ...]:
    """Return the issues recognised in the survey's comment alone, in the playbook's order."""
    return _heard_in([one for one in customer_texts(case, detect) if one.survey], playbook)


def issues_in_comment(
    comment: str, playbook: Playbook, detect: LanguageDetector = no_detector
) -> tuple[RecognisedIssue, ...]:
    """Return the issues recognised in a comment without its case, in the playbook's order."""
    text = plain_beginning(comment)
    return _heard_in([CustomerText(text, language_of(text, detect), True)] if text else [], playbook)


@dataclass(frozen=True, slots=True)
class Concerns:
    """The customer's concerns: those that were logged, and those that were not.

    `elsewhere` are concerns that were logged and that the customer spoke of in the contact, but not in the survey.
    """

    logged: tuple[RecognisedIssue, ...] = ()
    unlogged: tuple[RecognisedIssue, ...] = ()
    elsewhere: tuple[RecognisedIssue, ...] = ()


def concerns(case: Case, playbook: Playbook, detect: LanguageDetector = no_detector) -> Concerns:
    """Compare the concerns with what was logged: the survey's, or the contact's if the survey names none.

    Of the contact's, what was logged counts alone as long as no other concern has more of the customer's words.
    """
    names = {issue.category.casefold() for issue in logged_issues(case)}
    in_survey, everything = issues_in_survey(case, playbook, detect), recognised_issues(case, playbook, detect)
    logged = tuple(one for one in everything if one.issue.category.casefold() in names)
    if in_survey:
        own = tuple(one for one in in_survey if one.issue.category.casefold() in names)
        unlogged = tuple(one for one in in_survey if one.issue.category.casefold() not in names)
        return Concerns(own, unlogged, () if own else logged)
    most = max((len(one.words) for one in logged), default=0)
    others = tuple(one for one in everything if one.issue.category.casefold() not in names)
    nearer = tuple(one for one in others if len(one.words) > most)
    return Concerns(logged, nearer if logged else others[:1])


def _heard_in(texts: Iterable[CustomerText], playbook: Playbook) -> tuple[RecognisedIssue, ...]:
    issues: dict[str, Issue] = {}
    words: dict[str, list[str]] = {}
    for one in texts:
        for issue in playbook.issues:
            for pattern in issue.patterns(one.language, playbook.language):
                if match := pattern.search(one.text):
                    issues.setdefault(issue.id, issue)
                    _add(words.setdefault(issue.id, []), match[0])
    return tuple(RecognisedIssue(issue, tuple(words[name])) for name, issue in issues.items())


def _add(words: list[str], new: str) -> None:
    """Add words unless they contain, or are contained in, words that were added before."""
    said = new.casefold()
    if not any(said in one.casefold() or one.casefold() in said for one in words):
        words.append(new)


def best_issues(case: Case, playbook: Playbook) -> tuple[tuple[Issue, str], ...]:
    """Return the issues recognised in the customer's own words, each with the words that matched first, best first."""
    return tuple((one.issue, one.words[0]) for one in recognised_issues(case, playbook))


def plain_beginning(text: str) -> str:
    """Return the beginning of a text, prepared for patterns: as a line with plain apostrophes."""
    return " ".join(text[:TEXT_LIMIT].replace("’", "'").split())


def logged_issues(case: Case) -> tuple[LoggedIssue, ...]:
    """Return the issues logged for the source ticket; those without a ticket number count too."""
    if case.account is None:
        return ()
    source = case.survey.source_ticket_id
    own = tuple(issue for issue in case.account.issues if issue.ticket_id == source and source is not None)
    return own or tuple(issue for issue in case.account.issues if issue.ticket_id is None)


def accommodations_given(case: Case, logged: tuple[LoggedIssue, ...]) -> tuple[Accommodation, ...]:
    """Return the accommodations for the logged issues or their orders, and those given without an issue."""
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


def accommodation_text(one: Accommodation) -> str:
    """Describe an accommodation: its kind, and the amount if it is money."""
    return f"{one.kind} {one.amount}" if one.amount else one.kind


def no_account(case: Case) -> Suggestion:
    """Return the suggestion without an account: no answer, and why."""
    reason = next((line for line in case.missing if "admin" in line), "the admin system has not answered yet")
    return Suggestion(None, (reason,))
