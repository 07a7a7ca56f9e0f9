"""Guards of statuses: what has to be so before a decision may set one (source document 004, statuses)."""

from collections.abc import Mapping, Sequence

from csat_tui.domain.playbook import Outcome, StatusGuard, Target, TicketTemplate
from csat_tui.domain.ticket import Status
from csat_tui.toml_file import Table

WRITABLE = tuple(status.value for status in (Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED))
"""The statuses that an effect may set."""

_BEFORE = tuple(status.value for status in (Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED))
_WITH = ("reply",)
_SYSTEM = ("system",)


def read_guards(tables: Sequence[Table]) -> tuple[StatusGuard, ...]:
    """Read the guards; one status may be guarded on either ticket, each once."""
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
    """Note a guard that guards nothing, and one whose keys contradict each other."""
    guarding = [key for key in ("only_with", "not_from") if key in table.data]
    if by_system:
        for key in (*guarding, *(key for key in ("unless_tagged",) if key in table.data)):
            table.wrong(key, f"“{key}” of {table.name} never counts: with “set_by” no outcome sets it at all")
    elif not guarding and "set_by" not in table.data:
        table.log.add(table.place, f"{table.name} guards nothing; it lacks “only_with”, “not_from” or “set_by”")


def report_system_statuses(outcomes: Sequence[Table], read: Sequence[Outcome], guards: Sequence[StatusGuard]) -> None:
    """Note each outcome that sets what only the system sets, and each tag that nothing adds."""
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
    """Note each tag that frees a status and that no outcome adds with it."""
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
