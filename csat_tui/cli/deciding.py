"""`csat-tui decide` decides a case, and `csat-tui answer` brings a parked case back, without a screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.case import find_cases
from csat_tui.cli.console import say, say_json, single_line, time_or_day
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.outbox import quoted_lines

if TYPE_CHECKING:
    from csat_tui.domain.case import Answered, Case
    from csat_tui.domain.decide import Blocker, Decision
    from csat_tui.domain.effect import Effect
    from csat_tui.domain.ids import SurveyId
    from csat_tui.domain.playbook import Outcome
    from csat_tui.workflow.desk import TakenDecision
    from csat_tui.workflow.opening import Workplace


def decision_document(
    case_id: int, decision: "Decision", taken: "TakenDecision | None", *, tickets_known: bool = True
) -> dict[str, Any]:
    """Return a decision with its effects; its number and when it leaves are null where it was not taken."""
    return {
        "case_id": case_id,
        "decision_id": None if taken is None else taken.decision_id,
        "sends_at": None if taken is None else taken.sends_at,
        "outcome": decision.outcome_id,
        "fields": dict(decision.fields),
        "findings": list(decision.findings),
        "parks": decision.parks,
        "other_tickets_known": tickets_known,
        "effects": [_effect(effect) for effect in decision.effects],
    }


def decision_lines(document: dict[str, Any], now: datetime) -> Iterator[str]:
    """Yield what a decision does, and when."""
    from csat_tui.effects.registry import kind_named

    if document["decision_id"] is None:
        yield f"Case {document['case_id']} would be decided “{document['outcome']}”. Nothing was changed."
    else:
        yield (
            f"Case {document['case_id']} is decided “{document['outcome']}”. It leaves at "
            f"{time_or_day(document['sends_at'], now)}, with the workstation or `csat-tui sync`."
        )
    if not document["other_tickets_known"]:
        yield (
            f"The customer's other tickets are not all known here, so merging was not looked at; `csat-tui history"
            f" {document['case_id']}` asks for them."
        )
    if document["parks"]:
        yield "It waits for the answer; `csat-tui answer` brings it back."
    for effect in document["effects"]:
        where = f" on #{effect['ticket_id']}" if effect["ticket_id"] else ""
        to = f": {single_line(effect['goes_to'])}" if effect["goes_to"] else ""
        sets = f", sets {effect['status']}" if effect["status"] else ""
        tags = f", tags {' '.join(effect['add_tags'])}" if effect["add_tags"] else ""
        yield f"  {kind_named(effect['kind']).words.command_line}{where}{to}{sets}{tags}"
        yield from (f"  {line}" for line in quoted_lines(effect["text"]))


def _effect(effect: "Effect") -> dict[str, Any]:
    from csat_tui.effects.registry import kind_of

    kind = kind_of(effect)
    ticket_id, payload = kind.to_row(effect)
    cells = payload.get("cells") or {}
    return {
        "kind": kind.name, "ticket_id": ticket_id, "goes_to": kind.words.goes_to(payload),
        "status": payload.get("status"), "add_tags": payload.get("add_tags") or [], "cells": cells,
        "text": payload.get("body") or "\n".join(f"{heading}: {cell}" for heading, cell in cells.items()),
    }  # fmt: skip


CaseNumber = Annotated[str, typer.Argument(metavar="CASE", help="A case's, survey ticket's or source ticket's number.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def decide_case(
    number: CaseNumber,
    outcome: Annotated[
        str, typer.Argument(metavar="OUTCOME", help="An outcome's id or letter, as `csat-tui case` lists them.")
    ],
    field: Annotated[list[str] | None, typer.Option("--field", metavar="ID=TEXT", help="Words for a field.")] = None,
    finding: Annotated[list[str] | None, typer.Option("--finding", metavar="ID", help="What the review found.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", metavar="CHECK=ANSWER", help="yes, no, na or unsure.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Answer open checks as the records suggest.")] = False,
    rest_in_order: Annotated[
        bool,
        typer.Option(
            "--rest-in-order", help="Answer the checks that the records support as in order; the rest stays open."
        ),
    ] = False,
    sure: Annotated[
        bool,
        typer.Option(
            "--sure", help="Accept amounts that the guide does not allow, or that cannot be compared with it."
        ),
    ] = False,
    no_merge: Annotated[
        str, typer.Option("--no-merge", metavar="REASON", help="Why the customer's tickets are not to be merged first.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done without changing anything.")
    ] = False,
    json: Json = False,
) -> None:
    """Decide a case, as it was last seen here; fields that you do not name keep their draft or their default text.

    Nothing is sent until the undo time is over; until then `csat-tui outbox withdraw` takes the decision back. If
    something is missing, the command lists all of it and ends with 1.
    """
    from csat_tui.domain.decide import Undecidable

    with opened_workplace(find_installation()) as workplace:
        chosen = _outcome(workplace, outcome)
        case, given = _answered(
            workplace, find_cases(workplace, number)[0], _pairs(answer), accept=accept, rest=rest_in_order
        )
        picked = _picked(workplace, finding) if finding is not None else case.draft.findings
        words = _words(workplace, case, chosen, picked, _pairs(field))
        settled = [name for name, text in words.items() if text != case.draft.fields.get(name)]
        if not dry_run:
            workplace.desk.keep_answers(case.id, given)
        known, held = _merges_first(workplace, case, no_merge, dry_run=dry_run)
        try:
            decision = workplace.desk.preview(case, chosen.id, words, picked)
            if held:
                raise Undecidable(held)
            _be_sure(workplace.desk.doubts(case, chosen.id, words, picked), sure=sure or dry_run)
            taken = None if dry_run else workplace.desk.decide(case, chosen.id, words, picked, settled=settled)
        except Undecidable as reason:
            missing = [lack.sentence for lack in dict.fromkeys((*held, *reason.lacks))]
            if json:
                say_json({"case_id": case.id, "outcome": chosen.id, "lacks": missing})
                raise typer.Exit(Exit.NEEDS_PERSON) from reason
            listed = "\n".join(f"  {sentence}" for sentence in missing)
            raise Failure(
                Exit.NEEDS_PERSON, f"“{chosen.label}” cannot be decided yet. Nothing was decided.\n{listed}"
            ) from reason
        document = decision_document(case.id, decision, taken, tickets_known=known)
        if json:
            say_json(document)
            return
        for line in decision_lines(document, workplace.desk.now):
            say(line)


def answer_question(
    number: CaseNumber,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The answer from the channel.")],
    json: Json = False,
) -> None:
    """Enter the answer to the open question about a case, and bring the case back to the queue."""
    with opened_workplace(find_installation()) as workplace:
        survey_id = find_cases(workplace, number)[0]
        case = workplace.desk.case(survey_id)
        waiting = [asked for asked in case.questions if asked.answered_at is None] if case else []
        if not waiting:
            raise Failure(Exit.USAGE, f"No question about case {survey_id} waits for an answer. Nothing was changed.")
        try:
            workplace.desk.answer_question(survey_id, waiting[-1].id, text)
        except (LookupError, ValueError) as error:
            raise Failure(Exit.USAGE, f"That cannot be kept: {error}. Nothing was changed.") from error
        stage = workplace.desk.stage(survey_id)
        if json:
            say_json({"case_id": survey_id, "question_id": waiting[-1].id, "stage": stage.value if stage else None})
            return
        say(f"The answer is kept. Case {survey_id} is {stage}.")


def _merges_first(
    workplace: "Workplace", case: "Case", reason: str, *, dry_run: bool
) -> "tuple[bool, tuple[Blocker, ...]]":
    """Return whether all the customer's tickets are known, and what is to be merged first where nobody says why not."""
    merging = workplace.paperwork.merging
    known = merging.history(case)
    if not reason.strip():
        how = f"csat-tui history {case.id} shows them, csat-tui merge merges them, --no-merge REASON says why not"
        return known.known, known.lacks(how)
    if known.merges and not dry_run:
        merging.keep_apart(case, known, known.merges, reason, by=workplace.desk.agent)
    return known.known, ()


def _be_sure(doubts: Sequence[str], *, sure: bool) -> None:
    """Say what is to be confirmed about amounts; without a confirmation nothing is decided."""
    if doubts and not sure:
        listed = "\n".join(f"  {sentence}" for sentence in doubts)
        raise Failure(Exit.NEEDS_PERSON, f"Nothing was decided: confirm the amounts with --sure.\n{listed}")


def _outcome(workplace: "Workplace", named: str) -> "Outcome":
    for outcome in workplace.playbook.outcomes:
        if named in (outcome.id, outcome.key):
            return outcome
    known = ", ".join(f"{outcome.key} {outcome.id}" for outcome in workplace.playbook.outcomes)
    raise Failure(Exit.USAGE, f"The playbook has no outcome “{named}”. Nothing was changed; there is {known}.")


def _pairs(given: Sequence[str] | None) -> dict[str, str]:
    """Return `name=text` arguments as names and texts."""
    pairs = {}
    for one in given or ():
        name, sign, text = one.partition("=")
        if not sign or not name:
            raise Failure(Exit.USAGE, f"“{one}” is not of the form NAME=TEXT. Nothing was changed.")
        pairs[name.strip()] = text
    return pairs


def _answered(
    workplace: "Workplace", survey_id: "SurveyId", answers: Mapping[str, str], *, accept: bool, rest: bool
) -> "tuple[Case, list[Answered]]":
    """Return the case as it is once its checks are answered, and the answers that are new."""
    from csat_tui.domain.case import Answer, Answered

    desk = workplace.desk
    case = desk.case(survey_id)
    if case is None:
        raise Failure(Exit.USAGE, f"There is no case {survey_id} here (any more).")
    given = []
    for check_id, said in answers.items():
        if check_id not in case.path.checks:
            raise Failure(
                Exit.USAGE,
                f"Case {survey_id} has no check “{check_id}”. Nothing was changed; "
                f"it has {', '.join(case.path.checks)}.",
            )
        if said not in list(Answer):
            raise Failure(
                Exit.USAGE,
                f"“{said}” is not an answer to “{check_id}”; answer yes, no, na or unsure. Nothing was changed.",
            )
        given.append(Answered(check_id, Answer(said), desk.now))
    if accept:
        given += [one for one in desk.suggested_answers(case, desk.suggestions(case)) if one.check_id not in answers]
    case = replace(case, answers={**case.answers, **{one.check_id: one for one in given}})
    if rest:
        given += desk.answers_in_order(case, desk.suggestions(case))
    return replace(case, answers={**case.answers, **{one.check_id: one for one in given}}), given


def _picked(workplace: "Workplace", findings: Sequence[str]) -> tuple[str, ...]:
    known = workplace.playbook.findings
    for name in findings:
        if name not in known:
            raise Failure(
                Exit.USAGE, f"The playbook has no finding “{name}”. Nothing was changed; there is {', '.join(known)}."
            )
    return tuple(findings)


def _words(
    workplace: "Workplace", case: "Case", outcome: "Outcome", findings: Sequence[str], given: Mapping[str, str]
) -> dict[str, str]:
    """Return the words of the decision: those given, else those of the draft, else what fills a field.

    A field is named by its id, or by the label under which it is told to be missing.
    """
    from csat_tui.domain.composing import asked_fields

    fields = asked_fields(case, outcome, findings, workplace.playbook)
    asked = [field.id for field in fields]
    labels = {field.label.casefold(): field.id for field in fields}
    given = {name if name in asked else labels.get(name.casefold(), name): text for name, text in given.items()}
    for name in given:
        if name not in asked:
            raise Failure(
                Exit.USAGE,
                f"“{outcome.label}” asks for no field “{name}” now. Nothing was changed; "
                f"it asks for {', '.join(asked)}.",
            )
    if case.draft.unread:
        raise Failure(
            Exit.NEEDS_PERSON,
            f"The draft of case {case.id} is a text with words in it that belong to no field. Nothing was decided, and"
            " the draft is as it was: open the case in the workstation and put the text right.",
        )
    drafted = {name: text for name, text in case.draft.fields.items() if text.strip()}
    return {**workplace.desk.prefill(case, outcome.id, findings), **drafted, **given}
