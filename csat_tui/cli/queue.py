"""`csat-tui queue`: list the queue as lines of text or JSON."""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csat_tui.cli.console import due_phrases, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace

if TYPE_CHECKING:
    from csat_tui.domain.contact_clock import ContactState
    from csat_tui.store.cases.queue import QueueRow, QueueView
    from csat_tui.workflow.opening import Workplace

WINDOW = 500
"""The number of rows that are read at once."""


class QueueOrder(StrEnum):
    """The orders of the queue, as they are typed."""

    DUE = "due"
    WORST = "worst"
    NEWEST = "newest"


class StageName(StrEnum):
    """The states of a case, as they are typed."""

    OPEN = "open"
    SNOOZED = "snoozed"
    PARKED = "parked"
    DECIDED = "decided"
    SUPERSEDED = "superseded"
    GONE = "gone"


class ContactName(StrEnum):
    """How a contact clock stands, as it is typed."""

    OVERDUE = "overdue"
    DUE_SOON = "due-soon"
    MET = "met"
    LATE = "late"


def queue(
    path: Annotated[str, typer.Option(metavar="PATH", help="Only cases on this path of the playbook.")] = "",
    sort: Annotated[QueueOrder, typer.Option(help="What comes first.")] = QueueOrder.DUE,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="How many at most.")] = 50,
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Only cases with these words in comment, names or transcript.")
    ] = "",
    stage: Annotated[StageName, typer.Option(help="Only cases in this state.")] = StageName.OPEN,
    mine: Annotated[bool, typer.Option("--mine", help="Only cases that you have claimed.")] = False,
    to_merge: Annotated[
        bool, typer.Option("--to-merge", help="Only cases whose customer has other tickets to merge.")
    ] = False,
    contact: Annotated[ContactName | None, typer.Option(help="Only cases whose contact clock stands so.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the open cases, as the queue on the screen does; works offline."""
    with opened_workplace(find_installation()) as workplace:
        workplace.desk.wake()
        view = replace(
            _view(workplace, path, sort, search, stage, mine=mine), to_merge=to_merge, contact=_contact(contact)
        )
        rows = list(_rows(workplace, view, limit))
        if json:
            say_json(_document(workplace, rows))
        else:
            _print(workplace, rows)


def _view(
    workplace: "Workplace", path: str, sort: QueueOrder, search: str, stage: StageName, *, mine: bool
) -> "QueueView":
    from csat_tui.domain.case import Stage
    from csat_tui.store.cases.queue import QueueView, Sort

    known = [one.id for one in workplace.playbook.paths]
    if path and path not in known:
        raise Failure(Exit.USAGE, f"The playbook has no path “{path}”; it has {', '.join(known)}.")
    orders = {QueueOrder.DUE: Sort.DUE, QueueOrder.WORST: Sort.WORST, QueueOrder.NEWEST: Sort.NEWEST}
    claimed_by = workplace.desk.agent if mine else None
    return QueueView(Stage(stage.value), path or None, claimed_by, search, orders[sort])


def _contact(name: ContactName | None) -> "ContactState | None":
    from csat_tui.domain.contact_clock import ContactState

    return None if name is None else ContactState[name.name]


def _rows(workplace: "Workplace", view: "QueueView", limit: int) -> "Iterator[QueueRow]":
    key: tuple[float, ...] | None = None
    while limit > 0:
        rows = workplace.desk.rows_after(view, key, min(limit, WINDOW))
        yield from rows
        if len(rows) < min(limit, WINDOW):
            return
        limit -= len(rows)
        key = rows[-1].key


def _document(workplace: "Workplace", rows: "list[QueueRow]") -> dict[str, Any]:
    counts = workplace.desk.counts()
    now = workplace.desk.now
    return {
        "cases": [
            {
                "id": row.id, "path": row.path, "stage": row.stage.value, "rating": row.rating,
                "lowest": row.lowest, "mean": row.mean,
                "received_at": row.received_at, "due_at": row.due_at, "contacted_at": row.contacted_at,
                "contact": row.clock.state(now, row.hours).value, "headline": row.headline,
                "customer": row.customer, "agent": row.agent, "problem": row.problem, "claimed_by": row.claimed_by,
                "drafted": row.drafted, "source_ticket_id": row.source_ticket_id,
                "to_merge": row.to_merge,
            }
            for row in rows
        ],
        "counts": {
            "by_stage": {stage.value: number for stage, number in counts.by_stage.items()},
            "by_path": counts.by_path,
            "overdue": counts.overdue,
            "due_soon": counts.due_soon,
        },
    }  # fmt: skip


def _print(workplace: "Workplace", rows: "list[QueueRow]") -> None:
    counts = workplace.desk.counts()
    if not rows:
        cases = "1 case is" if counts.open == 1 else f"{counts.open} cases are"
        say(f"No cases match. {cases} open; `csat-tui sync` fetches new ones.")
        return
    now = workplace.desk.now
    lines = [["CASE", _first(workplace), "MEAN", "CONTACT", "PATH", "TICKET", "CUSTOMER", "AGENT", "CONCERN"]]
    lines += [
        [
            str(row.id),
            "—" if row.first is None else f"{row.first:g}",
            "—" if row.mean is None else f"{row.mean:.1f}",
            row.clock.words(now, row.hours) or "—",
            row.path,
            f"#{row.source_ticket_id}" if row.source_ticket_id else "—",
            row.customer[:24],
            row.agent[:24],
            _concern(row),
        ]
        for row in rows
    ]
    table(lines, right=(0, 1, 2))
    say()
    due = "".join(f", {words}" for words in due_phrases(counts.overdue, counts.due_soon))
    say(f"{len(rows)} shown; {counts.open} open{due}.")


def _first(workplace: "Workplace") -> str:
    """Return the heading of the figure before the mean: the lowest rating, or the rating that counts."""
    from csat_tui.domain.playbook import RatingRule

    return "RATING" if workplace.playbook.rating is RatingRule.FACTOR else "LOWEST"


def _concern(row: "QueueRow") -> str:
    marks = [f"[{row.claimed_by}]" if row.claimed_by else "", "[draft]" if row.drafted else ""]
    marks.append(f"[{row.to_merge} to merge]" if row.to_merge else "")
    return " ".join(filter(None, [*marks, row.headline or row.problem or "(no comment)"]))
