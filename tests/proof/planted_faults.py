"""Faults planted in delivery, one at a time, and which test notices each: `python -m tests.proof.planted_faults`.

Each is made in a copy of the program, and is what somebody could write, or once wrote. A deterministic test has to
notice every one of them, so that the random machine is a net below those and proves nothing alone. With `--machine` it
is told as well after how many random examples the machine notices them. Words beside it choose the faults that have
them in their names.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parents[2]
MOST_EXAMPLES = 128
"""How many random examples look for a fault at most."""
DETERMINISTIC = (
    "tests/sync/test_deliver_again.py", "tests/sync/test_deliver_conflicts.py", "tests/sync/test_deliver_lease.py",
    "tests/sync/test_deliver_lost_answers.py", "tests/sync/test_deliver_sending.py",
    "tests/sync/test_deliver_limits.py", "tests/sync/test_deliver_owners.py", "tests/sync/test_retry_delay.py",
    "tests/workflow/test_dispatch.py", "tests/workflow/test_undoing.py", "tests/domain/test_outbox.py",
    "tests/helpdesk", "tests/transport", "tests/proof/test_each_mishap.py",
    "tests/proof/test_killed_at_every_write.py",
)  # fmt: skip
"""The tests that know beforehand what goes wrong, the quick ones first."""
SENDER = "csat_tui/sync/ticket_sender.py"
DELIVERER = "csat_tui/sync/deliverer.py"
TURNS = "csat_tui/store/outbox/delivery_turns.py"
ATTEMPTS = "csat_tui/store/outbox/attempts.py"
EFFECT = "csat_tui/domain/effect.py"
DESK = "csat_tui/helpdesk/zendesk/desk.py"
DISPATCH = "csat_tui/workflow/dispatch.py"
ANSWERS = "csat_tui/transport/faults.py"


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A fault: in which file, and what stands there in place of what."""

    name: str
    file: str
    swaps: tuple[tuple[str, str], ...]

    def plant(self, top: Path) -> None:
        """Make the fault in a copy of the program; what it takes the place of has to stand there once."""
        file = top / self.file
        text = file.read_text()
        for old, new in self.swaps:
            if text.count(old) != 1:
                raise ValueError(f"{self.name}: {old!r} stands {text.count(old)} times in {self.file}")
            text = text.replace(old, new)
        file.write_text(text)


def _fault(name: str, file: str, old: str, new: str) -> PlantedFault:
    return PlantedFault(name, file, ((old, new),))


_CLAIM = "outbox.move(connection, effect, EffectEvent.CLAIMED, at=now, attempt=attempt, read_from=since)"
_MOVE_BASE = "                outbox.move_base(connection, effect, ticket)\n            return False\n"

FAULTS = (
    PlantedFault(
        "the claim is committed only after the send",
        SENDER,
        (
            (f"                self.sending.add(effect.id)\n                {_CLAIM}\n", "                pass\n"),
            (
                "                receipt = await self._helpdesk.apply(sending.change())\n",
                "                try:\n"
                "                    receipt = await self._helpdesk.apply(sending.change())\n"
                "                finally:\n"
                '                    with self._database.write("outbox") as connection:\n'
                f"                        {_CLAIM}\n",
            ),
        ),
    ),
    _fault(
        "a lost write is not looked for",
        SENDER,
        "receipt = await self._find_receipt(effect)\n        except Missing as error",
        "receipt = None\n        except Missing as error",
    ),
    _fault(
        "what a person sends again is not looked for",
        SENDER,
        "doubtful = attempts.in_doubt(connection, effect.id)",
        "doubtful = False",
    ),
    PlantedFault(
        "a refusal is believed though an answer was lost before",
        SENDER,
        (
            (
                "    async def _handle_refusal(self, effect: OutboxItem, error: HelpDeskError) -> bool:",
                "    async def _handle_refusal(self, effect: OutboxItem, error: HelpDeskError) -> bool:  # planted",
            ),
            (
                "doubtful = attempts.was_lost(connection, effect.id)\n        if doubtful",
                "doubtful = False\n        if doubtful",
            ),
        ),
    ),
    _fault(
        "what was lost before gets a new base",
        SENDER,
        "return await self._handle_conflict(effect, error, doubtful=doubtful)",
        "return await self._handle_conflict(effect, error, doubtful=False)",
    ),
    _fault(
        "a transcript that shows it is not believed in a conflict",
        SENDER,
        "there = attempts.receipt_in_transcript(connection, effect)",
        "there = None",
    ),
    _fault(
        "a transcript that shows it is not believed in reading back",
        SENDER,
        "if (receipt := attempts.receipt_in_transcript(connection, effect)) is not None:",
        "if (receipt := None) is not None:",
    ),
    _fault(
        "the lease is not looked at before a write",
        SENDER,
        "if not self._holds(connection) or not delivery_turns.is_its_turn(connection, effect):",
        "if not delivery_turns.is_its_turn(connection, effect):",
    ),
    _fault(
        "whose turn it is is not looked at before a write",
        SENDER,
        "if not self._holds(connection) or not delivery_turns.is_its_turn(connection, effect):",
        "if not self._holds(connection):",
    ),
    _fault(
        "two deliver at once",
        "csat_tui/store/leases.py",
        "if row[0] != holder and not is_gone(row[0]):",
        "if False:",
    ),
    _fault(
        "a conflict is taken for a success",
        SENDER,
        "            case WriteConflict() | Denied() | Missing() | Refused():\n",
        "            case WriteConflict():\n"
        "                now = self._clock.now()\n"
        "                there = Receipt(effect.op_id, effect.change().ticket_id, '', now, public=effect.public)\n"
        "                self._confirm(effect, EffectEvent.LANDED, there)\n"
        "                return True\n"
        "            case WriteConflict() | Denied() | Missing() | Refused():\n",
    ),
    _fault(
        "a conflict of which the person must know is rebased",
        SENDER,
        "serious = [one for one in found if not one.harmless]",
        "serious = []",
    ),
    _fault("a new base is not kept", SENDER, _MOVE_BASE, "            return False\n"),
    _fault(
        "tags are written over a base that was moved",
        SENDER,
        "if _has_moved_tags(effect):",
        "if False:",
    ),
    _fault(
        "a fault of our own is taken for not sent",
        SENDER,
        'self.mark_unknown(sending, f"unexpected {type(error).__name__}; looking whether it arrived")',
        "self._requeue(sending, error, str(error))",
    ),
    _fault(
        "an unknown answer is taken for not sent",
        SENDER,
        '                self.mark_unknown(effect, f"{error}; looking whether it arrived")',
        "                self._requeue(effect, error, str(error))",
    ),
    _fault(
        "an unread read-back is taken for nothing there",
        SENDER,
        "        except Exception as error:\n            self._postpone(effect, error)\n            return False\n"
        "        if receipt is not None:\n            self._confirm(effect, EffectEvent.FOUND, receipt)\n"
        "            return True\n        sentence",
        "        except Exception:\n            receipt = None\n"
        "        if receipt is not None:\n            self._confirm(effect, EffectEvent.FOUND, receipt)\n"
        "            return True\n        sentence",
    ),
    _fault(
        "a lost write is looked for from its last change",
        SENDER,
        "effect.read_from or effect.changed_at",
        "self._clock.now()",
    ),
    _fault(
        "what a former process was sending is put back",
        DELIVERER,
        'sender.mark_unknown(effect, "the program ended while sending; looking whether it arrived")',
        "sender._move(effect, EffectEvent.NOT_SENT, '', not_before=self._clock.now())",
    ),
    _fault(
        "what a former process was sending is forgotten",
        DELIVERER,
        "        self._recover()\n        if (limited",
        "        if (limited",
    ),
    _fault(
        "two effects of one ticket are sent at once",
        DELIVERER,
        "async with ticket_locks[current.ticket_id] if current.ticket_id is not None else nullcontext():",
        "async with nullcontext():",
    ),
    _fault("an effect goes before an earlier one of its decision", TURNS, "    ~_HELD_BACK,\n", ""),
    _fault(
        "an effect crosses one whose fate is not known",
        TURNS,
        "    (col(OutboxRow.state) == EffectState.UNKNOWN) | ~_CROSSING,\n",
        "",
    ),
    _fault(
        "after an outage what was just lost is looked for at once",
        TURNS,
        "((now, ~fresh), (now + settling, fresh))",
        "((now, ~fresh), (now, fresh))",
    ),
    _fault(
        "a clock that was put back keeps effects waiting",
        TURNS,
        "    for outbox_id, until, since in rows:",
        "    for outbox_id, until, since in ():",
    ),
    _fault(
        "a lost write is looked for at once",
        EFFECT,
        "SETTLING_TIME = timedelta(seconds=5)",
        "SETTLING_TIME = timedelta()",
    ),
    _fault(
        "a stamp of this very second is written under",
        EFFECT,
        "STAMP_PRECISION = timedelta(seconds=1)",
        "STAMP_PRECISION = timedelta()",
    ),
    _fault(
        "a reply that was not found is sent again without asking",
        EFFECT,
        "if asks and (state, event) == (EffectState.UNKNOWN, EffectEvent.ABSENT):",
        "if False:",
    ),
    _fault(
        "who can see a message is not looked at",
        ATTEMPTS,
        "if effect.declaration.leaves_message and receipt.public not in (None, effect.public):",
        "if False:",
    ),
    _fault(
        "what follows keeps the base from before",
        ATTEMPTS,
        "    if not effect.merges:\n        effects.follow_on",
        "    if False:\n        effects.follow_on",
    ),
    _fault(
        "what follows takes away tags of others",
        "csat_tui/store/outbox/effects.py",
        '        if not later.add_tags:\n            values["base"]',
        '        if not later.add_tags or tags is None:\n            values["base"]',
    ),
    _fault(
        "what may still arrive is given back",
        ATTEMPTS,
        "        case EffectState.QUEUED | EffectState.WITHDRAWN:\n            return was_lost(connection, effect.id)",
        "        case EffectState.QUEUED | EffectState.WITHDRAWN:\n            return False",
    ),
    _fault(
        "a conflict after a lost answer is given back",
        ATTEMPTS,
        "return was_lost(connection, effect.id) and not _ruled_out(connection, effect)",
        "return False",
    ),
    _fault(
        "what was sent once is undone",
        "csat_tui/workflow/desk.py",
        "            if attempts.ever_lost(connection, decision_id):\n",
        "            if False:\n",
    ),
    _fault(
        "what is on its way is undone",
        "csat_tui/workflow/desk.py",
        "if any(effect.state is not EffectState.QUEUED for effect in effects):",
        "if any(effect.state.settled for effect in effects):",
    ),
    _fault(
        "what a person sends again does not wait for a slow write",
        DISPATCH,
        "wait = SETTLING_TIME",
        "wait = timedelta()",
    ),
    _fault(
        "a conflict is sent again over a ticket newer than what was shown",
        DISPATCH,
        "return ticket if read is None or read >= ticket.updated_at else replace(ticket, updated_at=read)",
        "return ticket",
    ),
    _fault(
        "a conflict is sent again on its old base",
        DISPATCH,
        "outbox.rebase(connection, effect, seen)",
        "pass",
    ),
    _fault(
        "a write is under no stamp",
        DESK,
        "    if change.base is not None:\n        ticket",
        "    if False:\n        ticket",
    ),
    _fault(
        "a tag is sent without its note",
        DESK,
        "    if change.body.strip():\n",
        "    if change.body.strip() and change.tags is None:\n",
    ),
    _fault("a write does not say its operation", DESK, '{"metadata": {"op_id": change.op_id}}', "{}"),
    _fault(
        "a note is sent for everybody",
        DESK,
        '"public": change.public}',
        '"public": True}',
    ),
    _fault(
        "only the first page of audits is read",
        DESK,
        "            if audits and oldest > audits[-1]",
        "            return None\n            if audits and oldest > audits[-1]",
    ),
    _fault("audits are read no further back than now", DESK, "oldest = since - CLOCKS_APART", "oldest = since"),
    _fault(
        "an answer that is not understood is taken for a refusal",
        DESK,
        "        except Malformed as error:\n            raise Uncertain(",
        "        except Malformed as error:\n            raise Refused(",
    ),
    _fault(
        "a broken connection is taken for not sent",
        ANSWERS,
        "    if writing:\n        return Uncertain(f\"{what}, so",
        "    if writing:\n        return Unreachable(f\"{what}, so",
    ),
    _fault(
        "a server's fault is taken for not sent",
        ANSWERS,
        '            return unusable_answer(address, what=f"status {status}")',
        '            return Unreachable("")',
    ),
    _fault(
        "a page instead of an answer is taken for not sent",
        ANSWERS,
        '    return Uncertain(f"{address} answered a write with',
        '    return Unreachable(f"{address} answered a write with',
    ),
)  # fmt: skip


def copy_of_the_program(folder: Path) -> Path:
    """Return a copy of the program and its tests in a folder, which is its own top."""
    top = folder / "copy"
    for name in ("csat_tui", "tests", "styles", "docs", "benchmarks"):
        shutil.copytree(TOP / name, top / name, ignore=shutil.ignore_patterns("__snapshots__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copy(TOP / name, top / name)
    return top


def _run(top: Path, *command: str) -> subprocess.CompletedProcess[str]:
    paths = os.environ | {"PYTHONPATH": str(top), "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run([sys.executable, *command], cwd=top, env=paths, capture_output=True, text=True, check=False)


def noticed_by(top: Path) -> str:
    """Return the first deterministic test that fails in a copy; empty where none does."""
    told = _run(top, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *DETERMINISTIC)
    if told.returncode == 0:
        return ""
    failed = [line for line in told.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" - ")[0].removeprefix("FAILED tests/") if failed else told.stdout[-2_000:]


def found_by_the_machine(top: Path) -> str:
    """Return after how many random examples the machine fails in a copy; empty where it does not."""
    told = _run(top, "-m", "tests.proof.planted_faults", "--look")
    return told.stdout.strip() or told.stderr[-2_000:]


def look() -> str:
    """Return which random example is the first to fail; empty where none does."""
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.proof.machine import Delivery
    from tests.store.shelf import statements_compiled_once

    class Counted(Delivery):
        begun = 0

        def __init__(self) -> None:
            super().__init__()
            Counted.begun += 1

    generate = settings(
        max_examples=MOST_EXAMPLES, stateful_step_count=10, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    try:
        with statements_compiled_once():
            run_state_machine_as_test(seed(0)(Counted), settings=generate)
    except BaseException as error:  # the program's end is one of them
        return f"{Counted.begun} ({type(error).__name__})"
    return "-"


def tried(top: Path, fault: PlantedFault, *, with_machine: bool) -> tuple[str, str]:
    """Return the deterministic test that notices a fault, and after how many examples the machine does, if asked."""
    before = (top / fault.file).read_text()
    try:
        fault.plant(top)
        return noticed_by(top), found_by_the_machine(top) if with_machine else ""
    finally:
        (top / fault.file).write_text(before)


def main(words: list[str], *, with_machine: bool) -> None:
    """Try each fault, or those that are named; tell what noticed it, and fail where no deterministic test did."""
    wanted = [one for one in FAULTS if not words or any(word in one.name for word in words)]
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        top = copy_of_the_program(Path(folder))
        for fault in wanted:
            test, examples = tried(top, fault, with_machine=with_machine)
            missed += not test
            print(f"| {fault.name} | {test or 'NONE'} | {examples} |", flush=True)
    print(f"{len(wanted)} faults, {missed} that no deterministic test noticed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["--look"]:
        print(look())
    else:
        main([one for one in sys.argv[1:] if one != "--machine"], with_machine="--machine" in sys.argv)
