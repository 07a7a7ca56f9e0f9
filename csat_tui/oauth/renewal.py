"""One turn at a sign-in: take up what another process has renewed, or renew it, and keep it before it is used."""

import logging
import time

from csat_tui.domain.change import Denied, Uncertain, Unreachable
from csat_tui.domain.clock import Clock
from csat_tui.oauth.authority import Authority, Spent
from csat_tui.oauth.tokens import Tokens
from csat_tui.oauth.turn import turn
from csat_tui.secrets import Found, Kept, NoCredential

PAUSES = (0.1, 0.4)
"""Seconds between attempts to keep a new pair: by now it is the only one that is good for anything."""
SAFE = "run `csat-tui login`; everything decided waits in the outbox"

log = logging.getLogger(__name__)


class Renewal:
    """Renews one sign-in; every method blocks, for as long as a slow help desk and a keyring's prompt take."""

    def __init__(self, kept: Kept, authority: Authority, clock: Clock) -> None:
        self._kept = kept
        self._authority = authority
        self._clock = clock
        self._ended: str | None = None
        """The refresh token that the help desk does not take any more; it is not asked about it again."""
        self._unkept: tuple[str, Tokens] | None = None
        """A new pair that could not be kept yet, and the text of the pair that it took the place of."""
        self._last: Tokens | None = None
        """The pair that was returned last."""
        self.sign_in = 0
        """How many pairs were met that are not renewals of our own."""

    def take_turn(self, refused: str) -> Tokens:
        """Return a pair that is fit for use and is kept; `refused` is the header of one that is not, or empty.

        Raises HelpDeskError: Denied where the person has to do something, Unreachable where it is tried again.
        """
        try:
            with turn(self._kept):
                return self._turn(refused)
        except NoCredential as error:
            raise Denied(f"the sign-in cannot be read or kept: {error}; {_waits()}") from error

    def _turn(self, refused: str) -> Tokens:
        found = self._kept.read()
        found = self._keep_what_waits(found)
        stored = self._understood(found)
        if stored != self._last:
            self._last, self.sign_in = stored, self.sign_in + 1
        # Another process may have renewed it, or the person may have signed in again: that comes before all else.
        if stored.header != refused and stored.refresh != self._ended and not stored.stale(self._clock.now()):
            return stored
        if not stored.refresh or stored.refresh == self._ended:
            raise self._over()
        # A pair that cannot be kept must not be asked for, as the old one dies with the answer: so the place is
        # tried with the old pair first. What can go wrong after that is a disk or a keyring that fails in this second.
        self._kept.rewrite(found.text, insecure=found.insecure)
        fresh = self._refreshed(stored)
        self._unkept = (found.text, fresh)
        self._keep(fresh, found)
        self._last = fresh
        log.info("oauth: the sign-in is renewed")
        return fresh

    def _keep_what_waits(self, found: Found) -> Found:
        """Keep the pair that could not be kept before, unless somebody has signed in anew since; returns what counts.

        Until then it lives in this process alone and is not used: the person is told, sees it go on by itself once
        the keyring is unlocked, and loses no more than a sign-in where the process ends first. Using it unkept would
        hide that the next start finds a dead pair.
        """
        if self._unkept is None:
            return found
        former, fresh = self._unkept
        if found.text != former:
            self._unkept = None
            return found
        self._keep(fresh, found)
        return Found(fresh.to_json(), found.place, found.insecure)

    def _keep(self, fresh: Tokens, found: Found) -> None:
        """Write a new pair down. Raises NoCredential."""
        for pause in (*PAUSES, None):
            try:
                self._kept.rewrite(fresh.to_json(), insecure=found.insecure)
            except NoCredential as error:
                if pause is None:
                    log.error("oauth: the renewed sign-in could not be kept: %s", error)
                    raise
                time.sleep(pause)
            else:
                self._unkept = None
                return

    def _refreshed(self, stored: Tokens) -> Tokens:
        """Ask for the next pair; where the answer is lost, once more with the old one, which may still be good."""
        try:
            try:
                return self._authority.refresh(stored)
            except Uncertain as lost:
                log.warning("oauth: no usable answer to a renewal, which is tried once more: %s", lost)
                return self._authority.refresh(stored)
        except Spent as error:
            self._ended = stored.refresh
            raise self._over() from error
        except Uncertain as error:
            raise Unreachable(
                f"{self._kept.url} did not answer when the sign-in was renewed; {_waits()}, and it is tried again"
            ) from error

    def _understood(self, found: Found) -> Tokens:
        if not found.text:
            raise Denied(f"nobody is signed in at {self._kept.url}; {SAFE}")
        try:
            return Tokens.from_json(found.text)
        except ValueError:
            raise Denied(f"the sign-in in {found.place} cannot be read; {SAFE}") from None

    def _over(self) -> Denied:
        return Denied(f"the sign-in at {self._kept.url} has ended or was revoked; {SAFE}")


def _waits() -> str:
    return "everything decided waits in the outbox"
