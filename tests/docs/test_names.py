"""A public name means one thing: those that several modules have are listed here, each with the reason."""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
APART = ("csat_tui.demo", "csat_tui.store.migrations.versions")
"""The demo is a program of its own, with the words of a help desk; migrations have the names that Alembic wants."""

TWINS = {
    # The same thing, once for each place that has it
    "detail_lines": "the right-hand side of a screen with a list; each screen has its own",
    "list_lines": "the left-hand side of such a screen",
    "head_line": "the line above such a list",
}
"""Names that more than one module has, and why each may stay."""

VAGUE = frozenset({
    "again", "aside", "at_once", "behind", "briefly", "bring", "doing", "doors", "found", "glance", "hang", "keep",
    "kept", "lack", "landing", "leg", "longest", "look", "looked", "lost", "moved", "one", "other", "patience", "said",
    "sole", "soon", "standing",
    "taken", "tell", "thing", "told", "way", "whole", "worded",
})  # fmt: skip
"""Words that name nothing without a sentence around them."""


def public_names() -> dict[str, list[str]]:
    """The modules that have each public name: classes, and what another module imports by its name."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    imported: set[tuple[str, str]] = set()
    for file in sorted((ROOT / "csat_tui").rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if module.startswith(APART):
            continue
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported |= {(node.module, one.name) for one in node.names}
        for node in tree.body:
            for name in _defined(node):
                if not name.startswith("_") and name != "log":
                    found[name][module] = isinstance(node, ast.ClassDef)
    return {
        name: [module for module, is_class in modules.items() if is_class or (module, name) in imported]
        for name, modules in found.items()
    }


def _defined(node: ast.stmt) -> list[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [one.id for one in targets if isinstance(one, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def test_a_name_that_several_modules_have_is_listed_with_the_reason() -> None:
    unlisted = {name: modules for name, modules in public_names().items() if len(modules) > 1 and name not in TWINS}
    assert unlisted == {}, "choose another word, or say in TWINS why one word serves"


def test_a_public_name_says_what_it_is() -> None:
    vague = {name: modules for name, modules in public_names().items() if modules and name.lower() in VAGUE}
    assert vague == {}, "give it the field's standard word"


def test_each_word_of_the_glossary_is_explained_once() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    words = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", page, re.MULTILINE)
    words = [word for word in words if word not in ("word", "---")]
    assert len(words) > 70
    assert [word for word in set(words) if words.count(word) > 1] == []
