"""Read the sections about tickets: which statuses an outcome may set, and which tickets of a customer are merged."""

import re
from collections.abc import Mapping, Sequence

from csat_tui.domain.formats import places
from csat_tui.domain.merge_rules import IntoResolved, MergeRules
from csat_tui.domain.playbook import Outcome, StatusGuard, Target, TicketTemplate
from csat_tui.domain.ticket import Status
from csat_tui.playbook.patterns import compile_words
from csat_tui.toml_file import Table, did_you_mean

WRITABLE = tuple(status.value for status in (Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED))
"""The statuses that an effect may set."""

_BEFORE = tuple(status.value for status in (Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED))
_WITH = ("reply",)
_SYSTEM = ("system",)


def read_guards(tables: Sequence[Table]) -> tuple[StatusGuard, ...]:
    """Read the guards; a status may be guarded once on each of the tickets."""
    found: list[StatusGuard] = []
    for table in tables:
        by_system = table.has("set_by") and table.choice("set_by", _SYSTEM) in _SYSTEM
        status = table.choice("id", _BEFORE if by_system else WRITABLE)
        target = table.choice("on", [target.value for target in Target])
        label = table.text("label", status) or status
        with_reply = table.has("only_with") and table.choice("only_with", _WITH) in _WITH
        leaving = table.texts("not_from", optional=True)
        for index, value in enumerate(leaving):
            if value not in _BEFORE:
                table.must_know(("not_from", index), value, _BEFORE, "guards leaving status", "help desk")
        tags = table.texts("unless_tagged", optional=True)
        table.finish()
        _complain(table, by_system)
        if status not in _BEFORE or target not in list(Target):
            continue
        if any((one.status, one.on) == (status, target) for one in found):
            table.wrong("id", f"{table.name} is guarded twice on the {target} ticket")
        from_ = tuple(Status(value) for value in leaving if value in _BEFORE)
        found.append(StatusGuard(Status(status), label, Target(target), with_reply, from_, tags, by_system))
    return tuple(found)


def _complain(table: Table, by_system: bool) -> None:
    """Report a guard that guards nothing, and a guard whose keys contradict each other."""
    guarding = [key for key in ("only_with", "not_from") if key in table.data]
    if by_system:
        for key in (*guarding, *(key for key in ("unless_tagged",) if key in table.data)):
            table.wrong(key, f"“{key}” of {table.name} never counts: with “set_by” no outcome sets it at all")
    elif not guarding and "set_by" not in table.data:
        table.log.add(table.place, f"{table.name} guards nothing; it lacks “only_with”, “not_from” or “set_by”")


def report_system_statuses(outcomes: Sequence[Table], read: Sequence[Outcome], guards: Sequence[StatusGuard]) -> None:
    """Report each outcome that sets a status that only the system sets, and each tag that nothing adds."""
    own: Mapping[tuple[Status, Target], str] = {(one.status, one.on): one.label for one in guards if one.by_system}
    for table, outcome in zip(outcomes, read, strict=True):
        for effect in outcome.effects:
            if not isinstance(effect, TicketTemplate) or effect.status is None:
                continue
            if label := own.get((effect.status, effect.on)):
                table.wrong(
                    "effects", f"{table.name} sets “{label}”, which only the system sets on the {effect.on} ticket"
                )


def report_tags(tables: Sequence[Table], outcomes: Sequence[Outcome]) -> None:
    """Report each tag that frees a status but that no outcome adds with it."""
    added = {
        (effect.status, tag)
        for outcome in outcomes
        for effect in outcome.effects
        if isinstance(effect, TicketTemplate) and effect.status is not None
        for tag in effect.add_tags
    }
    for table in tables:
        for index, tag in enumerate(table.texts("unless_tagged", optional=True)):
            if (table.data.get("id"), tag) not in added:
                table.log.add(
                    (*table.place, "unless_tagged", index),
                    f"{table.name} is free with tag “{tag}”, which no outcome adds where it sets that status",
                )


COURTESY_PLACES = ("owner", "merged", "ticket", "by", "status")
"""The places of a courtesy note: the owner, the merged tickets, the ticket that stays, who merged, and its status."""
_STATUSES = ("new", "awaiting_reply", "customer_reply", "in_progress", "resolved")
_MERGEABLE = tuple(status.value for status in Status if status not in (Status.CLOSED, Status.DELETED))


def read_merging(table: Table) -> MergeRules:
    """Read the merging rules; an omitted status is the help desk's own, and no status may be used twice."""
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
        if place not in COURTESY_PLACES:
            hint = did_you_mean(place, COURTESY_PLACES)
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
