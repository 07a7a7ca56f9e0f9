"""Ids: each given once in its section, and each referred to by something."""

from collections.abc import Collection, Sequence

from csat_tui.toml_file import Table


def complain_of_twins(tables: Sequence[Table], key: str = "id") -> None:
    """Note every table whose id, or other distinguishing key, was given before in the same section."""
    first: dict[str, Table] = {}
    for table in tables:
        value = table.data.get(key)
        if not isinstance(value, str):
            continue
        if value in first:
            twice = f"{table.name} is defined twice" if key == "id" else ""
            table.wrong(key, twice or f"{key} “{value}” of {table.name} is taken already by {first[value].name}")
        first.setdefault(value, table)


def complain_of_unused(tables: Sequence[Table], used: Collection[str], sentence: str) -> None:
    """Note every table whose id nothing refers to, not even misspelt; `sentence` says what should."""
    for table in tables:
        own = table.data.get("id")
        if isinstance(own, str) and own not in used and own not in table.log.meant:
            table.log.add(table.place, f"{table.name} {sentence}")
