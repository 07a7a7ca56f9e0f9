"""What the records say about a check: suggestions with evidence, never answers (source document 000, step 5)."""

from collections.abc import Callable

from csat_tui.domain.case import Case
from csat_tui.domain.check import Answer, Suggestion
from csat_tui.domain.concern import Heard, heard, logged_for, no_account
from csat_tui.domain.guide import accommodation_within_guide
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.promises import promise_kept, repeated_concern
from csat_tui.domain.ticket import Author

Evaluator = Callable[[Case, Playbook], Suggestion]


def suggest(case: Case, check_id: str, playbook: Playbook) -> Suggestion | None:
    """Return what the records say about one check, or None where the playbook asks for no suggestion."""
    evaluator = EVALUATORS.get(playbook.checks[check_id].suggest)
    return evaluator(case, playbook) if evaluator else None


def issue_logged(case: Case, playbook: Playbook) -> Suggestion:
    """Tell whether what was logged in the admin system is what the customer complains of."""
    if case.account is None:
        return no_account(case)
    logged = logged_for(case)
    concerns = heard(case, playbook)
    evidence = [f"logged: {issue.category} by {issue.logged_by}" for issue in logged[:3]] or ["logged: nothing"]
    evidence += [f"concern: {one.issue.label.lower()} — “{one.words[0]}”" for one in concerns[:2]]
    if not concerns:
        return Suggestion(None, (*evidence, "concern: none of the playbook's patterns match"))
    if not logged:
        return Suggestion(Answer.NO, tuple(evidence))
    names = {issue.category.casefold() for issue in logged}
    matching = [one for one in concerns if one.issue.category.casefold() in names]
    if not matching:
        return Suggestion(Answer.NO, (*evidence, "nothing that the customer wrote speaks of what was logged"))
    if matching[0] is not concerns[0]:
        evidence.append(_nearer(concerns[0], matching[0]))
    return Suggestion(Answer.YES, tuple(evidence))


def _nearer(first: Heard, logged: Heard) -> str:
    """Say which of two concerns the customer's words are nearer to: by how many of their words speak of each."""
    nearer, other = (logged, first) if len(logged.words) > len(first.words) else (first, logged)
    quoted = ", ".join(f"“{word}”" for word in nearer.words[:2])
    return f"nearer: {nearer.issue.label.lower()} ({quoted}), {len(nearer.words)} to {len(other.words)}"


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
    "promise-kept": promise_kept,
    "repeated-concern": repeated_concern,
    "mail-after-chat": mail_after_chat,
}
"""Every evaluator that a playbook's `suggest` may name."""
