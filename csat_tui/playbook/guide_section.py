"""The accommodation guide: how concerns are recognised, and what may be given for them."""

import re
from collections.abc import Sequence

from csat_tui.domain.playbook import Allowance, Issue
from csat_tui.playbook.table import Table
from csat_tui.playbook.whole_words import whole_words


def read_issues(tables: Sequence[Table], kinds: Sequence[str]) -> tuple[Issue, ...]:
    """Read the guide's entries; `kinds` are the accommodations that the playbook knows."""
    found: list[Issue] = []
    for table in tables:
        label = table.text("label")
        patterns = [_pattern(table, index, text) for index, text in enumerate(table.texts("match"))]
        allows = tuple(_read_allowance(one, kinds) for one in table.tables("allows", "allowance"))
        issue = Issue(
            table.identifier(),
            label,
            table.text("category", label) or label,
            tuple(pattern for pattern in patterns if pattern),
            allows,
        )
        table.finish()
        found.append(issue)
    return tuple(found)


def _read_allowance(table: Table, kinds: Sequence[str]) -> Allowance:
    allowance = Allowance(
        table.choice("kind", kinds),
        table.money("up_to") if table.has("up_to") else None,
        table.duration("once_per") if table.has("once_per") else None,
    )
    table.finish()
    return allowance


def _pattern(table: Table, index: int, text: str) -> re.Pattern[str] | None:
    """Compile one pattern by which a concern is recognised."""
    return whole_words(table, (*table.place, "match", index), f"{table.name} matches “{text}”", text, _matches_nothing)


def _matches_nothing(pattern: re.Pattern[str]) -> str:
    return ", which also matches no words at all" if pattern.match("") else ""
