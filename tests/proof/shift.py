"""One agent's work on one case, which goes on where it was left however often the program is killed under it.

Run as a module it is a warm starter: it imports everything once, and forks for each job that it reads, so that a run
costs no start of Python.
"""

import asyncio
import gc
import json
import os
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import httpx

from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import SurveyId
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.store.database import Database
from csat_tui.store.leases import holder_name
from csat_tui.store.outbox import OutboxItem
from csat_tui.sync.deliverer import Deliverer
from csat_tui.workflow.desk import TooLate
from tests.builders import the_playbook
from tests.proof.commit_points import Points, Watched
from tests.store.shelf import ManualClock, Shelf, statements_compiled_once
from tests.sync.bench import REPLY, Bench

FIRST_WORDS = {"reply": "Sorry for"}
WORDS_SAVED, DECIDED, UNDONE, MESSAGE_CAME = "words saved", "decided", "undone", "a message came"


@dataclass(frozen=True, slots=True)
class Job:
    """What one run is about; `message_on` is a ticket on which somebody else writes before it is delivered."""

    database: str
    url: str
    email: str
    token: str
    survey_id: int
    now: str
    points: str
    kill_at: int | None
    undoes: bool
    message_on: int | None
    other: tuple[str, str]
    """Who else works there: the sign-in of a colleague."""


class Shift:
    """The work itself."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.points = Points(Path(job.points), job.kill_at)
        self.points.watch_commits()
        self.bench = Bench(Database.open(Path(job.database)), clock=ManualClock(datetime.fromisoformat(job.now)))
        self.survey_id = SurveyId(job.survey_id)
        client = httpx.AsyncClient(transport=Watched(self.points))
        self.helpdesk = ZendeskDesk(job.url, Credential(job.email, job.token, "the test"), client=client)
        self.deliverer: Deliverer = self.bench.new_deliverer(holder_name(), self.helpdesk)
        self.bench.deliverer = self.deliverer

    def decide(self) -> None:
        """Write, decide, take it back and decide again, as far as that has not been done before."""
        if self.bench.desk.stage(self.survey_id) is not Stage.OPEN:
            return
        for words in (FIRST_WORDS, REPLY):
            # As the screen does: over the words that are there, also those of a run before that was killed.
            seen = self.bench.desk.draft(self.survey_id).fields
            self.bench.desk.save_draft(self.survey_id, Draft("follow-up", words), seen)
        self.points.note(WORDS_SAVED)
        taken = self.bench.follow_up(self.survey_id)
        self.points.note(DECIDED)
        if self.job.undoes:
            with suppress(TooLate):
                self.bench.desk.undo(taken.decision_id)
            self.points.note(UNDONE)
            self.bench.follow_up(self.survey_id)

    async def message_comes(self) -> None:
        """Let a colleague write on the ticket, after it was seen and before delivery."""
        if self.job.message_on is None:
            return
        async with httpx.AsyncClient(auth=(f"{self.job.other[0]}/token", self.job.other[1]), trust_env=False) as other:
            said = {"comment": {"body": "I have called the customer.", "public": False}}
            answer = await other.put(f"{self.job.url}/api/v2/tickets/{self.job.message_on}.json", json={"ticket": said})
            answer.raise_for_status()
        self.points.note(MESSAGE_CAME)

    async def bring_home(self) -> None:
        """Deliver, and settle what waits for the person, who looks at the help desk first."""
        self.bench.clock.at += the_playbook().undo
        for _ in range(6):
            await self.bench.run_down()
            waiting = [one for one in self.bench.dispatch.unsettled() if one.state.needs_person]
            if not waiting:
                return
            for effect in waiting:
                if effect.state is EffectState.ASKING and await self.is_there(effect):
                    self.bench.dispatch.accept_as_sent(effect.id)
                else:
                    self.bench.dispatch.retry(effect.id)

    async def is_there(self, effect: OutboxItem) -> bool:
        """Look at the help desk as the person does."""
        assert effect.ticket_id is not None
        return any(effect.body[:20] in one.body for one in await self.helpdesk.messages(effect.ticket_id))

    async def work(self) -> None:
        """Do all of it, as far as it is not done."""
        first = self.bench.desk.stage(self.survey_id) is Stage.OPEN
        self.decide()
        if first:
            await self.message_comes()
        await self.bring_home()
        self.deliverer.release()
        await self.helpdesk.close()
        self.bench.database.close()


def run_forked(line: str) -> int:
    """Run one job in a process of its own; returns how that ended, as `waitpid` tells it."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        asyncio.run(Shift(Job(**json.loads(line))).work())
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ask(job: Job) -> str:
    """Return a job as the starter reads it."""
    return json.dumps(asdict(job))


def warm_up() -> None:
    """Load beforehand what every run would load anew."""
    import anyio._backends._asyncio  # noqa: F401 - what a request reads
    import html_text
    import httpcore  # noqa: F401 - the same
    import lxml.html  # noqa: F401 - the same

    html_text.extract_text("<p>warm</p>")
    with Shelf() as database:
        bench = Bench(database)
        survey_id = bench.arrive()
        bench.desk.save_draft(survey_id, Draft("follow-up", REPLY), {})
        bench.follow_up(survey_id)
        bench.clock.at += the_playbook().undo
        asyncio.run(bench.run_down())


if __name__ == "__main__":
    with statements_compiled_once():
        warm_up()
        gc.freeze()  # nothing of it is looked through in the children, so that they share its memory
        for asked in sys.stdin:
            print(run_forked(asked), flush=True)
