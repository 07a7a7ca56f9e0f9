"""What editors know of the effects in a playbook, made from what each kind of effect declares."""

from typing import Any

from csat_tui.domain.playbook import Target
from csat_tui.effects import registry
from csat_tui.effects.kind import OPTIONAL, Key, KeyType, Section
from csat_tui.playbook.status_section import WRITABLE

_ID = "^[a-z][a-z0-9-]*$"
_TEXT = {"type": "string", "pattern": "\\S"}
_TARGET = {"enum": [target.value for target in Target]}
_CELLS = {"type": "object", "additionalProperties": {"type": "string"}}
_VALUES: dict[KeyType, dict[str, Any]] = {
    KeyType.FORMAT: {"type": "string", "pattern": _ID},
    KeyType.TARGET: _TARGET,
    KeyType.OTHER_TARGET: _TARGET,
    KeyType.STATUS: {"enum": list(WRITABLE)},
    KeyType.TAGS: {"type": "array", "items": {"type": "string", "pattern": "^[^\\s,]+$"}},
    KeyType.COLUMNS: _CELLS | {"propertyNames": {"pattern": "^[A-Z]{1,2}$"}},
    KeyType.HEADINGS: _CELLS | {"minProperties": 1},
    KeyType.FINDING_GROUP: _TEXT,
    KeyType.IDENTIFIER: {"type": "string", "pattern": _ID},
    KeyType.ADDRESS: _TEXT,
    KeyType.TEXT: _TEXT,
}


def effects_schema(when: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema for each way to write an effect; `when` is that of a condition, which each may have."""
    return [_section(section, when) for section in registry.sections().values()]


def _section(section: Section, when: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": section.title,
        "properties": {key.name: _key(key) for key in section.keys} | {"when": when},
        "required": [key.name for key in section.keys if key.reads not in OPTIONAL],
        "additionalProperties": False,
    }


def _key(key: Key) -> dict[str, Any]:
    return {"description": key.description} | _VALUES[key.reads]
