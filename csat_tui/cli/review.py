"""`csat-tui review`: the notes that are reviewed, as lines of text or JSON."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, day_asked_for, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.review_agreement import show_agreement
from csat_tui.cli.review_calibration import calibration
from csat_tui.cli.review_coaching import coaching
from csat_tui.cli.review_export import export_reviews_to_file
from csat_tui.cli.review_samples import draw_notes, list_samples, replace_note, show_coverage
from csat_tui.cli.review_set_aside import list_set_asides, restore_rating, set_rating_aside, step_document
from csat_tui.cli.review_steps import (
    accept_note,
    answer_review,
    conversation_document,
    conversation_text,
    score_note_of,
    send_note_back,
    settle_dispute,
)

if TYPE_CHECKING:
    from csat_tui.domain.ticket import Message
    from csat_tui.store.review import NoteInList
    from csat_tui.workflow.opening import Workplace
    from csat_tui.workflow.review import NoteToReview

review = typer.Typer(rich_markup_mode=None, help="Review the notes that were delivered on survey tickets.")

MARKS = {"passes": "✓", "fails": "✗", "cannot tell": "?"}
"""The signs of the machine's verdicts."""


class NoteOrderName(StrEnum):
    """The orders of notes, as they are typed."""

    NEWEST = "newest"
    RISK = "risk"


_FREE = "free"
"""What stands instead of an outcome for a note in no format."""


@review.command("list")
def list_notes(
    agent: Annotated[str, typer.Option("--agent", metavar="NAME", help="Only notes that this person wrote.")] = "",
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="OUTCOME", help="Only notes of this outcome; “free”: in no format.")
    ] = "",
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="From this day on: 2026-11-08, today.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Up to and including this day.")] = "",
    sampled: Annotated[bool, typer.Option("--sampled", help="Only notes of your samples that wait for you.")] = False,
    sort: Annotated[NoteOrderName, typer.Option(help="What comes first.")] = NoteOrderName.NEWEST,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many at most.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List delivered notes; by risk those of samples, and then those that fail a rule of the audit. Works offline."""
    from csat_tui.store.review import NoteFilter, NoteOrder

    with opened_workplace(find_installation()) as workplace:
        known = [one.id for one in workplace.playbook.outcomes]
        if outcome and outcome not in (*known, _FREE):
            raise Failure(
                Exit.USAGE, f"The playbook has no outcome “{outcome[:40]}”; it has {', '.join(known)} and {_FREE}."
            )
        now = workplace.desk.now
        first = day_asked_for(since, now) if since else None
        last = day_asked_for(until, now) + timedelta(days=1) if until else None
        reviewer = workplace.paperwork.samples.reviewer_id() if sampled else None
        if sampled and reviewer is None:
            raise Failure(Exit.NEEDS_PERSON, "You have no sample: `csat-tui sync` has to ask first who you are.")
        order = NoteOrder(sort.value)
        least = int(order is NoteOrder.RISK)
        wanted = NoteFilter(agent, outcome, first, last, order, sampled_by=reviewer, least_risk=least)
        notes = workplace.paperwork.review.rows_after(wanted, None, limit)
        if json:
            say_json({"notes": [_line(note) for note in notes]})
        else:
            _print(workplace, notes)


@review.command("show")
def show_note(
    note: Annotated[int, typer.Argument(metavar="NOTE", help="The number of its comment, as `review list` prints it.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show one note as it was delivered, with what it says by its fields and the reply beside it; works offline."""
    with opened_workplace(find_installation()) as workplace:
        found = workplace.paperwork.review.note(note)
        if found is None:
            raise Failure(Exit.USAGE, f"There is no note {note} here; `csat-tui review list` prints those there are.")
        thread = workplace.paperwork.review_loop.thread(note)
        if json:
            say_json({**_document(found), "review": conversation_document(thread)})
            return
        _show(workplace, found)
        if thread.steps:
            say("")
            say(f"Review: {thread.state.value}")
        for text in conversation_text(thread):
            say(text)


def _print(workplace: "Workplace", notes: "list[NoteInList]") -> None:
    from csat_tui.domain.review.delivered_note import outcome_words
    from csat_tui.workflow.review_samples import due_day_words

    if not notes:
        if not workplace.config.review.view:
            say("No view of finished surveys is configured: name one as review.view in config.toml.")
            return
        say("No notes match; `csat-tui sync` fetches those of the view.")
        return
    labels = {rule.id: rule.label for rule in workplace.playbook.audit}
    now = workplace.desk.now
    lines = [["NOTE", "CASE", "RISK", "WRITTEN", "BY", "DUE", "OUTCOME", "FAILS"]]
    lines += [
        [str(note.comment_id), str(note.survey_id), "…" if note.risk is None else str(note.risk),
         date_and_time(note.at), note.author[:30], "" if note.due is None else due_day_words(note.due, now),
         outcome_words(note.outcome_ids, workplace.playbook),
         ", ".join(labels.get(one, one) for one in note.failed)]
        for note in notes
    ]  # fmt: skip
    table(lines, right=(0, 1, 2))


def _show(workplace: "Workplace", found: "NoteToReview") -> None:
    from csat_tui.domain.review.delivered_note import outcome_words

    note, case = found.subject.note, found.subject.case
    say(f"Note {note.comment_id} by {note.author} on survey ticket #{note.ticket_id}, {date_and_time(note.at)}")
    say(f"Outcome: {outcome_words(note.outcome_ids, workplace.playbook)}")
    say(f"Case {case.id}: {case.survey.customer}, rated {case.survey.agent}")
    if (aside := found.set_aside) is not None:
        say(f"The rating is {aside.words}, by {aside.author}, {date_and_time(aside.at)}: {aside.reason}")
    for rule, verdict in found.audited.verdicts:
        say(f"{MARKS[verdict.verdict.value]} {rule.label}: {verdict.sentence}")
        for line in verdict.evidence:
            say(f"    {line}")
    say("")
    say(note.body)
    for reply in found.subject.replies:
        say("")
        say(f"Reply by {reply.author_name} on #{reply.ticket_id}, {date_and_time(reply.created_at)}")
        say(reply.body)


def _line(note: "NoteInList") -> dict[str, Any]:
    return {
        "note": note.comment_id, "case_id": note.survey_id, "ticket_id": note.ticket_id, "at": note.at,
        "author_id": note.author_id, "author": note.author, "format": note.format_id or None,
        "outcomes": list(note.outcome_ids), "risk": note.risk, "failed": list(note.failed),
        "due_at": note.due,
    }  # fmt: skip


def _document(found: "NoteToReview") -> dict[str, Any]:
    note, case = found.subject.note, found.subject.case
    return {
        "note": note.comment_id, "case_id": case.id, "ticket_id": note.ticket_id, "at": note.at,
        "author_id": note.author_id, "author": note.author, "format": note.format_id or None,
        "outcomes": list(note.outcome_ids), "fields": dict(note.fields), "remainder": note.remainder,
        "problems": list(note.problems), "body": note.body, "op_id": note.op_id,
        "status": None if case.survey_ticket is None else case.survey_ticket.status.value,
        "tags": [] if case.survey_ticket is None else list(case.survey_ticket.tags),
        "replies": [_reply(one) for one in found.subject.replies],
        "other_notes": [one.comment_id for one in found.other_notes],
        "audit": [
            {"rule": rule.id, "label": rule.label, "verdict": verdict.verdict.value, "sentence": verdict.sentence,
             "evidence": list(verdict.evidence), "messages": list(verdict.messages)}
            for rule, verdict in found.audited.verdicts
        ],
        "risk": found.audited.risk,
        "decided_here": _decided_here(found),
        "set_aside": None if found.set_aside is None else step_document(found.set_aside),
    }  # fmt: skip


def _decided_here(found: "NoteToReview") -> dict[str, Any] | None:
    """Return how the case was decided at this home, with its answers and what the records say of each."""
    case = found.subject.case
    if case.decided is None or not case.answers:
        return None
    evidence = {check_id: list(one.evidence) for check_id, one in found.suggestions.items()}
    return {
        "by": case.decided.by, "at": case.decided.at, "outcome": case.decided.outcome_id,
        "answers": [
            {"check": one.check_id, "answer": one.answer.value, "at": one.at, "suggested": one.suggested,
             "evidence": evidence.get(one.check_id, [])}
            for one in case.answers.values()
        ],
    }  # fmt: skip


def _reply(message: "Message") -> dict[str, Any]:
    return {
        "id": message.id, "ticket_id": message.ticket_id, "at": message.created_at, "author": message.author_name,
        "body": message.body,
    }  # fmt: skip


review.command("score")(score_note_of)
review.command("accept")(accept_note)
review.command("send-back")(send_note_back)
review.command("answer")(answer_review)
review.command("settle")(settle_dispute)
review.command("sample")(draw_notes)
review.command("samples")(list_samples)
review.command("replace")(replace_note)
review.command("coverage")(show_coverage)
review.command("export")(export_reviews_to_file)
review.command("set-aside")(set_rating_aside)
review.command("restore")(restore_rating)
review.command("set-asides")(list_set_asides)
review.add_typer(coaching, name="coaching")
review.command("agreement")(show_agreement)
review.add_typer(calibration, name="calibration")
