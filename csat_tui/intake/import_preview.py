"""The preview of an import: what each column of an export means, which surveys it would bring in, what is wrong."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csat_tui.config.help_desks import HELP_DESK_NAMES
from csat_tui.domain.ids import FactorId
from csat_tui.domain.playbook import Factor, Playbook
from csat_tui.domain.survey import Survey
from csat_tui.intake.question_line import asks_for_comment, factor_of

ERRORS_KEPT = 200
"""The most errors that are listed; more errors have a common cause, which the first ones show."""


@dataclass(frozen=True, slots=True)
class RowError:
    """An error in a file, with the line where its row begins; 0 for the file as a whole."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}" if self.line else self.sentence


@dataclass(frozen=True, slots=True)
class Column:
    """The meaning of a column, shown to a person before anything is written."""

    meaning: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as read. `found` are the surveys that could be read; `skipped` are rows left out on purpose."""

    found: tuple[Survey, ...] = ()
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    skipped: tuple[RowError, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def surveys(self) -> tuple[Survey, ...]:
        """The surveys to write: all that were found, or none if the file has an error."""
        return () if self.errors else self.found


def refused_file(sentence: str, line: int = 0) -> ImportPreview:
    """Return the preview of a file that cannot be imported at all."""
    return ImportPreview(errors=(RowError(line, sentence),))


COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "response": ("responseid", "recordid"),
    "ticket": (
        "ticketid",
        "ticket",
        "ticketnumber",
        "ticketno",
        "sourceticketid",
        *(f"{name}ticketid" for name in HELP_DESK_NAMES),
    ),
    "customer": ("customeremail", "customer", "recipientemail", "email", "customername", "contactemail"),
    "agent": ("agent", "agentname", "assignee", "assigneename", "ticketassignee", "ticketassigneename"),
    "date": ("recordeddate", "enddate", "startdate"),
    "status": ("status", "responsetype"),
    "channel": ("distributionchannel",),
    "finished": ("finished",),
    "progress": ("progress",),
    "comment": ("comment", "comments", "verbatim", "customercomment", "feedback"),
}
"""Recognised names without capitals, spaces and signs; where a file has several, the first of a list counts."""

_REQUIRED = {"response": "ResponseId", "ticket": "TicketID", "date": "RecordedDate"}
_WISHED = {
    "customer": "customers will have no address until their ticket is read",
    "agent": "surveys will not name the rated agent",
    "comment": "no survey will have a comment",
    "finished": "unfinished responses look the same as finished responses",
    "status": "test responses look the same as real responses",
}
_FREE_TEXT = re.compile(r"qid\d+_text", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """One column as the export names it: its name, the question's text, and the import id."""

    name: str
    text: str = ""
    import_id: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class ExportColumns:
    """The positions of columns, by meaning and by factor."""

    known: Mapping[str, int]
    factors: Mapping[FactorId, int]
    time_zone: str
    shown: tuple[Column, ...]


def column_headings(rows: Sequence[Sequence[str]]) -> tuple[ColumnHeading, ...]:
    """Return the columns that three header rows name; the third holds JSON, and may be missing or unreadable."""
    names, texts, ids = rows[0], rows[1], rows[2] if len(rows) > 2 else ()
    found = []
    for index, name in enumerate(names):
        about = _import_id(ids[index]) if index < len(ids) else {}
        text = texts[index] if index < len(texts) else ""
        found.append(
            ColumnHeading(name.strip(), text.strip(), str(about.get("ImportId", "")), str(about.get("timeZone", "")))
        )
    return tuple(found)


def assign_columns(
    found: Sequence[ColumnHeading], playbook: Playbook, line: int, *, all_factors: bool
) -> tuple[ExportColumns, tuple[RowError, ...], tuple[RowError, ...]]:
    """Return what each column is for, with errors for what cannot be missing and warnings for what is missed.

    `all_factors` says whether the file names every question, answered or not; `line` is where columns are named.
    """
    factors, errors = _factors(found, playbook.factors, line)
    missing = [
        RowError(
            line,
            f"no column for “{factor.label}”: no question contains “{factor.match[0]}”;"
            " its wording or QID can be added to the factor in the playbook",
        )
        for factor in playbook.factors
        if factor.id not in factors
    ]
    if all_factors or not factors:
        errors += missing
    known = {meaning: place for meaning in COLUMN_NAMES if (place := _named(found, meaning)) is not None}
    if "comment" not in known and (place := _comment(found, set(factors.values()))) is not None:
        known["comment"] = place
    errors += [
        RowError(line, f"no column for the {meaning}: expected one named {name}")
        for meaning, name in _REQUIRED.items()
        if meaning not in known
    ]
    warnings = [
        RowError(line, f"no column for {meaning}: {consequence}")
        for meaning, consequence in _WISHED.items()
        if meaning not in known
    ]
    if not errors:
        warnings += missing
    shown = tuple(Column(meaning, found[place].name) for meaning, place in known.items())
    shown += tuple(
        Column(factor.label, found[factors[factor.id]].name) for factor in playbook.factors if factor.id in factors
    )
    zone = found[known["date"]].time_zone if "date" in known else ""
    return ExportColumns(known, factors, zone, shown), tuple(errors), tuple(warnings)


def _factors(
    found: Sequence[ColumnHeading], factors: Sequence[Factor], line: int
) -> tuple[dict[FactorId, int], list[RowError]]:
    places: dict[FactorId, int] = {}
    errors: list[RowError] = []
    for place, heading in enumerate(found):
        factor = _factor(heading, factors)
        if factor is None:
            continue
        if factor.id in places:
            other = found[places[factor.id]].name
            errors.append(RowError(line, f"both {other} and {heading.name} look like “{factor.label}”"))
        places.setdefault(factor.id, place)
    return places, errors


def _factor(heading: ColumnHeading, factors: Sequence[Factor]) -> Factor | None:
    """Return the factor whose fragment the question contains, or which is named as the column is."""
    own = {heading.name.casefold(), heading.import_id.casefold()} - {""}
    for factor in factors:
        if own & set(factor.match):
            return factor
    return None if heading.name.casefold().endswith("_text") else factor_of(heading.text, factors)


def _named(found: Sequence[ColumnHeading], meaning: str) -> int | None:
    plain = [{_bare(heading.name), _bare(heading.import_id)} for heading in found]
    for name in COLUMN_NAMES[meaning]:
        for place, own in enumerate(plain):
            if name in own:
                return place
    return None


def _comment(found: Sequence[ColumnHeading], taken: set[int]) -> int | None:
    """Return the column of the free text: by its question, or the only free-text answer there is."""
    for place, heading in enumerate(found):
        if place not in taken and asks_for_comment(heading.text):
            return place
    free = [place for place, heading in enumerate(found) if _FREE_TEXT.fullmatch(heading.import_id or heading.name)]
    return free[0] if len(free) == 1 else None


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _import_id(text: str) -> Mapping[str, object]:
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return about if isinstance(about, dict) else {}
