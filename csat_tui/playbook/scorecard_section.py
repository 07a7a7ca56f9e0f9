"""Read what a playbook says of reviews: the scorecards, who may review, and the tags that a review sets."""

from collections.abc import Collection, Sequence

from csat_tui.domain.places import places
from csat_tui.domain.review.rules import ReviewRules
from csat_tui.domain.review.scorecard import TRANSCRIPT, Scale, Scorecard, ScorecardLine, ScorecardSection
from csat_tui.playbook.field_sections import report_duplicates
from csat_tui.toml_file import Table

LEAST_WEIGHT, MOST_WEIGHT = 1, 100
LEAST_PASS, MOST_PASS = 1, 100

TAG_PLACE = "by"
"""The place of a tag of a review: who reviewed."""

_SCALES = tuple(scale.value for scale in Scale)


def read_scorecards(
    tables: Sequence[Table], audit_rules: Collection[str], fields: Collection[str]
) -> tuple[Scorecard, ...]:
    """Read the scorecards; their lines refer to audit rules and to fields of notes by their ids."""
    report_duplicates(tables)
    return tuple(_read_scorecard(table, audit_rules, fields) for table in tables)


def _read_scorecard(table: Table, audit_rules: Collection[str], fields: Collection[str]) -> Scorecard:
    card_id, label = table.identifier(), table.text("label")
    pass_from = table.whole_number("pass_from", LEAST_PASS, MOST_PASS)
    parts = table.tables("sections", "section")
    if not parts and table.data.get("sections") == []:
        table.wrong("sections", f"{table.name} has no sections, expected at least one")
    report_duplicates(parts)
    all_lines: list[Table] = []
    sections = []
    for part in parts:
        lines = part.tables("lines", "line")
        if not lines and part.data.get("lines") == []:
            part.wrong("lines", f"{part.name} has no lines, expected at least one")
        all_lines += lines
        read = tuple(_read_line(line, audit_rules, fields) for line in lines)
        sections.append(ScorecardSection(part.identifier(), part.text("label"), read))
        part.finish()
    report_duplicates(all_lines)
    report_duplicates(all_lines, "label")
    card = Scorecard(card_id, label, pass_from, tuple(sections))
    if card.lines and all(line.bonus for line in card.lines):
        table.log.add(table.place, f"{table.name} has only bonus lines, expected one that counts")
    table.finish()
    return card


def _read_line(table: Table, audit_rules: Collection[str], fields: Collection[str]) -> ScorecardLine:
    scale = table.choice("scale", _SCALES, Scale.YES_NO.value)
    critical, bonus = table.flag("critical", False), table.flag("bonus", False)
    if critical and bonus:
        table.wrong("bonus", f"{table.name} is critical and a bonus, expected one of the two at most")
    about = ""
    if table.has("about"):
        about = table.reference("about", {TRANSCRIPT, *fields}, "is about", "[[field]]")
    line = ScorecardLine(
        id=table.identifier(),
        label=table.text("label"),
        weight=table.whole_number("weight", LEAST_WEIGHT, MOST_WEIGHT),
        scale=Scale(scale) if scale in _SCALES else Scale.YES_NO,
        critical=critical,
        bonus=bonus,
        na=table.flag("na", False),
        causes=_causes(table),
        audit=table.reference("audit", audit_rules, "follows", "[[audit]]") if table.has("audit") else "",
        about=about,
        help=table.text("help", ""),
    )
    if len(line.label.splitlines()) > 1:
        table.wrong("label", f"“label” of {table.name} has a line break, expected one line")
    table.finish()
    return line


def _causes(table: Table) -> tuple[str, ...]:
    """Read the causes: each is one line, so that a review can be written as a note and read back."""
    if not table.has("causes"):
        return ()
    causes = table.texts("causes")
    seen: set[str] = set()
    for index, cause in enumerate(causes):
        even = " ".join(cause.casefold().split())
        if not even:
            table.log.add((*table.place, "causes", index), f"cause {index + 1} of {table.name} is empty")
        elif len(cause.splitlines()) > 1:
            sentence = f"cause {index + 1} of {table.name} has a line break, expected one line"
            table.log.add((*table.place, "causes", index), sentence)
        elif even in seen:
            table.log.add((*table.place, "causes", index), f"{table.name} has the cause “{cause}” twice")
        seen.add(even)
    return causes


def read_review(table: Table) -> ReviewRules:
    """Read who may review beside the help desk's administrators, the tags of a review, and how long it is disputed."""
    table.name = "[review]"
    usual = ReviewRules()
    rules = ReviewRules(
        reviewers=table.texts("reviewers", optional=True),
        reviewed_tags=_tags(table, "reviewed", usual.reviewed_tags),
        sent_back_tags=_tags(table, "sent_back", usual.sent_back_tags),
        dispute_within=table.duration("dispute_within") if table.has("dispute_within") else None,
    )
    table.finish()
    return rules


def _tags(table: Table, key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    tags = table.texts(key) if table.has(key) else usual
    for index, tag in enumerate(tags):
        place = (*table.place, key, index)
        if not tag or any(letter.isspace() or letter == "," for letter in tag):
            table.log.add(place, f"“{key}” of [review] has a tag “{tag}”, expected one without spaces and commas")
        for name in places(tag):
            if name != TAG_PLACE:
                sentence = (
                    f"“{key}” of [review] has a place “{{{name}}}”, which nothing fills; “{{by}}” is the reviewer"
                )
                table.log.add(place, sentence)
    return tags
