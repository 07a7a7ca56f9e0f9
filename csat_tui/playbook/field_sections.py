"""Read the sections about what is written: fields, findings, note formats, tracker columns and the recap.

Other sections check their ids, conditions and places with the same functions.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from csat_tui.domain.addressee import AddressedBy, Addressee
from csat_tui.domain.case import Answer
from csat_tui.domain.facts import FACTS, group_fact
from csat_tui.domain.formats import format_mistakes, places
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.playbook import Condition, Field, Finding, Format, Path
from csat_tui.domain.recap import Recap, RecapSection
from csat_tui.toml_file import Table, did_you_mean, joined, nearest


def report_duplicates(tables: Sequence[Table], key: str = "id") -> None:
    """Report every table whose id, or other unique key, was used before in the same section."""
    first: dict[str, Table] = {}
    for table in tables:
        value = table.data.get(key)
        if not isinstance(value, str):
            continue
        if value in first:
            twice = f"{table.name} is defined twice" if key == "id" else ""
            table.wrong(key, twice or f"{key} “{value}” of {table.name} is taken already by {first[value].name}")
        first.setdefault(value, table)


def report_unused(tables: Sequence[Table], used: Collection[str], sentence: str) -> None:
    """Report every table whose id nothing refers to, not even misspelt; `sentence` says what should."""
    for table in tables:
        own = table.data.get("id")
        if isinstance(own, str) and own not in used and own not in table.log.meant:
            table.log.add(table.place, f"{table.name} {sentence}")


_NEEDED = (Answer.YES.value, Answer.NO.value, Answer.NOT_APPLICABLE.value)


def read_answers(table: Table, key: str, checks: Collection[str], verb: str) -> Condition:
    """Read check ids and the required answers; `verb` is for sentences, such as “needs”."""
    wanted = table.words(key)
    known = tuple(Answer) if key == "when" else _NEEDED
    for check_id, answers in wanted.items():
        table.must_know((key, check_id), check_id, checks, f"{verb} check", "[[check]]")
        if not set(answers.split("|")) <= set(known):
            table.log.add(
                (*table.place, key, check_id),
                f"{table.name} {verb} “{answers}” of check “{check_id}”, expected {joined(known, 'or')},"
                " or several of them as in “yes|na”",
            )
    return wanted


def read_when(table: Table, checks: Collection[str], paths: Sequence[Path]) -> Condition:
    """Read a `when`, and report a condition that no survey can meet."""
    condition = read_answers(table, "when", checks, "waits for")
    if condition and all(check_id in checks for check_id in condition):
        together = any(set(condition) <= set(path.checks) for path in paths)
        if not together and all(any(check_id in path.checks for path in paths) for check_id in condition):
            table.wrong("when", f"{table.name} waits for {joined(condition)}, which are together on no path")
    return condition


def ruled_out(condition: Condition, needs: Mapping[str, str]) -> str:
    """Return a check whose wanted answer the needs of the outcome rule out; else an empty text."""
    for check_id, answers in condition.items():
        if check_id in needs and not set(answers.split("|")) & set(needs[check_id].split("|")):
            return check_id
    return ""


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


CHANNEL_NAME = re.compile(r"[a-z][a-z0-9-]*")


def read_addressees(tables: Sequence[Table]) -> Mapping[str, Addressee]:
    """Read those to whom findings are told."""
    found: dict[str, Addressee] = {}
    for table in tables:
        addressee_id, label = table.identifier(), table.text("label")
        by, address = table.choice("by", [one.value for one in AddressedBy]), table.text("address")
        told = f"“address” of {table.name} is “{address}”, expected"
        if address and by == AddressedBy.MAIL and not is_mailbox(address):
            table.wrong("address", f"{told} a mail address")
        elif address and by == AddressedBy.CHANNEL and not CHANNEL_NAME.fullmatch(address):
            table.wrong("address", f"{told} the name of a channel in config.toml, without “#”")
        table.finish()
        if by in [one.value for one in AddressedBy]:
            found.setdefault(addressee_id, Addressee(addressee_id, label, AddressedBy(by), address))
    return found


def read_findings(
    tables: Sequence[Table], fields: Mapping[str, Field], addressees: Mapping[str, Addressee]
) -> Mapping[str, Finding]:
    """Read the findings; each group's name is a place that texts may use, so it must be none that is taken."""
    found: dict[str, Finding] = {}
    spelt: dict[str, str] = {}
    for table in tables:
        finding = Finding(
            table.identifier(), _group(table, fields, spelt), table.text("label"), asked_for(table, fields),
            table.text("help", ""), _addressees(table, addressees), _addressee_field(table),
        )  # fmt: skip
        table.finish()
        found.setdefault(finding.id, finding)
    return found


def _addressees(table: Table, known: Mapping[str, Addressee]) -> tuple[Addressee, ...]:
    named = table.texts("to", optional=True)
    for index, addressee_id in enumerate(named):
        table.must_know(("to", index), addressee_id, known, "is told to addressee", "[[addressee]]")
        if addressee_id in named[:index]:
            table.log.add((*table.place, "to", index), f"{table.name} is told to “{addressee_id}” twice")
    return tuple(known[one] for one in dict.fromkeys(named) if one in known)


def _addressee_field(table: Table) -> str:
    if not table.has("to_field"):
        return ""
    own = [*table.texts("fields", optional=True), *table.texts("optional", optional=True)]
    field_id = table.text("to_field")
    if field_id and field_id not in own:
        asks = f"expected {joined(own, 'or')}" if own else "it asks for no fields"
        names = f"{table.name} is told to whom field “{field_id}” names, which it does not ask for"
        table.wrong("to_field", f"{names}: {asks}")
    return field_id


def asked_for(table: Table, fields: Mapping[str, Field]) -> tuple[Field, ...]:
    """Read the fields that something asks for: required fields, then optional fields."""
    found: dict[str, Field] = {}
    for key, required in (("fields", True), ("optional", False)):
        for index, field_id in enumerate(table.texts(key, optional=True)):
            if field_id in found:
                table.log.add((*table.place, key, index), f"{table.name} asks for field “{field_id}” twice")
            elif table.must_know((key, index), field_id, fields, "asks for field", "[[field]]"):
                found[field_id] = replace(fields[field_id], required=required)
    return tuple(found.values())


def groups_of(findings: Mapping[str, Finding]) -> frozenset[str]:
    """Return the places for groups of findings."""
    return frozenset(group_fact(finding.group) for finding in findings.values())


def read_groups(table: Table, key: str, findings: Mapping[str, Finding]) -> tuple[str, ...]:
    """Read a list of groups of findings."""
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


_LETTERS = re.compile(r"[A-Z]{1,2}")


def read_formats(tables: Sequence[Table], fields: Collection[str]) -> Mapping[str, Format]:
    """Read the note formats; each place in their lines must be a field or a fact of the case."""
    found: dict[str, Format] = {}
    for table in tables:
        lines = table.texts("lines")
        for index, line in enumerate(lines):
            report_places(table, ("lines", index), line, fields)
        for index, sentence in format_mistakes(lines):
            table.log.add((*table.place, "lines", index), f"{table.name} {sentence}")
        form = Format(table.identifier(), table.text("label"), lines)
        table.finish()
        found.setdefault(form.id, form)
    return found


def report_places(table: Table, way: tuple[str | int, ...], text: str, fields: Collection[str]) -> None:
    """Report each place of a text that neither a field nor a fact of the case fills."""
    known = {*fields, *FACTS}
    for place in places(text):
        if place not in known:
            table.log.add(
                (*table.place, *way),
                f"{table.name} has a place “{{{place}}}”, which no [[field]] and no fact of the case fills"
                f"{did_you_mean(place, known)}",
            )
    rest = re.sub(r"\{[a-z][a-z0-9_-]*\}", "", text)
    if "{" in rest or "}" in rest:
        table.log.add((*table.place, *way), f"{table.name} has a brace that belongs to no place in “{text}”")


def read_columns(table: Table) -> Mapping[str, str]:
    """Read the tracker's columns: letter to heading."""
    columns = table.words("columns")
    for letters in columns:
        if not _LETTERS.fullmatch(letters):
            table.log.add(
                (*table.place, "columns", letters), f"“{letters}” is not a column of a sheet, expected “A” to “ZZ”"
            )
    table.finish()
    return columns


SUBJECT_PLACES = ("date", "shift", "agent", "team")
"""The places of the subject."""


def read_recap(table: Table) -> Recap:
    """Read the recap; parts with a known id are prefilled, the others are written by the person."""
    table.name = "[recap]"
    to = table.texts("to", optional=True)
    for index, address in enumerate(to):
        if not is_mailbox(address):
            table.log.add((*table.place, "to", index), f"“{address}” of [recap] is not a mail address")
    subject = table.text("subject")
    for place in places(subject):
        if place not in SUBJECT_PLACES:
            hint = did_you_mean(place, SUBJECT_PLACES)
            table.wrong("subject", f"the subject of [recap] has a place “{{{place}}}”, which nothing fills{hint}")
    if "\n" in subject or "\r" in subject:
        table.wrong("subject", "the subject of [recap] has a line break, expected one line")
    shifts = table.texts("shifts") if table.has("shifts") else ("AM", "PM")
    tables = table.tables("sections", "section")
    if table.data.get("sections") == []:
        table.wrong("sections", "“sections” of [recap] is empty, expected at least one part")
    report_duplicates(tables)
    sections = []
    for one in tables:
        sections.append(RecapSection(one.identifier(), one.text("label"), one.text("hint", "")))
        one.finish()
    table.finish()
    return Recap(to, subject, shifts, tuple(sections))
