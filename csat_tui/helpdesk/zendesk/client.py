"""Zendesk's HTTP habits: how it is asked who we are, and its two ways of giving a long list in pages."""

import base64
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import Malformed, Refused
from csat_tui.secrets import Credential
from csat_tui.transport.authorizer import Authorizer
from csat_tui.transport.pace import Pace
from csat_tui.transport.session import HeaderListener, HttpSession, Service
from csat_tui.transport.shapes import JsonShape

PAGE = 100
"""The most rows that Zendesk gives at once, and the most ids that it takes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a long list, and the cursor behind it: None on the last page and where there are no cursors."""

    page: JsonShape
    cursor: str | None = None


def authorization(credential: Credential) -> str:
    """Return the header that proves who asks: an API token with its user, or an OAuth access token without one."""
    if not credential.user:
        return f"Bearer {credential.token}"
    pair = f"{credential.user}/token:{credential.token}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


class Client:
    """Asks a Zendesk account by paths relative to `/api/v2`."""

    def __init__(
        self,
        url: str,
        authorizer: Authorizer,
        *,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        service = Service(url.rstrip("/"), "Zendesk", authorizer, base="/api/v2", warning_header="x-zendesk-api-warn")
        self._session = HttpSession(service, client=client, clock=clock, pace=pace)

    @property
    def told_at(self) -> datetime | None:
        """What time it was by the account's own clock when it last answered."""
        return self._session.told_at

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> JsonShape:
        """Return the object that a path answers."""
        return JsonShape.of(await self._session.get(path, params), f"the answer to {path}")

    async def put(self, path: str, body: object, heard: HeaderListener, *, under: int | None) -> object:
        """Write under a sign-in, and return whatever is answered; its headers are given to `heard`."""
        return await self._session.put(path, body, heard, under=under)

    async def post(self, path: str, body: object, heard: HeaderListener, *, under: int | None) -> object:
        """Begin something under a sign-in, and return whatever is answered; its headers are given to `heard`."""
        return await self._session.post(path, body, heard, under=under)

    async def numbered(self, path: str, params: Mapping[str, str]) -> AsyncIterator[Part]:
        """Yield a list by page numbers alone, for what is sorted in a way that cursors do not know."""
        asked = {**params, "per_page": str(PAGE)}
        async for part in self._by_number(path, asked, await self.get(path, asked)):
            yield part

    async def pages(
        self, path: str, params: Mapping[str, str] | None = None, *, after: str | None = None
    ) -> AsyncIterator[Part]:
        """Yield a list page by page: by cursor, or by page numbers where the account knows no cursors.

        It goes on behind the cursor of an earlier page; Refused where that is not taken.
        """
        asked = {**(params or {}), "page[size]": str(PAGE)}
        numbered = {**(params or {}), "per_page": str(PAGE)}
        if after is not None:
            first = await self.get(path, {**asked, "page[after]": after})
        else:
            try:
                first = await self.get(path, asked)
            except Refused:
                first = await self.get(path, numbered)
        by_cursor = isinstance(first.value.get("meta"), dict)
        async for part in self._by_cursor(path, asked, first) if by_cursor else self._by_number(path, numbered, first):
            yield part

    async def _by_cursor(self, path: str, asked: Mapping[str, str], page: JsonShape) -> AsyncIterator[Part]:
        """Follow `meta.has_more`; `links.next` is set even on a last page (zendesk.md)."""
        number, landmark = 1, ""
        while True:
            meta = page.part("meta")
            if not meta.flag("has_more"):
                yield Part(page)
                return
            cursor = meta.text("after_cursor")
            yield Part(page, cursor or None)
            if not cursor or cursor == landmark:
                raise Malformed(f"{page.where} promises more results but gives no address for them")
            if number.bit_count() == 1:  # at 1, 2, 4, 8 …: one remembered cursor shows every circle in the end
                landmark = cursor
            number += 1
            page = await self.get(path, {**asked, "page[after]": cursor})

    async def _by_number(self, path: str, asked: Mapping[str, str], page: JsonShape) -> AsyncIterator[Part]:
        """Follow `next_page`, which goes no further than 10,000 rows."""
        number = 1
        while True:
            yield Part(page)
            if page.value.get("next_page") is None:
                return
            number += 1
            page = await self.get(path, {**asked, "page": str(number)})

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()
