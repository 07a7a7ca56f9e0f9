"""Rendering the note formats and tracker cells of a playbook."""

import re
from collections.abc import Mapping

from csat_tui.domain.playbook import Format

PLACE = re.compile(r"\{([a-z][a-z0-9_-]*)\}")
"""A place in a format: a field's id in braces."""


def places(text: str) -> tuple[str, ...]:
    """Return the field ids that a text refers to, in order."""
    return tuple(PLACE.findall(text))


def fill(text: str, fields: Mapping[str, str]) -> str:
    """Return the text with each place filled once; what is filled in is never itself looked at for places."""
    return PLACE.sub(lambda place: fields.get(place[1], "").strip(), text)


def render(form: Format, fields: Mapping[str, str]) -> str:
    """Return a note's text, leaving out each line all of whose places are empty."""
    rendered: list[str] = []
    for line in form.lines:
        wanted = places(line)
        if wanted and not any(fields.get(name, "").strip() for name in wanted):
            continue
        rendered.append(fill(line, fields))
    return "\n".join(rendered).strip()
