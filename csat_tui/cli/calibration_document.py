"""Calibration sessions as JSON documents and as lines of text."""

from collections.abc import Iterator
from typing import Any

from csat_tui.cli.console import date_and_time, say, table
from csat_tui.domain.review.calibration import BlindScore, CalibrationClosing, CalibrationSession, SessionReviewer
from csat_tui.domain.review.scorecard import LineAnswer
from csat_tui.domain.statistics.agreement import Agreement
from csat_tui.domain.statistics.reported_agreement import MeanDifference, ReportedAgreement
from csat_tui.workflow.calibration import CalibrationState, ClosedCalibration
from csat_tui.workflow.calibration_files import CalibrationArrival

AGREEMENT_HEAD = ("ITEMS", "AGREE", "95 %", "AC1", "95 %")
"""Above what `agreement_cells` returns, but for the label."""

_NOT_APPLICABLE = "n/a"


def session_summary(state: CalibrationState) -> dict[str, Any]:
    """Return a session as JSON has it, without scores."""
    session = state.session
    return {
        "id": session.id, "name": session.name, "state": "open" if state.closing is None else "closed",
        "deadline": session.deadline, "scorecard": session.card.id, "scorecard_version": session.card_version,
        "notes": list(session.notes), "reviewers": [_person(one) for one in session.reviewers],
        "by": _person(session.by), "at": session.at, "closing": _closing(state.closing), "scored": len(state.own),
    }  # fmt: skip


def open_document(state: CalibrationState) -> dict[str, Any]:
    """Return an open session as JSON has it, with its reader's own scores."""
    return {
        **session_summary(state),
        "lines": [
            {"id": line.id, "label": line.label, "answers": [one.value for one in line.answers],
             "causes": list(line.causes)}
            for line in state.session.card.lines
        ],
        "scores": [score_document(one) for one in state.own],
    }  # fmt: skip


def closed_document(closed: ClosedCalibration) -> dict[str, Any]:
    """Return a closed session as JSON has it: everybody's scores, agreement, and who stands where."""
    session, found = closed.session, closed.comparison
    return {
        **session_summary(CalibrationState(session, closed.closing, ())),
        "scored": len(closed.scores),
        "scores": [score_document(one) for one in closed.scores],
        "lines": [
            {"id": one.line.id, "label": one.line.label, **agreement_document(one.agreement)} for one in found.lines
        ],
        "all_lines": agreement_document(found.overall),
        "passed": agreement_document(found.verdict),
        "standings": [
            {"reviewer": _person(one.reviewer), "notes": one.notes, "compared": one.compared,
             "with_majority": one.with_majority, "scored_alike": one.scored_alike, "mean": one.mean,
             "others": one.others, "difference": _difference(one.difference)}
            for one in found.standings
        ],
        "apart": [
            {"note": one.note, "line": one.line.id,
             "answers": [{"by": key, "answer": told.value} for key, told in one.answers.items()]}
            for one in found.apart
        ],
    }  # fmt: skip


def score_document(score: BlindScore) -> dict[str, Any]:
    """Return a blind score as JSON has it."""
    return {
        "id": score.id, "note": score.note, "by": _person(score.by), "at": score.at,
        "lines": {
            key: {"answer": None if one.answer is None else one.answer.value, "cause": one.cause or None,
                  "comment": one.comment or None}
            for key, one in score.scores.items()
        },
    }  # fmt: skip


def agreement_document(found: ReportedAgreement) -> dict[str, Any]:
    """Return both coefficients as JSON has them; null where the sample bears no figure, and `why_not` says why."""
    return {
        "items": found.items, "raters": found.percent.raters, "why_not": found.why_not or None,
        "percent_agreement": _coefficient(found.percent), "ac1": _coefficient(found.ac1),
    }  # fmt: skip


def arrival_document(arrival: CalibrationArrival) -> dict[str, Any]:
    """Return what a file brought as JSON has it, without anybody's answers."""
    return {
        "session": arrival.session.id, "name": arrival.session.name, "taken": arrival.taken,
        "new_session": arrival.new_session, "closes": arrival.closes, "known": arrival.known,
        "added": [{"note": one.note, "by": _person(one.by)} for one in arrival.added],
        "changed": [{"note": one.note, "by": _person(one.by)} for one in arrival.changed],
        "not_counted": arrival.not_counted,
    }  # fmt: skip


def open_lines(state: CalibrationState) -> Iterator[str]:
    """Yield what an open session shows to one reviewer."""
    yield from _head(state.session)
    yield "It is open: scores of others and figures are shown once it is closed."
    own = {one.note: one for one in state.own}
    for note in state.session.notes:
        yield f"Note {note}: {_own_words(own[note]) if note in own else 'not scored by you'}"
    yield "Lines of the scorecard:"
    for line in state.session.card.lines:
        yield f"  {line.id} ({', '.join(one.value for one in line.answers)}): {line.label}"


def closed_lines(closed: ClosedCalibration) -> None:
    """Print what a closed session shows."""
    for line in _head(closed.session):
        say(line)
    say(f"It was closed by {closed.closing.by.name} on {date_and_time(closed.closing.at)}.")
    found = closed.comparison
    names = {one.id: one.name for one in closed.session.reviewers}
    say("")
    rows = [[*AGREEMENT_HEAD, "LINE"]]
    rows += [agreement_cells(one.agreement, one.line.label) for one in found.lines]
    rows += [agreement_cells(found.overall, "All lines"), agreement_cells(found.verdict, "Passed or not")]
    table(rows, right=(0, 1, 3))
    for why_not in dict.fromkeys(one.why_not for one in (found.overall, found.verdict) if one.why_not):
        say(why_not)
    say("")
    rows = [["SCORED", "WITH MAJORITY", "MEAN", "OTHERS", "DIFFERENCE (95 %)", "REVIEWER"]]
    rows += [
        [str(one.notes), f"{one.with_majority} of {one.compared}", _percent(one.mean), _percent(one.others),
         _difference_words(one.difference), one.reviewer.name]
        for one in found.standings
    ]  # fmt: skip
    table(rows, right=(0, 1, 2, 3))
    if found.apart:
        say("")
        say("Different answers:")
    for apart in found.apart:
        told = ", ".join(f"{names.get(key, key)} {_answer(answer)}" for key, answer in apart.answers.items())
        say(f"  {apart.note} {apart.line.label}: {told}")
    comments = [
        (score, line_id, one.comment)
        for score in closed.scores
        for line_id, one in score.scores.items()
        if one.comment
    ]  # fmt: skip
    for score, line_id, comment in comments:
        say(f"  {score.note} {line_id}, {score.by.name}: {comment}")


def agreement_cells(found: ReportedAgreement, label: str) -> list[str]:
    """Return a row of a table: items, percent agreement with its interval, AC1 with its interval, and the label."""
    percent, ac1 = found.percent, found.ac1
    return [
        str(found.items), _percent(None if percent.coefficient is None else 100 * percent.coefficient),
        _interval(percent, 100), "–" if ac1.coefficient is None else f"{ac1.coefficient:.2f}", _interval(ac1, 1), label,
    ]  # fmt: skip


def _head(session: CalibrationSession) -> Iterator[str]:
    yield f"“{session.name}” ({session.id}), set up by {session.by.name}, until {date_and_time(session.deadline)}"
    yield f"Scorecard: {session.card.label}, version {session.card_version}"
    yield "Reviewers: " + ", ".join(f"{one.name} (#{one.id})" for one in session.reviewers)


def _own_words(score: BlindScore) -> str:
    told = (f"{key}={one.answer.value}" for key, one in score.scores.items() if one.answer is not None)
    return f"scored by you on {date_and_time(score.at)}: {' '.join(told)}"


def _answer(answer: LineAnswer) -> str:
    return _NOT_APPLICABLE if answer is LineAnswer.NOT_APPLICABLE else answer.value


def _person(one: SessionReviewer) -> dict[str, Any]:
    return {"id": one.id, "name": one.name}


def _closing(one: CalibrationClosing | None) -> dict[str, Any] | None:
    return None if one is None else {"id": one.id, "by": _person(one.by), "at": one.at}


def _coefficient(found: Agreement) -> dict[str, Any]:
    return {
        "value": found.coefficient, "low": found.low, "high": found.high, "standard_error": found.standard_error,
    }  # fmt: skip


def _difference(found: MeanDifference) -> dict[str, Any]:
    return {"mean": found.mean, "low": found.low, "high": found.high, "notes": found.pairs}


def _difference_words(found: MeanDifference) -> str:
    if found.mean is None:
        return "–"
    interval = "" if found.low is None else f" ({found.low:+.1f} to {found.high:+.1f})"
    return f"{found.mean:+.1f}{interval}"


def _interval(found: Agreement, unit: int) -> str:
    if found.low is None or found.high is None:
        return "–"
    return f"{unit * found.low:.0f}–{unit * found.high:.0f} %" if unit == 100 else f"{found.low:.2f}–{found.high:.2f}"


def _percent(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.0f} %"
