"""Calibration at one home: sessions, one's own blind scores, closing, comparing, and exchanging by files.

Until a session closes, nobody gets another reviewer's scores from here, whoever else has scored at this home or sent a
file. Who somebody is says the help desk: it is the person of the last sync, and nobody after a newer sign-in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import uuid_utils
from sqlalchemy import Connection

from csat_tui.domain.clock import day_and_time
from csat_tui.domain.ids import UserId
from csat_tui.domain.review.calibration import (
    BlindScore,
    CalibrationClosing,
    CalibrationSession,
    SessionReviewer,
    counted_scores,
    missing_scores,
    session_mistakes,
    standing_scores,
    why_not_scored,
)
from csat_tui.domain.review.calibration_comparison import CalibrationComparison, compare_scores
from csat_tui.domain.review.calibration_file import (
    CalibrationExchange,
    calibration_file_text,
    read_calibration_file,
)
from csat_tui.domain.review.checked_json import UnexpectedJson
from csat_tui.domain.review.scorecard import LineScore, Scorecard, score_mistakes, version_of
from csat_tui.store import named_values
from csat_tui.store.database import Database
from csat_tui.store.retention.known_time import desk_time
from csat_tui.store.review import delivered_note, steps_of_note
from csat_tui.store.review.calibrations import (
    add_blind_score,
    add_closing,
    add_session,
    blind_scores,
    calibration_closing,
    calibration_session,
    calibration_sessions,
)
from csat_tui.workflow.calibration_files import CalibrationArrival, CalibrationRefused, calibration_arrival, put_arrival
from csat_tui.workflow.desk import Desk

TOPIC = "review"
"""What listeners hear when anything about a calibration has changed."""


@dataclass(frozen=True, slots=True)
class CalibrationState:
    """A session with what its reader may see: `own` are their standing scores."""

    session: CalibrationSession
    closing: CalibrationClosing | None
    own: tuple[BlindScore, ...]


@dataclass(frozen=True, slots=True)
class ClosedCalibration:
    """A closed session with the scores that count, and what they show."""

    session: CalibrationSession
    closing: CalibrationClosing
    scores: tuple[BlindScore, ...]
    comparison: CalibrationComparison


@dataclass(frozen=True, slots=True)
class BlindTask:
    """A note to be scored in a session; `own` is what the person has scored of it, `why_not` why they no longer may."""

    session: CalibrationSession
    own: BlindScore | None
    why_not: str


class CalibrationDesk:
    """What one person does with calibration sessions. Works offline. Every method may raise StoreError."""

    def __init__(self, database: Database, desk: Desk, user: str = "") -> None:
        self._database = database
        self._desk = desk
        self._user = user
        """The mail address whose credential is configured; empty where none is."""

    @property
    def now(self) -> datetime:
        """The time by the help desk, as far as it is known here."""
        with self._database.read() as connection:
            return desk_time(connection, self._desk.now)

    def person(self) -> SessionReviewer:
        """Return who is at this home. Raises CalibrationRefused where the help desk has not said so yet."""
        with self._database.read() as connection:
            return self._me(connection)

    def sessions(self) -> list[CalibrationState]:
        """Return all sessions, the latest first."""
        with self._database.read() as connection:
            me = self._me(connection)
            return [_state(connection, one, me) for one in calibration_sessions(connection)]

    def open_to_me(self) -> list[CalibrationState]:
        """Return the open sessions in which the person here reviews; none while it is not known who they are."""
        try:
            states = self.sessions()
            me, now = self.person(), self.now
        except CalibrationRefused:
            return []
        return [
            one for one in states if one.closing is None and one.session.takes(me.id) and now <= one.session.deadline
        ]

    def task(self, session_id: str, note: int) -> BlindTask:
        """Return what the person at this home is to score of a note in a session. Raises CalibrationRefused."""
        with self._database.read() as connection:
            session, me, now = (
                _known(connection, session_id),
                self._me(connection),
                desk_time(connection, self._desk.now),
            )
            own = _own(blind_scores(connection, session.id), me)
            why_not = _why_not(connection, session, me, note, now)
            return BlindTask(session, next((one for one in own if one.note == note), None), why_not)

    def session(self, said: str) -> CalibrationState:
        """Return the session of a name, or of an id or its beginning. Raises CalibrationRefused."""
        with self._database.read() as connection:
            return _state(connection, _find(connection, said), self._me(connection))

    def set_up(
        self, name: str, notes: Sequence[int], reviewers: Sequence[SessionReviewer], deadline: datetime, card_id: str
    ) -> CalibrationSession:
        """Set up a session by a scorecard of the playbook. Raises CalibrationRefused."""
        card = self._card(card_id)
        with self._database.write(TOPIC) as connection:
            me, now = self._me(connection), desk_time(connection, self._desk.now)
            name = name.strip()
            mistakes = list(session_mistakes(name, notes, reviewers, deadline, card, now))
            if any(one.name == name and _open(connection, one) for one in calibration_sessions(connection)):
                mistakes.append(f"There is an open session “{name}” already.")
            for note in notes:
                found = delivered_note(connection, note)
                if found is None:
                    mistakes.append(f"There is no note {note} here.")
                elif any(one.id == found.author_id for one in reviewers):
                    mistakes.append(f"Note {note} is by {found.author}, and nobody scores a note of their own.")
            if mistakes:
                raise CalibrationRefused(" ".join([*mistakes[:5], "Nothing was set up."]))
            session = CalibrationSession(
                id=str(uuid_utils.uuid7()), name=name, notes=tuple(notes), reviewers=tuple(reviewers),
                deadline=deadline, card=card, card_version=version_of(card), by=me, at=now,
            )  # fmt: skip
            try:
                read_calibration_file(
                    calibration_file_text(CalibrationExchange("-", session, (), None, me, now)).encode()
                )
            except UnexpectedJson as error:
                raise CalibrationRefused(
                    f"The session could not be exchanged as a file: {error} Nothing was set up."
                ) from None
            add_session(connection, session)
        return session

    def reviewed_already(self, session_id: str) -> tuple[int, ...]:
        """Return the notes of a session that have a review on their tickets, where everybody can read its scores."""
        with self._database.read() as connection:
            notes = _known(connection, session_id).notes
            return tuple(note for note in notes if steps_of_note(connection, note))

    def score(self, session_id: str, note: int, scores: Mapping[str, LineScore]) -> BlindScore:
        """Keep what the person at this home scores of a note; a later score stands for an earlier one.

        Raises CalibrationRefused where the scorecard has no such answer, for a note of their own, after the deadline
        by the help desk's time, and in a closed session.
        """
        with self._database.write(TOPIC) as connection:
            session, me, now = (
                _known(connection, session_id),
                self._me(connection),
                desk_time(connection, self._desk.now),
            )
            if refused := _why_not(connection, session, me, note, now):
                raise CalibrationRefused(f"{refused} Nothing was saved.")
            if mistakes := score_mistakes(session.card, scores):
                raise CalibrationRefused(" ".join([*mistakes, "Nothing was saved."]))
            if not any(one.answer is not None for one in scores.values()):
                raise CalibrationRefused("No line has an answer; nothing was saved.")
            found = delivered_note(connection, note)
            kept = BlindScore(
                id=str(uuid_utils.uuid7()), session_id=session.id, note=note, by=me, at=now, scores=dict(scores)
            )
            add_blind_score(connection, kept, survey_id=None if found is None else found.survey_id)
        return kept

    def close(self, session_id: str, *, early: bool = False) -> ClosedCalibration:
        """Close a session, so that it takes no more scores and is compared. Raises CalibrationRefused.

        Before the deadline every reviewer must have scored every note, unless it is to be closed `early`.
        """
        with self._database.write(TOPIC) as connection:
            session, me, now = (
                _known(connection, session_id),
                self._me(connection),
                desk_time(connection, self._desk.now),
            )
            before = calibration_closing(connection, session.id)
            if before is not None:
                raise CalibrationRefused(
                    f"“{session.name}” was closed by {before.by.name} on {day_and_time(before.at)} already."
                )
            if not session.concerns(me.id):
                raise CalibrationRefused(
                    f"“{session.name}” is closed by who set it up or reviews in it, and {me.name} does neither."
                )
            scores = standing_scores(blind_scores(connection, session.id))
            if not early and now <= session.deadline and (missing := missing_scores(session, scores)):
                raise CalibrationRefused(
                    f"{missing} of {len(session.reviewers)} reviewers have not scored every note here, and the "
                    f"deadline is {day_and_time(session.deadline)}. Nothing was closed; take in their files, "
                    "or close it early."
                )
            closing = CalibrationClosing(
                id=str(uuid_utils.uuid7()), session_id=session.id, by=me, at=now,
                counted=tuple(one.id for one in scores),
            )  # fmt: skip
            add_closing(connection, closing)
        return self.closed(session.id)

    def closed(self, session_id: str) -> ClosedCalibration:
        """Return a closed session compared. Raises CalibrationRefused while it is open."""
        with self._database.read() as connection:
            session = _known(connection, session_id)
            closing = calibration_closing(connection, session.id)
            if closing is None:
                raise CalibrationRefused(
                    f"“{session.name}” is open: scores of others and figures are shown once it is closed."
                )
            scores = counted_scores(blind_scores(connection, session.id), closing)
        return ClosedCalibration(session, closing, scores, compare_scores(session, scores))

    def export(self, session_id: str) -> str:
        """Return the text of the session's file: with one's own scores, or once it is closed with all that count."""
        with self._database.read() as connection:
            session, me = _known(connection, session_id), self._me(connection)
            closing, now = calibration_closing(connection, session.id), desk_time(connection, self._desk.now)
            kept = blind_scores(connection, session.id)
            scores = _own(kept, me) if closing is None else counted_scores(kept, closing)
            address = named_values.recall(connection, "helpdesk")
        return calibration_file_text(CalibrationExchange(address or "-", session, scores, closing, me, now))

    def take_in(self, raw: bytes, *, changes: bool = False) -> CalibrationArrival:
        """Take in a file: all of it or nothing. Raises CalibrationRefused, with one sentence, where it is refused.

        A file that differs from what its reviewer sent before is only taken in with `changes`.
        """
        try:
            exchange = read_calibration_file(raw)
        except UnexpectedJson as error:
            raise CalibrationRefused(f"{error} Nothing was taken in.") from None
        with self._database.write(TOPIC) as connection:
            arrival = calibration_arrival(connection, exchange, desk_time(connection, self._desk.now), changes=changes)
            if arrival.taken:
                put_arrival(connection, exchange, arrival)
        return arrival

    def _me(self, connection: Connection) -> SessionReviewer:
        return _person(connection, self._user)

    def _card(self, card_id: str) -> Scorecard:
        cards = {one.id: one for one in self._desk.playbook.scorecards}
        if not cards:
            raise CalibrationRefused("The playbook has no scorecard. Nothing was set up; add a [[scorecard]] to it.")
        if not card_id and len(cards) == 1:
            return next(iter(cards.values()))
        if card_id not in cards:
            raise CalibrationRefused(
                f"The playbook has no scorecard “{card_id}”; it has {', '.join(cards)}. Nothing was set up."
                if card_id
                else f"The playbook has several scorecards: {', '.join(cards)}. Nothing was set up; name one."
            )
        return cards[card_id]


def _person(connection: Connection, user: str) -> SessionReviewer:
    """Return who is at this home, by their number at the help desk.

    After a newer sign-in, and where another address is configured than when the help desk was asked, that is nobody
    until it is asked again: the scores of whoever was here before are not theirs.
    """
    number, named = named_values.recall(connection, "agent_id"), named_values.recall_noted(connection, "agent")
    signed_in = named_values.recall_noted(connection, named_values.SIGNED_IN)
    asked_as = named_values.recall(connection, "agent_user")
    another = bool(user and asked_as) and user.casefold() != asked_as.casefold()
    if not number or named is None or another or (signed_in is not None and named[1] < signed_in[1]):
        raise CalibrationRefused(
            "The help desk has not said yet who you are. Nothing was changed; run “csat-tui sync” once and try again."
        )
    return SessionReviewer(UserId(int(number)), named[0])


def _why_not(connection: Connection, session: CalibrationSession, me: SessionReviewer, note: int, now: datetime) -> str:
    """Return why somebody may not score a note now, in a sentence; empty where they may."""
    found = delivered_note(connection, note)
    if found is not None and found.author_id == me.id:
        return f"Note {note} is your own, and nobody scores their own."
    return why_not_scored(session, calibration_closing(connection, session.id), me, note, now)


def _known(connection: Connection, session_id: str) -> CalibrationSession:
    found = calibration_session(connection, session_id)
    if found is None:
        raise CalibrationRefused("There is no such session here any more. Nothing was changed.")
    return found


def _find(connection: Connection, said: str) -> CalibrationSession:
    every = calibration_sessions(connection)
    found = [one for one in every if one.name == said] or [one for one in every if said and one.id.startswith(said)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise CalibrationRefused(f"There is no session “{said}” here. Nothing was changed.")
    ids = ", ".join(one.id for one in found[:5])
    raise CalibrationRefused(f"Several sessions are “{said}”: {ids}. Nothing was changed; name one by its id.")


def _open(connection: Connection, session: CalibrationSession) -> bool:
    return calibration_closing(connection, session.id) is None


def _own(scores: Sequence[BlindScore], me: SessionReviewer) -> tuple[BlindScore, ...]:
    return tuple(one for one in standing_scores(scores) if one.by.id == me.id)


def _state(connection: Connection, session: CalibrationSession, me: SessionReviewer) -> CalibrationState:
    return CalibrationState(
        session, calibration_closing(connection, session.id), _own(blind_scores(connection, session.id), me)
    )
