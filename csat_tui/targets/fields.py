"""What goes into a form's fields: texts with places that a tracker's columns or a record's headings fill."""

import re
from collections.abc import Collection, Iterable, Mapping

from csat_tui.domain.ids import OpId
from csat_tui.transport.shapes import encodable

_PLACE = re.compile(r"\{([^{}]+)\}")
OP_ID_PLACE = "op"
"""The place of the operation's id, by which the form's owner can tell a second copy."""


def filled(fields: Mapping[str, str], cells: Mapping[str, str], op_id: OpId) -> dict[str, str]:
    """Return the form's fields with their places filled once; a cell that this entry lacks is empty.

    Without a mapping every cell goes under its own name.
    """
    words = {**cells, OP_ID_PLACE: str(op_id)}
    wanted = fields or {name: f"{{{name}}}" for name in cells}
    return {
        name: _sendable(_PLACE.sub(lambda place: words.get(place[1].strip(), ""), text))
        for name, text in wanted.items()
    }


def places(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells that a mapping asks for, in order."""
    found = (place.strip() for text in fields.values() for place in _PLACE.findall(text))
    return tuple(dict.fromkeys(place for place in found if place != OP_ID_PLACE))


def unknown_places(fields: Mapping[str, str], known: Collection[str]) -> tuple[str, ...]:
    """Return the places that no cell of the playbook can ever fill: they are misspelt."""
    return tuple(place for place in places(fields) if place not in known)


def fills_no_place(fields: Mapping[str, str], cells: Iterable[str]) -> bool:
    """Whether a mapping asks for cells, and this entry has none of them: handing it in would say nothing."""
    wanted = places(fields)
    return bool(wanted) and not set(wanted) & set(cells)


def _sendable(text: str) -> str:
    """Return a text without what no form takes: NUL, and halves of characters."""
    return encodable(text).replace("\0", "")
