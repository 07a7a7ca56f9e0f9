"""`csat-tui review score`, `accept`, `send-back`, `answer` and `settle`: what people say of a note, in a shell."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import date_and_time, read_number, say, say_json, single_line, time_or_day
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.line_scores import line_scores
from csat_tui.domain.review.steps import ReviewAnswerKind, ReviewVerdict, SettlementKind

if TYPE_CHECKING:
    from csat_tui.domain.review.scorecard import LineScore, Scorecard
    from csat_tui.domain.review.steps import JudgedStep, ReviewThread
    from csat_tui.workflow.desk import TakenDecision
    from csat_tui.workflow.opening import Workplace

NoteArgument = Annotated[
    str, typer.Argument(metavar="NOTE", help="The number of its comment, as `review list` prints it.")
]
LineOption = Annotated[
    list[str] | None, typer.Option("--line", metavar="LINE=ANSWER", help="A line's answer: yes, no, 0 to 4, or na.")
]
CauseOption = Annotated[
    list[str] | None, typer.Option("--cause", metavar="LINE=CAUSE", help="A cause that the line offers.")
]
LineCommentOption = Annotated[
    list[str] | None, typer.Option("--line-comment", metavar="LINE=TEXT", help="Words about a line.")
]
SuggestedOption = Annotated[
    bool, typer.Option("--suggested", help="Take over what the machine suggests for lines that have no answer.")
]
ScorecardOption = Annotated[
    str, typer.Option("--scorecard", metavar="ID", help="Which of the playbook's scorecards; the first if left out.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def score_note_of(
    note: NoteArgument,
    line: LineOption = None,
    cause: CauseOption = None,
    line_comment: LineCommentOption = None,
    suggested: SuggestedOption = False,
    scorecard: ScorecardOption = "",
    json: JsonOption = False,
) -> None:
    """Score lines of a note, and keep them as a draft; lines scored before stay. Works offline."""
    from csat_tui.domain.review.scorecard import score, score_mistakes, version_of
    from csat_tui.store.review import ReviewDraft

    number = read_number(note)
    with _said(number) as workplace:
        card = _card(workplace, scorecard)
        scores = _scores(workplace, number, card, line, cause, line_comment, suggested=suggested)
        if mistakes := score_mistakes(card, scores):
            raise Failure(Exit.USAGE, f"{' '.join(mistakes)} Nothing was saved.")
        loop = workplace.paperwork.review_loop
        before = loop.draft(number) or ReviewDraft()
        loop.save_draft(number, replace(before, card_id=card.id, card_version=version_of(card), lines=scores))
        result = score(card, scores)
        if json:
            say_json({
                "note": number, "scorecard": card.id, "lines": _lines(scores), "percent": result.percent,
                "passes": result.passes, "unanswered": list(result.unanswered),
                "failed_critical": list(result.failed_critical),
            })  # fmt: skip
            return
        percent = "no score yet" if result.percent is None else f"{result.percent:g} %"
        say(f"Note {number} is scored by “{card.label}”: {percent}. It is a draft; accept or send-back sends it.")
        if result.unanswered:
            say(f"Without an answer: {', '.join(result.unanswered)}.")


def accept_note(
    note: NoteArgument,
    line: LineOption = None,
    cause: CauseOption = None,
    line_comment: LineCommentOption = None,
    suggested: SuggestedOption = False,
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="Words for the agent.")] = "",
    scorecard: ScorecardOption = "",
    json: JsonOption = False,
) -> None:
    """Accept a note with its scores: a private note on the survey ticket, sent by the workstation or `sync`."""
    _review(note, ReviewVerdict.ACCEPTED, line, cause, line_comment, comment, scorecard, suggested=suggested, json=json)


def send_note_back(
    note: NoteArgument,
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help="What the agent is to do.")],
    line: LineOption = None,
    cause: CauseOption = None,
    line_comment: LineCommentOption = None,
    suggested: SuggestedOption = False,
    scorecard: ScorecardOption = "",
    json: JsonOption = False,
) -> None:
    """Send a note back to its author with scores and a comment."""
    _review(
        note, ReviewVerdict.SENT_BACK, line, cause, line_comment, comment, scorecard, suggested=suggested, json=json
    )


def answer_review(
    note: NoteArgument,
    kind: Annotated[ReviewAnswerKind, typer.Argument(metavar="ANSWER", help="accepts, amends, disputes or talk.")],
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help="What you add to the note, why you dispute, or about what.")
    ] = "",
    line: Annotated[
        list[str] | None, typer.Option("--line", metavar="LINE=ANSWER", help="A disputed line with the score proposed.")
    ] = None,
    line_comment: LineCommentOption = None,
    json: JsonOption = False,
) -> None:
    """Answer the review of your own note: accept it, amend the note, dispute lines, or ask to talk."""
    number = read_number(note)
    with _said(number) as workplace:
        lines = line_scores(line or [], [], line_comment or [])
        taken = workplace.paperwork.review_loop.answer(number, kind, text, lines)
        _say_taken(workplace, number, taken, f"{kind.value}", json=json)


def settle_dispute(
    note: NoteArgument,
    decision: Annotated[SettlementKind, typer.Argument(metavar="DECISION", help="accepted, partly or rejected.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the agent reads it.")],
    line: Annotated[
        list[str] | None, typer.Option("--line", metavar="LINE=ANSWER", help="With partly: a line and its score.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Settle a dispute about a review: accept it, accept some lines, or reject it, with a reason."""
    number = read_number(note)
    with _said(number) as workplace:
        lines = line_scores(line or [], [], [])
        taken = workplace.paperwork.review_loop.settle(number, decision, reason, lines)
        _say_taken(workplace, number, taken, f"the dispute is {decision.value}", json=json)


def conversation_document(thread: "ReviewThread") -> dict[str, Any]:
    """Return a conversation about a note as plain values, oldest step first."""
    return {
        "state": thread.state.value, "turn": thread.state.turn.value or None, "lines": _lines(thread.lines),
        "steps": [_step(judged) for judged in thread.steps],
    }  # fmt: skip


def conversation_text(thread: "ReviewThread") -> Iterator[str]:
    """Yield the lines of a conversation, for people."""
    for judged in thread.steps:
        step = _step(judged)
        score = "" if step.get("percent") is None else f", {step['percent']:g} %"
        yield f"{step['author'] or 'somebody'}, {date_and_time(judged.step.at)}: {step['kind']} {step['says']}{score}"
        if judged.why_not:
            yield f"    This counts nowhere: {judged.why_not}."
        for problem in judged.step.problems:
            yield f"    In this step, {problem}."
        for text in judged.step.text.split("\n") if judged.step.text else ():
            yield f"    {text}"
        for line_id, given in judged.step.lines.items():
            label = judged.step.labels.get(line_id) or line_id
            more = " · ".join(part for part in (given.cause, single_line(given.comment)) if part)
            yield f"    {'–' if given.answer is None else given.answer.value:>4}  {label}{f': {more}' if more else ''}"


def _review(
    note: str,
    verdict: ReviewVerdict,
    line: list[str] | None,
    cause: list[str] | None,
    line_comment: list[str] | None,
    comment: str,
    scorecard: str,
    *,
    suggested: bool,
    json: bool,
) -> None:
    number = read_number(note)
    with _said(number) as workplace:
        loop = workplace.paperwork.review_loop
        card = _card(workplace, scorecard)
        scores = _scores(workplace, number, card, line, cause, line_comment, suggested=suggested)
        stands = loop.thread(number).review
        draft = loop.draft(number)
        taken = loop.review(
            number, verdict, card, scores, comment or ("" if draft is None else draft.text),
            seconds=0 if draft is None else draft.seconds, seen="" if stands is None else stands.id,
        )  # fmt: skip
        _say_taken(workplace, number, taken, f"{verdict.value}", json=json)


@contextmanager
def _said(number: int) -> "Iterator[Workplace]":
    """Open the workplace; what cannot be said about the note is a sentence for the person."""
    from csat_tui.workflow.review_loop import NotReviewed

    with opened_workplace(find_installation()) as workplace:
        if workplace.paperwork.review.note(number) is None:
            raise Failure(Exit.USAGE, f"There is no note {number} here; `csat-tui review list` prints those there are.")
        try:
            yield workplace
        except NotReviewed as error:
            raise Failure(Exit.USAGE, str(error)) from error


def _card(workplace: "Workplace", wanted: str) -> "Scorecard":
    cards = workplace.playbook.scorecards
    if not cards:
        raise Failure(Exit.CONFIGURATION, "The playbook has no [[scorecard]] to score notes by. Nothing was sent.")
    found = next((one for one in cards if one.id == (wanted or cards[0].id)), None)
    if found is None:
        known = ", ".join(one.id for one in cards)
        raise Failure(Exit.USAGE, f"The playbook has no scorecard “{wanted[:40]}”; it has {known}.")
    return found


def _scores(
    workplace: "Workplace",
    number: int,
    card: "Scorecard",
    line: list[str] | None,
    cause: list[str] | None,
    comment: list[str] | None,
    *,
    suggested: bool,
) -> "dict[str, LineScore]":
    """Return the draft's scores with those that were typed, and where asked for what the machine suggests."""
    from csat_tui.domain.review.scorecard import LineScore
    from csat_tui.domain.review.suggested_scores import suggested as suggestions

    draft = workplace.paperwork.review_loop.draft(number)
    known = {one.id for one in card.lines}
    kept = {} if draft is None else {line_id: one for line_id, one in draft.lines.items() if line_id in known}
    scores = {**kept, **line_scores(line or [], cause or [], comment or [])}
    found = workplace.paperwork.review.note(number) if suggested else None
    for line_id, one in {} if found is None else suggestions(card, found.audited).items():
        scores.setdefault(line_id, LineScore(one.answer))
    return scores


def _say_taken(workplace: "Workplace", number: int, taken: "TakenDecision", what: str, *, json: bool) -> None:
    if json:
        thread = workplace.paperwork.review_loop.thread(number)
        say_json({
            "note": number, "decision_id": taken.decision_id, "sends_at": taken.sends_at,
            "review": conversation_document(thread),
        })  # fmt: skip
        return
    leaves = time_or_day(taken.sends_at, workplace.desk.now)
    say(f"Note {number}: {what}. It leaves at {leaves}, with the workstation or `csat-tui sync`.")


def _lines(scores: "Mapping[str, LineScore]") -> list[dict[str, Any]]:
    return [
        {"line": line_id, "answer": None if one.answer is None else one.answer.value, "cause": one.cause,
         "comment": one.comment, "message": one.message_id}
        for line_id, one in scores.items()
    ]  # fmt: skip


def _step(judged: "JudgedStep") -> dict[str, Any]:
    from csat_tui.domain.review.steps import Review, ReviewAnswer, Settlement

    step = judged.step
    about: dict[str, Any] = {
        "id": step.id, "author_id": step.by.id, "author": step.by.name, "at": step.at, "comment_id": step.comment_id,
        "text": step.text, "lines": _lines(step.lines), "problems": list(step.problems), "counts": judged.counts,
        "why_not": judged.why_not or None,
    }  # fmt: skip
    match step:
        case Review():
            return about | {
                "kind": "review", "says": step.verdict.value, "scorecard": step.card_id,
                "version": step.card_version, "percent": step.percent, "passes": step.passes, "seconds": step.seconds,
            }  # fmt: skip
        case ReviewAnswer():
            return about | {"kind": "answer", "says": step.kind.value, "review_id": step.review_id}
        case Settlement():
            return about | {"kind": "settlement", "says": step.kind.value, "answer_id": step.answer_id}
    raise TypeError(f"{type(step).__name__} has no document")
