"""The schema for editors, held against the readers: it knows every key that they ask for, and no other."""

import json
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

import csat_tui.playbook
from csat_tui.domain.audit import AUDIT_EVALUATORS
from csat_tui.domain.case import Answer
from csat_tui.domain.evidence import EVALUATORS
from csat_tui.domain.playbook import Band, Target
from csat_tui.domain.review.scorecard import Scale
from csat_tui.domain.wording import TEXT_SORTS, Level, WordingKind
from csat_tui.playbook import builtin_names, load_playbook
from csat_tui.playbook.schema import schema_text
from csat_tui.playbook.ticket_sections import WRITABLE
from csat_tui.toml_file.table import Table

BUILTIN = Path(csat_tui.playbook.__file__).parent / "builtin"
TEN_WAYS = Path(__file__).parent / "wrong_in_ten_ways.toml"
SCHEMA = json.loads(schema_text())
VALID = Draft7Validator(SCHEMA)
SECTIONS = SCHEMA["properties"]
SCORECARD_SECTION = SECTIONS["scorecard"]["items"]["properties"]["sections"]["items"]["properties"]
SCORECARD_LINE = SCORECARD_SECTION["lines"]["items"]["properties"]

Way = tuple[str, ...]


def keys_of(schema: dict[str, Any], way: Way = ()) -> dict[Way, set[str]]:
    """Return the keys that a schema knows, by the way to the table that has them; lists are passed through."""
    found: dict[Way, set[str]] = defaultdict(set)
    for one in (schema, *schema.get("oneOf", ())):
        if "properties" in one:
            found[way] |= one["properties"].keys()
            for key, inner in one["properties"].items():
                for place, keys in keys_of(inner, (*way, key)).items():
                    found[place] |= keys
        if "items" in one:
            for place, keys in keys_of(one["items"], way).items():
                found[place] |= keys
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[Way, set[str]]:
    """The keys that the readers ask for, by the way to their table, over everything that ships."""
    found: dict[Way, set[str]] = defaultdict(set)
    finish = Table.finish

    def and_note(table: Table) -> None:
        found[tuple(part for part in table.place if isinstance(part, str))] |= table._asked
        finish(table)

    monkeypatch.setattr(Table, "finish", and_note)
    for name in builtin_names():
        load_playbook(BUILTIN / f"{name}.toml")
    return found


def test_it_is_a_schema():
    Draft7Validator.check_schema(SCHEMA)


def test_it_knows_every_key_that_a_reader_asks_for_and_no_other(asked: dict[Way, set[str]]):
    assert {way: keys for way, keys in keys_of(SCHEMA).items() if keys} == asked


@pytest.mark.parametrize("name", builtin_names())
def test_what_ships_is_valid(name: str):
    data = tomllib.loads((BUILTIN / f"{name}.toml").read_text("utf-8"))
    assert [error.message for error in VALID.iter_errors(data)] == []


def test_the_playbook_that_is_wrong_in_ten_ways_is_not():
    """References and examples are for the check; what an editor can see, it sees."""
    errors = VALID.iter_errors(tomllib.loads(TEN_WAYS.read_text("utf-8")))
    assert {"/".join(map(str, error.absolute_path)) for error in errors} == {
        "playbook/undo",
        "check/1",
        "check/1/suggest",
        "issue/0/allows/0/up_to",
    }


@pytest.mark.parametrize(
    ("schema", "known"),
    [
        (SECTIONS["check"]["items"]["properties"]["suggest"], EVALUATORS),
        (SECTIONS["wording"]["items"]["properties"]["kind"], WordingKind),
        (SECTIONS["wording"]["items"]["properties"]["level"], Level),
        (SECTIONS["wording"]["items"]["properties"]["on"]["items"], TEXT_SORTS),
        (SECTIONS["path"]["items"]["properties"]["when"]["properties"]["rating"], Band),
        (SECTIONS["status"]["items"]["properties"]["on"], Target),
        (SECTIONS["audit"]["items"]["properties"]["rule"], AUDIT_EVALUATORS),
        (SCORECARD_LINE["scale"], Scale),
        (SECTIONS["outcome"]["items"]["properties"]["effects"]["items"]["oneOf"][0]["properties"]["status"], WRITABLE),
    ],
)
def test_its_choices_are_those_that_the_readers_know(schema: dict[str, Any], known: Any):
    assert set(schema["enum"]) == set(map(str, known))


def test_its_answers_are_those_that_checks_have():
    pattern = SECTIONS["field"]["items"]["properties"]["when"]["additionalProperties"]["pattern"]
    assert set(pattern[2:].split(")", 1)[0].split("|")) == {answer.value for answer in Answer}


def test_every_key_says_what_it_is_for():
    def walk(schema: dict[str, Any], way: Way) -> None:
        for one in (schema, *schema.get("oneOf", ())):
            for key, inner in one.get("properties", {}).items():
                assert inner.get("description"), (*way, key)
                walk(inner, (*way, key))
            if isinstance(one.get("items"), dict):
                walk(one["items"], way)

    walk(SCHEMA, ())
