"""Zendesk's HTTP habits: how it is asked who we are, and its two ways of giving a long list in pages."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import httpx

from csat_tui.domain.change import Limited, Malformed, Refused
from csat_tui.domain.clock import Clock
from csat_tui.secrets import Credential
from csat_tui.transport.authorizer import Authorizer
from csat_tui.transport.session import Service, Session
from csat_tui.transport.shapes import Shape

PAGE = 100
"""The most rows that Zendesk gives at once, and the most ids that it takes."""

WAITS = 10
"""How often in a row a limit is waited out before it is told: by then something else is wrong."""

Reader = Callable[[str, Mapping[str, str] | None], Awaitable[Shape]]
"""Gives the object that a path answers."""


def authorization(credential: Credential) -> str:
    """Return the header that proves who asks: an API token with its user, or an OAuth access token without one."""
    if not credential.user:
        return f"Bearer {credential.token}"
    pair = f"{credential.user}/token:{credential.token}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


class Client:
    """Asks a Zendesk account by paths relative to `/api/v2`."""

    def __init__(
        self, url: str, authorizer: Authorizer, *, client: httpx.AsyncClient | None, clock: Clock | None
    ) -> None:
        service = Service(url.rstrip("/"), "Zendesk", authorizer, base="/api/v2")
        self._session = Session(service, client=client, clock=clock)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Shape:
        """Return the object that a path answers."""
        return Shape.of(await self._session.get(path, params), f"the answer to {path}")

    async def put(self, path: str, body: object) -> object:
        """Write, and return whatever is answered."""
        return await self._session.put(path, body)

    async def pages(
        self, path: str, params: Mapping[str, str] | None = None, *, patient: bool = False
    ) -> AsyncIterator[Shape]:
        """Yield a list page by page: by cursor, or by page numbers where the account knows no cursors.

        A `patient` reader waits out a limit in the middle of a long list, which would never end if it began anew.
        """
        further = self._in_time if patient else self.get
        asked = {**(params or {}), "page[size]": str(PAGE)}
        numbered = {**(params or {}), "per_page": str(PAGE)}
        try:
            first = await self.get(path, asked)
        except Refused:
            first = await self.get(path, numbered)
        if isinstance(first.value.get("meta"), dict):
            rest = self._by_cursor(path, asked, first, further)
        else:
            rest = self._by_number(path, numbered, first, further)
        async for page in rest:
            yield page

    async def _by_cursor(
        self, path: str, asked: Mapping[str, str], page: Shape, further: Reader
    ) -> AsyncIterator[Shape]:
        """Follow `meta.has_more`; `links.next` is set even on a last page (zendesk.md)."""
        seen: set[str] = set()
        while True:
            yield page
            meta = page.part("meta")
            if not meta.flag("has_more"):
                return
            cursor = meta.text("after_cursor")
            if not cursor or cursor in seen:
                raise Malformed(f"{page.where} promises more and gives no way on")
            seen.add(cursor)
            page = await further(path, {**asked, "page[after]": cursor})

    async def _by_number(
        self, path: str, asked: Mapping[str, str], page: Shape, further: Reader
    ) -> AsyncIterator[Shape]:
        """Follow `next_page`, which goes no further than 10,000 rows."""
        number = 1
        while True:
            yield page
            if page.value.get("next_page") is None:
                return
            number += 1
            page = await further(path, {**asked, "page": str(number)})

    async def _in_time(self, path: str, params: Mapping[str, str] | None) -> Shape:
        """Return the object that a path answers, waiting as often as the limit asks for it."""
        for _ in range(WAITS):
            try:
                return await self.get(path, params)
            except Limited as limit:
                await asyncio.sleep(limit.retry_after)
        return await self.get(path, params)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()
