"""What the queue says of itself: how many cases its view has, in its frame, and why it is empty, in place of rows."""

from collections.abc import Mapping, Sequence

from csat_tui.domain.case import Stage
from csat_tui.store.cases.queue import QueueCounts, QueueView, Sort, due_words
from csat_tui.sync.status import Link, SyncStatus
from csat_tui.tui.base.keys import InKeys


def state_lines(
    view: QueueView, counts: QueueCounts | None, path_names: Mapping[str, str], marks: Sequence[str]
) -> tuple[str, ...]:
    """Return what stands in the frame, the longest wording first; `marks` says what is marked."""
    marked, shown = list(marks), _view_words(view, path_names)
    number, due = _numbers(view, counts)
    short = [one.removesuffix(" soon") for one in due]
    wordings = (
        marked + shown + number + due, marked + shown + number + short, marked + shown + short, marked + shown, marked,
    )  # fmt: skip
    return tuple(" · ".join(one) for one in wordings if one) or ("",)


def _numbers(view: QueueView, counts: QueueCounts | None) -> tuple[list[str], list[str]]:
    """Return how many cases the view has, as far as that is known: nothing is said of cases that it leaves out."""
    if counts is None or view.search or view.to_merge or view.claimed_by is not None:
        return [], []
    if view.path is not None:
        return [f"{counts.by_path.get(view.path, 0):,}"], []
    if view.stage is not Stage.OPEN:
        return [f"{counts.by_stage.get(view.stage, 0):,}"], []
    return [f"{counts.open:,} open"], due_words(counts.overdue, counts.due_soon)


def _view_words(view: QueueView, path_names: Mapping[str, str]) -> list[str]:
    words = []
    if view.stage is not Stage.OPEN:
        words.append(view.stage.value)
    if view.path is not None:
        words.append(path_names.get(view.path) or view.path)
    if view.claimed_by is not None:
        words.append("mine")
    words += ["to merge"] * view.to_merge + ["found"] * bool(view.search)
    if view.sort is not Sort.DUE:
        words.append(view.sort.value)
    return words


def empty_lines(view: QueueView, status: SyncStatus, keys: InKeys) -> tuple[str, ...]:
    """Return what to say where there are no rows: why, and what to do."""
    if view.search:
        return ("Nothing matches the search.", "", keys("{queue.clear} clears it."))
    if view.to_merge:
        why = "Opening a case fetches its customer's other tickets."
        return ("No case here has tickets to merge.", why, keys("{queue.filter} chooses again."))
    if view.stage is not Stage.OPEN or view.path is not None or view.claimed_by is not None:
        return ("No case matches this filter.", "", keys("{queue.filter} chooses another one."))
    if status.synced_at is None and status.link is Link.CONNECTING:
        return ("Fetching the first surveys…", "", "They appear here as they come.")
    if status.synced_at is None and status.busy:
        return (f"Fetching surveys… {status.fetched:,}", "", "They appear here as they come.")
    if status.synced_at is None:
        return ("No surveys here yet.", "", keys("{sync.now} tries to fetch them again."))
    return ("The queue is empty.", "Every case is decided.", "", keys("{sync.now} looks for new cases."))
