"""A desk in trouble says so in the ways of the real one."""

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from starlette.responses import Response

from csat_tui.demo import faults
from csat_tui.demo.faults import Fault
from csat_tui.demo.server import DemoServer
from tests.demo.conftest import NOW


@pytest.mark.parametrize(
    ("asked", "said"), [(7, "7"), (NOW, "Wed, 18 Nov 2026 15:30:00 GMT"), (None, None)], ids=["seconds", "date", "none"]
)
def test_a_limit_says_how_long_in_three_ways(
    demo: DemoServer, desk: httpx.Client, asked: int | datetime | None, said: str | None
) -> None:
    demo.world.faults.once("GET", "/views", faults.limited(asked))
    answer = desk.get("/views")
    assert (answer.status_code, answer.headers.get("retry-after")) == (429, said)
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("make", "status", "kind"),
    [
        (faults.failed, 500, "application/json"),
        (faults.bad_gateway, 502, "text/html"),
        (faults.unavailable, 503, "text/plain"),
        (faults.conflict, 409, "application/json"),
        (faults.closed, 422, "application/json"),
        (faults.unauthenticated, 401, "application/json"),
    ],
)
@pytest.mark.parametrize("applied", [False, True])
def test_every_trouble_can_come_before_the_work_or_after_it(
    demo: DemoServer, desk: httpx.Client, make: Callable[[], Response], status: int, kind: str, applied: bool
) -> None:
    url = f"/tickets/{demo.world.story(0).survey_ticket_id}"
    demo.world.faults.once("PUT", "/tickets/", Fault(applied, make()))
    answer = desk.put(url, json={"ticket": {"status": "open"}})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (status, kind)
    assert desk.get(url).json()["ticket"]["status"] == ("open" if applied else "new")


def test_half_an_object_may_look_whole_to_http(demo: DemoServer, desk: httpx.Client) -> None:
    demo.world.faults.once("GET", "/views", faults.malformed())
    answer = desk.get("/views")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Unterminated"):
        answer.json()


def test_half_an_object_may_come_with_the_line_cut_in_its_middle(demo: DemoServer, desk: httpx.Client) -> None:
    url = f"/tickets/{demo.world.story(0).survey_ticket_id}"
    demo.world.faults.once("PUT", "/tickets/", Fault(applied=True, answer=faults.Truncated()))
    with pytest.raises(httpx.TransportError):
        desk.put(url, json={"ticket": {"status": "open"}})
    assert desk.get(url).json()["ticket"]["status"] == "open"


def test_an_answer_may_come_too_late(demo: DemoServer, desk: httpx.Client) -> None:
    url = f"/tickets/{demo.world.story(0).survey_ticket_id}"
    demo.world.faults.once("PUT", "/tickets/", faults.late(0.5))
    with pytest.raises(httpx.ReadTimeout):
        desk.put(url, json={"ticket": {"status": "open"}}, timeout=0.1)
    assert desk.get(url).json()["ticket"]["status"] == "open"
