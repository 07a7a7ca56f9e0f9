"""The accommodation guide: how concerns are recognised, and what may be given for them."""

import re
from collections.abc import Sequence

from csat_tui.domain.playbook import Allowance, Issue
from csat_tui.playbook.patterns import slowness
from csat_tui.playbook.table import Table


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
    """Compile one pattern so that it matches whole words, as people who write `late` do not mean `chocolate`."""
    place = (*table.place, "match", index)
    try:
        pattern = re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE)
    except re.error as error:
        table.log.add(place, f"{table.name} matches “{text}”, which is no regular expression: {error.msg}")
        return None
    if pattern.match(""):
        table.log.add(place, f"{table.name} matches “{text}”, which also matches no words at all")
        return None
    if slow := "" if table.log.proven else slowness(pattern.pattern):
        table.log.add(place, f"{table.name} matches “{text}”, {slow}: it could take very long on some text")
        return None
    return pattern
