"""The mail at the end of a shift: to whom, under which subject, in which parts (source document 000, steps 7 and 8)."""

from csat_tui.domain.formats import places
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.domain.playbook import Recap, RecapSection
from csat_tui.playbook.identity import report_duplicates
from csat_tui.toml_file import Table, did_you_mean

PLACES = ("date", "shift", "agent", "team")
"""What the subject may refer to."""


def read_recap(table: Table) -> Recap:
    """Read the section; a part whose id the workstation knows is prefilled, any other is the person's to write."""
    table.name = "[recap]"
    to = table.texts("to", optional=True)
    for index, address in enumerate(to):
        if not is_mailbox(address):
            table.log.add((*table.place, "to", index), f"“{address}” of [recap] is not a mail address")
    subject = table.text("subject")
    for place in places(subject):
        if place not in PLACES:
            hint = did_you_mean(place, PLACES)
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
