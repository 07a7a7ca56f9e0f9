"""Reviews as rows of a sheet: one row for each line of each review, with what a settlement made of it."""

from collections.abc import Iterator, Mapping

from csat_tui.domain.review.results import ReviewedNote
from csat_tui.domain.review.scorecard import MOST_POINTS_ON_SCALE, LineAnswer, LineScore, Scorecard, ScorecardLine
from csat_tui.domain.review.steps import Review
from csat_tui.reports.tracker import SheetColumns

_COLUMNS = {
    "note": "Note", "ticket": "Survey ticket", "case": "Case", "written": "Note written", "agent": "Agent",
    "agent_id": "Agent's number", "reviewer": "Reviewer", "reviewer_id": "Reviewer's number", "at": "Reviewed",
    "verdict": "Verdict", "stands": "Stands", "card": "Scorecard", "version": "Version", "line": "Line",
    "label": "What is scored", "answer": "Answer", "points": "Points", "weight": "Weight", "cause": "Cause",
    "line_comment": "Comment on the line", "settled": "Settled answer", "settled_points": "Settled points",
    "percent": "Percent", "percent_now": "Percent as it stands", "comment": "Comment",
}  # fmt: skip

REVIEW_COLUMNS = SheetColumns(tuple(_COLUMNS), tuple(_COLUMNS.values()))
"""The columns of the sheet; each cell is empty where nothing is known of it."""


def review_rows(note: ReviewedNote, review: Review, card: Scorecard | None) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a review: one for each line that it scored, and a single one where it scored none.

    `card` is its scorecard in its version; without it, weights and points are not known.
    """
    stands = note.thread.review is not None and note.thread.review.id == review.id
    about = {
        "note": str(note.comment_id), "ticket": str(note.ticket_id), "case": str(note.survey_id),
        "written": f"{note.at.astimezone():%Y-%m-%d %H:%M}", "agent": note.author, "agent_id": _text(note.author_id),
        "reviewer": review.by.name, "reviewer_id": _text(review.by.id),
        "at": f"{review.at.astimezone():%Y-%m-%d %H:%M}", "verdict": review.verdict.value,
        "stands": "yes" if stands else "no", "card": review.card_label or review.card_id,
        "version": review.card_version, "percent": _number(review.percent),
        "percent_now": _number(note.percent) if stands else "", "comment": review.text,
    }  # fmt: skip
    known = {} if card is None else {line.id: line for line in card.lines}
    settled = note.thread.settlement.lines if stands and note.thread.settlement is not None else {}
    for line_id, given in review.lines.items():
        yield {**about, **_line_cells(line_id, given, known.get(line_id), review, settled.get(line_id))}
    if not review.lines:
        yield about


def _line_cells(
    line_id: str, given: LineScore, line: ScorecardLine | None, review: Review, settled: LineScore | None
) -> dict[str, str]:
    label = review.labels.get(line_id) or ("" if line is None else line.label)
    changed = None if settled is None else settled.answer
    return {
        "line": line_id, "label": label, "answer": "" if given.answer is None else given.answer.value,
        "points": _points(given.answer, line), "weight": "" if line is None else str(line.weight),
        "cause": given.cause, "line_comment": given.comment, "settled": "" if changed is None else changed.value,
        "settled_points": _points(changed, line),
    }  # fmt: skip


def _points(answer: LineAnswer | None, line: ScorecardLine | None) -> str:
    """Return what an answer earns; empty for n/a, and where the line's weight is not known."""
    quarters = None if answer is None else answer.quarters
    return "" if quarters is None or line is None else _number(line.weight * quarters / MOST_POINTS_ON_SCALE)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
