"""Places in texts: the name of a field or fact in braces, which the words about a case fill."""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\{([a-z][a-z0-9_-]*)\}")
"""A place in a text: a name in braces."""


def places(text: str) -> tuple[str, ...]:
    """Return the names that a text refers to, in order."""
    return tuple(PLACE.findall(text))


def fill(text: str, fields: Mapping[str, str]) -> str:
    """Return the text with each place filled once; places in the filled-in words are not filled."""
    return PLACE.sub(lambda place: fields.get(place[1], "").strip(), text)


def fill_known(text: str, fields: Mapping[str, str]) -> str:
    """Return the text with the known places filled; the others stay visible for a person."""
    return PLACE.sub(lambda place: fields.get(place[1], "").strip() or place[0], text)
