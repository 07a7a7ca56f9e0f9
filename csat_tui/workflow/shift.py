"""A shift on the desk: it begins by itself with the first work, fills in its recap, and is complete when it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from csat_tui.domain.case import Stage
from csat_tui.domain.clock import Clock
from csat_tui.domain.shift import DEFAULT_RECAP, DecidedCase, RecapState, Shift, ShiftFacts, shift_name
from csat_tui.language import tell_language
from csat_tui.reports.recap import RecapDocument, fresh_parts, mail_of, recap_document
from csat_tui.store import low_score_lists, shifts
from csat_tui.store.cases import queue
from csat_tui.store.database import Database
from csat_tui.sync.send_recap import NotSent, heard_until, recap_state, send_recap
from csat_tui.targets.port import Mailer
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.low_scores import LowScoresDesk, Reconciliation

TOPIC = "shift"
"""What the store announces where a shift has changed."""

LONGEST = timedelta(hours=16)
"""How far back the first work of a shift is looked for."""

EVER = datetime(1970, 1, 1, tzinfo=UTC)

BEFORE = 5
"""How many shifts before this one it is compared with."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that is not done yet; one that `stops` keeps the shift from being complete.

    What can be `carried` over is left to the next shift where the person says so.
    """

    sentence: str
    stops: bool
    carried: bool = False


@dataclass(frozen=True, slots=True)
class ShiftState:
    """Everything about a shift as it stands now."""

    shift: Shift
    facts: ShiftFacts
    recap: RecapDocument
    lists: tuple[Reconciliation, ...]
    sent: RecapState
    obstacles: tuple[Obstacle, ...]

    @property
    def completable(self) -> bool:
        """Whether nothing stands in the way of completing it."""
        return self.shift.ended_at is None and not any(one.stops for one in self.obstacles)


class NotComplete(Exception):
    """The shift cannot be completed yet; its text says why."""


class Shifts:
    """The agent's shifts; every method is a short look or transaction, but for `send`, which waits for the mail."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        clock: Clock,
        lists: LowScoresDesk,
        mailer: Callable[[], Mailer],
        unread: Callable[[datetime], Sequence[str]] = lambda _since: (),
    ) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock
        self._lists = lists
        self._mailer = mailer
        self._unread = unread
        """Returns what could not be picked up as a list since a moment, a sentence each."""

    @property
    def names(self) -> tuple[str, ...]:
        """What shifts are called here."""
        return (self._desk.playbook.recap or DEFAULT_RECAP).shifts

    def current(self) -> Shift:
        """Return the shift under way; one begins by itself with the first work after the last one, or now."""
        now = self._clock.now()
        with self._database.read() as connection:
            found = shifts.current(connection, self._desk.agent)
            forgotten = found is not None and self._forgotten(connection, found, now)
        if found is not None and not forgotten:
            return found
        with self._database.write(TOPIC) as connection:
            # Asked again under the lock: another window may have begun it.
            found = shifts.current(connection, self._desk.agent)
            if found is not None and self._forgotten(connection, found, now):
                began = self._first_work(connection, now) or now
                shifts.restart(connection, found.id, shift_name(self.names, began), began)
                found = shifts.shift(connection, found.id)
            elif found is None:
                began = self._first_work(connection, now) or now
                number = shifts.begin(connection, self._desk.agent, shift_name(self.names, began), began)
                found = shifts.shift(connection, number)
        if found is None:  # pragma: no cover - it was written in the same transaction
            raise AssertionError("a shift that was just begun")
        return found

    def decided(self) -> int:
        """Return how many cases were decided in the shift under way, as its recap counts them; begins no shift."""
        now = self._clock.now()
        with self._database.read() as connection:
            found = shifts.current(connection, self._desk.agent)
            if found is None or self._forgotten(connection, found, now):
                since = self._first_work(connection, now)
            else:
                since = found.started_at
            return 0 if since is None else shifts.decided(connection, self._desk.agent, since)

    def latest(self) -> Shift:
        """Return the shift under way, or the last one where none is: its recap may still be to be sent."""
        now = self._clock.now()
        with self._database.read() as connection:
            under_way = shifts.current(connection, self._desk.agent)
            if under_way is None:
                last = shifts.ended(connection, self._desk.agent, now, 1)
                if last and self._first_work(connection, now) is None:
                    return last[0]
        return self.current()

    def state(self, shift: Shift | None = None) -> ShiftState:
        """Return a shift as it stands now; where none is named, the one under way or else the last one."""
        shift = shift or self.latest()
        lists = self._lists.lists_since(shift.started_at)
        with self._database.read() as connection:
            shift = shifts.shift(connection, shift.id) or shift
            facts = self._facts(connection, shift)
        held = [(one.report.name, one.lines) for one in lists]
        recap = recap_document(shift, fresh_parts(facts, held, self._desk.playbook, tell_language), self._desk.playbook)
        obstacles = _obstacles(facts, lists, _about_the_mail(shift, recap, self._clock))
        obstacles += [Obstacle(one, stops=False) for one in self.unread(shift)]
        return ShiftState(shift, facts, recap, lists, recap_state(shift, self._clock), tuple(obstacles))

    def unread(self, shift: Shift) -> Sequence[str]:
        """Return what was to be picked up as a list since the shift before this one ended, and was none."""
        if shift.ended_at is not None:
            return ()
        with self._database.read() as connection:
            before = shifts.ended(connection, shift.agent, shift.started_at, 1)
        # A list arrives in the morning, before the shift that it is for has begun.
        return self._unread(before[0].ended_at or shift.started_at if before else EVER)

    def write_over(self, shift_id: int, section: str, text: str | None) -> None:
        """Keep a part of the recap as the person wrote it; None takes what the store fills in."""
        with self._database.write(TOPIC) as connection:
            shifts.put_text(connection, shift_id, section, text)

    def rename(self, shift_id: int, name: str) -> None:
        """Call a shift by another name."""
        with self._database.write(TOPIC) as connection:
            shifts.rename(connection, shift_id, " ".join(name.split()))

    def complete(self, shift_id: int, *, carry_over: bool = False) -> None:
        """End a shift; raises NotComplete with everything that stands in the way.

        Lists with lines that are left are carried over to the next shift where the person says so: they stay open.
        """
        with self._database.read() as connection:
            shift = shifts.shift(connection, shift_id)
        if shift is None or shift.ended_at is not None:
            raise NotComplete("The shift is complete already.")
        state = self.state(shift)
        stops = [one.sentence for one in state.obstacles if one.stops and not (carry_over and one.carried)]
        if stops:
            raise NotComplete(f"The shift cannot be completed: {'; '.join(stops)}. Nothing was changed.")
        now = self._clock.now()
        with self._database.write(TOPIC, "report") as connection:
            accounted = {one.report.id for one in state.lists}
            late = [one.name for one in low_score_lists.unreconciled(connection) if one.id not in accounted]
            if late:
                raise NotComplete(f"The list “{late[0]}” has just been added; look at it first.")
            carried = {one.report.id for one in state.lists if one.left}
            for number in accounted - carried:
                low_score_lists.set_reconciled(connection, number, now)
            shifts.end(connection, shift_id, now)

    def folder(self) -> Path | None:
        """Return where a recap is saved for the person to send; None where it leaves by itself."""
        return self._mailer().folder

    async def send(self, shift_id: int, *, again: bool = False) -> Shift:
        """Send the recap mail as it stands now; raises NotSent where nothing was tried."""
        with self._database.read() as connection:
            shift = shifts.shift(connection, shift_id)
        mail = mail_of(self.state(shift).recap)
        return await send_recap(self._database, self._mailer(), self._clock, shift_id, mail, again=again)

    def arrived(self, shift_id: int) -> None:
        """Take the person's word that a recap in doubt has arrived, or a saved one has gone out; else NotSent."""
        with self._database.write(TOPIC) as connection:
            shift = shifts.shift(connection, shift_id)
            if shift is None or recap_state(shift, self._clock) not in (RecapState.UNKNOWN, RecapState.SAVED):
                raise NotSent("No recap is waiting for an answer, and no recap was saved. Nothing was changed.")
            shifts.recap_is(connection, shift_id, RecapState.SENT, "seen by the agent", self._clock.now())

    def _forgotten(self, connection: Connection, shift: Shift, now: datetime) -> bool:
        """Tell whether a shift was looked at long ago and nothing was done in it: the work of today is another one."""
        if shift.started_at >= now - LONGEST or shift.texts:
            return False
        first = shifts.first_work(connection, shift.agent, shift.started_at)
        return first is None or first >= now - LONGEST

    def _first_work(self, connection: Connection, now: datetime) -> datetime | None:
        """Return when the first work after the last shift was done; None where there is none."""
        last = shifts.ended(connection, self._desk.agent, now, 1)
        since = max(now - LONGEST, last[0].ended_at or now) if last else now - LONGEST
        return shifts.first_work(connection, self._desk.agent, since)

    def _facts(self, connection: Connection, shift: Shift) -> ShiftFacts:
        worked = shifts.worked(
            connection, shift.agent, shift.started_at, shift.ended_at or self._clock.now() + timedelta(days=1)
        )
        earlier = shifts.ended(connection, shift.agent, shift.started_at, BEFORE)
        before: list[DecidedCase] = []
        for one in earlier:
            before += shifts.worked(connection, shift.agent, one.started_at, one.ended_at or shift.started_at)
        left = queue.counts(connection, self._clock.now(), self._desk.playbook.business_hours)
        mine, theirs = [one.survey_id for one in worked], [one.survey_id for one in before]
        return ShiftFacts(
            worked=worked,
            deliveries=shifts.deliveries(connection, mine),
            coached=shifts.coached(connection, mine),
            parked=shifts.parked(connection),
            snoozed=shifts.standing(connection, Stage.SNOOZED),
            open=left.open,
            overdue=left.overdue,
            due_soon=left.due_soon,
            before=tuple(before),
            coached_before=shifts.coached(connection, theirs),
            shifts_before=len(earlier),
        )


def _about_the_mail(shift: Shift, recap: RecapDocument, clock: Clock) -> list[Obstacle]:
    """Return what is not done yet about the recap mail."""
    match recap_state(shift, clock):
        case RecapState.SENDING:
            return [Obstacle(f"the recap is being sent; {heard_until(shift)}", stops=True)]
        case RecapState.UNKNOWN:
            return [
                Obstacle(
                    "it is not known whether the recap arrived: check your mailbox, then answer the question",
                    stops=True,
                )
            ]
        case RecapState.SAVED if shift.recap_mail is not None and shift.recap_mail.body != mail_of(recap).body:
            said = "the saved recap is out of date: save it again before you send it"
            return [Obstacle(said, stops=False)]
        case RecapState.SAVED:
            return [Obstacle("the recap is saved as a mail, but not marked as sent", stops=False)]
        case RecapState.REFUSED if recap.to:
            said = f"the recap was not sent, and is not sent again automatically: {shift.recap_reason}"
            return [Obstacle(said, stops=False)]
        case RecapState.NONE if recap.to:
            return [Obstacle("the recap has not been sent", stops=False)]
    return []


def _obstacles(facts: ShiftFacts, lists: tuple[Reconciliation, ...], mail: list[Obstacle]) -> list[Obstacle]:
    """Return what is not done yet, what stops the shift first."""
    found: list[Obstacle] = []
    for one in lists:
        if one.left:
            some = ", ".join(
                f"#{line.line.ticket_id}" if line.line.ticket_id else "a line without a number" for line in one.left[:5]
            )
            more = f" and {len(one.left) - 5} more" if len(one.left) > 5 else ""
            count = f"{len(one.left)} {'ticket' if len(one.left) == 1 else 'tickets'}"
            found.append(
                Obstacle(f"“{one.report.name}” has {count} not accounted for: {some}{more}", True, carried=True)
            )
    found += mail
    if not lists:
        found.append(Obstacle("no list of low scores was added", stops=False))
    if waiting := facts.deliveries.needs_person:
        what = "1 effect needs" if waiting == 1 else f"{waiting} effects need"
        found.append(Obstacle(f"{what} you; the outbox says why", stops=False))
    if facts.deliveries.unsettled:
        unsettled = facts.deliveries.unsettled
        what = "1 effect is" if unsettled == 1 else f"{unsettled} effects are"
        found.append(Obstacle(f"{what} still waiting to be sent; the outbox sends automatically", stops=False))
    return found
