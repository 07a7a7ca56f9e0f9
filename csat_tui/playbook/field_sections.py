"""Read fields, and findings with their own fields."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from csat_tui.domain.facts import FACTS, group_fact
from csat_tui.domain.formats import places
from csat_tui.domain.playbook import Field, Finding, Path
from csat_tui.playbook.conditions import read_when
from csat_tui.playbook.note_sections import report_places
from csat_tui.toml_file import Table, did_you_mean, nearest


def read_fields(
    tables: Sequence[Table], checks: Collection[str], paths: Sequence[Path], kinds: Sequence[str]
) -> Mapping[str, Field]:
    """Read the fields that outcomes and findings ask for; a field can be filled only with facts of the case.

    `kinds` are the accommodations that the playbook knows.
    """
    known = {table.data["id"] for table in tables if isinstance(table.data.get("id"), str)}
    found: dict[str, Field] = {}
    for table in tables:
        field = Field(
            table.identifier(),
            table.text("label"),
            multiline=table.flag("multiline", False),
            hint=table.text("hint", ""),
            when=read_when(table, checks, paths),
            fill=table.text("fill", ""),
            amount=table.choice("amount", kinds) if table.has("amount") else "",
        )
        typed = [place for place in places(field.fill) if place in known and place not in FACTS]
        if typed:
            table.wrong(
                "fill", f"{table.name} is filled with “{{{typed[0]}}}”, which is typed: expected facts of the case"
            )
        else:
            report_places(table, ("fill",), field.fill, ())
        table.finish()
        found.setdefault(field.id, field)
    return found


def read_findings(tables: Sequence[Table], fields: Mapping[str, Field]) -> Mapping[str, Finding]:
    """Read the findings; each group's name is a place that texts may use, so it must be none that is taken."""
    found: dict[str, Finding] = {}
    spelt: dict[str, str] = {}
    for table in tables:
        finding = Finding(
            table.identifier(), _group(table, fields, spelt), table.text("label"), asked_for(table, fields),
            table.text("help", ""),
        )  # fmt: skip
        table.finish()
        found.setdefault(finding.id, finding)
    return found


def asked_for(table: Table, fields: Mapping[str, Field]) -> tuple[Field, ...]:
    """Read which fields something asks for: those that must be typed, then those that may be."""
    found: dict[str, Field] = {}
    for key, required in (("fields", True), ("optional", False)):
        for index, field_id in enumerate(table.texts(key, optional=True)):
            if field_id in found:
                table.log.add((*table.place, key, index), f"{table.name} asks for field “{field_id}” twice")
            elif table.must_know((key, index), field_id, fields, "asks for field", "[[field]]"):
                found[field_id] = replace(fields[field_id], required=required)
    return tuple(found.values())


def groups_of(findings: Mapping[str, Finding]) -> frozenset[str]:
    """Return the names under which texts may refer to groups of findings."""
    return frozenset(group_fact(finding.group) for finding in findings.values())


def read_groups(table: Table, key: str, findings: Mapping[str, Finding]) -> tuple[str, ...]:
    """Read which groups of findings something is about."""
    known = {finding.group for finding in findings.values()}
    named = table.texts(key, optional=True)
    for index, group in enumerate(named):
        if group not in known:
            table.log.meant.update(one.id for one in findings.values() if one.group == nearest(group, known))
            table.log.add(
                (*table.place, key, index),
                f"{table.name} is about findings of group “{group}”, which no [[finding]] has"
                f"{did_you_mean(group, known)}",
            )
        elif group in named[:index]:
            table.log.add((*table.place, key, index), f"{table.name} is about findings of group “{group}” twice")
    return tuple(dict.fromkeys(named))


def _group(table: Table, fields: Collection[str], spelt: dict[str, str]) -> str:
    group = table.text("group")
    name = group_fact(group)
    if group and not name[:1].isalpha():
        table.wrong(
            "group", f"group “{group}” of {table.name} gives no name for a place in texts; begin it with a letter"
        )
    elif name in fields or name in FACTS:
        taken = "a [[field]] has that id" if name in fields else "that is a fact of the case"
        table.wrong("group", f"group “{group}” of {table.name} would fill places “{{{name}}}”, but {taken}")
    elif spelt.setdefault(name, group) != group:
        table.wrong("group", f"group “{group}” of {table.name} is spelt “{spelt[name]}” elsewhere; spell both alike")
    return group
