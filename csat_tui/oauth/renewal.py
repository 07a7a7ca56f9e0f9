"""Keep a sign-in: renew its tokens in time, save them before they are used, replace it by a new one, and end it.

Only one process at a time changes a sign-in.
"""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.domain.errors import Denied, Forbidden, HelpDeskError, Uncertain, Unreachable
from csat_tui.oauth.authority import Authority, SpentToken
from csat_tui.oauth.sign_in import SignInPaths, Tokens
from csat_tui.secrets import CredentialStore, NoCredential, StoredText

LOCK_TIMEOUT = 40.0
"""Seconds to wait for another process: two answers of a slow token endpoint, and a keyring."""


@contextmanager
def exclusive_sign_in(kept: CredentialStore) -> Iterator[None]:
    """Hold the sign-in alone; the system releases it if this process dies. Blocks.

    Raises Unreachable if another process holds it too long, Denied if the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(kept.turn_file, mode=0o600)
    try:
        kept.turn_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=LOCK_TIMEOUT)
    except Timeout as error:
        raise Unreachable(
            f"another csat-tui has been renewing the sign-in for {LOCK_TIMEOUT:g} s; it is tried again"
        ) from error
    except OSError as error:
        raise Denied(
            f"{kept.turn_file} cannot be made ({error.strerror}), and without it two processes could spoil the "
            "sign-in; check the folder's permissions and the free disk space"
        ) from error
    try:
        yield
    finally:
        lock.release()


RETRY_PAUSES = (0.1, 0.4)
"""Seconds between attempts to save a new pair: it is now the only valid pair."""
SAFE = "run `csat-tui login`; everything decided waits in the outbox"

log = logging.getLogger(__name__)


class Renewal:
    """Renews a sign-in; every method blocks, for as long as a slow help desk and a keyring's prompt take."""

    def __init__(self, kept: CredentialStore, authority: Authority, clock: Clock) -> None:
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
        """The number of pairs found that are not our own renewals."""

    def take_turn(self, refused: str) -> Tokens:
        """Return a valid pair that is saved; `refused` is the header of an invalid pair, or empty.

        Raises HelpDeskError: Denied where the person has to do something, Unreachable where it is tried again.
        """
        try:
            with exclusive_sign_in(self._kept):
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

    def _keep_what_waits(self, found: StoredText) -> StoredText:
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
        return StoredText(fresh.to_json(), found.place, found.insecure)

    def _keep(self, fresh: Tokens, found: StoredText) -> None:
        """Save a new pair. Raises NoCredential."""
        for pause in (*RETRY_PAUSES, None):
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
        """Ask for the next pair; if the answer is lost, ask again with the old pair, which may still be valid."""
        try:
            try:
                return self._authority.refresh(stored)
            except Uncertain as lost:
                log.warning("oauth: no usable answer to a renewal, which is tried once more: %s", lost)
                return self._authority.refresh(stored)
        except SpentToken as error:
            self._ended = stored.refresh
            raise self._over() from error
        except Uncertain as error:
            raise Unreachable(
                f"{self._kept.url} did not answer when the sign-in was renewed; {_waits()}, and it is tried again"
            ) from error

    def _understood(self, found: StoredText) -> Tokens:
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


class SignInAuthorizer:
    """Implements `transport.authorizer.Authorizer` over a pair of tokens that is kept; belongs to one asyncio loop.

    Renewals run on a thread, as keyrings block, and to their end: a caller that is cancelled does not stop one between
    the answer and the moment when it is kept.
    """

    def __init__(
        self, kept: CredentialStore, client_id: str, paths: SignInPaths, *, clock: Clock | None = None
    ) -> None:
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
        """Return the header to send now, renewed if it is about to expire. Raises HelpDeskError."""
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


def keep_sign_in(kept: CredentialStore, tokens: Tokens, authority: Authority, *, insecure: bool) -> str:
    """Save a new pair in place of the former pair, which is ended; returns where.

    A workstation that runs on the former pair takes up the new one. Raises NoCredential, HelpDeskError.
    """
    with exclusive_sign_in(kept):
        former = _former(kept)
        place = kept.write(tokens.to_json(), insecure=insecure)
    if former is not None:
        _end(former, authority)
    return place


def sign_out(kept: CredentialStore, authority: Authority) -> bool | None:
    """Forget what is kept; returns whether the help desk has ended it, None where there was no sign-in.

    Raises NoCredential, and HelpDeskError where another process holds it.
    """
    with exclusive_sign_in(kept):
        pair = _former(kept)
        ended = None if pair is None else _end(pair, authority, thorough=True)
        kept.forget()
        return ended


def abandon(tokens: Tokens, authority: Authority) -> None:
    """End a pair that nobody will use; if the help desk cannot be reached, it expires by itself."""
    _end(tokens, authority)


def _former(kept: CredentialStore) -> Tokens | None:
    """Return the stored pair; None for a bare token or an unreadable text, which are not ours to end."""
    try:
        return Tokens.from_json(kept.read().text)
    except (NoCredential, ValueError):
        return None


def _end(pair: Tokens, authority: Authority, *, thorough: bool = False) -> bool:
    """Revoke a pair; returns whether it is certainly invalid now.

    Only an access token that is still good can be revoked: a thorough end renews the pair for that, as its refresh
    token would otherwise be good for weeks.
    """
    try:
        try:
            authority.revoke(pair)
        except Forbidden:
            raise
        except Denied:
            if not thorough or not pair.refresh:
                return not pair.refresh
            authority.revoke(authority.refresh(pair))
    except SpentToken:
        return True
    except HelpDeskError as error:
        log.warning("oauth: a sign-in could not be revoked: %s", error)
        return False
    return True
