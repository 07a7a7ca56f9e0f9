"""The help-desk port over Zendesk Support (facts: zendesk.md)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx

from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.domain.errors import Denied, Forbidden, Malformed, Missing, Refused, Uncertain
from csat_tui.domain.ids import OpId, TicketId, UserId, ViewId
from csat_tui.domain.ticket import Agent, Message, Receipt, Ticket, TicketChange, TicketMerge
from csat_tui.helpdesk.port import Capabilities, Page, View, ViewOrder
from csat_tui.helpdesk.zendesk import wire
from csat_tui.helpdesk.zendesk.client import PAGE, Client, authorization
from csat_tui.helpdesk.zendesk.limits import MERGES, WriteLimits
from csat_tui.helpdesk.zendesk.merging import Merging, Sleep, names
from csat_tui.helpdesk.zendesk.text import COMMENT_LIMIT, escaped_html
from csat_tui.secrets import Credential
from csat_tui.transport.authorizer import Authorizer, Fixed
from csat_tui.transport.pace import Pace
from csat_tui.transport.shapes import JsonShape

CLOCKS_APART = timedelta(days=1)
"""How wrong this machine's clock may be before a read-back could overlook a write that landed."""

BESIDE_TICKETS = "users,groups,organizations"
"""What is asked for beside tickets, so that it costs no further request."""

SORTED_BY = {ViewOrder.NEWEST: "created", ViewOrder.CHANGED: "updated"}
"""What a view's orders are called; a list of tickets has other names for them."""


class ZendeskDesk:
    """One Zendesk account, as one person."""

    capabilities = Capabilities(merging=True)

    def __init__(
        self,
        url: str,
        credential: Credential | Authorizer,
        *,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
        pace: Pace | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._bare = isinstance(credential, Credential) and not credential.user
        self._authorizer: Authorizer = (
            Fixed(authorization(credential)) if isinstance(credential, Credential) else credential
        )
        self._client = Client(self._url, self._authorizer, client=client, clock=clock, pace=pace)
        self._limits = WriteLimits()
        self._merging = Merging(self._client, clock or SystemClock(), sleep)
        self._known: int | None = None
        """The sign-in of which it is known whose it is; None while nobody has asked."""

    @property
    def told_at(self) -> datetime | None:
        """What time it was by the account's own clock when it last answered; None before."""
        return self._client.told_at

    async def whoami(self) -> Agent:
        """Return whom the credential belongs to; a wrong one can be answered with 200 and nobody in particular."""
        user = await self._myself()
        if not user.value.get("id") and await self._authorizer.renew(await self._authorizer.header()):
            user = await self._myself()
        if not user.value.get("id"):
            raise Denied(
                self._hint(
                    f"{self._url} does not know this credential; sign in with `csat-tui login`, "
                    "or give a token with `csat-tui connect`"
                )
            )
        if user.text("role") not in ("agent", "admin"):
            raise Denied(f"this credential at {self._url} belongs to a customer, not to an agent; use an agent's")
        return wire.agent(user)

    async def _myself(self) -> JsonShape:
        """Return the help desk's own record of whoever asks; under a later sign-in nothing is written until then."""
        await self._authorizer.header()  # it may take up another one
        sign_in = self._authorizer.sign_in
        try:
            answer = await self._client.get("users/me.json")
        except Missing as error:
            raise self._elsewhere() from error
        except Denied as error:
            raise Denied(self._hint(str(error))) from error
        if "user" not in answer.value:
            raise self._elsewhere()
        self._known = sign_in
        return answer.part("user")

    async def views(self) -> Sequence[View]:
        """Return the active views that the person can open."""
        return [
            wire.view(row)
            async for part in self._client.pages("views", {"active": "true"})
            for row in part.page.rows("views")
        ]

    async def view(
        self, view_id: ViewId, *, order: ViewOrder = ViewOrder.NEWEST, since: str | None = None
    ) -> AsyncIterator[Page]:
        """Yield the view's tickets; one that moves between pages while we walk can come twice."""
        asked = {"sort_by": SORTED_BY[order], "sort_order": "desc", "include": BESIDE_TICKETS}
        try:
            async for part in self._client.pages(f"views/{view_id}/tickets", asked, after=since):
                rows = list(part.page.rows("tickets"))
                known = await self._people(rows, part.page)
                there, tickets, problems = wire.beside(part.page), [], []
                for row in rows:
                    try:
                        tickets.append(wire.ticket(row, known, there))
                    except Malformed as error:
                        # One ticket that makes no sense must not hide the others.
                        problems.append(str(error))
                yield Page(tuple(tickets), part.page.maybe_whole("count"), tuple(problems), part.cursor)
        except Missing as error:
            raise Missing(f"there is no view {view_id} at {self._url}, or it is not shared with you") from error

    async def tickets(self, ids: Sequence[TicketId]) -> list[Ticket]:
        """Return those of the tickets that exist, asking for a hundred at a time."""
        wanted = list(dict.fromkeys(ids))
        found: list[Ticket] = []
        for start in range(0, len(wanted), PAGE):
            some = ",".join(str(ticket_id) for ticket_id in wanted[start : start + PAGE])
            page = await self._client.get("tickets/show_many", {"ids": some, "include": BESIDE_TICKETS})
            rows = list(page.rows("tickets"))
            known, there = await self._people(rows, page), wire.beside(page)
            found.extend(wire.ticket(row, known, there) for row in rows)
        return found

    async def messages(self, ticket_id: TicketId) -> list[Message]:
        """Return a ticket's comments, oldest first."""
        found: list[Message] = []
        asked = {"include": "users", "sort": "created_at", "include_inline_images": "true"}
        try:
            async for part in self._client.pages(f"tickets/{ticket_id}/comments", asked):
                known = wire.people(list(part.page.maybe_rows("users")))
                found.extend(wire.message(row, ticket_id, known) for row in part.page.rows("comments"))
        except Missing as error:
            raise Missing(f"there is no ticket #{ticket_id} at {self._url} (any more)") from error
        return sorted(found, key=lambda message: (message.created_at, message.id))

    async def requested(self, requester_id: UserId, *, since: datetime, most: int = 100) -> list[Ticket]:
        """Return a customer's tickets, newest first; by page numbers, for cursors do not sort by the day of arrival."""
        found: list[Ticket] = []
        asked = {"sort_by": "created_at", "sort_order": "desc", "include": BESIDE_TICKETS}
        try:
            async for part in self._client.numbered(f"users/{requester_id}/tickets/requested", asked):
                rows = list(part.page.rows("tickets"))
                known, there = await self._people(rows, part.page), wire.beside(part.page)
                found += [one for one in (wire.ticket(row, known, there) for row in rows) if one.updated_at > since]
                if len(found) >= most or len(rows) < PAGE:
                    break
        except Missing as error:
            raise Missing(f"there is no customer {requester_id} at {self._url} (any more)") from error
        return sorted(found, key=lambda ticket: (ticket.created_at, ticket.id), reverse=True)[:most]

    async def apply(self, change: TicketChange) -> Receipt:
        """Make one atomic write: comment, status, tags and operation id, under the stamp that the person saw."""
        body = {"ticket": _written(change)}
        try:
            with self._limits.writing(change.ticket_id) as heard:
                answer = await self._client.put(f"tickets/{change.ticket_id}", body, heard, under=self._known)
        except Forbidden as error:
            raise Denied(_not_allowed(change, str(error))) from error
        except Missing as error:
            raise Missing(f"there is no ticket #{change.ticket_id} any more; nothing was applied") from error
        try:
            whole = JsonShape.of(answer, "the answer")
            audit = whole.part("audit")
            receipt = wire.receipt(audit, change.ticket_id, change.op_id, wire.ticket(whole.part("ticket"), {}))
        except Malformed as error:
            raise Uncertain(
                f"the answer about ticket #{change.ticket_id} cannot be understood ({error}), so the write may or "
                "may not have been applied; it is checked before anything is sent again"
            ) from error
        return receipt

    async def find(self, ticket_id: TicketId, op_id: OpId, since: datetime) -> Receipt | None:
        """Return the receipt of an operation from the ticket's audits, newest first, back to `since` and a good margin.

        An account that gives them oldest first is read to the end.
        """
        oldest = since - CLOCKS_APART
        async for part in self._client.pages(f"tickets/{ticket_id}/audits", {"sort": "-created_at"}):
            audits = list(part.page.rows("audits"))
            for audit in audits:
                if wire.carries(audit, op_id):
                    return wire.receipt(audit, ticket_id, op_id)
            if audits and oldest > audits[-1].moment("created_at") < audits[0].moment("created_at"):
                return None
        return None

    async def merge(self, merge: TicketMerge) -> Receipt:
        """Merge tickets by a job, and wait for its end; counted as one write to the ticket that stays."""
        with self._limits.writing(merge.ticket_id, MERGES) as heard:
            return await self._merging.merge(merge, heard, under=self._known)

    async def merged(self, merge: TicketMerge) -> Mapping[TicketId, datetime]:
        """Return which sources were closed by a merge whose comment there names the ticket that stays."""
        gone = [one for one in await self.tickets(merge.sources) if one.merged and not one.takes_updates]
        return {one.id: one.updated_at for one in gone if names(await self.messages(one.id), merge.ticket_id)}

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _people(self, rows: list[JsonShape], page: JsonShape) -> dict[int, wire.Person]:
        """Return the people of some tickets; they are asked for only where the page brought nobody along."""
        known = wire.people(list(page.maybe_rows("users")))
        if "users" in page.value:
            return known  # whoever is not among them is not there any more
        unknown = sorted({person for row in rows for person in wire.named(row)})
        for start in range(0, len(unknown), PAGE):
            some = ",".join(str(person) for person in unknown[start : start + PAGE])
            known |= wire.people(list((await self._client.get("users/show_many", {"ids": some})).rows("users")))
        return known

    def _elsewhere(self) -> Malformed:
        return Malformed(f"{self._url} is not a Zendesk address; check its url in config.toml")

    def _hint(self, sentence: str) -> str:
        return (
            f"{sentence} (there is no user in config.toml, so it was sent as an OAuth token)"
            if self._bare
            else sentence
        )


def _written(change: TicketChange) -> dict[str, object]:
    """Return a change as Zendesk takes it; Refused for a text that it would cut."""
    ticket: dict[str, object] = {"metadata": {"op_id": change.op_id}}
    body = escaped_html(change.body)
    if len(body.encode()) > COMMENT_LIMIT:
        raise Refused(
            f"the text is longer than {COMMENT_LIMIT:,} bytes, which Zendesk would cut off; shorten it. "
            "Nothing was sent"
        )
    if change.body.strip():
        # Not as `body`, which is Markdown there: it would turn what was typed into lists, headings and links.
        ticket["comment"] = {"html_body": body, "public": change.public}
    if change.status is not None:
        ticket["status"] = change.status.value
    if change.assignee_id is not None:
        ticket["assignee_id"] = change.assignee_id
    if change.tags is not None:
        ticket["tags"] = list(change.tags)
    if change.base is not None:
        ticket["safe_update"] = True
        ticket["updated_stamp"] = change.base.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ticket


def _not_allowed(change: TicketChange, said: str) -> str:
    """Say whose permission is lacking for which kind of message, and who can give it."""
    what = "reply to customers" if change.public else "write internal notes"
    return (
        f"you may not {what} on ticket #{change.ticket_id}; nothing was applied. "
        f"An administrator can allow it in your role (Admin Center, People, Roles). The answer was: {said}"
    )
