"""The page on playbooks: what it builds from scratch is a playbook, and its reference knows every key."""

import json
import re
from pathlib import Path

import pytest

from csat_tui.domain.evidence import EVALUATORS
from csat_tui.domain.facts import FACTS
from csat_tui.domain.wording import WordingKind
from csat_tui.playbook import PlaybookError, builtin_names, parse_playbook
from csat_tui.playbook.schema import schema_text

PAGE = (Path(__file__).parents[2] / "docs/playbooks.md").read_text("utf-8")
BUILDING, REFERENCE = PAGE.split("# A playbook from scratch\n", 1)[1].split("\n# Reference\n", 1)
PIECES = re.findall(r"```toml\n(.*?)```", BUILDING, re.DOTALL)
TOLD = re.findall(r"```text\n(.*?)```", BUILDING, re.DOTALL)
FIRST_WHOLE = 3
SECTIONS = json.loads(schema_text())["properties"]
FILE = Path("hotel.toml")


def whole(count: int) -> str:
    return "\n".join(PIECES[:count])


def test_what_is_missing_at_first_is_told_as_the_page_says():
    with pytest.raises(PlaybookError) as caught:
        parse_playbook(whole(1), FILE, examples=True)
    assert str(caught.value) + "\n" == TOLD[0]


@pytest.mark.parametrize("count", range(FIRST_WHOLE, len(PIECES) + 1))
def test_each_step_is_a_playbook_and_its_rules_stand_their_examples(count: int):
    assert parse_playbook(whole(count), FILE, examples=True).id == "hotel"


def test_everything_that_a_playbook_can_hold_is_built():
    book = parse_playbook(whole(len(PIECES)), FILE)
    parts = (book.factors, book.paths, book.checks, book.issues, book.outcomes, book.formats, book.findings)
    parts += (book.wording, book.saved_replies, book.guards, book.tracker_columns)
    assert all(parts)
    assert book.merging is not None
    assert book.recap is not None
    assert len(PIECES) == 8


def named(schema: dict) -> set[str]:
    """Return the keys that a section's schema knows, at any depth."""
    found: set[str] = set()
    for one in (schema, *schema.get("oneOf", ())):
        for key, inner in one.get("properties", {}).items():
            found |= {key, *named(inner)}
        if isinstance(one.get("items"), dict):
            found |= named(one["items"])
    return found


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_every_key_of_a_section_is_explained_there(section: str):
    head = re.search(rf"^## `\[+{section}\]+`[^\n]*\n(.*?)(?=^## |\Z)", REFERENCE, re.DOTALL | re.MULTILINE)
    assert head is not None
    common = REFERENCE if section in ("field", "outcome", "wording") else head[1]
    missing = {key for key in named(SECTIONS[section]) if not re.search(rf"\b{key}\b", common)}
    assert missing == set()


def test_every_fact_evaluator_kind_and_playbook_that_ships_is_named():
    words = set(re.findall(r"[a-z][a-z-]*", PAGE))
    assert {*FACTS, *EVALUATORS, *map(str, WordingKind), *builtin_names()} <= words
