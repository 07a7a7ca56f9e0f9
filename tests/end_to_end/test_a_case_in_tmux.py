"""One case from the queue to the help desk, worked by keys that go through tmux."""

import os
from pathlib import Path

from csat_tui.demo.people import credentials
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.agent import Agent, AtTerminal
from tests.end_to_end.places import point_at
from tests.end_to_end.test_a_shift import REPLY, SEED, comments_on, newest_survey_tickets, open_case, source_of
from tests.multiplexers import inside
from tests.zenpy_desk import zenpy_client


async def test_a_customer_is_answered_from_within_tmux(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(seed=SEED)) as server:
        environ = {**os.environ, **point_at(server, tmp_path / "home")}
        help_desk = zenpy_client(server.url, *credentials(SEED)["agent"])
        missed = newest_survey_tickets(help_desk)[1]
        before = len(comments_on(help_desk, source_of(missed)))
        with inside("tmux", ("-m", "csat_tui"), environ, tmp_path) as tmux:
            agent = Agent(AtTerminal(tmux))
            await agent.sees("1 Queue", "58 open", "online")
            await open_case(agent, missed)
            await agent.answers("yes", "yes", "yes", "yes", "no", "yes")
            await agent.sees("6 of 6")
            await agent.chooses("follow-up")
            await agent.sees("What was found")
            await agent.presses("esc")
            # The window of findings is opened again by the key that tmux did not let through before.
            await agent.presses("ctrl+l")
            await agent.finds("cancel")
            await agent.sees("customer will see this", "What was promised")
            await agent.writes(REPLY, "Cancellation was promised.", "Cancelled today.")
            await agent.presses("f6")
            await agent.sees("Missing for")
            await agent.presses("esc")
            await agent.sees_no("Missing for")
            await agent.presses("tab")
            await agent.writes("Look at the account first.", "The subscription.")
            await agent.sends()
            await agent.allows_the_reply()
            await agent.sees("takes it back")
            tmux.wait_until(lambda _: len(comments_on(help_desk, missed.id)) == 2, "the note at the help desk")
            reply = comments_on(help_desk, source_of(missed))
            assert len(reply) == before + 1
            assert reply[-1].public
            assert reply[-1].body == REPLY
            assert not comments_on(help_desk, missed.id)[-1].public
            await agent.goes_to("outbox")
            await agent.sees("Everything has arrived")
            await agent.presses("ctrl+q")
            tmux.wait_for_end()
