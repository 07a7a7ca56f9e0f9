"""The soak: many decisions, a bad line, a delivering process that is killed again and again, and a count at the end."""

import contextlib
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from csat_tui.config import load_config
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.effect import EffectState
from csat_tui.paths import Paths
from csat_tui.store.errors import StoreBusy
from csat_tui.workflow.opening import Workplace, open_workplace
from tests.end_to_end.places import point_at
from tests.faulty_plan import RATES, Act, Plan
from tests.faulty_proxy import FaultyProxy
from tests.soak.person import Decided, Person
from tests.soak.witness import Finding, Witness
from tests.soak.worker import LEASE, PATIENCE

ROOT = Path(__file__).parents[2]
STEP = 0.2
"""Seconds between two looks at how far it is."""
STALLED = LEASE + 2.0
"""Seconds that a stalled process is silent for: another one must have taken over meanwhile."""
BATCH = 50
"""Decisions taken between two looks."""


@dataclass(frozen=True)
class Options:
    """How much, and how badly it goes; `patience` is seconds for the whole, `workers` are there to deliver.

    One that is stalled falls silent until another has taken over, and then goes on as if nothing had been.

    `replies` is the share of decisions with a public reply, `meddled` that of tickets that somebody else changes.
    """

    notes: int = 150
    seed: int = 7
    kills: int = 1
    stalls: int = 0
    workers: int = 1
    replies: float = 0.1
    meddled: float = 0.05
    patience: float = 60.0
    rates: dict[Act, float] = field(default_factory=lambda: dict(RATES))


@dataclass
class Report:
    """What was seen, and what it took."""

    finding: Finding
    notes: int
    replies: int
    rows: int
    """Rows of the tracker."""
    seconds: float
    kills: int
    stalls: int
    acts: dict[str, int]
    """What the line did, by kind."""
    events: dict[str, int]
    """What happened to effects, by kind."""
    answers: dict[str, int]
    """What a person had to settle."""
    states: dict[str, int]

    @property
    def good(self) -> bool:
        """Whether nothing was lost and nothing doubled, in the help desk and in the tracker."""
        return self.finding.good and self.rows == self.notes

    def __str__(self) -> str:
        """Tell everything, a line a subject."""
        wrong = {act: count for act, count in self.acts.items() if act != Act.PASS}
        lines = [
            str(self.finding),
            f"{self.notes} notes, {self.replies} replies and {self.rows} tracker rows in {self.seconds:.0f} s; "
            f"the delivering process was killed {self.kills} and stalled {self.stalls} times",
            f"{sum(self.acts.values())} requests, {sum(wrong.values())} of them went wrong:",
            *(f"  {count:6} {act}" for act, count in sorted(wrong.items(), key=lambda one: -one[1])),
            f"effects: {_told(self.events)}",
            f"a person settled: {_told(self.answers) or 'nothing'}",
            f"at the end: {_told(self.states)}",
        ]
        return "\n".join(lines)


class Meddler:
    """Somebody else at the help desk, who tags a share of the tickets just after they were decided on."""

    def __init__(self, demo: DemoServer, dice: random.Random, share: float) -> None:
        self._hand, self._dice, self._share = Witness(demo, "second"), dice, share
        self.tags: dict[int, str] = {}
        """The tags that must still be there at the end, by ticket."""

    def meddle(self, workplace: Workplace, decided: Sequence[Decided]) -> None:
        """Tag some of the tickets that these decisions are about."""
        for one in decided:
            if self._dice.random() < self._share:
                note = next(each for each in workplace.dispatch.of_decision(one.id) if each.kind == "note")
                assert note.ticket_id is not None
                self.tags[note.ticket_id] = "seen_by_sam"
                self._hand.tag(note.ticket_id, "seen_by_sam")

    def close(self) -> None:
        """Let go of the connection."""
        self._hand.close()


class Stuck(Exception):
    """The outbox did not come to rest in time; its text says how far it came."""


class Soak:
    """One run in one folder."""

    def __init__(self, options: Options, home: Path, say: bool = False) -> None:
        self.options, self._home, self._say = options, home, say
        self._dice = random.Random(options.seed)
        self._workers: list[subprocess.Popen[bytes]] = []
        self._kills = self._stalls = 0
        self._stalled: tuple[subprocess.Popen[bytes], float] | None = None

    def run(self) -> Report:
        """Go through all of it; raises Stuck."""
        options = self.options
        surveys = int(options.notes * 1.15) + 20
        began = time.monotonic()
        with (
            DemoServer(DemoOptions(surveys=surveys, seed=options.seed, rate_limit=0)) as demo,
            FaultyProxy(demo.url, Plan(options.seed, options.rates), late=2.5 * PATIENCE) as line,
        ):
            environ = point_at(demo, self._home, address=line.url, undo_seconds=0)
            witness, meddler = Witness(demo), Meddler(demo, self._dice, options.meddled)
            paths = Paths.find(environ)
            workplace = open_workplace(paths, load_config(paths), environ)
            try:
                person = Person(workplace, demo, witness.bears, options.replies)
                for _ in range(options.workers):
                    self._start(environ)
                self._work(workplace, person, meddler, environ, began)
                self._until(line.idle, began, "the line still holds requests back")
                self._end()
                return self._report(workplace, person, witness, meddler.tags, line, time.monotonic() - began)
            finally:
                self._end()
                workplace.close()
                meddler.close()
                witness.close()

    def _work(
        self, workplace: Workplace, person: Person, meddler: Meddler, environ: dict[str, str], began: float
    ) -> None:
        """Decide, settle and kill until everything has come to its end."""
        wanted, said = self.options.notes, 0.0
        while True:
            before = len(person.decided)
            # Whoever was stalled in the middle of a write holds the database: nothing was changed then.
            with contextlib.suppress(StoreBusy):
                person.decide(min(BATCH, wanted - before))
                if any(_states(workplace)[state] for state in EffectState if state.needs_person):
                    person.settle()
            meddler.meddle(workplace, person.decided[before:])
            states = _states(workplace)
            ended = states["confirmed"] + states["withdrawn"]
            if len(person.decided) == wanted and ended == sum(states.values()):
                return
            self._disturb(ended / (2 * wanted), environ)
            self._check(began, f"{len(person.decided)} decided; {_told(states)}")
            if self._say and time.monotonic() - said > 10:
                said = time.monotonic()
                print(f"{said - began:6.0f} s  {len(person.decided)} decided; {_told(states)}", flush=True)
            time.sleep(STEP)

    def _disturb(self, progress: float, environ: dict[str, str]) -> None:
        """Kill or stall whoever has been there for longest, evenly over the run, and let the stalled go on."""
        if self._stalled is not None and time.monotonic() > self._stalled[1]:
            self._stalled[0].send_signal(signal.SIGCONT)
            self._stalled = None
        if self._kills < self.options.kills and progress >= (self._kills + 0.5) / self.options.kills:
            self._kill(environ)
        elif (
            self._stalled is None
            and self._stalls < self.options.stalls
            and progress >= (self._stalls + 0.75) / self.options.stalls
        ):
            self._workers[0].send_signal(signal.SIGSTOP)
            self._stalled = (self._workers[0], time.monotonic() + STALLED)
            self._stalls += 1

    def _start(self, environ: dict[str, str]) -> None:
        with (self._home / "worker.log").open("ab") as words:
            started = subprocess.Popen([sys.executable, "-m", "tests.soak.worker"], env=environ, cwd=ROOT, stderr=words)
        self._workers.append(started)

    def _kill(self, environ: dict[str, str]) -> None:
        """Kill whoever has delivered for longest, in the middle of whatever it does, and start another."""
        victim = self._workers.pop(0)
        if self._stalled is not None and self._stalled[0] is victim:
            self._stalled = None
        victim.kill()
        if victim.wait() != -signal.SIGKILL:
            raise Stuck(f"the delivering process had ended by itself; see {self._home / 'worker.log'}")
        self._kills += 1
        self._start(environ)

    def _end(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()
        self._workers.clear()

    def _until(self, reached: Callable[[], bool], began: float, what: str) -> None:
        while not reached():
            self._check(began, what)
            time.sleep(STEP)

    def _check(self, began: float, what: str) -> None:
        if time.monotonic() - began > self.options.patience:
            raise Stuck(f"not at rest after {self.options.patience:.0f} s: {what}; see {self._home / 'worker.log'}")

    def _report(
        self,
        workplace: Workplace,
        person: Person,
        witness: Witness,
        tags: dict[int, str],
        line: FaultyProxy,
        seconds: float,
    ) -> Report:
        notes = [one.note for one in person.decided]
        replies = [one.reply for one in person.decided if one.reply]
        with workplace.database.read() as connection:
            ops = [row[0] for row in connection.exec_driver_sql("SELECT op_id FROM outbox WHERE kind <> 'tracker'")]
            rows = connection.exec_driver_sql("SELECT count(*) FROM tracker_row").scalar_one()
            events = Counter(row[0] for row in connection.exec_driver_sql("SELECT event FROM delivery_attempt"))
        finding = witness.look(notes, replies, ops, tags)
        acts = {act.value: count for act, count in line.counts.items()}
        return Report(
            finding, len(notes), len(replies), rows, seconds, self._kills, self._stalls, acts, events, person.answers,
            _states(workplace),
        )  # fmt: skip


def _states(workplace: Workplace) -> Counter[str]:
    with workplace.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT state, count(*) FROM outbox GROUP BY state").all()
    return Counter({str(row[0]): int(row[1]) for row in rows})


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda one: -one[1]))
