"""The checklist of a case: its checks by the steps of the procedure, and what the records say about each check.

The records give suggestions with evidence, never answers (source document 000, step 5).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from csat_tui.domain.case import EITHER, Answer, Case, Suggestion
from csat_tui.domain.case_conversation import CaseConversation, Counterpart, held_with, missing_conversations
from csat_tui.domain.chats import mail_after_chat
from csat_tui.domain.clock import day_and_time
from csat_tui.domain.concern import (
    RecognisedIssue,
    concerns,
    logged_issues,
    no_account,
    recognised_issues,
    why_not_judged,
)
from csat_tui.domain.guide import accommodation_within_guide
from csat_tui.domain.playbook import Check, Path, Playbook, Step
from csat_tui.domain.promises.kept import promise_kept, repeated_concern
from csat_tui.domain.speech import LanguageDetector, no_detector


@dataclass(frozen=True, slots=True)
class StepChecks:
    """A step of a case's path with its checks; `step` is None for checks that name no step."""

    step: Step | None
    checks: tuple[str, ...]

    def given(self, case: Case) -> int:
        """Return how many of its checks have an answer."""
        return sum(check_id in case.answers for check_id in self.checks)

    def done(self, case: Case) -> bool:
        """Return whether all of its checks have an answer."""
        return self.given(case) == len(self.checks)


def step_checks(path: Path, playbook: Playbook) -> tuple[StepChecks, ...]:
    """Return a path's checks by step, in the order of the procedure; checks without a step come first."""
    known = {step.id for step in playbook.steps}
    own: dict[str, list[str]] = {}
    # A case that was read before the playbook changed may still name a check that is gone.
    for check_id in (one for one in path.checks if one in playbook.checks):
        step = playbook.checks[check_id].step
        own.setdefault(step if step in known else "", []).append(check_id)
    loose = [StepChecks(None, tuple(own[""]))] if "" in own else []
    return (*loose, *(StepChecks(step, tuple(own[step.id])) for step in playbook.steps if step.id in own))


def checks_in_order(found: Sequence[StepChecks]) -> tuple[str, ...]:
    """Return the checks in the order of their steps."""
    return tuple(check_id for leg in found for check_id in leg.checks)


Evaluator = Callable[[Case, Playbook, LanguageDetector], Suggestion]


def suggest(case: Case, check_id: str, playbook: Playbook, detect: LanguageDetector = no_detector) -> Suggestion | None:
    """Return what the records say about one check, or None where the playbook asks for no suggestion.

    `detect` detects the language of a text; without it only the script shows that a text is in another language.
    """
    evaluator = EVALUATORS.get(playbook.checks[check_id].suggest)
    return evaluator(case, playbook, detect) if evaluator else None


def answer_in_order(check: Check, suggestion: Suggestion | None, case: Case) -> Answer | None:
    """Return the answer that a check is in order, if the records say so; None where a person has to look.

    Records that say nothing are enough only if the playbook says so and the contact was fetched.
    """
    said = None if suggestion is None else suggestion.answer
    if said is not None and (said is Answer.NOT_APPLICABLE or said.value == check.in_order):
        return said
    if said is None and silence_is_enough(check, suggestion, case):
        return Answer(check.in_order)
    return None


def silence_is_enough(check: Check, suggestion: Suggestion | None, case: Case) -> bool:
    """Return whether a check counts as in order because the records say nothing about it."""
    silent = suggestion is None or suggestion.silent
    return check.silence and check.in_order != EITHER and silent and bool(case.messages) and not case.survey.problem


def issue_logged(case: Case, playbook: Playbook, detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest whether the logged issue is what the customer complains of."""
    if case.account is None:
        return no_account(case)
    logged = logged_issues(case)
    found = concerns(case, playbook, detect)
    evidence = [f"logged: {issue.category} by {issue.logged_by}" for issue in logged[:3]] or ["logged: nothing"]
    said = recognised_issues(case, playbook, detect)
    evidence += [f"concern: {one.issue.label.lower()} — “{one.words[0]}”" for one in said[:2]]
    if reason := why_not_judged(case, playbook, detect):
        return Suggestion(None, (*evidence, reason))
    if not said:
        return Suggestion(None, (*evidence, "concern: none of the playbook's patterns match"), silent=bool(logged))
    if not logged:
        return Suggestion(Answer.NO, tuple(evidence))
    if not found.unlogged:
        return Suggestion(Answer.YES, tuple(evidence))
    if others := (*found.logged, *found.elsewhere):
        evidence.append(_nearer(found.unlogged[0], others[0]))
        missing = " and ".join(one.issue.label.lower() for one in found.unlogged)
        where = "in the survey" if found.elsewhere else "too"
        return Suggestion(None, (*evidence, f"the customer speaks of {missing} {where}, which was not logged"))
    return Suggestion(Answer.NO, (*evidence, "nothing that the customer wrote speaks of what was logged"))


def _nearer(first: RecognisedIssue, logged: RecognisedIssue) -> str:
    """Say which of two concerns is closer to the customer's words, by how many of their words match each."""
    nearer, other = (logged, first) if len(logged.words) > len(first.words) else (first, logged)
    quoted = ", ".join(f"“{word}”" for word in nearer.words[:2])
    return f"nearer: {nearer.issue.label.lower()} ({quoted}), {len(nearer.words)} to {len(other.words)}"


def client_spoken(case: Case, _playbook: Playbook, _detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest from the records whether the client was contacted, and say when that was due."""
    held = held_with(case.conversations, Counterpart.CLIENT)
    if case.contacted_at is None:
        return Suggestion(Answer.YES, _quoted(held)) if held else _not_recorded(Counterpart.CLIENT)
    in_time = "in time" if case.contacted_at <= case.due_at else "too late"
    first = f"first contact {day_and_time(case.contacted_at)}, {in_time}: it was due {day_and_time(case.due_at)}"
    return Suggestion(Answer.YES, (*_quoted(held), first))


def employee_spoken(case: Case, _playbook: Playbook, _detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest from the records whether the employee was spoken to."""
    held = held_with(case.conversations, Counterpart.EMPLOYEE)
    return Suggestion(Answer.YES, _quoted(held)) if held else _not_recorded(Counterpart.EMPLOYEE)


def prevention_discussed(case: Case, _playbook: Playbook, _detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest from the records whether prevention was discussed with both, the client and the employee."""
    lacking = tuple(one.sentence for one in missing_conversations(case.conversations))
    discussed = _quoted([one for one in case.conversations if one.prevention])
    return Suggestion(None if lacking else Answer.YES, (*discussed, *lacking))


def _quoted(held: Sequence[CaseConversation]) -> tuple[str, ...]:
    return tuple(f"{one.words}: “{' '.join(one.said.split())}”" for one in held)


def _not_recorded(who: Counterpart) -> Suggestion:
    return Suggestion(None, (f"no conversation with the {who.value} is recorded",), silent=True)


EVALUATORS: dict[str, Evaluator] = {
    "issue-logged": issue_logged,
    "accommodation-within-guide": accommodation_within_guide,
    "promise-kept": promise_kept,
    "repeated-concern": repeated_concern,
    "mail-after-chat": mail_after_chat,
    "client-spoken": client_spoken,
    "employee-spoken": employee_spoken,
    "prevention-discussed": prevention_discussed,
}
"""Every evaluator that a playbook's `suggest` may name."""
