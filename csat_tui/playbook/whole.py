"""The whole playbook: sections read in the order in which they refer to each other, and what nothing refers to."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from csat_tui.domain.playbook import NoteTemplate, Playbook, ReplyTemplate, TrackerTemplate
from csat_tui.domain.survey import HIGHEST, LOWEST
from csat_tui.playbook.guide_section import read_issues
from csat_tui.playbook.identity import complain_of_twins, complain_of_unused
from csat_tui.playbook.note_sections import read_columns, read_fields, read_formats
from csat_tui.playbook.outcome_section import Terms, read_outcomes
from csat_tui.playbook.survey_sections import read_checks, read_factors, read_paths, read_rating
from csat_tui.playbook.table import Table

_KINDS = ("credit", "refund", "replacement")


def read_playbook(top: Table) -> Playbook:
    """Read every section in the order in which they refer to each other; mistakes go to the table's log."""
    head = top.table("playbook")
    head.name = "[playbook]"
    sections = {
        noun: top.tables(noun, noun, optional=noun in ("check", "issue", "field"))
        for noun in ("factor", "check", "path", "issue", "field", "format", "outcome")
    }
    for tables in sections.values():
        complain_of_twins(tables)
    complain_of_twins(sections["outcome"], "key")

    factors = read_factors(sections["factor"])
    rating, rating_factor = read_rating(head, factors)
    checks = read_checks(sections["check"])
    paths = read_paths(sections["path"], checks, top.log)
    kinds = head.texts("accommodations") if head.has("accommodations") else _KINDS
    issues = read_issues(sections["issue"], kinds)
    fields = read_fields(sections["field"])
    formats = read_formats(sections["format"], fields)
    tracker = top.table("tracker") if top.has("tracker") else Table({}, (), "[tracker]", top.log)
    tracker.name = "[tracker]"
    columns = read_columns(tracker)
    outcomes = read_outcomes(sections["outcome"], Terms(checks, fields, formats, columns))

    playbook = Playbook(
        id=head.identifier(),
        title=head.text("title"),
        rating=rating,
        rating_factor=rating_factor,
        low=head.number("low", LOWEST, HIGHEST),
        undo=head.duration("undo") or timedelta(0),
        contact_within=head.duration("contact_within") or timedelta(0),
        factors=factors,
        paths=paths,
        checks=checks,
        issues=issues,
        outcomes=outcomes,
        formats=formats,
        tracker_columns=columns,
    )
    head.finish()
    top.finish()
    _complain_of_unused(sections, playbook, top)
    return playbook


def _complain_of_unused(sections: Mapping[str, Sequence[Table]], playbook: Playbook, top: Table) -> None:
    """Note what nothing refers to: it was meant for something, and a person would wait for it in vain."""
    effects = [effect for outcome in playbook.outcomes for effect in outcome.effects]
    checked = {check for path in playbook.paths for check in path.checks}
    asked = {field.id for outcome in playbook.outcomes for field in outcome.fields}
    written = {effect.format for effect in effects if isinstance(effect, NoteTemplate | ReplyTemplate)}
    filled = {letters for effect in effects if isinstance(effect, TrackerTemplate) for letters in effect.cells}
    complain_of_unused(sections["check"], checked, "is on no path")
    complain_of_unused(sections["field"], asked, "is asked for by no outcome")
    complain_of_unused(sections["format"], written, "is written by no outcome")
    for letters in playbook.tracker_columns.keys() - filled:
        top.log.add(("tracker", "columns", letters), f"column “{letters}” of [tracker] is filled by no outcome")
