"""A case as the plain values of its JSON document; the text is made from the same document."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.outbox_document import effect_document
from csat_tui.domain.arrival import Correction, SurveyReading, lowest_rating, mean_rating
from csat_tui.domain.case import Case
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.evidence import step_checks
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Message, Ticket

if TYPE_CHECKING:
    from csat_tui.domain.ids import SurveyId
    from csat_tui.workflow.opening import Workplace


def case_document(
    workplace: "Workplace", survey_id: "SurveyId", others: "Sequence[SurveyId]", problem: str
) -> dict[str, Any]:
    """Return a case; `others` are later numbers for the same ticket, `problem` why it may be out of date."""
    from csat_tui.store.tickets import write_account

    case = workplace.desk.case(survey_id)
    if case is None:
        raise Failure(Exit.USAGE, f"There is no case {survey_id} here (any more).")
    return {
        "id": case.id,
        "stage": case.stage.value,
        "path": {"id": case.path.id, "label": case.path.label},
        "due_at": case.due_at,
        "claimed_by": case.claimed_by,
        "survey": survey_document(case),
        "mendings": [mending_document(one) for one in case.mendings],
        "replaced": [_replaced(number, one) for number, one in case.replaced],
        "survey_ticket": _ticket(case.survey_ticket),
        "source_ticket": _ticket(case.source_ticket),
        "messages": [_message(message) for message in case.messages],
        "account": None if case.account is None else write_account(case.account),
        "steps": _steps(workplace, case),
        "checks": _checks(workplace, case),
        "draft": None
        if case.draft.empty
        else {
            "outcome": case.draft.outcome_id,
            "fields": dict(case.draft.fields),
            "findings": _findings(workplace, case.draft.findings),
            "others": [
                {"field": name, "text": one.text, "by": one.by, "at": one.at}
                for name, versions in case.draft.others.items()
                for one in versions
            ],
        },
        "questions": [asdict(asked) for asked in case.questions],
        "outcomes": _outcomes(workplace, case),
        "decision": _decision(workplace, case),
        "effects": _effects(workplace, case),
        "kept_apart": [asdict(one) for one in case.kept_apart],
        "earlier": [asdict(one) for one in case.earlier],
        "missing": list(case.missing),
        "other_cases": list(others),
        "problem": problem,
    }


def _replaced(number: int, survey: Survey) -> dict[str, Any]:
    return {
        "case_id": number, "source": survey.source, "received_at": survey.received_at,
        "ratings": dict(survey.ratings), "comment": survey.comment, "raw": survey.raw,
    }  # fmt: skip


def mending_document(one: Correction) -> dict[str, Any]:
    """Return one mending of a survey: who, when, what it says since then and what it was before."""
    return {
        "at": one.at, "by": one.by, "problem_before": one.problem,
        "before": _reading(one.before), "after": _reading(one.reading),
    }  # fmt: skip


def _reading(one: SurveyReading) -> dict[str, Any]:
    return {"source_ticket_id": one.source_ticket_id, "ratings": dict(one.ratings), "comment": one.comment}


def survey_document(case: Case) -> dict[str, Any]:
    """Return a case's survey as it is read now."""
    survey = case.survey
    return {
        "source": survey.source, "received_at": survey.received_at, "survey_ticket_id": survey.survey_ticket_id,
        "source_ticket_id": survey.source_ticket_id, "customer": survey.customer, "agent": survey.agent,
        "rating": survey.rating, "lowest": lowest_rating(survey.ratings),
        "mean": mean_rating(survey.ratings), "ratings": dict(survey.ratings), "comment": survey.comment,
        "problem": survey.problem, "raw": survey.raw,
    }  # fmt: skip


def _ticket(ticket: Ticket | None) -> dict[str, Any] | None:
    if ticket is None:
        return None
    return {
        "id": ticket.id, "subject": ticket.subject, "status": ticket.status.value, "channel": ticket.channel,
        "created_at": ticket.created_at, "updated_at": ticket.updated_at, "requester_name": ticket.requester_name,
        "requester_email": ticket.requester_email, "assignee_name": ticket.assignee_name, "tags": list(ticket.tags),
        "merged": ticket.merged, "takes_updates": ticket.takes_updates,
    }  # fmt: skip


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id, "created_at": message.created_at, "author": message.author.value,
        "author_name": message.author_name, "public": message.public, "channel": message.channel,
        "body": message.body, "attachments": [asdict(attachment) for attachment in message.attachments],
    }  # fmt: skip


def _checks(workplace: "Workplace", case: Case) -> list[dict[str, Any]]:
    suggestions = workplace.desk.suggestions(case)
    found = []
    for check_id in case.path.checks:
        given, suggestion = case.answers.get(check_id), suggestions.get(check_id)
        found.append({
            "id": check_id,
            "ask": workplace.playbook.checks[check_id].ask,
            "link": workplace.playbook.checks[check_id].link,
            "answer": None if given is None else given.answer.value,
            "answered_at": None if given is None else given.at,
            "taken_over": given is not None and given.suggested,
            "suggestion": None if suggestion is None or suggestion.answer is None else suggestion.answer.value,
            "evidence": [] if suggestion is None else list(suggestion.evidence),
        })  # fmt: skip
    return found


def _steps(workplace: "Workplace", case: Case) -> list[dict[str, Any]]:
    """Return the steps of the case's path, and how many of each one's checks are answered."""
    return [
        {
            "id": leg.step.id, "label": leg.step.label, "source": leg.step.source, "checks": list(leg.checks),
            "answered": leg.given(case),
        }
        for leg in step_checks(case.path, workplace.playbook)
        if leg.step is not None
    ]  # fmt: skip


def _findings(workplace: "Workplace", picked: Sequence[str]) -> list[dict[str, str]]:
    known = workplace.playbook.findings
    return [{"id": name, "label": known[name].label if name in known else name} for name in picked]


def _outcomes(workplace: "Workplace", case: Case) -> list[dict[str, Any]]:
    """Return what could be decided, and what is still lacking for each with the words drafted so far."""
    fields: Mapping[str, str] = case.draft.fields
    steps = {step.id: step for step in workplace.playbook.steps}
    found = []
    for outcome in workplace.playbook.outcomes:
        offered = [one for one in workplace.playbook.findings.values() if one.group in outcome.findings]
        picked = [one.id for one in offered if one.id in case.draft.findings]
        asked = asked_fields(case, outcome, picked, workplace.playbook)
        found.append({
            "id": outcome.id, "key": outcome.key, "label": outcome.label, "replies": outcome.replies,
            "parks": outcome.parks, "step": steps[outcome.step].source if outcome.step else "",
            "fields": [{"id": field.id, "label": field.label, "required": field.required} for field in asked],
            "findings": [{"id": one.id, "group": one.group, "label": one.label} for one in offered],
            "lacks": [lack.sentence for lack in workplace.desk.lacks(case, outcome.id, fields, picked)],
        })  # fmt: skip
    return found


def _decision(workplace: "Workplace", case: Case) -> dict[str, Any] | None:
    from csat_tui.store import cases

    if case.decision_id is None:
        return None
    with workplace.database.read() as connection:
        row = cases.decision(connection, case.decision_id)
    if row is None:
        return None
    return {
        "id": case.decision_id, "outcome": row["outcome_id"], "fields": dict(row["fields"]),
        "findings": _findings(workplace, row["findings"]),
        "decided_by": row["decided_by"], "decided_at": row["decided_at"],
    }  # fmt: skip


def _effects(workplace: "Workplace", case: Case) -> list[dict[str, Any]]:
    if case.decision_id is None:
        return []
    dispatch = workplace.dispatch
    effects = dispatch.of_decision(case.decision_id)
    held_by = dispatch.held_by(effects)
    return [effect_document(one, dispatch.history(one.id), held_by.get(one.id)) for one in effects]
