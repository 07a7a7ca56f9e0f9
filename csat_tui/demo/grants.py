"""Access that people have granted to programs: codes for one exchange, and pairs of tokens that replace each other."""

import base64
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

CLIENT_ID = "csat-tui"
CODE_SECONDS = 120
ACCESS_SECONDS, REFRESH_SECONDS = 1_800, 30 * 86_400


class GrantRefused(Exception):
    """A code or token that is good for nothing (any more)."""


@dataclass(frozen=True)
class Code:
    """A grant that waits to be exchanged; `challenge` is PKCE's, made with S256."""

    sign_in: str
    redirect_uri: str
    scope: str
    challenge: str
    ends: datetime


@dataclass(frozen=True)
class Pair:
    """An access token and the refresh token that replaces both."""

    id: int
    sign_in: str
    scope: str
    access: str
    refresh: str
    created: datetime
    access_ends: datetime
    refresh_ends: datetime


class Grants:
    """All codes and tokens of one demo, by the world's `clock`; every method may be called by any thread."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        access_seconds: float = ACCESS_SECONDS,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self.clock, self.access_seconds, self.refresh_seconds = clock, access_seconds, refresh_seconds
        self.issued = self.refreshes = self.refused = 0
        """The numbers of pairs issued, of those issued for a refresh token, and of refused exchanges."""
        self._codes: dict[str, Code] = {}
        self._pairs: dict[int, Pair] = {}
        self._lock = threading.RLock()

    def allow(self, sign_in: str, redirect_uri: str, scope: str, challenge: str) -> str:
        """Note that somebody has allowed access; gives the code to exchange for it."""
        code = secrets.token_hex(32)
        with self._lock:
            ends = self.clock() + timedelta(seconds=CODE_SECONDS)
            self._codes[code] = Code(sign_in, redirect_uri, scope, challenge, ends)
        return code

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> Pair:
        """Give the tokens for a code, which is good for one attempt; GrantRefused where anything does not match."""
        with self._lock:
            held = self._codes.pop(code, None)
            good = held is not None and self.clock() < held.ends and redirect_uri == held.redirect_uri
            if held is None or not good or not secrets.compare_digest(_challenge(verifier), held.challenge):
                self.refused += 1
                raise GrantRefused
            return self.issue(held.sign_in, held.scope)

    def refresh(self, token: str) -> Pair:
        """Give a new pair and end the old one at once, both halves; GrantRefused for any token but the latest."""
        with self._lock:
            held = next((pair for pair in self._pairs.values() if pair.refresh == token), None)
            if held is None or self.clock() >= held.refresh_ends:
                self.refused += 1
                raise GrantRefused
            del self._pairs[held.id]
            self.refreshes += 1
            return self.issue(held.sign_in, held.scope)

    def issue(self, sign_in: str = "agent", scope: str = "read write") -> Pair:
        """Give new tokens to one of the demo's sign-ins, as if somebody had allowed it in a browser."""
        with self._lock:
            self.issued += 1
            now = self.clock()
            pair = Pair(
                7_310_000 + self.issued,
                sign_in,
                scope,
                secrets.token_hex(32),
                secrets.token_hex(32),
                now,
                now + timedelta(seconds=self.access_seconds),
                now + timedelta(seconds=self.refresh_seconds),
            )
            self._pairs[pair.id] = pair
            return pair

    def find(self, access: str) -> Pair | None:
        """Give the pair of an access token that is still good."""
        with self._lock:
            held = next((pair for pair in self._pairs.values() if pair.access == access), None)
            return held if held is not None and self.clock() < held.access_ends else None

    def revoke(self, pair: Pair) -> None:
        """End one pair, both halves."""
        with self._lock:
            self._pairs.pop(pair.id, None)

    def revoke_all(self) -> None:
        """End everything that was allowed, as an administrator can."""
        with self._lock:
            self._codes.clear()
            self._pairs.clear()

    def expire_access(self) -> None:
        """Let every access token run out now; the refresh tokens stay good."""
        with self._lock:
            now = self.clock()
            self._pairs = {number: replace(pair, access_ends=now) for number, pair in self._pairs.items()}


def _challenge(verifier: str) -> str:
    digest = sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
