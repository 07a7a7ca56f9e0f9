"""Read what a playbook says of service recovery: the section `[recovery]`, and the support groups with their leads."""

import re
from collections.abc import Sequence
from datetime import time

from csat_tui.domain.mailbox import mailbox
from csat_tui.domain.recovery.rules import AlertContact, RecoveryRules, SupportGroup, folded
from csat_tui.domain.survey import HIGHEST, LOWEST
from csat_tui.playbook.field_sections import report_duplicates
from csat_tui.toml_file import Table

MOST_FIELD_NUMBER = 10**18

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PHONE = re.compile(r"\+?\d(?:[ ()/.-]*\d){4,16}")


def read_recovery(table: Table, groups: Sequence[Table], low: float, zone: str = "UTC") -> RecoveryRules:
    """Read the rules; the threshold is `low` and the time zone `zone` where the section does not say otherwise."""
    table.name = "[recovery]"
    rules = RecoveryRules(
        threshold=table.number("threshold", LOWEST, HIGHEST, low),
        time_zone=table.time_zone("time_zone", zone),
        alert_time=_alert_time(table),
        weekend_alerts=table.flag("weekend_alerts", True),
        segments=_different(table, "segments"),
        segment_field=table.whole_number("segment_field", 1, MOST_FIELD_NUMBER) if table.has("segment_field") else None,
        segment_organization_field=table.text("segment_organization_field", ""),
        groups=_read_groups(groups),
    )
    table.finish()
    return rules


def _alert_time(table: Table) -> time:
    text = table.text("alert_time", "09:00")
    match = _TIME.fullmatch(text)
    if match is None:
        if text:
            sentence = f"“alert_time” of {table.name} is “{text}”, expected a time of day such as “09:00”"
            table.wrong("alert_time", sentence)
        return time(9)
    return time(int(match[1]), int(match[2]))


def _different(table: Table, key: str) -> tuple[str, ...]:
    """Return a list of names, each there once."""
    names = table.texts(key, optional=True)
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not name.strip() or folded(name) in seen:
            fault = f"has “{name}” twice" if name.strip() else "has an empty name"
            table.log.add((*table.place, key, index), f"“{key}” of {table.name} {fault}")
        seen.add(folded(name))
    return names


def _read_groups(tables: Sequence[Table]) -> tuple[SupportGroup, ...]:
    report_duplicates(tables)
    called: dict[str, str] = {}
    found = []
    for table in tables:
        group_id, label = table.identifier(), table.text("label")
        match = (_different(table, "match") or (label,)) if table.has("match") else (label,)
        for index, name in enumerate(match):
            other = called.setdefault(folded(name), table.name)
            if other != table.name:
                place = (*table.place, "match", index) if table.has("match") else table.place
                table.log.add(place, f"the help desk's group “{name}” is both {other} and {table.name}")
        if table.has("lead"):
            lead = _contact(table.table("lead"), f"the lead of {table.name}")
        else:
            table.log.add(
                table.place,
                f"{table.name} has no lead, who would hear of its unhappy customers; "
                "expected lead = { name = …, mail = … }",
            )
            lead = AlertContact("", "")
        also = table.tables("also_alert", "also-alert", optional=True)
        others = tuple(_contact(one, f"also-alert {place} of {table.name}") for place, one in enumerate(also, 1))
        table.finish()
        found.append(SupportGroup(group_id, label, match, lead, others))
    return tuple(found)


def _contact(table: Table, name: str) -> AlertContact:
    table.name = name
    written = table.text("mail", expected="a mail address")
    address = mailbox(written)
    if written and address is None:
        table.wrong("mail", f"“mail” of {name} is “{written}”, which is no mail address")
    phone = table.text("phone", "")
    if phone and not _PHONE.fullmatch(phone):
        table.wrong("phone", f"“phone” of {name} is “{phone}”, expected a number such as “+15551234567”")
    contact = AlertContact(table.text("name"), address or "", phone)
    table.finish()
    return contact
