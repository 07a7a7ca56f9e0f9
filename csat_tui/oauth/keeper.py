"""The authorizer of a sign-in: gives its header, and has it renewed in time and once for all who ask."""

import asyncio

from csat_tui.domain.change import HelpDeskError
from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.oauth.authority import Authority
from csat_tui.oauth.paths import SignInPaths
from csat_tui.oauth.renewal import Renewal
from csat_tui.oauth.tokens import Tokens
from csat_tui.secrets import Kept


class Keeper:
    """Implements `transport.authorizer.Authorizer` over a pair of tokens that is kept; belongs to one asyncio loop.

    Renewals run on a thread, as keyrings block, and to their end: a caller that is cancelled does not stop one between
    the answer and the moment when it is kept.
    """

    def __init__(self, kept: Kept, client_id: str, paths: SignInPaths, *, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        authority = Authority(kept.url, client_id, self._clock, paths)
        self._renewal = Renewal(kept, authority, self._clock)
        self._turn = asyncio.Lock()
        self._held: Tokens | None = None
        self._failed: HelpDeskError | None = None
        self._failures = 0

    @property
    def sign_in(self) -> int:
        """A number that changes with every pair that is not a renewal of our own: it may be somebody else's."""
        return self._renewal.sign_in

    async def header(self) -> str:
        """Return the header to send now, renewed if it is about to end. Raises HelpDeskError."""
        held = self._held
        if held is not None and not held.stale(self._clock.now()):
            return held.header
        return await self._renewed("" if held is None else held.header)

    async def renew(self, refused: str) -> str:
        """Return another header after this one was refused. Raises Denied where the sign-in has ended."""
        return await self._renewed(refused)

    async def _renewed(self, refused: str) -> str:
        failures = self._failures
        async with self._turn:
            held = self._held
            if held is not None and held.header != refused and not held.stale(self._clock.now()):
                return held.header
            if self._failed is not None and self._failures != failures:
                # It has just failed for somebody else; who waited for that must not queue up to wait for it again.
                raise self._failed
            try:
                # Nothing is held while it is uncertain, so that whoever is cancelled here leaves nothing false.
                self._held = None
                self._held = await asyncio.to_thread(self._renewal.take_turn, refused)
            except HelpDeskError as error:
                self._failed, self._failures = error, self._failures + 1
                raise
            return self._held.header
