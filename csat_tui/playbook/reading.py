"""Read a playbook: its sections in the order in which they refer to each other, then everything that is unused."""

from datetime import timedelta

from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import HIGHEST, LOWEST
from csat_tui.playbook.effect_section import Terms
from csat_tui.playbook.field_sections import groups_of, read_fields, read_findings
from csat_tui.playbook.guide_section import read_issues, read_language
from csat_tui.playbook.identity import report_duplicates
from csat_tui.playbook.merging_section import read_merging
from csat_tui.playbook.note_sections import read_columns, read_formats
from csat_tui.playbook.outcome_section import read_outcomes
from csat_tui.playbook.recap_section import read_recap
from csat_tui.playbook.status_section import read_guards, report_system_statuses, report_tags
from csat_tui.playbook.survey_sections import read_checks, read_factors, read_paths, read_rating, read_steps
from csat_tui.playbook.unused import report_everything_unused
from csat_tui.playbook.wording_section import read_saved_replies, read_wording
from csat_tui.toml_file import Table

_KINDS = ("credit", "refund", "replacement")
_NEEDED = ("factor", "path", "format", "outcome")
_OPTIONAL = ("step", "check", "issue", "field", "finding")


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
    findings = read_findings(sections["finding"], fields)
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

    playbook = Playbook(
        id=head.identifier(),
        title=head.text("title"),
        rating=rating,
        rating_factor=rating_factor,
        low=head.number("low", LOWEST, HIGHEST),
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
        wording=read_wording(top.tables("wording", "wording", optional=True), saved_replies),
        saved_replies=saved_replies,
        recap=read_recap(top.table("recap")) if top.has("recap") else None,
        guards=guards,
        merging=read_merging(top.table("merging")) if top.has("merging") else None,
        language=language,
    )
    head.finish()
    top.finish()
    report_everything_unused(sections, playbook, top)
    return playbook
