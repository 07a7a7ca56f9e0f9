"""Take the reviews along as a file: one row for each review and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from csat_tui.domain.review.results import ReviewedNote
from csat_tui.domain.review.steps import Review
from csat_tui.reports.review_rows import REVIEW_COLUMNS, review_rows
from csat_tui.reports.tracker import write_csv, write_xlsx
from csat_tui.store.database import Database
from csat_tui.store.review import reviewed_notes, scorecard_in_version
from csat_tui.workflow.desk import Desk

NOTES_AT_ONCE = 200
"""Notes that an export reads at once: nobody waits for it, and it takes no memory."""


@dataclass(slots=True)
class ReviewExport:
    """What an export wrote: rows, of how many reviews; `left_out` counts those that do not count."""

    rows: int = 0
    reviews: int = 0
    left_out: int = 0


def export_reviews(
    database: Database,
    desk: Desk,
    path: Path,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    over: bool = False,
) -> ReviewExport:
    """Write the reviews of a period, by when they were written, as a workbook or, for any other name, as CSV.

    Raises NotSaved, StoreError.
    """
    done = ReviewExport()
    rows = _rows(database, desk, since, until, done)
    if path.suffix.lower() == ".xlsx":
        done.rows = write_xlsx(path, "Reviews", REVIEW_COLUMNS, rows, over=over)
    else:
        done.rows = write_csv(path, REVIEW_COLUMNS, rows, over=over)
    return done


def _rows(
    database: Database, desk: Desk, since: datetime | None, until: datetime | None, done: ReviewExport
) -> Iterator[Mapping[str, str]]:
    after = 0
    while True:
        with database.read() as connection:
            known = desk.playbook.scorecards
            notes = reviewed_notes(connection, desk.review_policy, known, after, NOTES_AT_ONCE)
            versions = {review.card_version for note in notes for review, _ in _reviews(note, since, until)}
            cards = {version: scorecard_in_version(connection, version, known) for version in versions}
        if not notes:
            return
        after = notes[-1].comment_id
        for note in notes:
            for review, counts in _reviews(note, since, until):
                if not counts:
                    done.left_out += 1
                    continue
                done.reviews += 1
                yield from review_rows(note, review, cards[review.card_version])


def _reviews(note: ReviewedNote, since: datetime | None, until: datetime | None) -> Iterator[tuple[Review, bool]]:
    """Yield the reviews of a note in a period, and whether each counts."""
    for judged in note.thread.steps:
        at = judged.step.at
        if isinstance(judged.step, Review) and (since is None or at >= since) and (until is None or at < until):
            yield judged.step, judged.counts
