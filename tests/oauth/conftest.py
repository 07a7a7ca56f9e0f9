"""A help desk that signs people in, a clock for both sides, and a place to keep a sign-in."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from csat_tui.demo.oauth import Pair
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.oauth.sign_in import Tokens
from csat_tui.paths import Paths
from csat_tui.secrets import CredentialStore

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets with its test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[username] = password


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    """An empty keyring, so that no test meets the machine's own."""
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def demo(clock: Hands) -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=4, rate_limit=0, now=NOW)) as server:
        server.oauth.clock = clock.now
        yield server


@pytest.fixture
def kept(tmp_path: Path, demo: DemoServer) -> CredentialStore:
    """The place of a sign-in at the demo, in the plain file."""
    return CredentialStore(Paths.find({"CSAT_TUI_HOME": str(tmp_path)}), demo.url)


def as_tokens(pair: Pair) -> Tokens:
    return Tokens(pair.access, pair.refresh, pair.created, pair.access_ends, pair.refresh_ends, "csat-tui", pair.scope)


def sign_in(demo: DemoServer, kept: CredentialStore) -> Tokens:
    """Have somebody signed in, as `csat-tui login` leaves it."""
    tokens = as_tokens(demo.oauth.issue())
    kept.write(tokens.to_json(), insecure=True)
    return tokens


def stored(kept: CredentialStore) -> Tokens:
    return Tokens.from_json(json.loads((kept.paths.data_dir / "credentials.json").read_text())[kept.name])
