"""Read the steps of escalation: who hears after which time that a customer was not contacted."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from csat_tui.domain.addressee import AddressedBy, Addressee
from csat_tui.domain.escalation import LEAD, EscalatedBy, EscalationStep
from csat_tui.domain.mailbox import mailbox
from csat_tui.playbook.field_sections import CHANNEL_NAME, report_duplicates
from csat_tui.toml_file import Table, did_you_mean

_EXPECTED = {
    EscalatedBy.MAIL: f"a mail address, an [[addressee]] or “{LEAD}”",
    EscalatedBy.TEXT: "the name of a channel in config.toml whose address is a phone's, or an [[addressee]]",
    EscalatedBy.CHANNEL: "the name of a channel in config.toml, without “#”, or an [[addressee]]",
}


def read_escalations(
    tables: Sequence[Table], addressees: Mapping[str, Addressee], *, with_groups: bool
) -> tuple[EscalationStep, ...]:
    """Read the steps, the earliest first; `with_groups` says whether there are support groups with leads."""
    report_duplicates(tables)
    found = []
    for table in tables:
        step_id, by = table.identifier(), table.choice("by", [one.value for one in EscalatedBy])
        after = table.duration("after")
        if after is not None and after <= timedelta(0):
            table.wrong("after", f"“after” of {table.name} is “{table.data['after']}”, expected some time, as in “4h”")
        names = table.texts("to")
        if by in [one.value for one in EscalatedBy]:
            to = tuple(_address(table, place, name, EscalatedBy(by), addressees) for place, name in enumerate(names))
            found.append(EscalationStep(step_id, after or timedelta(0), EscalatedBy(by), to))
            if LEAD in to and not with_groups:
                table.wrong("to", f"{table.name} goes to the lead, and the playbook has no [[support_group]] with one")
        table.finish()
    return tuple(sorted(found, key=lambda step: step.after))


def _address(
    table: Table, place: int, name: str, by: EscalatedBy, addressees: Mapping[str, Addressee]
) -> str:  # fmt: skip
    """Return where a step goes: as it is written, or as an addressee has it."""
    addressed = AddressedBy.MAIL if by is EscalatedBy.MAIL else AddressedBy.CHANNEL
    known = {one.id: one for one in addressees.values() if one.by is addressed}
    if name in known:
        return known[name].address
    if by is EscalatedBy.MAIL:
        address = LEAD if name == LEAD else mailbox(name)
    else:
        address = name if CHANNEL_NAME.fullmatch(name) and name != LEAD else None
    if address is None:
        hint = did_you_mean(name, [*known, LEAD] if by is EscalatedBy.MAIL else known)
        sentence = f"“to” of {table.name} has “{name}”, expected {_EXPECTED[by]}{hint}"
        table.log.add((*table.place, "to", place), sentence)
    return address or ""
