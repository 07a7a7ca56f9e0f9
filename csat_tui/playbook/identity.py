"""Check ids: each is defined once in its section, and something refers to it."""

from collections.abc import Collection, Sequence

from csat_tui.toml_file import Table


def report_duplicates(tables: Sequence[Table], key: str = "id") -> None:
    """Report every table whose id, or other distinguishing key, was used before in the same section."""
    first: dict[str, Table] = {}
    for table in tables:
        value = table.data.get(key)
        if not isinstance(value, str):
            continue
        if value in first:
            twice = f"{table.name} is defined twice" if key == "id" else ""
            table.wrong(key, twice or f"{key} “{value}” of {table.name} is taken already by {first[value].name}")
        first.setdefault(value, table)


def report_unused(tables: Sequence[Table], used: Collection[str], sentence: str) -> None:
    """Report every table whose id nothing refers to, not even misspelt; `sentence` says what should."""
    for table in tables:
        own = table.data.get("id")
        if isinstance(own, str) and own not in used and own not in table.log.meant:
            table.log.add(table.place, f"{table.name} {sentence}")
