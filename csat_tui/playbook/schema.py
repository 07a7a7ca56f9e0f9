"""The schema of playbooks for editors, and copies of the playbooks that ship."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from csat_tui.domain.playbook import Target
from csat_tui.effects import registry
from csat_tui.effects.kind import OPTIONAL, Key, KeyType, Section
from csat_tui.playbook.loading import builtin_file
from csat_tui.playbook.ticket_sections import WRITABLE

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
    KeyType.FIELDS: {"type": "array", "items": {"type": "string", "pattern": _ID}},
}


def effects_schema(when: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema for each form of an effect; `when` is the schema of a condition, which each may have."""
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


SCHEMA_NAME = "csat-tui-playbook.schema.json"
"""The file name of the schema beside a copy; the copy names it in its first line."""
_SCHEMA = Path(__file__).parent / "schema.json"
_HEAD = """\
#:schema ./{schema}
# A playbook made from “{name}”, which ships with csat-tui. Change what you like: every mistake is told with its line by
#   csat-tui playbook check {file}
# and at each start. docs/playbooks.md explains every key.
"""


@lru_cache(1)
def schema_text() -> str:
    """Return the schema of playbooks, for editors that know JSON Schema; kinds of effects declare their parts."""
    schema = json.loads(_SCHEMA.read_text("utf-8"))
    outcome, field = (schema["properties"][name]["items"]["properties"] for name in ("outcome", "field"))
    outcome["effects"]["items"]["oneOf"] = effects_schema(field["when"])
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def copy_of(name: str, file: str) -> str:
    """Return a copy of a playbook that ships, with a head of its own; PlaybookError if there is none of that name."""
    text = builtin_file(name).read_text("utf-8")
    _, _, rest = text.partition("\n\n")
    return f"{_HEAD.format(schema=SCHEMA_NAME, name=name, file=file)}\n{rest}"


def write_copy(path: Path, name: str) -> bool:
    """Write a copy and, if there is none yet, the schema beside it; returns whether the schema is new.

    Raises FileExistsError rather than writing over anything, and other OSErrors as they come.
    """
    text = copy_of(name, path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    try:
        with (path.parent / SCHEMA_NAME).open("x", encoding="utf-8", newline="\n") as file:
            file.write(schema_text())
    except FileExistsError:
        return False
    return True
