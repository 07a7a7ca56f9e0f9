"""A demo help desk of its own for each test module that only reads, and one for each test that writes."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from csat_tui.demo.server import DemoOptions, DemoServer

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)


def signed_in(demo: DemoServer, who: str = "agent") -> httpx.Client:
    email, token = demo.world.credentials[who]
    return httpx.Client(base_url=f"{demo.url}/api/v2", auth=(f"{email}/token", token), trust_env=False)


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(now=NOW)) as server:
        yield server


@pytest.fixture
def desk(demo: DemoServer) -> Iterator[httpx.Client]:
    with signed_in(demo) as client:
        yield client
