"""The bad line does what its plan says, and nothing else."""

import time
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx
import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from tests.faulty_plan import RATES, UNHEARD, Act, Plan
from tests.faulty_proxy import FaultyProxy

QUIET = Plan(1, {})


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=120, rate_limit=0)) as server:
        yield server


@pytest.fixture
def proxy(demo: DemoServer) -> Iterator[FaultyProxy]:
    with FaultyProxy(demo.url, QUIET, late=0.4, away=0.3, wait=2) as proxy:
        yield proxy


@pytest.fixture
def client(demo: DemoServer, proxy: FaultyProxy) -> Iterator[httpx.Client]:
    auth = (f"{demo.email}/token", demo.token)
    with httpx.Client(base_url=f"{proxy.url}/api/v2", auth=auth, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def ticket(demo: DemoServer, request: pytest.FixtureRequest) -> str:
    """A ticket of its own for each test, for they share the desk."""
    here = sorted(item.name for item in request.session.items if item.path == request.path)
    return f"/tickets/{demo.world.story(here.index(request.node.name)).survey_ticket_id}"


def notes(demo: DemoServer, ticket: str) -> list[str]:
    return [said["body"] for said in demo.world.comments(int(ticket.rpartition("/")[2]))][1:]


def written(client: httpx.Client, ticket: str, **options: float) -> httpx.Response:
    return client.put(ticket, json={"ticket": {"comment": {"body": "a note", "public": False}}}, **options)


def settled(proxy: FaultyProxy) -> None:
    deadline = time.monotonic() + 5
    while not proxy.idle():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_good_line_changes_nothing_and_keeps_the_connection(
    demo: DemoServer, proxy: FaultyProxy, client: httpx.Client, ticket: str
) -> None:
    for _ in range(3):
        assert written(client, ticket).status_code == 200
    straight = httpx.get(f"{demo.url}/api/v2/views.json", auth=(f"{demo.email}/token", demo.token))
    assert client.get("/views.json").json()["count"] == straight.json()["count"]
    assert notes(demo, ticket) == ["a note"] * 3
    assert proxy.counts == {Act.PASS: 4}
    assert len(proxy._wires) == 1


def perceived(client: httpx.Client, ticket: str, patience: float = 5.0) -> str:
    """Write, and tell what came of it as the client sees it."""
    try:
        answer = written(client, ticket, timeout=patience)
    except httpx.ReadTimeout:
        return "silence"
    except httpx.TransportError:
        return "a broken line"
    try:
        answer.json()
    except ValueError:
        return "half an object" if answer.status_code == 200 else "trouble"
    return "an answer" if answer.status_code == 200 else "trouble"


PERCEIVED = {
    Act.DROP_AFTER: "a broken line",
    Act.CUT: "a broken line",
    Act.MALFORMED: "half an object",
    Act.LATE_ANSWER: "silence",
    Act.NEVER: "silence",
    Act.LATE_ARRIVAL: "silence",
    Act.FAILED_AFTER: "trouble",
    Act.GATEWAY_AFTER: "trouble",
    Act.UNAVAILABLE_AFTER: "trouble",
}


@pytest.mark.parametrize("act", sorted(UNHEARD))
def test_what_the_client_does_not_hear_of_was_written_once(
    demo: DemoServer, proxy: FaultyProxy, client: httpx.Client, ticket: str, act: Act
) -> None:
    proxy.once("PUT", "/tickets/", act)
    assert perceived(client, ticket, 0.2 if PERCEIVED[act] == "silence" else 5.0) == PERCEIVED[act]
    settled(proxy)
    assert notes(demo, ticket) == ["a note"]
    assert perceived(client, ticket) == "an answer"


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (Act.LIMITED_SECONDS, 429),
        (Act.LIMITED_DATE, 429),
        (Act.LIMITED_SILENT, 429),
        (Act.FAILED_BEFORE, 500),
        (Act.GATEWAY_BEFORE, 502),
        (Act.UNAVAILABLE_BEFORE, 503),
        (Act.UNAUTHENTICATED, 401),
        (Act.CONFLICT, 409),
    ],
)
def test_what_the_line_answers_itself_never_reached_the_desk(
    demo: DemoServer, proxy: FaultyProxy, client: httpx.Client, ticket: str, act: Act, status: int
) -> None:
    proxy.once("PUT", "/tickets/", act)
    assert written(client, ticket).status_code == status
    assert notes(demo, ticket) == []
    assert written(client, ticket).status_code == 200


def test_a_limit_says_how_long_in_three_ways(proxy: FaultyProxy, client: httpx.Client) -> None:
    said = []
    for act in (Act.LIMITED_SECONDS, Act.LIMITED_DATE, Act.LIMITED_SILENT):
        proxy.once("GET", "/views", act)
        said.append(client.get("/views").headers.get("retry-after"))
    assert (said[0], said[2]) == ("2", None)
    assert parsedate_to_datetime(said[1] or "").timestamp() == pytest.approx(time.time() + 2, abs=1.5)


def test_a_dropped_request_never_reached_the_desk(
    demo: DemoServer, proxy: FaultyProxy, client: httpx.Client, ticket: str
) -> None:
    proxy.once("PUT", "/tickets/", Act.DROP_BEFORE)
    with pytest.raises(httpx.TransportError):
        written(client, ticket)
    assert notes(demo, ticket) == []


def test_a_cut_answer_has_its_whole_length_and_half_its_text(proxy: FaultyProxy, client: httpx.Client) -> None:
    proxy.once("GET", "/views", Act.CUT)
    with client.stream("GET", "/views") as answer:
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()
        assert 0 < answer.num_bytes_downloaded < int(answer.headers["content-length"])


def test_pages_of_a_view_may_be_old_or_come_twice(demo: DemoServer, proxy: FaultyProxy, client: httpx.Client) -> None:
    def page(number: int) -> list[int]:
        answer = client.get(f"/views/{demo.view_id}/tickets", params={"per_page": 5, "page": number})
        return [row["id"] for row in answer.json()["tickets"]]

    first, second = page(1), page(2)
    demo.world.standing.drop(1)
    proxy.once("GET", "/views/", Act.STALE_PAGE)
    assert page(1) == first
    now = page(1)
    assert now not in (first, second)
    proxy.once("GET", "/views/", Act.DOUBLED_PAGE)
    assert page(2) == now
    demo.world.standing.restore(1)


def test_audits_may_lag_behind_the_last_write(proxy: FaultyProxy, client: httpx.Client, ticket: str) -> None:
    before = client.get(f"{ticket}/audits").json()["audits"]
    written(client, ticket)
    proxy.once("GET", "/audits", Act.STALE_AUDITS)
    assert client.get(f"{ticket}/audits").json()["audits"] == before
    assert len(client.get(f"{ticket}/audits").json()["audits"]) == len(before) + 1


def test_connections_are_refused_for_a_while(proxy: FaultyProxy, client: httpx.Client) -> None:
    proxy.once("GET", "/views", Act.REFUSE)
    with pytest.raises(httpx.TransportError):
        client.get("/views")
    deadline = time.monotonic() + 5
    seen: Counter[str] = Counter()
    while not seen["answered"] and time.monotonic() < deadline:
        try:
            seen["answered"] += client.get("/views").status_code == 200
        except httpx.ConnectError:
            seen["refused"] += 1
            time.sleep(0.02)
    assert seen["refused"]
    assert seen["answered"]


def test_the_same_seed_lets_the_same_requests_go_wrong() -> None:
    asked = [("PUT", "/api/v2/tickets/1"), ("GET", "/api/v2/views/1/tickets?page=2"), ("GET", "/api/v2/users/me")]
    runs = [[Plan(seed).decide(number, *asked[number % 3]) for number in range(9_000)] for seed in (5, 5, 6)]
    assert runs[0] == runs[1] != runs[2]
    counts = Counter(runs[0][0::3])
    assert counts[Act.DROP_AFTER] == pytest.approx(3_000 * RATES[Act.DROP_AFTER], rel=0.3)
    assert counts[Act.STALE_PAGE] == 0
    assert Act.CONFLICT not in runs[0][1::3]
    assert Act.STALE_PAGE in runs[0][1::3]


def test_a_plan_cannot_let_more_go_wrong_than_there_is() -> None:
    with pytest.raises(ValueError, match="shares"):
        Plan(1, {Act.CUT: 0.7, Act.NEVER: 0.7})
