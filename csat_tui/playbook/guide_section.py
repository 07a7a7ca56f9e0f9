"""The accommodation guide: how concerns are recognised, and what may be given for them."""

import re
from collections.abc import Sequence

from csat_tui.domain.playbook import Allowance, Issue
from csat_tui.playbook.word_matching import compile_words
from csat_tui.toml_file import Table

_LANGUAGE = re.compile(r"[a-z]{2}")


def read_language(head: Table) -> str:
    """Read the language that patterns are written for where they name none."""
    if not head.has("language"):
        return "en"
    code = head.text("language")
    if code and not _LANGUAGE.fullmatch(code):
        head.wrong("language", f"“language” of {head.name} is “{code}”, {_EXPECTED}")
    return code


_EXPECTED = "expected the two letters of its ISO 639 code, such as “en” or “de”"


def read_issues(tables: Sequence[Table], kinds: Sequence[str], language: str) -> tuple[Issue, ...]:
    """Read the guide's entries; `kinds` are the accommodations that the playbook knows, `language` is its own."""
    found: list[Issue] = []
    for table in tables:
        label = table.text("label")
        by_language = _read_patterns(table, language)
        allows = tuple(_read_allowance(one, kinds) for one in table.tables("allows", "allowance"))
        issue = Issue(
            table.identifier(),
            label,
            table.text("category", label) or label,
            by_language.pop(language, ()),
            allows,
            by_language,
        )
        table.finish()
        found.append(issue)
    return tuple(found)


def _read_patterns(table: Table, language: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Read the patterns by language: a list is in the playbook's own, a table has a list for each."""
    if not isinstance(table.data.get("match"), dict):
        return {language: _patterns(table, "match", ("match",))}
    within = table.table("match")
    found = {}
    for code in within.data:
        if _LANGUAGE.fullmatch(code):
            found[code] = _patterns(within, code, (code,), f"{table.name} matches")
        else:
            within.has(code)
            within.wrong(code, f"{table.name} has patterns for “{code}”, {_EXPECTED}")
    within.finish()
    if not within.data:
        table.wrong("match", f"“match” of {table.name} is empty, expected at least one language")
    return found


def _patterns(table: Table, key: str, way: tuple[str, ...], told: str = "") -> tuple[re.Pattern[str], ...]:
    said = told or f"{table.name} matches"
    found = [
        compile_words(table, (*table.place, *way, index), f"{said} “{text}”", text, _matches_nothing)
        for index, text in enumerate(table.texts(key))
    ]
    return tuple(pattern for pattern in found if pattern)


def _read_allowance(table: Table, kinds: Sequence[str]) -> Allowance:
    allowance = Allowance(
        table.choice("kind", kinds),
        table.money("up_to") if table.has("up_to") else None,
        table.duration("once_per") if table.has("once_per") else None,
    )
    table.finish()
    return allowance


def _matches_nothing(pattern: re.Pattern[str]) -> str:
    return ", which also matches no words at all" if pattern.match("") else ""
