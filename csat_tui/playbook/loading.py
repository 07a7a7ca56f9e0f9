"""Load a playbook: read its sections in the order in which they refer to each other, and report everything unused."""

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from csat_tui.domain.playbook import CellsTemplate, Playbook
from csat_tui.domain.review.rules import ReviewRules
from csat_tui.domain.sheet import Sheet
from csat_tui.domain.survey import HIGHEST, LOWEST
from csat_tui.file_access import expanded
from csat_tui.playbook.audit_section import read_audit
from csat_tui.playbook.escalation_section import read_escalations
from csat_tui.playbook.field_sections import (
    groups_of,
    read_addressees,
    read_columns,
    read_fields,
    read_findings,
    read_formats,
    read_recap,
    report_duplicates,
    report_unused,
)
from csat_tui.playbook.hours_section import read_business_hours
from csat_tui.playbook.outcome_section import Terms, read_outcomes
from csat_tui.playbook.recovery_section import read_recovery
from csat_tui.playbook.scorecard_section import read_review, read_scorecards
from csat_tui.playbook.survey_sections import (
    read_checks,
    read_factors,
    read_issues,
    read_language,
    read_paths,
    read_rating,
    read_steps,
)
from csat_tui.playbook.ticket_sections import read_guards, read_merging, report_system_statuses, report_tags
from csat_tui.playbook.wording_section import read_saved_replies, read_wording
from csat_tui.toml_file import BrokenFile, Problem, Problems, Table, did_you_mean, read_toml_text
from csat_tui.toml_file import parse_toml as parse_toml
from csat_tui.toml_file.document import unreadable


def report_everything_unused(sections: Mapping[str, Sequence[Table]], playbook: Playbook, top: Table) -> None:
    """Report each step, check, field, finding, format and column that no other section uses."""
    effects = [effect for outcome in playbook.outcomes for effect in outcome.effects]
    offered = {group for outcome in playbook.outcomes for group in outcome.findings}
    asked = [one.fields for one in playbook.outcomes] + [one.fields for one in playbook.findings.values()]
    filled = {
        letters
        for effect in effects
        if isinstance(effect, CellsTemplate) and effect.sheet is Sheet.TRACKER
        for letters in effect.cells
    }
    used = {
        "step": {check.step for check in playbook.checks.values()} | {outcome.step for outcome in playbook.outcomes},
        "check": {check for path in playbook.paths for check in path.checks},
        "field": {field.id for fields in asked for field in fields},
        "addressee": _reached(playbook),
        "finding": {finding.id for finding in playbook.findings.values() if finding.group in offered},
        "format": {effect.format_id for effect in effects},
    }
    for noun, sentence in _UNUSED.items():
        report_unused(sections[noun], used[noun], sentence)
    for letters in playbook.tracker_columns.keys() - filled:
        top.log.add(("tracker", "columns", letters), f"column “{letters}” of [tracker] is filled by no outcome")


def _reached(playbook: Playbook) -> set[str]:
    """Return the addressees that a finding names; a person may type any of them where a finding has a field for it."""
    findings = playbook.findings.values()
    if any(finding.to_field for finding in findings):
        return set(playbook.addressees)
    return {one.id for finding in findings for one in finding.to}


_UNUSED = {
    "step": "has no check and no outcome",
    "check": "is on no path",
    "field": "is asked for by no outcome",
    "finding": "is offered by no outcome",
    "addressee": "is told of no finding",
    "format": "is written by no outcome",
}


_KINDS = ("credit", "refund", "replacement")
_NEEDED = ("factor", "path", "format", "outcome")
_OPTIONAL = ("step", "check", "issue", "field", "finding", "addressee")


def read_playbook(top: Table) -> Playbook:
    """Return the playbook; mistakes go to the table's log."""
    head = top.table("playbook")
    head.name = "[playbook]"
    sections = {noun: top.tables(noun, noun, optional=noun in _OPTIONAL) for noun in (*_NEEDED, *_OPTIONAL)}
    for tables in sections.values():
        report_duplicates(tables)
    report_duplicates(sections["outcome"], "key")

    factors = read_factors(sections["factor"])
    rating, rating_factor = read_rating(head, factors)
    steps = read_steps(sections["step"])
    checks = read_checks(sections["check"], [step.id for step in steps])
    paths = read_paths(sections["path"], checks, top.log)
    kinds = head.texts("accommodations") if head.has("accommodations") else _KINDS
    language = read_language(head)
    fields = read_fields(sections["field"], checks, paths, kinds)
    addressees = read_addressees(sections["addressee"])
    findings = read_findings(sections["finding"], fields, addressees)
    formats = read_formats(sections["format"], {*fields, *groups_of(findings)})
    tracker = top.table("tracker") if top.has("tracker") else Table({}, (), "[tracker]", top.log)
    tracker.name = "[tracker]"
    columns = read_columns(tracker)
    issues = read_issues(sections["issue"], kinds, language)
    suited = {*findings, *(issue.id for issue in issues)}
    saved_replies = read_saved_replies(top.tables("saved-reply", "saved reply", optional=True), suited)
    terms = Terms(checks, paths, steps, fields, findings, formats, columns)
    guarded = top.tables("status", "status", optional=True)
    guards = read_guards(guarded)
    outcomes = read_outcomes(sections["outcome"], terms)
    report_system_statuses(sections["outcome"], outcomes, guards)
    report_tags(guarded, outcomes)
    audited = top.tables("audit", "audit rule", optional=True)
    rules = [name for table in audited if isinstance(name := table.data.get("id"), str)]
    recovering = top.table("recovery") if top.has("recovery") else Table({}, ("recovery",), "[recovery]", top.log)
    supported = top.tables("support_group", "support group", optional=True)
    escalating = top.tables("escalation", "escalation", optional=True)
    low = head.number("low", LOWEST, HIGHEST)

    hours = read_business_hours(top.table("business_hours")) if top.has("business_hours") else None
    playbook = Playbook(
        id=head.identifier(),
        title=head.text("title"),
        rating=rating,
        rating_factor=rating_factor,
        low=low,
        undo=head.duration("undo") or timedelta(0),
        contact_within=head.duration("contact_within") or timedelta(0),
        answer_within=head.duration("answer_within") if head.has("answer_within") else None,
        factors=factors,
        paths=paths,
        checks=checks,
        issues=issues,
        outcomes=outcomes,
        formats=formats,
        tracker_columns=columns,
        steps=steps,
        findings=findings,
        addressees=addressees,
        wording=read_wording(top.tables("wording", "wording", optional=True), saved_replies),
        saved_replies=saved_replies,
        recap=read_recap(top.table("recap")) if top.has("recap") else None,
        guards=guards,
        merging=read_merging(top.table("merging")) if top.has("merging") else None,
        audit=read_audit(audited, outcomes, fields, findings, checks),
        scorecards=read_scorecards(top.tables("scorecard", "scorecard", optional=True), rules, fields),
        review=read_review(top.table("review")) if top.has("review") else ReviewRules(),
        recovery=read_recovery(recovering, supported, low, hours.time_zone if hours and hours.time_zone else "UTC"),
        language=language,
        escalations=read_escalations(escalating, addressees, with_groups=bool(supported)),
        business_hours=hours,
    )
    head.finish()
    top.finish()
    report_everything_unused(sections, playbook, top)
    return playbook


_BUILTIN = Path(__file__).parent / "builtin"


class PlaybookError(BrokenFile):
    """A playbook that cannot be used."""


def builtin_names() -> tuple[str, ...]:
    """Return the names of the playbooks that ship."""
    return tuple(sorted(file.stem for file in _BUILTIN.glob("*.toml")))


def builtin_file(name: str) -> Path:
    """Return the file of a playbook that ships; PlaybookError where there is none of that name."""
    if name not in builtin_names():
        raise PlaybookError(
            [Problem(Path(name), 1, f"no playbook of that name ships{did_you_mean(name, builtin_names())}")]
        )
    return _BUILTIN / f"{name}.toml"


@cache  # the files ship with this version of the program
def load_builtin(name: str) -> Playbook:
    """Return a playbook that ships; PlaybookError where there is none of that name."""
    text = builtin_file(name).read_text("utf-8")
    return _read(text, Path(f"{name}.toml"), Problems(Path(f"{name}.toml"), text, proven=True))


def own_file(name_or_path: str, base: Path) -> Path | None:
    """Return the file that a setting means, relative to `base`; None where it means one that ships."""
    if name_or_path in builtin_names():
        return None
    path = base / expanded(name_or_path)
    return path if path.suffix == ".toml" or os.path.lexists(path) else None


def resolve_playbook(name_or_path: str, base: Path) -> Playbook:
    """Return the playbook that a setting means: one that ships, or a file, relative to `base`."""
    path = own_file(name_or_path, base)
    return load_builtin(name_or_path) if path is None else load_playbook(path)


def load_playbook(path: Path, *, examples: bool = False) -> Playbook:
    """Return the playbook in a file; PlaybookError with every problem, also if the file cannot be read.

    With `examples`, the examples of its rules are tried as well: for `playbook check`, and not for every start.
    """
    try:
        text = read_toml_text(path, PlaybookError)
    except FileNotFoundError as error:
        raise PlaybookError([unreadable(path, error)]) from None
    return parse_playbook(text, path, examples=examples)


def parse_playbook(text: str, file: Path, *, examples: bool = False) -> Playbook:
    """Return the playbook in a text; problems give the name of `file`, without its folder."""
    text = text.replace("\r\n", "\n")
    shown = Path(file.name)
    return _read(text, shown, Problems(shown, text, examples=examples))


def _read(text: str, file: Path, log: Problems) -> Playbook:
    playbook = read_playbook(Table(parse_toml(text, file, PlaybookError), (), "the file", log))
    if problems := log.in_order():
        raise PlaybookError(problems)
    return playbook
