"""From a file to a playbook: read, checked as a whole, or refused with everything that is wrong."""

import re
import tomllib
from datetime import timedelta
from importlib import resources
from pathlib import Path

from csat_tui.domain.playbook import NoteTemplate, Playbook, ReplyTemplate, TrackerTemplate
from csat_tui.domain.survey import HIGHEST, LOWEST
from csat_tui.playbook.guide_section import read_issues
from csat_tui.playbook.identity import complain_of_twins, complain_of_unused
from csat_tui.playbook.note_sections import read_columns, read_fields, read_formats
from csat_tui.playbook.outcome_section import Terms, read_outcomes
from csat_tui.playbook.problem import Complaints, PlaybookError, Problem, did_you_mean
from csat_tui.playbook.survey_sections import read_checks, read_factors, read_paths, read_rating
from csat_tui.playbook.table import Table

_BUILTIN = resources.files("csat_tui.playbook") / "builtin"
_KINDS = ("credit", "refund", "replacement")
_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


def builtin_names() -> tuple[str, ...]:
    """Return the names of the playbooks that ship."""
    return tuple(sorted(one.name.removesuffix(".toml") for one in _BUILTIN.iterdir() if one.name.endswith(".toml")))


def load_builtin(name: str) -> Playbook:
    """Return a playbook that ships; PlaybookError where there is none of that name."""
    if name not in builtin_names():
        raise PlaybookError(
            [Problem(Path(name), 1, f"no playbook of that name ships{did_you_mean(name, builtin_names())}")]
        )
    return parse((_BUILTIN / f"{name}.toml").read_text("utf-8"), Path(f"{name}.toml"))


def resolve(name_or_path: str, base: Path) -> Playbook:
    """Return the playbook that a setting means: one that ships, or a file, relative to `base`."""
    if name_or_path in builtin_names():
        return load_builtin(name_or_path)
    path = base / Path(name_or_path).expanduser()
    if path.suffix == ".toml" or path.exists():
        return load(path)
    return load_builtin(name_or_path)


def load(path: Path) -> Playbook:
    """Return the playbook in a file; PlaybookError with every problem, also where the file cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise PlaybookError([Problem(path, line, "the file is not UTF-8 text; save it as UTF-8")]) from None
    except OSError as error:
        raise PlaybookError([Problem(path, 1, f"the file cannot be read: {error.strerror}")]) from None
    return parse(text, path)


def parse(text: str, file: Path) -> Playbook:
    """Return the playbook in a text; `file` is what problems name."""
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlaybookError([_syntax_problem(str(error), text, file)]) from None
    log = Complaints(file, text)
    playbook = _read(Table(data, (), "the playbook", log), log)
    log.raise_any()
    return playbook


def _syntax_problem(message: str, text: str, file: Path) -> Problem:
    match = _SYNTAX.fullmatch(message)
    line = int(match["line"]) if match and match["line"] else text.rstrip().count("\n") + 1
    what = match["what"] if match else message
    return Problem(file, line, f"this is not TOML: {what[:1].lower()}{what[1:]}")


def _read(top: Table, log: Complaints) -> Playbook:
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
    paths = read_paths(sections["path"], checks, log)
    kinds = head.texts("accommodations") if head.has("accommodations") else _KINDS
    issues = read_issues(sections["issue"], kinds)
    fields = read_fields(sections["field"])
    formats = read_formats(sections["format"], fields)
    tracker = top.table("tracker") if top.has("tracker") else Table({}, (), "[tracker]", log)
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

    effects = [effect for outcome in outcomes for effect in outcome.effects]
    written = {effect.format for effect in effects if isinstance(effect, NoteTemplate | ReplyTemplate)}
    filled = {letters for effect in effects if isinstance(effect, TrackerTemplate) for letters in effect.cells}
    complain_of_unused(sections["check"], {one for path in paths for one in path.checks}, "is on no path")
    complain_of_unused(
        sections["field"], {one.id for outcome in outcomes for one in outcome.fields}, "is asked for by no outcome"
    )
    complain_of_unused(sections["format"], written, "is written by no outcome")
    for letters in columns.keys() - filled:
        log.add(("tracker", "columns", letters), f"column “{letters}” of [tracker] is filled by no outcome")
    return playbook
