"""Guards of statuses: what has to be so before a decision may set one (source document 004, statuses)."""

from collections.abc import Sequence

from csat_tui.domain.playbook import StatusGuard, Target
from csat_tui.domain.ticket import Status
from csat_tui.playbook.table import Table

WRITABLE = tuple(status.value for status in (Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED))
"""The statuses that an effect may set."""

_BEFORE = tuple(status.value for status in (Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD, Status.SOLVED))
_WITH = ("reply",)


def read_guards(tables: Sequence[Table]) -> tuple[StatusGuard, ...]:
    """Read the guards; one status may be guarded on either ticket, each once."""
    found: list[StatusGuard] = []
    for table in tables:
        status, target = table.choice("id", WRITABLE), table.choice("on", [target.value for target in Target])
        label = table.text("label", status) or status
        with_reply = table.has("only_with") and table.choice("only_with", _WITH) in _WITH
        leaving = table.texts("not_from", optional=True)
        for index, value in enumerate(leaving):
            if value not in _BEFORE:
                table.must_know(("not_from", index), value, _BEFORE, "guards leaving status", "help desk")
        table.finish()
        if not table.has("only_with") and not leaving:
            table.log.add(table.place, f"{table.name} guards nothing; it lacks “only_with” or “not_from”")
        if status not in WRITABLE or target not in list(Target):
            continue
        if any((one.status, one.on) == (status, target) for one in found):
            table.wrong("id", f"{table.name} is guarded twice on the {target} ticket")
        from_ = tuple(Status(value) for value in leaving if value in _BEFORE)
        found.append(StatusGuard(Status(status), label, Target(target), with_reply, from_))
    return tuple(found)
