"""Places in texts: the name of a field or fact in braces, which the words about a case fill."""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\{([a-z][a-z0-9_-]*)\}")
"""A place in a text: a name in braces."""


def places(text: str) -> tuple[str, ...]:
    """Return the names that a text refers to, in order."""
    return tuple(PLACE.findall(text))


def fill(text: str, fields: Mapping[str, str]) -> str:
    """Return the text with each place filled once; what is filled in is never itself looked at for places."""
    return PLACE.sub(lambda place: fields.get(place[1], "").strip(), text)


def fill_known(text: str, fields: Mapping[str, str]) -> str:
    """Return the text with those places filled for which there are words; the others stay for a person to see."""
    return PLACE.sub(lambda place: fields.get(place[1], "").strip() or place[0], text)
