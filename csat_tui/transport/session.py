"""One HTTP conversation with one service: bounded, never redirected, and never silent about what was applied."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from csat_tui.config import is_loopback
from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.domain.errors import HelpDeskError, Malformed, SignedInAnew, Unreachable
from csat_tui.transport.authorizer import Authorizer
from csat_tui.transport.faults import (
    NEVER_LEFT,
    READ_BACK,
    answer_error,
    answer_time,
    asked_to_wait,
    connection_error,
    looks_like_html,
    unusable_answer,
)
from csat_tui.transport.pace import (
    PARALLEL_REQUESTS,
    READ_WAITS,
    WRITE_WAIT,
    Pace,
    Urgency,
    pace_of,
    read_attempts,
    urgency,
)
from csat_tui.transport.shapes import parse_json

MOST_ANSWER_BYTES = 32 * 1024 * 1024
"""Bytes of one answer, unpacked; a page of 100 tickets is well below one of these."""
MOST_KEPT_BYTES = 64 * 1024
"""Bytes of an answer of any kind that are kept: enough for a status page or a refusal's words."""
READ_TIMEOUT = 60.0
"""Seconds for one request in all, however slowly the answer drips; waiting for its turn comes before."""
PERSON_TIMEOUT = 10.0
"""Seconds for a read that somebody waits for: what is here is shown meanwhile, and it is read again later."""
TIMEOUT = httpx.Timeout(20.0, connect=5.0, pool=5.0)
CONNECTION_LIMITS = httpx.Limits(
    max_connections=PARALLEL_REQUESTS, max_keepalive_connections=PARALLEL_REQUESTS, keepalive_expiry=4.0
)
"""Idle connections go before the other side's usual 5 s, so that a write seldom meets one that is just closing."""

HeaderListener = Callable[[Mapping[str, str]], None]
"""Is given the headers of an answer, whatever it says."""

log = logging.getLogger(__name__)
for noisy in ("httpx", "httpcore"):
    logging.getLogger(noisy).setLevel(logging.WARNING)  # their request lines carry customers' addresses
logging.getLogger("stamina").setLevel(logging.ERROR)  # it tells of each attempt after the first; so do we, of each


@dataclass(frozen=True, slots=True)
class Service:
    """Where to ask, what proves who asks, and what the service is called in a sentence."""

    address: str
    """As the person wrote it, for sentences."""
    name: str
    authorizer: Authorizer
    base: str = ""
    """The path under which all questions go, such as `/api`."""
    then: str = READ_BACK
    """What becomes of a write whose answer was lost."""
    warning_header: str = ""
    """The header by which it warns of what it will take away; empty where it has none."""
    largest: int = MOST_ANSWER_BYTES
    """Bytes of one answer, unpacked, that are read."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries: JSON, the fields of a form, or neither."""

    json: object = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RawResponse:
    """What a service answered, whatever it was."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class HttpSession:
    """Asks one service; every failure is one of the errors of `domain.errors`.

    A client that is handed in is the caller's to close. Authorization goes to the service's own address
    alone: paths are relative to it, and redirects are answered with a sentence. Each request waits for its turn at
    the host, as urgent as the task that asks (`transport.pace`).
    """

    def __init__(
        self,
        service: Service,
        *,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.service = service
        self._pace = pace
        self._clock = clock or SystemClock()
        self._client = client
        self._owned = client is None
        self._told_at: datetime | None = None
        self._headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "csat-tui"}

    @property
    def told_at(self) -> datetime | None:
        """What time it was by the service's own clock (`Date`) when it last answered as it should; None before."""
        return self._told_at

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, called: str = "") -> object:
        """Return the JSON that a path answers, asking again where that may help; never raises Uncertain.

        `called` is what the log says instead of a path that names somebody.
        """
        async for attempt in read_attempts(urgency()):
            with attempt:
                return await self._ask("GET", path, params=params, called=called)
        raise AssertionError("the last attempt returns or raises")

    async def put(
        self, path: str, body: object, heard: HeaderListener | None = None, *, under: int | None = None
    ) -> object:
        """Write once, and return the JSON that is answered; Uncertain where it may or may not have been applied.

        `under` is the sign-in that it is for: SignedInAnew where there is another one by now.
        """
        return await self._ask("PUT", path, body=body, heard=heard, under=under)

    async def post(
        self, path: str, body: object, heard: HeaderListener | None = None, *, under: int | None = None
    ) -> object:
        """Write once, like `put`, where a path takes new things."""
        return await self._ask("POST", path, body=body, heard=heard, under=under)

    async def hand_in(self, path: str, body: Body, headers: Mapping[str, str], *, called: str) -> RawResponse:
        """Write once something of any kind, and return the answer whatever it says; its content is cut at `KEPT`.

        Raises Unreachable where nothing left, Uncertain where no whole answer came. `called` stands in the log for the
        path, which may be a secret.
        """
        try:
            header = await self.service.authorizer.header()
            answer, content = await self._exchange(
                "POST", path, None, body, header, None, headers=headers, keep=MOST_KEPT_BYTES
            )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            log.warning("POST %s: %s", called, type(error).__name__)
            raise connection_error(error, self.service.address, writing=True, then=self.service.then) from error
        log.info("POST %s: %d", called, answer.status_code)
        return RawResponse(answer.status_code, answer.headers, content)

    async def close(self) -> None:
        """Let go of the connections that are ours."""
        if self._owned and self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
        heard: HeaderListener | None = None,
        under: int | None = None,
        called: str = "",
    ) -> object:
        called = called or path
        writing = method != "GET"
        url = self.service.address
        try:
            header = await self.service.authorizer.header()
            self._refuse_another(under)
            answer, content = await self._exchange(method, path, params, Body(json=body), header, heard)
            if answer.status_code == 401 and (other := await self.service.authorizer.renew(header)):
                self._refuse_another(under)
                # Refused means that nothing was applied, so that a write may go again as it is.
                answer, content = await self._exchange(method, path, params, Body(json=body), other, heard)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            log.warning("%s %s: %s", method, called, type(error).__name__)
            raise connection_error(error, url, writing=writing, then=self.service.then) from error
        log.debug("%s %s: %d, %d bytes", method, called, answer.status_code, len(content))
        if warned := answer.headers.get(self.service.warning_header):
            log.warning("%s %s: the service warns: %.500s", method, called, warned)
        if not answer.is_success:
            log.info("%s %s: %d", method, called, answer.status_code)
            raise answer_error(answer.status_code, answer.headers, content, url, writing=writing, now=self._clock.now())
        return self._understood(answer, content, writing=writing)

    def _refuse_another(self, under: int | None) -> None:
        if under is not None and self.service.authorizer.sign_in != under:
            raise SignedInAnew(
                f"somebody else may have signed in at {self.service.address}; nothing was sent, "
                "and it continues once csat-tui knows who"
            )

    async def _exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: Body,
        authorization: str,
        heard: HeaderListener | None,
        *,
        headers: Mapping[str, str] | None = None,
        keep: int | None = None,
    ) -> tuple[httpx.Response, bytes]:
        """Wait for a turn, send one request and return its answer with its content, unpacked and bounded.

        With `keep` no more than so many bytes are read, and the rest is left.
        """
        client, writing = self._open(), method != "GET"
        request = client.build_request(
            method,
            f"{self.service.address}{self.service.base}/{path}",
            params=params,
            json=body.json,
            data=body.form,
            headers=self._headers | dict(headers or {}) | ({"Authorization": authorization} if authorization else {}),
        )
        pace, urgent = self._pace or pace_of(self.service.address), urgency()
        patience = WRITE_WAIT if writing else READ_WAITS[urgent]
        longest = PERSON_TIMEOUT if urgent is Urgency.PERSON and not writing else READ_TIMEOUT
        async with pace.turn(urgent, patience) as turn, asyncio.timeout(longest):
            try:
                answer = await client.send(request, stream=True, auth=None, follow_redirects=False)
            except NEVER_LEFT:
                turn.unsent()
                raise
            turn.heard(answer.headers, asked_to_wait(answer.status_code, answer.headers, self._clock.now()))
            if heard is not None:
                heard(answer.headers)
            try:
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if keep is not None and len(content) >= keep:
                        del content[keep:]
                        break
                    if len(content) > self.service.largest:
                        raise self._too_large(writing=writing)
                return answer, bytes(content)
            finally:
                await answer.aclose()

    def _too_large(self, *, writing: bool) -> HelpDeskError:
        what = f"more than {self.service.largest // 2**20} MB"
        if writing:
            return unusable_answer(self.service.address, what=what, then=self.service.then)
        return Malformed(f"{self.service.address} answered with {what}, and we stopped reading")

    def _understood(self, answer: httpx.Response, content: bytes, *, writing: bool) -> object:
        """Return the JSON of a success; a web page there means that this is some other place."""
        url, name = self.service.address, self.service.name
        if looks_like_html(content, answer.headers):
            if writing:
                raise unusable_answer(url, what="a web page", then=self.service.then)
            raise Malformed(
                f"{url} answered with a web page: it is not {name}, or a sign-in page is in front of it. "
                "Check its url in config.toml"
            )
        try:
            understood = parse_json(content)
        except ValueError as error:
            if writing:
                raise unusable_answer(url, what="something that is not JSON", then=self.service.then) from error
            raise Malformed(
                f"{url} answered with something that is not JSON ({len(content)} bytes); nothing was changed here"
            ) from error
        # Only now: a sign-in page before the service has a clock of its own.
        self._told_at = answer_time(answer.headers) or self._told_at
        return understood

    def _open(self) -> httpx.AsyncClient:
        """Return the client, made at the first question: reading the system's certificates takes its time."""
        if self._client is None:
            here = is_loopback(self.service.address)
            if not here and not self.service.address.startswith("https://"):
                raise Unreachable(
                    f"{self.service.address} is not encrypted; only https may carry a credential off this machine"
                )
            try:
                self._client = httpx.AsyncClient(timeout=TIMEOUT, limits=CONNECTION_LIMITS, trust_env=not here)
            except (OSError, ValueError) as error:
                raise Unreachable(
                    f"the connection to {self.service.address} could not be set up ({error}); "
                    "check SSL_CERT_FILE and HTTPS_PROXY"
                ) from error
        return self._client
