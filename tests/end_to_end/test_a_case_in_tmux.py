"""One case from the queue to the help desk, worked by keys that go through tmux."""

import os
from pathlib import Path

from csat_tui.demo.people import credentials
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.end_to_end.places import point_at
from tests.end_to_end.test_a_shift import REPLY, SEED, comments_on, newest_survey_tickets, open_case, source_of
from tests.multiplexers import inside
from tests.zenpy_desk import zenpy_client


def test_a_customer_is_answered_from_within_tmux(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(seed=SEED)) as server:
        environ = {**os.environ, **point_at(server, tmp_path / "home")}
        help_desk = zenpy_client(server.url, *credentials(SEED)["agent"])
        missed = newest_survey_tickets(help_desk)[1]
        before = len(comments_on(help_desk, source_of(missed)))
        with inside("tmux", ("-m", "csat_tui"), environ, tmp_path) as agent:
            agent.wait_for("1 Queue", "58 open", "online")
            open_case(agent, missed)
            agent.press("3", *"yyyyny")
            agent.wait_for("6 of 6")
            agent.press("e")
            agent.wait_for("Follow up", "esc closes")
            agent.press("f")
            agent.wait_for("What was found")
            agent.press("esc")
            # The window of findings is opened again by the key that tmux did not let through before.
            agent.press("ctrl+l")
            agent.wait_for("What was found")
            agent.press("cancel", "enter")
            agent.wait_for("customer will see this", "What was promised")
            agent.press(REPLY, "tab", "Cancellation was promised.", "tab", "Cancelled today.")
            agent.press("f6")
            agent.wait_for("Missing for")
            agent.press("esc")
            agent.wait_until(lambda text: "Missing for" not in text, "the note without the list")
            agent.press("tab", "Look at the account first.", "tab", "The subscription.")
            agent.wait_for("ready")
            agent.press("ctrl+s")
            agent.wait_for("The customer will see this", "y sends it")
            agent.press("y")
            agent.wait_for("takes it back")
            agent.wait_until(lambda _: len(comments_on(help_desk, missed.id)) == 2, "the note at the help desk")
            reply = comments_on(help_desk, source_of(missed))
            assert len(reply) == before + 1
            assert reply[-1].public
            assert reply[-1].body == REPLY
            assert not comments_on(help_desk, missed.id)[-1].public
            agent.press("g", "o")
            agent.wait_for("Everything has arrived")
            agent.press("ctrl+q")
            agent.wait_for_end()
