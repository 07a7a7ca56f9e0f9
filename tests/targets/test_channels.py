"""Channels through Apprise: the demo's real one, servers that misbehave, and addresses that stay secret."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
import trustme

from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.errors import HelpDeskError, Limited, Refused, Uncertain, Unreachable
from csat_tui.effects.channel_question import Question
from csat_tui.secrets import NoCredential
from csat_tui.targets import channels as module
from csat_tui.targets.channels import Channels
from csat_tui.targets.port import blocking_call
from tests.helpdesk.raw_server import raw_server, reply
from tests.targets.conftest import OP, Still

ASKED = Question("leads", "Is a credit of 20.00 right for #7300001?\nThe customer says: *never* & <b>again</b>")


def channel(address: str) -> Channels:
    return Channels({"leads": lambda: address}, Still())


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=3, rate_limit=0)) as server:
        yield server


async def test_a_question_comes_to_the_channel_word_for_word(demo: DemoServer) -> None:
    host = demo.url.removeprefix("http://")
    delivered = await channel(f"json://{host}/channel?+authorization=Bearer {demo.token}").ask(ASKED, OP)
    auth = (f"{demo.email}/token", demo.token)
    said = httpx.get(f"{demo.url}/channel", auth=auth, trust_env=False).json()
    assert [one["message"] for one in said] == [ASKED.text]
    assert OP in delivered.reference
    assert delivered.landed_at == Still().now()


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (None, Uncertain, "look there before you send it again"),
        (reply(b"{}")[:-1], Uncertain, "may or may not be there"),
        (reply(b"", "500 Oh"), Uncertain, "may or may not be there"),
        (reply(b"", "403 No"), Refused, r"refused the message \(403\)"),
        (reply(b"", "302 Found", "Location: http://127.0.0.1:1/"), Refused, r"\(302\)"),
        (reply(b"", "429 Slow down"), Limited, "does not accept more for now"),
    ],
)
async def test_any_other_answer_says_whether_it_was_sent(
    answer: bytes | None, kind: type[HelpDeskError], said: str
) -> None:
    async with raw_server(answer) as raw:
        with pytest.raises(kind, match=said):
            await channel(f"json://127.0.0.1:{raw.port}/room").ask(ASKED, OP)
    assert len(raw.requests) == 1


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "nobody.invalid"])
async def test_where_nothing_answers_nothing_was_sent(host: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="nothing was sent"):
        await channel(f"json://{host.format(port=port)}/room").ask(ASKED, OP)


@pytest.mark.parametrize(
    ("channels", "kind", "said"),
    [
        (Channels({}, Still()), Refused, "csat-tui channel set leads"),
        (channel(""), Refused, "csat-tui channel set leads"),
        (channel("no-such-service://x"), Refused, "cannot be used; nothing was sent"),
        (channel("json://"), Refused, "cannot be used; nothing was sent"),
    ],
)
async def test_a_channel_that_is_not_configured_says_how_to_mend_it(
    channels: Channels, kind: type[HelpDeskError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        await channels.ask(ASKED, OP)


@pytest.mark.parametrize(("text", "said"), [(" \n\0", "is empty"), ("x" * 30_001, "longer than")])
async def test_what_no_channel_takes_is_refused_before_anybody_is_asked(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        await channel("json://127.0.0.1:1/").ask(Question("leads", text), OP)


async def test_a_locked_keyring_keeps_the_question_and_says_so() -> None:
    def locked() -> str:
        raise NoCredential("the keyring is locked; unlock it")

    with pytest.raises(Unreachable, match=r"keyring is locked.*nothing was sent"):
        await Channels({"leads": locked}, Still()).ask(ASKED, OP)


async def test_a_channel_that_never_answers_is_left_and_told_as_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MESSAGE_TIMEOUT", 0.2)
    async with raw_server(None, pause=3) as raw:
        with pytest.raises(Uncertain, match="did not answer in time"):
            await channel(f"json://127.0.0.1:{raw.port}/room").ask(ASKED, OP)


@pytest.mark.parametrize("status", ["200 OK", "403 No"])
async def test_no_log_line_tells_an_address_or_a_question(status: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with raw_server(reply(b"", status)) as raw:
        address = f"json://s3cret-user:s3cret-pass@127.0.0.1:{raw.port}/s3cret-room?-s3cret=s3cret"
        said = ""
        with suppress(Refused):
            said = (await channel(address).ask(ASKED, OP)).reference
    assert "s3cret" not in caplog.text + said
    assert "credit of 20.00" not in caplog.text


async def test_a_refusal_does_not_tell_the_address() -> None:
    async with raw_server(reply(b"", "403 No")) as raw:
        with pytest.raises(Refused) as caught:
            await channel(f"json://s3cret-user:s3cret-pass@127.0.0.1:{raw.port}/s3cret-room").ask(ASKED, OP)
    assert "s3cret" not in str(caught.value)


async def test_work_aside_does_not_hold_the_loop_and_raises_what_it_raises() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(others())
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> str:
        loop.call_soon_threadsafe(gate.set)
        return "done"

    assert await blocking_call(work, 5) == "done"
    assert gate.is_set()
    assert turns
    with pytest.raises(ZeroDivisionError):
        await blocking_call(lambda: 1 // 0, 5)
    other.cancel()


class Listening(BaseHTTPRequestHandler):
    """Takes every message."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        return


@pytest.fixture
def encrypted(authority: trustme.CA) -> Iterator[int]:
    """A channel's server whose certificate only a company's own authority has signed; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_channel_trusts_the_certificates_that_everything_else_trusts(
    authority: trustme.CA, encrypted: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        # Set first, so that whatever the sending does to it is undone.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    with pytest.raises(HelpDeskError):
        await channel(f"jsons://127.0.0.1:{encrypted}/").ask(ASKED, OP)
    authority.cert_pem.write_to_path(tmp_path / "company.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "company.pem"))
    assert OP in (await channel(f"jsons://127.0.0.1:{encrypted}/").ask(ASKED, OP)).reference
