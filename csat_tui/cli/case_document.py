"""A case as a JSON document, and as text for a screen reader or a pager, made from that document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from csat_tui.cli.console import date_and_time, single_line
from csat_tui.cli.conversation_document import held_document, held_lines
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.outbox import effect_document, effect_lines, quoted_lines
from csat_tui.domain.case import Case
from csat_tui.domain.check_links import links_of
from csat_tui.domain.composing import asked_fields
from csat_tui.domain.contact_clock import contact_clock
from csat_tui.domain.evidence import step_checks
from csat_tui.domain.survey import Mending, Survey, SurveyReading, lowest_rating, mean_rating
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
        "contact": _contact(workplace, case),
        "escalations": [{**asdict(one), "words": one.words} for one in case.escalated],
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
        "conversations": [held_document(held) for held in case.conversations],
        "outcomes": _outcomes(workplace, case),
        "decision": _decision(workplace, case),
        "effects": _effects(workplace, case),
        "kept_apart": [asdict(one) for one in case.kept_apart],
        "earlier": [asdict(one) for one in case.earlier],
        "missing": list(case.missing),
        "other_cases": list(others),
        "problem": problem,
    }


def _contact(workplace: "Workplace", case: Case) -> dict[str, Any]:
    """Return how the contact clock of a case stands, in its word and in a few more."""
    clock, now, hours = contact_clock(case), workplace.desk.now, workplace.playbook.business_hours
    return {
        "state": clock.state(now, hours).value,
        "words": clock.words(now, hours),
        "at": case.contacted_at,
    }


def _replaced(number: int, survey: Survey) -> dict[str, Any]:
    return {
        "case_id": number, "source": survey.source, "received_at": survey.received_at,
        "ratings": dict(survey.ratings), "comment": survey.comment, "raw": survey.raw,
    }  # fmt: skip


def mending_document(one: Mending) -> dict[str, Any]:
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
            "links": [asdict(one) for one in links_of(workplace.playbook.checks[check_id], case, workplace.playbook)],
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
        "id": case.decision_id, "outcome": row.outcome_id, "fields": dict(row.fields),
        "findings": _findings(workplace, row.findings),
        "decided_by": row.decided_by, "decided_at": row.decided_at,
    }  # fmt: skip


def _effects(workplace: "Workplace", case: Case) -> list[dict[str, Any]]:
    if case.decision_id is None:
        return []
    dispatch = workplace.dispatch
    effects = dispatch.of_decision(case.decision_id)
    held_by = dispatch.held_by(effects)
    return [effect_document(one, dispatch.history(one.id), held_by.get(one.id)) for one in effects]


def case_lines(case: dict[str, Any]) -> Iterator[str]:
    """Yield the whole case, from the survey to its deliveries."""
    yield from _head(case)
    yield from _survey(case["survey"])
    yield from _mended(case)
    yield from _transcript(case)
    if case["account"] is not None:
        yield ""
        yield from account_lines(case["account"])
    yield from _check_lines(case["checks"], case["steps"])
    yield from _questions(case["questions"])
    yield from _conversations(case["conversations"])
    yield from _words(case)
    if case["effects"]:
        yield ""
        yield "Deliveries"
        for effect in case["effects"]:
            yield from (f"  {line}" for line in effect_lines(effect))


def _head(case: dict[str, Any]) -> Iterator[str]:
    claimed = f", claimed by {single_line(case['claimed_by'])}" if case["claimed_by"] else ""
    yield f"Case {case['id']}: {case['path']['label']}, {case['stage']}{claimed}"
    if case["contact"]["words"]:
        at = case["contact"]["at"]
        when = date_and_time(at) if at else f"by {date_and_time(case['due_at'])}"
        what = "" if case["contact"]["words"].startswith("contacted") else "contact "
        yield f"  {what}{case['contact']['words']}, {when}"
    for one in case["escalations"]:
        yield f"  {single_line(one['words'])}, {date_and_time(one['at'])}"
    for sentence in case["missing"]:
        yield f"  not here: {sentence}"
    for earlier in case["earlier"]:
        decided = date_and_time(earlier["decided_at"])
        yield f"  decided before for this ticket: {earlier['outcome_id']} in case {earlier['survey_id']}, {decided}"
    for apart in case["kept_apart"]:
        tickets = ", ".join(f"#{one}" for one in apart["tickets"])
        said = f"{single_line(apart['by'])}, {date_and_time(apart['at'])}: {single_line(apart['reason'])}"
        yield f"  not to be merged: {tickets}, by {said}"
    if case["other_cases"]:
        yield f"  other cases of this ticket: {', '.join(map(str, case['other_cases']))}"


def _survey(survey: dict[str, Any]) -> Iterator[str]:
    yield ""
    rated = "no rating" if survey["mean"] is None else f"lowest {survey['lowest']}, mean {survey['mean']:.1f}"
    tickets = [f"survey ticket #{survey['survey_ticket_id']}" if survey["survey_ticket_id"] else ""]
    tickets.append(f"source ticket #{survey['source_ticket_id']}" if survey["source_ticket_id"] else "")
    yield ", ".join(filter(None, [f"Survey of {date_and_time(survey['received_at'])}", rated, *tickets]))
    yield f"  customer {single_line(survey['customer']) or '—'}, agent {single_line(survey['agent']) or '—'}"
    if survey["ratings"]:
        yield f"  {', '.join(f'{factor} {figure}' for factor, figure in survey['ratings'].items())}"
    if survey["problem"]:
        yield f"  {single_line(survey['problem'])}"
    yield from quoted_lines(survey["comment"] or (survey["raw"] if survey["problem"] else "(no comment)"))


def _mended(case: dict[str, Any]) -> Iterator[str]:
    """Yield what people have mended in the survey, and the other surveys for its ticket that it stands for."""
    for one in case["mendings"]:
        yield f"  fixed by {single_line(one['by']) or 'somebody'}, {date_and_time(one['at'])}; before: {_was(one)}"
    for one in case["replaced"]:
        ratings = ", ".join(f"{factor} {figure}" for factor, figure in one["ratings"].items())
        when = date_and_time(one["received_at"])
        yield f"  replaces the survey of {when} (case {one['case_id']}): {ratings or 'no ratings'}"
        yield from quoted_lines(one["comment"] or one["raw"] or "(no comment)")


def _was(mending: dict[str, Any]) -> str:
    before = mending["before"]
    number = before["source_ticket_id"]
    parts = [f"ticket #{number}" if number else "no ticket"]
    parts.append(", ".join(f"{factor} {figure}" for factor, figure in before["ratings"].items()) or "no ratings")
    parts.append(f"“{single_line(before['comment'])[:120]}”" if before["comment"].strip() else "no comment")
    return ", ".join(parts)


def _transcript(case: dict[str, Any]) -> Iterator[str]:
    ticket = case["source_ticket"]
    yield ""
    if ticket is None:
        yield "Transcript: not here yet"
        return
    merged = ", merged into another ticket" if ticket["merged"] else ""
    count = len(case["messages"])
    subject = single_line(ticket["subject"])
    yield f"Transcript of #{ticket['id']} “{subject}”: {ticket['status']}{merged}, {count} messages"
    for message in case["messages"]:
        kind = "public" if message["public"] else "internal note"
        channel = f", {single_line(message['channel'])}" if message["channel"] else ""
        name = single_line(message["author_name"]) or "—"
        yield f"  {date_and_time(message['created_at'])}  {name}, {message['author']}, {kind}{channel}"
        yield from quoted_lines(message["body"])
        for attachment in message["attachments"]:
            remark = f", {single_line(attachment['remark'])}" if attachment["remark"] else ""
            yield f"    attached: {single_line(attachment['name'])}, {attachment['size']:,} bytes{remark}"


def account_lines(account: dict[str, Any]) -> Iterator[str]:
    """Yield what the admin system says of a customer."""
    facts = [account["id"], account["name"], account["plan"], account["subscription_status"]]
    yield f"Account {', '.join(single_line(fact) for fact in facts if fact)}"
    for order in account["orders"]:
        items = single_line(", ".join(order["items"]))
        yield f"  order {single_line(order['id'])}, {single_line(order['status'])}{_money(order['total'])}: {items}"
    for issue in account["issues"]:
        category, by, text = (single_line(issue[name]) for name in ("category", "logged_by", "text"))
        yield f"  logged {category} by {by}: {text}"
    for given in account["accommodations"]:
        yield f"  given {single_line(given['kind'])}{_money(given['amount'])} by {single_line(given['given_by'])}"


def _money(amount: dict[str, str] | None) -> str:
    return "" if amount is None else f", {amount['amount']} {single_line(amount['currency'])}"


def _check_lines(checks: list[dict[str, Any]], steps: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the checks, each step's under its name."""
    if not checks:
        return
    yield ""
    yield f"Checks, {sum(check['answer'] is not None for check in checks)} of {len(checks)} answered"
    in_steps = {check_id for step in steps for check_id in step["checks"]}
    for check in checks:
        if check["id"] not in in_steps:
            yield from _check_line(check)
    for step in steps:
        source = f" ({step['source']})" if step["source"] else ""
        yield f"  {step['label']}{source}, {step['answered']} of {len(step['checks'])}"
        for check in checks:
            if check["id"] in step["checks"]:
                yield from _check_line(check)


def _check_line(check: dict[str, Any]) -> Iterator[str]:
    suggested = f" (suggested: {check['suggestion']})" if check["suggestion"] else ""
    yield f"  [{check['answer'] or ' '}] {check['ask']}{suggested}"
    for link in check["links"]:
        yield f"      {single_line(': '.join(filter(None, (link['label'], link['address']))))}"
    yield from (f"      {single_line(line)}" for line in check["evidence"])


def _questions(questions: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what was asked about the case, with the answers."""
    for asked in questions:
        yield ""
        yield f"Asked in {single_line(asked['channel'])}, {date_and_time(asked['asked_at'])}"
        yield from quoted_lines(asked["text"])
        if asked["answered_at"] is None:
            yield "  not answered yet"
        else:
            yield f"  answered by {single_line(asked['answered_by'])}, {date_and_time(asked['answered_at'])}"
            yield from quoted_lines(asked["answer"])


def _conversations(conversations: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what was said with the client and the employee."""
    if conversations:
        yield ""
        yield "Conversations"
    for held in conversations:
        yield from held_lines(held)


def _words(case: dict[str, Any]) -> Iterator[str]:
    """Yield the draft or the decision, and for an open case what each outcome still lacks."""
    words = case["decision"] or case["draft"]
    if words is not None:
        yield ""
        if case["decision"]:
            by = single_line(words["decided_by"])
            yield f"Decided {words['outcome']} by {by}, {date_and_time(words['decided_at'])}"
        else:
            yield f"Draft for {words['outcome'] or 'no outcome yet'}"
        for finding in words["findings"]:
            yield f"  found: {finding['label']}"
        for field, text in words["fields"].items():
            yield f"  {field}:"
            yield from quoted_lines(text)
    draft = case["draft"]
    if case["decision"] and draft is not None:
        yield ""
        yield "Words that were not sent, kept until they are discarded in the workstation"
        for field, text in draft["fields"].items():
            yield f"  {field}:"
            yield from quoted_lines(text)
    for other in draft["others"] if draft is not None else ():
        by = single_line(other["by"]) or "another terminal"
        yield f"  {other['field']}, as {by} wrote it, {date_and_time(other['at'])}:"
        yield from quoted_lines(other["text"])
    if case["decision"] is None:
        yield ""
        yield "Outcomes"
        for outcome in case["outcomes"]:
            lacks = f", lacks: {'; '.join(outcome['lacks'])}" if outcome["lacks"] else ", ready"
            yield f"  {outcome['key']}  {outcome['label']}{lacks}"
            for finding in outcome["findings"]:
                yield f"       {finding['group']}: {finding['label']} ({finding['id']})"
