"""`csat-tui review calibration`: sessions in which several reviewers score the same notes blind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csat_tui.cli.console import FIRST_YEAR, LAST_YEAR, date_and_time, read_number, say, say_json, table
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import find_installation, opened_workplace
from csat_tui.cli.line_scores import line_scores

if TYPE_CHECKING:
    from csat_tui.domain.review.calibration import SessionReviewer
    from csat_tui.workflow.calibration import CalibrationDesk
    from csat_tui.workflow.calibration_files import CalibrationArrival

calibration = typer.Typer(rich_markup_mode=None, help="Score the same notes blind with others, and compare.")

SessionArgument = Annotated[
    str, typer.Argument(metavar="SESSION", help="A session's name, or its id or the beginning of it.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@calibration.command("new")
def set_up_session(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the session is called.")],
    note: Annotated[
        list[str], typer.Option("--note", metavar="NOTE", help="A note, as `review list` prints it; several times.")
    ],
    reviewer: Annotated[
        list[str],
        typer.Option("--reviewer", metavar="ID=NAME", help="Who scores: their help desk number and name; or “me”."),
    ],
    deadline: Annotated[
        str, typer.Option("--deadline", metavar="DAY", help="The last day, or “2026-12-04 17:00” of your time.")
    ],
    scorecard: Annotated[
        str, typer.Option("--scorecard", metavar="ID", help="Which of the playbook's scorecards; needed for several.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """Set up a session; nobody sees another's scores until it is closed. Works offline."""
    from csat_tui.cli.calibration_document import session_summary

    with _desk() as desk:
        notes = [read_number(one) for one in note]
        reviewers = [_reviewer(one, desk) for one in reviewer]
        made = desk.set_up(name, notes, reviewers, _deadline(deadline), scorecard)
        reviewed = desk.reviewed_already(made.id)
        if json:
            say_json({**session_summary(desk.session(made.id)), "reviewed_already": list(reviewed)})
            return
        say(f"“{made.name}” is set up with {_of(len(made.notes), 'note')}, until {date_and_time(made.deadline)}.")
        if reviewed:
            say(f"Everybody can read on the ticket how these were reviewed: {', '.join(map(str, reviewed))}.")
        say("`review calibration export` writes the file for the other reviewers' homes.")


@calibration.command("list")
def list_sessions(json: JsonOption = False) -> None:
    """List the sessions, the latest first. Works offline."""
    from csat_tui.cli.calibration_document import session_summary

    with _desk() as desk:
        states = desk.sessions()
        if json:
            say_json({"sessions": [session_summary(one) for one in states]})
            return
        if not states:
            say("There is no calibration session here; set one up with `review calibration new`, or import one.")
            return
        lines = [["ID", "UNTIL", "STATE", "NOTES", "SCORED BY YOU", "SESSION"]]
        lines += [
            [one.session.id, date_and_time(one.session.deadline), "open" if one.closing is None else "closed",
             str(len(one.session.notes)), str(len(one.own)), one.session.name]
            for one in states
        ]  # fmt: skip
        table(lines, right=(3, 4))


@calibration.command("show")
def show_session(session: SessionArgument, json: JsonOption = False) -> None:
    """Show a session: your own scores, and once it is closed everybody's with their agreement. Works offline."""
    from csat_tui.cli.calibration_document import closed_document, closed_lines, open_document, open_lines

    with _desk() as desk:
        state = desk.session(session)
        if state.closing is None:
            if json:
                say_json(open_document(state))
            else:
                for line in open_lines(state):
                    say(line)
            return
        closed = desk.closed(state.session.id)
        if json:
            say_json(closed_document(closed))
        else:
            closed_lines(closed)


@calibration.command("score")
def score_note(
    session: SessionArgument,
    note: Annotated[str, typer.Argument(metavar="NOTE", help="A note of the session.")],
    line: Annotated[
        list[str], typer.Option("--line", metavar="LINE=ANSWER", help="A line's answer: yes, no, 0 to 4, or na.")
    ],
    cause: Annotated[
        list[str] | None, typer.Option("--cause", metavar="LINE=CAUSE", help="A cause that the line offers.")
    ] = None,
    comment: Annotated[
        list[str] | None,
        typer.Option("--comment", metavar="LINE=TEXT", help="Your words; they stay at this home, in no file."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Score a note blind; whole, for it stands in place of what you scored of it before. Works offline."""
    from csat_tui.cli.calibration_document import score_document

    with _desk() as desk:
        state = desk.session(session)
        scores = line_scores(line, cause or [], comment or [])
        kept = desk.score(state.session.id, read_number(note), scores)
        unanswered = [one.id for one in state.session.card.lines if one.id not in scores and not one.bonus]
        if json:
            say_json({**score_document(kept), "unanswered": unanswered})
            return
        say(f"Note {kept.note} is scored in “{state.session.name}”; it goes to no ticket.")
        if unanswered:
            say(f"Without an answer: {', '.join(unanswered)}. Such a line counts in no comparison.")


@calibration.command("close")
def close_session(
    session: SessionArgument,
    early: Annotated[
        bool, typer.Option("--early", help="Although the deadline is to come and not everybody has scored every note.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Close a session, so that it takes no more scores, and compare. It cannot be opened again."""
    from csat_tui.cli.calibration_document import closed_document, closed_lines

    with _desk() as desk:
        closed = desk.close(desk.session(session).session.id, early=early)
        if json:
            say_json(closed_document(closed))
        else:
            closed_lines(closed)


@calibration.command("export")
def export_session(
    session: SessionArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    over: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
    json: JsonOption = False,
) -> None:
    """Write a session's file for another home: your own scores, or once it is closed all. No customer's words."""
    from csat_tui.file_access import NotSaved, save_text

    with _desk() as desk:
        state = desk.session(session)
        text = desk.export(state.session.id)
        try:
            save_text(file, text, over=over)
        except NotSaved as error:
            raise Failure(Exit.USAGE, str(error)) from error
        closed = state.closing is not None
        scores = len(desk.closed(state.session.id).scores if closed else state.own)
        if json:
            say_json({"session": state.session.id, "file": str(file), "closed": closed, "scores": scores})
        else:
            whose = "all that count" if closed else "yours"
            say(f"“{state.session.name}” with {_of(scores, 'score')} ({whose}) is in {file}.")


@calibration.command("import")
def import_session(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `review calibration export` wrote.")],
    changes: Annotated[
        bool, typer.Option("--changes", help="Also where it differs from what its reviewer sent before.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take in another home's file: the session, and what its sender scored. All of it or nothing."""
    from csat_tui.cli.calibration_document import arrival_document

    with _desk() as desk:
        arrival = desk.take_in(_content(file), changes=changes)
        if json:
            say_json(arrival_document(arrival))
        else:
            for line in _arrival_lines(arrival):
                say(line)
    if not arrival.taken:
        raise typer.Exit(Exit.NEEDS_PERSON)


@contextmanager
def _desk() -> "Iterator[CalibrationDesk]":
    """Open the calibration desk, and turn what it refuses into a sentence and an exit code."""
    from csat_tui.workflow.calibration_files import CalibrationRefused

    with opened_workplace(find_installation()) as workplace:
        try:
            yield workplace.paperwork.calibration
        except CalibrationRefused as error:
            raise Failure(Exit.NEEDS_PERSON, str(error)) from error


def _reviewer(said: str, desk: "CalibrationDesk") -> "SessionReviewer":
    from csat_tui.domain.ids import UserId
    from csat_tui.domain.review.calibration import LONGEST_NAME, SessionReviewer

    if said.strip() == "me":
        return desk.person()
    number, equals, name = said.partition("=")
    if not equals or not name.strip() or len(name) > LONGEST_NAME or len(name.splitlines()) > 1:
        raise Failure(Exit.USAGE, f"“{said[:40]}” is no reviewer; write 123=Kim Lee, or me. Nothing was set up.")
    return SessionReviewer(UserId(read_number(number)), name.strip())


def _deadline(said: str) -> datetime:
    """Return a moment of this machine's zone; a day means its end."""
    try:
        found = datetime.fromisoformat(said.strip())
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError(said)
        if len(said.strip()) <= len("2026-12-04"):
            found = datetime.combine(found.date(), time()) + timedelta(days=1, seconds=-1)
        return found.astimezone()
    except (ValueError, OverflowError):
        raise Failure(
            Exit.USAGE, f"“{said[:40]}” is no deadline; write 2026-12-04 or “2026-12-04 17:00”. Nothing was set up."
        ) from None


def _content(file: Path) -> bytes:
    from csat_tui.domain.review.calibration_file import MOST_BYTES
    from csat_tui.file_access import NotAFile, open_source, read_stream

    try:
        with open_source(file) as source:
            return read_stream(source, MOST_BYTES)
    except NotAFile as error:
        raise Failure(Exit.USAGE, f"{error}. Nothing was taken in.") from error
    except OSError as error:
        raise Failure(Exit.USAGE, f"{file.name} cannot be read: {error.strerror}. Nothing was taken in.") from error


def _arrival_lines(arrival: "CalibrationArrival") -> Iterator[str]:
    name = arrival.session.name
    if not arrival.taken:
        notes = ", ".join(str(one.note) for one in arrival.changed)
        more = ", ".join(str(one.note) for one in arrival.added)
        what = [f"other scores of notes {notes}"] if notes else []
        what += [f"scores of further notes {more}"] if more else []
        yield (
            f"The file for “{name}” differs from what its reviewer sent before: it has {' and '.join(what)}. "
            "Nothing was taken in; ask them which one is right, and take this one in with --changes."
        )
        return
    new = len(arrival.added) + len(arrival.changed)
    yield f"“{name}”: {_of(new, 'score')} taken in, {arrival.known} here already."
    if arrival.new_session:
        yield "The session is new here."
    if arrival.closes:
        yield "It is closed; `review calibration show` compares."
    if arrival.not_counted:
        yield f"{_of(arrival.not_counted, 'score')} of this home came too late for its closing and do not count."


def _of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
