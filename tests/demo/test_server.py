"""The server starts in a moment, says where it is, ends when told to, and explains why it cannot start."""

import json
import signal
import socket
import subprocess
import sys
import textwrap
import time

import httpx
import pytest

from csat_tui.demo.server import DemoOptions, DemoServer, DemoServerError

SERVE = textwrap.dedent("""
    import json, sys
    from dataclasses import asdict
    from csat_tui.demo.server import DemoOptions, serve
    serve(DemoOptions(surveys=100_000, latency_ms=5000), lambda told: print(json.dumps(asdict(told)), flush=True))
    print("ended", flush=True)
""")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_even_while_it_answers(number: signal.Signals) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["admin_url"] == f"{told['url']}/admin"
        with socket.create_connection(("127.0.0.1", int(told["url"].rpartition(":")[2]))) as line:
            line.sendall(b"GET /api/v2/users/me HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.1)
            process.send_signal(number)
            assert process.communicate(timeout=3) == ("ended\n", "")
        assert process.returncode == 0


def test_a_taken_port_is_one_clear_sentence(demo: DemoServer) -> None:
    port = int(demo.url.rpartition(":")[2])
    with pytest.raises(DemoServerError, match=rf"port {port} .*choose another port\.$"):
        DemoServer(DemoOptions(port=port)).start()


@pytest.mark.parametrize("options", [DemoOptions(surveys=-1), DemoOptions(surveys=1_000_001), DemoOptions(port=70_000)])
def test_what_cannot_be_served_is_refused(options: DemoOptions) -> None:
    with pytest.raises(DemoServerError):
        DemoServer(options).start()


def test_an_empty_world_is_a_world() -> None:
    with DemoServer(DemoOptions(surveys=0)) as demo:
        auth = (f"{demo.email}/token", demo.token)
        page = httpx.get(f"{demo.url}/api/v2/views/{demo.view_id}/tickets", auth=auth).json()
        assert (page["tickets"], page["count"]) == ([], 0)


def test_it_stops_with_its_block_and_its_port_is_free_again() -> None:
    with DemoServer(DemoOptions(surveys=3)) as demo:
        port = int(demo.url.rpartition(":")[2])
    with DemoServer(DemoOptions(surveys=3, port=port)) as again:
        assert again.token == demo.token


def test_latency_is_added_to_every_answer() -> None:
    with DemoServer(DemoOptions(surveys=3, latency_ms=60)) as demo:
        answer = httpx.get(f"{demo.url}/api/v2/users/me")
        assert answer.elapsed.total_seconds() >= 0.06
