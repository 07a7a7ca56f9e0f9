"""Everything that can go wrong between us and Zendesk, and that each says truly whether a write was applied."""

import gzip
import json
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from csat_tui.domain.errors import HelpDeskError, Limited, Malformed, Uncertain, Unreachable
from csat_tui.domain.ids import OpId, TicketId, ViewId
from csat_tui.domain.ticket import Agent, Receipt, TicketChange
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from csat_tui.transport import session
from tests.helpdesk.raw_server import raw_server, reply

NOTE = TicketChange(OpId("op"), TicketId(7), datetime(2026, 1, 31, 9, tzinfo=UTC), "Reviewed.", public=False)
STAMP = "2026-01-31T09:12:00Z"
LANDED = {
    "ticket": {"id": 7, "status": "open", "created_at": STAMP, "updated_at": STAMP},
    "audit": {"id": 8, "created_at": STAMP, "events": [{"type": "Comment", "public": False}]},
}


def desk_at(url: str, *, patience: float | None = None) -> ZendeskDesk:
    client = None if patience is None else httpx.AsyncClient(timeout=patience)
    return ZendeskDesk(url, Credential("ana@example.com", "t0ken", "a test"), client=client)


async def read(desk: ZendeskDesk) -> Agent | HelpDeskError:
    try:
        return await desk.whoami()
    except HelpDeskError as error:
        return error
    finally:
        await desk.close()


async def write(desk: ZendeskDesk) -> Receipt | HelpDeskError:
    try:
        return await desk.apply(NOTE)
    except HelpDeskError as error:
        return error
    finally:
        await desk.close()


# -- nothing left this machine


async def test_a_refused_connection_sent_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    for error in (await read(desk_at(url)), await write(desk_at(url))):
        assert isinstance(error, Unreachable)
        assert "nothing answers at http://127.0.0.1" in str(error)
        assert "nothing was sent" in str(error)


async def test_a_name_that_is_not_found_says_network_or_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*args: object, **named: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lost)
    error = await write(desk_at("https://desk.example.com"))
    assert isinstance(error, Unreachable)
    assert "the name in https://desk.example.com could not be found" in str(error)
    assert "no network" in str(error)


async def test_https_to_a_port_that_speaks_no_tls() -> None:
    async with raw_server(reply(b"{}")) as raw:
        error = await write(desk_at(f"https://127.0.0.1:{raw.port}"))
    assert isinstance(error, Unreachable)
    assert "does not support TLS" in str(error)
    assert raw.requests == []


async def test_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    async with raw_server(reply(b"{}"), tls=self_signed(tmp_path)) as raw:
        error = await write(desk_at(f"https://127.0.0.1:{raw.port}"))
    assert isinstance(error, Unreachable)
    assert "the certificate of https://127.0.0.1" in str(error)
    assert "SSL_CERT_FILE" in str(error)
    assert raw.requests == []


async def test_no_credential_leaves_this_machine_unencrypted() -> None:
    error = await read(desk_at("http://desk.example.com"))
    assert isinstance(error, Unreachable)
    assert "not encrypted" in str(error)


async def test_a_connection_that_is_never_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "TIMEOUT", httpx.Timeout(1.0, connect=0.1))
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        error = await write(desk_at(f"http://127.0.0.1:{deaf.getsockname()[1]}"))
        for each in waiting:
            each.close()
    assert isinstance(error, Unreachable)


# -- it left, and nobody knows


async def test_a_connection_that_breaks_leaves_a_write_uncertain_and_a_read_undone() -> None:
    async with raw_server(None) as raw:
        url = f"http://127.0.0.1:{raw.port}"
        written, seen = await write(desk_at(url)), await read(desk_at(url))
    assert isinstance(written, Uncertain)
    assert "may or may not have been applied" in str(written)
    assert isinstance(seen, Unreachable)
    assert "broke before an answer came" in str(seen)
    assert len(raw.requests) == 2


async def test_a_silence_leaves_a_write_uncertain_and_a_read_undone() -> None:
    async with raw_server(b"", pause=1.0) as raw:
        url = f"http://127.0.0.1:{raw.port}"
        written, seen = await write(desk_at(url, patience=0.1)), await read(desk_at(url, patience=0.1))
    assert isinstance(written, Uncertain)
    assert isinstance(seen, Unreachable)
    assert "did not answer in time" in str(seen)


async def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "READ_TIMEOUT", 0.1)
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", pause=1.0) as raw:
        error = await write(desk_at(f"http://127.0.0.1:{raw.port}"))
    assert isinstance(error, Uncertain)


HALF = json.dumps(LANDED).encode()[:40]


@pytest.mark.parametrize(
    ("answer", "said_of_a_read"),
    [
        (reply(b"<!doctype html><p>Sign in", kind="text/html"), "answered with a web page: it is not Zendesk"),
        (reply(b"  <html>", kind="application/json"), "answered with a web page"),
        (reply(HALF), "not JSON"),
        (reply(b""), "not JSON"),
        (reply(b"\xff\xfe"), "not JSON"),
        (reply(b"[" * 100_000), "not JSON"),
        (reply(b"1" * 5_000), "not JSON"),
        (reply(b"[]"), "should be an object and is a list"),
        (reply(b"null"), "should be an object and is null"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + HALF, "broke before an answer came"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", "broke before an answer came"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "broke before an answer came"),
        (reply(b"not gzip", "200 OK", "Content-Encoding: gzip"), "broke before an answer came"),
        (reply(b"", "500 Internal Server Error"), "is in trouble (status 500)"),
        (reply(b"<html>", "502 Bad Gateway", kind="text/html"), "is in trouble (status 502)"),
        (reply(b"", "503 Service Unavailable"), "is in trouble (status 503)"),
        (reply(b"", "408 Request Timeout"), "is in trouble (status 408)"),
    ],
)
async def test_an_answer_that_is_none(answer: bytes, said_of_a_read: str) -> None:
    async with raw_server(answer) as raw:
        url = f"http://127.0.0.1:{raw.port}"
        seen, written = await read(desk_at(url)), await write(desk_at(url))
    assert isinstance(seen, Malformed | Unreachable)
    assert said_of_a_read in str(seen)
    assert isinstance(written, Uncertain)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"ticket": LANDED["ticket"]},
        {"ticket": None, "audit": LANDED["audit"]},
        {"ticket": LANDED["ticket"], "audit": {"id": "8", "created_at": STAMP}},
        {"ticket": LANDED["ticket"], "audit": {"id": 8, "created_at": "yesterday"}},
        {"ticket": LANDED["ticket"], "audit": {"id": 8, "created_at": STAMP, "events": [3]}},
        {"ticket": [], "audit": []},
    ],
)
async def test_a_write_whose_answer_lacks_its_receipt_is_uncertain(answer: object) -> None:
    async with raw_server(reply(json.dumps(answer).encode())) as raw:
        assert isinstance(await write(desk_at(f"http://127.0.0.1:{raw.port}")), Uncertain)


async def test_a_whole_answer_is_a_receipt() -> None:
    async with raw_server(reply(json.dumps(LANDED).encode())) as raw:
        receipt = await write(desk_at(f"http://127.0.0.1:{raw.port}/"))
    assert isinstance(receipt, Receipt)
    assert receipt.reference == "8"
    sent = raw.requests[0]
    assert sent.startswith(b"PUT /api/v2/tickets/7 HTTP/1.1")
    assert json.loads(sent.partition(b"\r\n\r\n")[2]) == {
        "ticket": {
            "metadata": {"op_id": "op"},
            "comment": {"html_body": "Reviewed.", "public": False},
            "safe_update": True,
            "updated_stamp": "2026-01-31T09:00:00Z",
        }
    }


async def test_a_receipt_tells_who_can_see_what_was_recorded() -> None:
    audit = {**LANDED["audit"], "events": [{"type": "Comment", "public": True}]}  # type: ignore[dict-item]
    async with raw_server(reply(json.dumps({**LANDED, "audit": audit}).encode())) as raw:
        receipt = await write(desk_at(f"http://127.0.0.1:{raw.port}"))
    assert isinstance(receipt, Receipt)
    assert receipt.public is True


async def test_one_ticket_that_makes_no_sense_does_not_hide_the_others() -> None:
    good = {"id": 7, "status": "open", "created_at": STAMP, "updated_at": STAMP}
    view = {"tickets": [{**good, "id": 8, "updated_at": "yesterday"}, good], "users": [], "meta": {"has_more": False}}
    async with raw_server(reply(json.dumps(view).encode())) as raw:
        desk = desk_at(f"http://127.0.0.1:{raw.port}")
        pages = [page async for page in desk.view(ViewId(1))]
        await desk.close()
    assert [[ticket.id for ticket in page.tickets] for page in pages] == [[7]]
    assert "updated_at" in pages[0].problems[0]


# -- too much, and elsewhere


async def test_an_answer_without_end_is_cut_off() -> None:
    bomb = gzip.compress(b" " * (session.MOST_ANSWER_BYTES + 1_000_000))
    assert len(bomb) < 100_000
    async with raw_server(reply(bomb, "200 OK", "Content-Encoding: gzip")) as raw:
        url = f"http://127.0.0.1:{raw.port}"
        seen, written = await read(desk_at(url)), await write(desk_at(url))
    assert isinstance(seen, Malformed)
    assert "more than 32 MB, and we stopped reading" in str(seen)
    assert isinstance(written, Uncertain)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
async def test_a_redirect_is_not_followed_and_takes_no_credential_along(status: str) -> None:
    async with raw_server(reply(b"{}")) as other:
        moved = reply(b"", status, f"Location: http://127.0.0.1:{other.port}/api/v2/users/me.json")
        async with raw_server(moved) as raw:
            url = f"http://127.0.0.1:{raw.port}"
            errors = [await read(desk_at(url)), await write(desk_at(url))]
    for error in errors:
        assert isinstance(error, Unreachable)
        assert f"points to http://127.0.0.1:{other.port}" in str(error)
        assert "config.toml" in str(error)
    assert other.requests == []


async def test_a_redirect_is_not_followed_even_by_a_client_that_would() -> None:
    async with raw_server(reply(b"", "302 Found", "Location: http://127.0.0.1:1/")) as raw:
        client = httpx.AsyncClient(follow_redirects=True)
        desk = ZendeskDesk(f"http://127.0.0.1:{raw.port}", Credential("a", "t", "a test"), client=client)
        assert isinstance(await read(desk), Unreachable)
        assert not client.is_closed
        await client.aclose()


async def test_neither_token_nor_words_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with raw_server(reply(b"no", "400 Bad Request"), None, reply(b"{}")) as raw:
        for _ in range(3):
            await write(desk_at(f"http://127.0.0.1:{raw.port}"))
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("csat_tui", "httpx")))
    assert "PUT tickets/7" in ours
    assert not any(secret in ours for secret in ("t0ken", "Reviewed", "Basic ", "ana@"))


async def test_a_write_that_a_busy_server_turned_down_is_unclear_and_then_it_is_left_alone() -> None:
    async with raw_server(reply(b"", "503 Service Unavailable", "Retry-After: 4")) as raw:
        url = f"http://127.0.0.1:{raw.port}"
        first, seen, second = await write(desk_at(url)), await read(desk_at(url)), await write(desk_at(url))
    assert isinstance(first, Uncertain)
    for turned_away in (seen, second):
        assert isinstance(turned_away, Limited)
        assert turned_away.retry_after == pytest.approx(4, abs=0.5)
        assert "nothing was sent" in str(turned_away)
    assert len(raw.requests) == 1


async def test_a_busy_server_tells_a_reader_how_long_to_wait() -> None:
    async with raw_server(reply(b"", "503 Service Unavailable", "Retry-After: 4")) as raw:
        seen = await read(desk_at(f"http://127.0.0.1:{raw.port}"))
    assert isinstance(seen, Limited)
    assert seen.retry_after == 4


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a server's TLS with a certificate that nobody vouches for."""
    x509 = pytest.importorskip("cryptography.x509")
    from datetime import timedelta

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk.example.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "desk.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
