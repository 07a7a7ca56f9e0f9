"""The section on merging: what an order's number looks like, and which statuses the rules speak of."""

import re

from csat_tui.domain.formats import places
from csat_tui.domain.merge_rules import IntoResolved, MergeRules
from csat_tui.domain.ticket import Status
from csat_tui.playbook.word_matching import compile_words
from csat_tui.toml_file import Table, did_you_mean

PLACES = ("owner", "merged", "ticket", "by", "status")
"""What a courtesy note can name: the owner, the merged tickets, the one that stays, who merged, and its status."""
_STATUSES = ("new", "awaiting_reply", "customer_reply", "in_progress", "resolved")
_MERGEABLE = tuple(status.value for status in Status if status not in (Status.CLOSED, Status.DELETED))


def read_merging(table: Table) -> MergeRules:
    """Read the rules; a status that is left out is the help desk's own for it, and none stands for two things."""
    table.name = "[merging]"
    patterns = [_pattern(table, index, text) for index, text in enumerate(table.texts("order"))]
    own = MergeRules(())
    statuses = {key: _statuses(table, key, getattr(own, key)) for key in _STATUSES}
    seen: dict[Status, str] = {}
    for key, some in statuses.items():
        for status in some:
            if seen.setdefault(status, key) != key:
                table.wrong(key, f"“{status}” of [merging] is both “{seen[status]}” and “{key}”; it can be one of them")
    courtesy = table.text("courtesy", "")
    for place in places(courtesy):
        if place not in PLACES:
            hint = did_you_mean(place, PLACES)
            table.wrong("courtesy", f"“courtesy” of [merging] has a place “{{{place}}}”, which nothing fills{hint}")
    which = [one.value for one in IntoResolved]
    written = table.choice("into_resolved", which) if table.has("into_resolved") else which[0]
    into_resolved = IntoResolved(written) if written in which else IntoResolved.UNANSWERED
    table.finish()
    found = tuple(pattern for pattern in patterns if pattern)
    return MergeRules(found, **statuses, courtesy=courtesy, into_resolved=into_resolved)


def _statuses(table: Table, key: str, default: tuple[Status, ...]) -> tuple[Status, ...]:
    if not table.has(key):
        return default
    found = []
    for index, name in enumerate(table.texts(key, optional=True)):
        if name in _MERGEABLE:
            found.append(Status(name))
        else:
            hint = did_you_mean(name, _MERGEABLE)
            table.log.add((*table.place, key, index), f"“{key}” of [merging] has “{name}”, which is not a status{hint}")
    return tuple(found)


def _pattern(table: Table, index: int, text: str) -> re.Pattern[str] | None:
    """Compile a pattern whose first group is an order's number."""
    return compile_words(table, (*table.place, "order", index), f"“order” of [merging] has “{text}”", text, _no_group)


def _no_group(pattern: re.Pattern[str]) -> str:
    return " without a group: put the number in round brackets" if pattern.groups < 1 else ""
