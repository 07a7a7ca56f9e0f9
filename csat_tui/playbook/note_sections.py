"""The sections that give words their form: note formats and tracker columns."""

import re
from collections.abc import Collection, Mapping, Sequence

from csat_tui.domain.facts import FACTS
from csat_tui.domain.formats import format_mistakes, places
from csat_tui.domain.playbook import Format
from csat_tui.toml_file import Table, did_you_mean

_LETTERS = re.compile(r"[A-Z]{1,2}")


def read_formats(tables: Sequence[Table], fields: Collection[str]) -> Mapping[str, Format]:
    """Read the note formats; each place in their lines must be a field or a fact of the case."""
    found: dict[str, Format] = {}
    for table in tables:
        lines = table.texts("lines")
        for index, line in enumerate(lines):
            report_places(table, ("lines", index), line, fields)
        for index, sentence in format_mistakes(lines):
            table.log.add((*table.place, "lines", index), f"{table.name} {sentence}")
        form = Format(table.identifier(), table.text("label"), lines)
        table.finish()
        found.setdefault(form.id, form)
    return found


def report_places(table: Table, way: tuple[str | int, ...], text: str, fields: Collection[str]) -> None:
    """Note each place of a text that neither a field nor a fact of the case fills."""
    known = {*fields, *FACTS}
    for place in places(text):
        if place not in known:
            table.log.add(
                (*table.place, *way),
                f"{table.name} has a place “{{{place}}}”, which no [[field]] and no fact of the case fills"
                f"{did_you_mean(place, known)}",
            )
    rest = re.sub(r"\{[a-z][a-z0-9_-]*\}", "", text)
    if "{" in rest or "}" in rest:
        table.log.add((*table.place, *way), f"{table.name} has a brace that belongs to no place in “{text}”")


def read_columns(table: Table) -> Mapping[str, str]:
    """Read the tracker's columns: letter to heading."""
    columns = table.words("columns")
    for letters in columns:
        if not _LETTERS.fullmatch(letters):
            table.log.add(
                (*table.place, "columns", letters), f"“{letters}” is not a column of a sheet, expected “A” to “ZZ”"
            )
    table.finish()
    return columns
