"""Copy a playbook that ships, with the schema by which editors check the copy."""

import json
from functools import lru_cache
from pathlib import Path

from csat_tui.playbook.effect_schema import effects_schema
from csat_tui.playbook.loading import builtin_file

SCHEMA_NAME = "csat-tui-playbook.schema.json"
"""What the schema is called beside a copy; the copy names it in its first line."""
_SCHEMA = Path(__file__).parent / "schema.json"
_HEAD = """\
#:schema ./{schema}
# A playbook made from “{name}”, which ships with csat-tui. Change what you like: every mistake is told with its line by
#   csat-tui playbook check {file}
# and at each start. docs/playbooks.md explains every key.
"""


@lru_cache(1)
def schema_text() -> str:
    """Return the schema of playbooks, for editors that know JSON Schema; what effects it knows their kinds declare."""
    schema = json.loads(_SCHEMA.read_text("utf-8"))
    outcome, field = (schema["properties"][name]["items"]["properties"] for name in ("outcome", "field"))
    outcome["effects"]["items"]["oneOf"] = effects_schema(field["when"])
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def copy_of(name: str, file: str) -> str:
    """Return the text of a playbook that ships, with a head of its own; PlaybookError where none has that name."""
    text = builtin_file(name).read_text("utf-8")
    _, _, rest = text.partition("\n\n")
    return f"{_HEAD.format(schema=SCHEMA_NAME, name=name, file=file)}\n{rest}"


def write_copy(path: Path, name: str) -> bool:
    """Write a copy and, where there is none yet, the schema beside it; tells whether the schema is new there.

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
