"""A case as text for a screen reader or a pager, made from its JSON document."""

from collections.abc import Iterator
from typing import Any

from csat_tui.cli.outbox_document import effect_lines, quoted
from csat_tui.cli.printing import moment, one_line


def case_lines(case: dict[str, Any]) -> Iterator[str]:
    """Yield the whole case, from the survey to its deliveries."""
    yield from _head(case)
    yield from _survey(case["survey"])
    yield from _mended(case)
    yield from _transcript(case)
    if case["account"] is not None:
        yield ""
        yield from account_lines(case["account"])
    yield from _checks(case["checks"], case["steps"])
    yield from _questions(case["questions"])
    yield from _words(case)
    if case["effects"]:
        yield ""
        yield "Deliveries"
        for effect in case["effects"]:
            yield from (f"  {line}" for line in effect_lines(effect))


def _head(case: dict[str, Any]) -> Iterator[str]:
    claimed = f", claimed by {one_line(case['claimed_by'])}" if case["claimed_by"] else ""
    yield f"Case {case['id']}: {case['path']['label']}, {case['stage']}, due {moment(case['due_at'])}{claimed}"
    for sentence in case["missing"]:
        yield f"  not here: {sentence}"
    for earlier in case["earlier"]:
        decided = moment(earlier["decided_at"])
        yield f"  decided before for this ticket: {earlier['outcome_id']} in case {earlier['survey_id']}, {decided}"
    for apart in case["kept_apart"]:
        tickets = ", ".join(f"#{one}" for one in apart["tickets"])
        said = f"{one_line(apart['by'])}, {moment(apart['at'])}: {one_line(apart['reason'])}"
        yield f"  not to be merged: {tickets}, by {said}"
    if case["other_cases"]:
        yield f"  other cases of this ticket: {', '.join(map(str, case['other_cases']))}"


def _survey(survey: dict[str, Any]) -> Iterator[str]:
    yield ""
    rated = "no rating" if survey["mean"] is None else f"lowest {survey['lowest']}, mean {survey['mean']:.1f}"
    tickets = [f"survey ticket #{survey['survey_ticket_id']}" if survey["survey_ticket_id"] else ""]
    tickets.append(f"source ticket #{survey['source_ticket_id']}" if survey["source_ticket_id"] else "")
    yield ", ".join(filter(None, [f"Survey of {moment(survey['received_at'])}", rated, *tickets]))
    yield f"  customer {one_line(survey['customer']) or '—'}, agent {one_line(survey['agent']) or '—'}"
    if survey["ratings"]:
        yield f"  {', '.join(f'{factor} {figure}' for factor, figure in survey['ratings'].items())}"
    if survey["problem"]:
        yield f"  {one_line(survey['problem'])}"
    yield from quoted(survey["comment"] or (survey["raw"] if survey["problem"] else "(no comment)"))


def _mended(case: dict[str, Any]) -> Iterator[str]:
    """Yield what people have mended in the survey, and the other surveys for its ticket that it stands for."""
    for one in case["mendings"]:
        yield f"  fixed by {one_line(one['by']) or 'somebody'}, {moment(one['at'])}; before: {_was(one)}"
    for one in case["replaced"]:
        ratings = ", ".join(f"{factor} {figure}" for factor, figure in one["ratings"].items())
        when = moment(one["received_at"])
        yield f"  replaces the survey of {when} (case {one['case_id']}): {ratings or 'no ratings'}"
        yield from quoted(one["comment"] or one["raw"] or "(no comment)")


def _was(mending: dict[str, Any]) -> str:
    before = mending["before"]
    number = before["source_ticket_id"]
    parts = [f"ticket #{number}" if number else "no ticket"]
    parts.append(", ".join(f"{factor} {figure}" for factor, figure in before["ratings"].items()) or "no ratings")
    parts.append(f"“{one_line(before['comment'])[:120]}”" if before["comment"].strip() else "no comment")
    return ", ".join(parts)


def _transcript(case: dict[str, Any]) -> Iterator[str]:
    ticket = case["source_ticket"]
    yield ""
    if ticket is None:
        yield "Transcript: not here yet"
        return
    merged = ", merged into another ticket" if ticket["merged"] else ""
    count = len(case["messages"])
    yield f"Transcript of #{ticket['id']} “{one_line(ticket['subject'])}”: {ticket['status']}{merged}, {count} messages"
    for message in case["messages"]:
        kind = "public" if message["public"] else "internal note"
        channel = f", {one_line(message['channel'])}" if message["channel"] else ""
        name = one_line(message["author_name"]) or "—"
        yield f"  {moment(message['created_at'])}  {name}, {message['author']}, {kind}{channel}"
        yield from quoted(message["body"])
        for attachment in message["attachments"]:
            remark = f", {one_line(attachment['remark'])}" if attachment["remark"] else ""
            yield f"    attached: {one_line(attachment['name'])}, {attachment['size']:,} bytes{remark}"


def account_lines(account: dict[str, Any]) -> Iterator[str]:
    """Yield what the admin system says of a customer."""
    facts = [account["id"], account["name"], account["plan"], account["subscription_status"]]
    yield f"Account {', '.join(one_line(fact) for fact in facts if fact)}"
    for order in account["orders"]:
        items = one_line(", ".join(order["items"]))
        yield f"  order {one_line(order['id'])}, {one_line(order['status'])}{_money(order['total'])}: {items}"
    for issue in account["issues"]:
        yield f"  logged {one_line(issue['category'])} by {one_line(issue['logged_by'])}: {one_line(issue['text'])}"
    for given in account["accommodations"]:
        yield f"  given {one_line(given['kind'])}{_money(given['amount'])} by {one_line(given['given_by'])}"


def _money(amount: dict[str, str] | None) -> str:
    return "" if amount is None else f", {amount['amount']} {one_line(amount['currency'])}"


def _checks(checks: list[dict[str, Any]], steps: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the checks, each step's under its name."""
    if not checks:
        return
    yield ""
    yield f"Checks, {sum(check['answer'] is not None for check in checks)} of {len(checks)} answered"
    in_steps = {check_id for step in steps for check_id in step["checks"]}
    for check in checks:
        if check["id"] not in in_steps:
            yield from _check(check)
    for step in steps:
        source = f" ({step['source']})" if step["source"] else ""
        yield f"  {step['label']}{source}, {step['answered']} of {len(step['checks'])}"
        for check in checks:
            if check["id"] in step["checks"]:
                yield from _check(check)


def _check(check: dict[str, Any]) -> Iterator[str]:
    suggested = f" (suggested: {check['suggestion']})" if check["suggestion"] else ""
    yield f"  [{check['answer'] or ' '}] {check['ask']}{suggested}"
    if check["link"]:
        yield f"      {check['link']}"
    yield from (f"      {one_line(line)}" for line in check["evidence"])


def _questions(questions: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what was asked about the case, with the answers."""
    for asked in questions:
        yield ""
        yield f"Asked in {one_line(asked['channel'])}, {moment(asked['asked_at'])}"
        yield from quoted(asked["text"])
        if asked["answered_at"] is None:
            yield "  not answered yet"
        else:
            yield f"  answered by {one_line(asked['answered_by'])}, {moment(asked['answered_at'])}"
            yield from quoted(asked["answer"])


def _words(case: dict[str, Any]) -> Iterator[str]:
    """Yield the draft or the decision, and for an open case what each outcome still lacks."""
    words = case["decision"] or case["draft"]
    if words is not None:
        yield ""
        if case["decision"]:
            yield f"Decided {words['outcome']} by {one_line(words['decided_by'])}, {moment(words['decided_at'])}"
        else:
            yield f"Draft for {words['outcome'] or 'no outcome yet'}"
        for finding in words["findings"]:
            yield f"  found: {finding['label']}"
        for field, text in words["fields"].items():
            yield f"  {field}:"
            yield from quoted(text)
    draft = case["draft"]
    if case["decision"] and draft is not None:
        yield ""
        yield "Words that were not sent, kept until they are discarded in the workstation"
        for field, text in draft["fields"].items():
            yield f"  {field}:"
            yield from quoted(text)
    for other in draft["others"] if draft is not None else ():
        yield f"  {other['field']}, as {one_line(other['by']) or 'another terminal'} wrote it, {moment(other['at'])}:"
        yield from quoted(other["text"])
    if case["decision"] is None:
        yield ""
        yield "Outcomes"
        for outcome in case["outcomes"]:
            lacks = f", lacks: {'; '.join(outcome['lacks'])}" if outcome["lacks"] else ", ready"
            yield f"  {outcome['key']}  {outcome['label']}{lacks}"
            for finding in outcome["findings"]:
                yield f"       {finding['group']}: {finding['label']} ({finding['id']})"
