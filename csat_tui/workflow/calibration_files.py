"""What the file of a calibration session brings to a home: what is new in it, what differs, and why it is refused."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from csat_tui.domain.clock import day_and_time
from csat_tui.domain.review.calibration import CLOCKS_DIFFER, BlindScore, CalibrationSession, standing_scores
from csat_tui.domain.review.calibration_file import CalibrationExchange, session_document
from csat_tui.store import named_values
from csat_tui.store.review import delivered_note
from csat_tui.store.review.calibrations import (
    FILE,
    add_blind_score,
    add_closing,
    add_session,
    blind_scores,
    calibration_closing,
    calibration_session,
)


class CalibrationRefused(Exception):
    """Something about a calibration was not done; the error's text says why, and what is safe."""


@dataclass(frozen=True, slots=True)
class CalibrationArrival:
    """What a file brought. Without `taken`, nothing was taken in: it changes what its reviewer sent before."""

    session: CalibrationSession
    new_session: bool
    added: tuple[BlindScore, ...]
    changed: tuple[BlindScore, ...]
    known: int
    """Scores that were here already."""
    closes: bool
    taken: bool
    not_counted: int = 0
    """Scores that are here, and that the closing in the file does not count."""


def calibration_arrival(
    connection: Connection, exchange: CalibrationExchange, now: datetime, *, changes: bool
) -> CalibrationArrival:
    """Return what a file brings. Raises CalibrationRefused where it is not taken in whatever the person says."""
    session, closing = exchange.session, exchange.closing
    address = named_values.recall(connection, "helpdesk")
    if exchange.help_desk != (address or "-"):
        raise _refused(f"It is of the help desk {exchange.help_desk}, and this home works with {address or 'none'}.")
    here = calibration_session(connection, session.id)
    if here is not None and session_document(here) != session_document(session):
        raise _refused(f"Its session “{session.name}” is here already with another content.")
    kept = [] if here is None else blind_scores(connection, session.id)
    before = None if here is None else calibration_closing(connection, session.id)
    by_id = {one.id: one for one in kept}
    standing = {(one.note, one.by.id): one for one in standing_scores(kept)}
    added, changed, known = [], [], 0
    for one in exchange.scores:
        same = by_id.get(one.id)
        if same is not None and not (same.says_the_same(one) and (same.note, same.by.id) == (one.note, one.by.id)):
            raise _refused(f"Its score of note {one.note} contradicts one that is here under the same number.")
        if one.at > now + CLOCKS_DIFFER:
            raise _refused(f"Its score of note {one.note} is from the future by the help desk's time.")
        found = delivered_note(connection, one.note)
        if found is not None and found.author_id == one.by.id:
            raise _refused(f"It has a score by {one.by.name} of a note of their own.")
        earlier = standing.get((one.note, one.by.id))
        # What a closing counts is kept under its own number, whatever says the same here.
        alike = earlier is not None and earlier.says_the_same(one)
        older = earlier is not None and one.at < earlier.at and closing is None
        if same is not None or older or (alike and closing is None):
            known += 1
        elif earlier is None or alike:
            added.append(one)
        else:
            changed.append(one)
    if before is not None and (added or changed or (closing is not None and closing.id != before.id)):
        raise _refused(
            f"“{session.name}” was closed here by {before.by.name} on {day_and_time(before.at)}; "
            "it takes no more scores."
        )
    sent_before = {one.by.id for one in kept}
    differs = bool(changed) or any(one.by.id in sent_before and (one.note, one.by.id) not in standing for one in added)
    counted = set() if closing is None else set(closing.counted)
    not_counted = sum(one.id not in counted for one in standing.values()) if closing is not None and not before else 0
    return CalibrationArrival(
        session, here is None, tuple(added), tuple(changed), known, closing is not None and before is None,
        changes or not differs, not_counted,
    )  # fmt: skip


def put_arrival(connection: Connection, exchange: CalibrationExchange, arrival: CalibrationArrival) -> None:
    """Keep what a file brought."""
    if arrival.new_session:
        add_session(connection, exchange.session)
    for one in (*arrival.added, *arrival.changed):
        add_blind_score(connection, one, source=FILE)
    if arrival.closes and exchange.closing is not None:
        add_closing(connection, exchange.closing, source=FILE)


def _refused(reason: str) -> CalibrationRefused:
    return CalibrationRefused(f"{reason} Nothing was taken in.")
