"""One conversation: which reads are made again, and what happens when the credential ends in the middle."""

import socket
from collections.abc import AsyncIterator

import pytest
import stamina

from csat_tui.domain.errors import Denied, HelpDeskError, Limited, Uncertain, Unreachable
from csat_tui.transport import session as module
from csat_tui.transport.authorizer import Authorizer, Fixed
from csat_tui.transport.pace import Pace, Urgency, acting_for
from csat_tui.transport.session import Body, HttpSession, Service
from tests.helpdesk.raw_server import RawServer, raw_server, reply

FINE = reply(b'{"fine": true}')
BUSY = reply(b"", "429 Too Many Requests", "Retry-After: 0")
EXPIRED = reply(b"expired", "401 Unauthorized")


class Renewable:
    """Has one header after another; `knows_better` is raised instead of giving the next one."""

    def __init__(self, *headers: str, knows_better: HelpDeskError | None = None) -> None:
        self.headers = list(headers)
        self.knows_better = knows_better
        self.refused: list[str] = []
        self.asked = 0

    @property
    def sign_in(self) -> int:
        return 0

    async def header(self) -> str:
        self.asked += 1
        return self.headers[0]

    async def renew(self, refused: str) -> str:
        self.refused.append(refused)
        if self.knows_better is not None:
            raise self.knows_better
        if len(self.headers) > 1:
            self.headers.pop(0)
            return self.headers[0]
        return ""


@pytest.fixture
async def made() -> AsyncIterator[list[HttpSession]]:
    sessions: list[HttpSession] = []
    yield sessions
    for each in sessions:
        await each.close()


def session_at(
    raw: RawServer, made: list[HttpSession], authorizer: Authorizer | None = None, **more: Pace
) -> HttpSession:
    service = Service(f"http://127.0.0.1:{raw.port}", "the service", authorizer or Fixed("Bearer one"))
    made.append(HttpSession(service, **more))
    return made[-1]


def headers_of(raw: RawServer) -> list[str]:
    return [
        line.partition(b" ")[2].decode()
        for request in raw.requests
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"authorization:")
    ]


# -- reads again, writes never


@pytest.mark.parametrize(
    "passing",
    [None, reply(b"", "500 Oh"), reply(b"<p>", "502 Bad Gateway", kind="text/html"), BUSY, reply(b"", "503 Busy")],
)
@pytest.mark.parametrize("urgency", Urgency)
async def test_a_read_is_made_again_when_that_may_help(
    made: list[HttpSession], passing: bytes | None, urgency: Urgency
) -> None:
    with stamina.set_testing(True, attempts=3), acting_for(urgency):
        async with raw_server(passing, passing, FINE) as raw:
            assert await session_at(raw, made).get("thing") == {"fine": True}
    assert len(raw.requests) == 3


@pytest.mark.parametrize("passing", [None, reply(b"", "500 Oh"), reply(b"", "503 Busy", "Retry-After: 0"), FINE[:-3]])
async def test_a_write_is_never_made_again_by_itself(made: list[HttpSession], passing: bytes | None) -> None:
    with stamina.set_testing(True, attempts=3):
        async with raw_server(passing, FINE) as raw:
            with pytest.raises(Uncertain):
                await session_at(raw, made).put("thing", {})
    assert len(raw.requests) == 1


@pytest.mark.parametrize("final", ["400 No", "403 No", "404 No", "422 No", "301 Moved"])
async def test_a_read_that_was_answered_is_not_made_again(made: list[HttpSession], final: str) -> None:
    with stamina.set_testing(True, attempts=3):
        async with raw_server(reply(b"", final)) as raw:
            with pytest.raises(HelpDeskError):
                await session_at(raw, made).get("thing")
    assert len(raw.requests) == 1


async def test_trouble_that_does_not_pass_is_told_after_the_last_attempt(made: list[HttpSession]) -> None:
    with stamina.set_testing(True, attempts=3):
        async with raw_server(reply(b"", "502 Bad Gateway")) as raw:
            with pytest.raises(Unreachable, match="status 502"):
                await session_at(raw, made).get("thing")
    assert len(raw.requests) == 3


async def test_where_nothing_answers_it_is_told_at_once(made: list[HttpSession]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = RawServer((FINE,))
        nobody.port = free.getsockname()[1]
    authorizer = Renewable("Bearer one")
    with stamina.set_testing(True, attempts=3), pytest.raises(Unreachable, match="nothing answers"):
        await session_at(nobody, made, authorizer).get("thing")
    assert authorizer.asked == 1


async def test_a_person_is_told_of_a_long_limit_and_asks_nobody_again(made: list[HttpSession]) -> None:
    with stamina.set_testing(True, attempts=3):
        async with raw_server(reply(b"", "429 Too Many", "Retry-After: 40"), FINE) as raw:
            session = session_at(raw, made)
            for _ in range(2):
                with pytest.raises(Limited) as caught:
                    await session.get("thing")
                assert caught.value.retry_after == pytest.approx(40, abs=1)
    assert len(raw.requests) == 1


async def test_what_never_left_uses_nothing_of_the_limit_up(made: list[HttpSession]) -> None:
    pace = Pace("http://127.0.0.1")
    async with pace.turn(Urgency.PERSON) as turn:
        turn.heard({"ratelimit-limit": "3", "ratelimit-remaining": "2", "ratelimit-reset": "60"})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = RawServer((FINE,))
        nobody.port = free.getsockname()[1]
    for _ in range(5):
        with pytest.raises(Unreachable, match="nothing answers"):
            await session_at(nobody, made, pace=pace).get("thing")


@pytest.mark.parametrize(("urgency", "said"), [(Urgency.PERSON, "did not answer in time"), (Urgency.SYNC, None)])
async def test_a_person_is_told_soon_and_background_work_waits_for_a_slow_answer(
    made: list[HttpSession], monkeypatch: pytest.MonkeyPatch, urgency: Urgency, said: str | None
) -> None:
    monkeypatch.setattr(module, "PERSON_TIMEOUT", 0.1)
    slow = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
    async with raw_server(slow, pause=0.4, last=b"0\r\n\r\n") as raw:
        with acting_for(urgency):
            if said is None:
                assert await session_at(raw, made).get("thing") == {}
            else:
                with pytest.raises(Unreachable, match=said):
                    await session_at(raw, made).get("thing")


# -- a credential that ends in the middle


async def test_a_write_goes_again_exactly_once_with_the_new_header(made: list[HttpSession]) -> None:
    authorizer = Renewable("Bearer one", "Bearer two", "Bearer three")
    async with raw_server(EXPIRED, FINE) as raw:
        assert await session_at(raw, made, authorizer).put("thing", {"a": 1}) == {"fine": True}
    assert headers_of(raw) == ["Bearer one", "Bearer two"]
    assert authorizer.refused == ["Bearer one"]
    first, second = (request.partition(b"\r\n\r\n")[2] for request in raw.requests)
    assert first == second == b'{"a":1}'


@pytest.mark.parametrize("method", ["get", "put"])
async def test_a_new_header_that_is_refused_as_well_is_denied(made: list[HttpSession], method: str) -> None:
    with stamina.set_testing(True, attempts=3):
        async with raw_server(EXPIRED) as raw:
            session = session_at(raw, made, Renewable("Bearer one", "Bearer two", "Bearer three"))
            with pytest.raises(Denied):
                await (session.get("thing") if method == "get" else session.put("thing", {}))
    assert headers_of(raw) == ["Bearer one", "Bearer two"]


async def test_who_has_no_other_header_asks_once(made: list[HttpSession]) -> None:
    async with raw_server(EXPIRED) as raw:
        with pytest.raises(Denied):
            await session_at(raw, made, Renewable("Bearer one")).put("thing", {})
    assert len(raw.requests) == 1


async def test_an_authorizer_that_knows_better_is_listened_to(made: list[HttpSession]) -> None:
    revoked = Denied("you were signed out; run `csat-tui login`")
    async with raw_server(EXPIRED) as raw:
        with pytest.raises(Denied, match="csat-tui login"):
            await session_at(raw, made, Renewable("Bearer one", knows_better=revoked)).put("thing", {})


async def test_a_resent_write_whose_answer_is_lost_is_uncertain(made: list[HttpSession]) -> None:
    async with raw_server(EXPIRED, None) as raw:
        with pytest.raises(Uncertain):
            await session_at(raw, made, Renewable("Bearer one", "Bearer two")).put("thing", {})
    assert len(raw.requests) == 2


# -- turns


async def test_waiting_for_a_turn_does_not_count_as_waiting_for_an_answer(
    made: list[HttpSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READ_TIMEOUT", 0.2)
    pace = Pace("http://127.0.0.1")
    async with raw_server(FINE) as raw:
        async with pace.turn(Urgency.PERSON) as turn:
            turn.heard({}, 0.5)
        with acting_for(Urgency.DELIVERY):
            assert await session_at(raw, made, pace=pace).put("thing", {}) == {"fine": True}


async def test_a_write_that_gets_no_turn_is_limited_and_has_not_left(made: list[HttpSession]) -> None:
    pace = Pace("http://127.0.0.1")
    async with pace.turn(Urgency.PERSON) as turn:
        turn.heard({}, 30.0)
    async with raw_server(FINE) as raw:
        with acting_for(Urgency.DELIVERY), pytest.raises(Limited, match="nothing was sent") as caught:
            await session_at(raw, made, pace=pace).put("thing", {})
    assert caught.value.retry_after >= 29
    assert not caught.value.ticket_only
    assert raw.requests == []


# -- anything handed in


async def test_what_is_handed_in_comes_back_with_whatever_was_answered(made: list[HttpSession]) -> None:
    async with raw_server(reply(b"<p>No", "418 Teapot", kind="text/html")) as raw:
        answer = await session_at(raw, made).hand_in("form", Body(form={"a": "1 2"}), {"X-Key": "k"}, called="a form")
    assert (answer.status, answer.content) == (418, b"<p>No")
    assert b"x-key: k" in raw.requests[0].lower()
    assert raw.requests[0].endswith(b"\r\n\r\na=1+2")


async def test_what_is_handed_in_is_sent_once_and_its_answer_read_no_further_than_needed(
    made: list[HttpSession],
) -> None:
    with stamina.set_testing(True, attempts=3):
        async with raw_server(reply(b"x" * 1_000_000)) as raw:
            answer = await session_at(raw, made).hand_in("form", Body(json={}), {}, called="a form")
    assert (len(raw.requests), len(answer.content)) == (1, 64 * 1024)


async def test_a_path_that_names_somebody_is_not_in_the_log(
    made: list[HttpSession], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with raw_server(reply(b"{}"), reply(b"", "404 No"), reply(b"{}"), None) as raw:
        session = session_at(raw, made)
        await session.get("customers/lea", called="account")
        with pytest.raises(HelpDeskError):
            await session.get("customers/lea", called="account")
        await session.hand_in("forms/s3cret", Body(json={}), {}, called="form tracker")
        with pytest.raises(HelpDeskError):
            await session.hand_in("forms/s3cret", Body(json={}), {}, called="form tracker")
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("csat_tui"))
    assert "form tracker" in told
    assert "lea" not in told
    assert "s3cret" not in told


@pytest.mark.parametrize("named", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_a_proxy_that_is_down_is_not_told_as_the_service(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listened on: whoever connects is refused
        place = f"127.0.0.1:{nobody.getsockname()[1]}"
        monkeypatch.setenv(named, f"http://ana:s3cret@{place}")
        session = HttpSession(Service("https://desk.example.com", "help desk", Fixed("Basic x")))
        with pytest.raises(Unreachable) as caught:
            await session.put("/x", {})
        await session.close()
    assert f"the proxy {place} could not be reached, so https://desk.example.com was not asked" in str(caught.value)
    assert "s3cret" not in str(caught.value)
