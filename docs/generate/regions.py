"""Regions of a page that are made from the code, between marks; what people write around them stays."""

import re
from collections.abc import Mapping

_REGION = re.compile(
    r"(?P<begin><!-- made by `make docs`: (?P<name>[^>]+) -->\n).*?(?P<end><!-- end of (?P=name) -->)", re.DOTALL
)


def fill(page: str, regions: Mapping[str, str], name: str) -> str:
    """Return a page with the text of each region between its marks.

    Raises ValueError where a mark is missing, or where nothing is made for one.
    """
    found = {match["name"] for match in _REGION.finditer(page)}
    if missing := regions.keys() - found:
        raise ValueError(f"{name} has no marks for {', '.join(sorted(missing))}")
    if unknown := found - regions.keys():
        raise ValueError(f"{name} has marks for {', '.join(sorted(unknown))}, which nothing makes")
    return _REGION.sub(lambda match: f"{match['begin']}\n{regions[match['name']].strip()}\n\n{match['end']}", page)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
