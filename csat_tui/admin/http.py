"""The admin system over HTTP: ask for a customer's account by address, and read the answer."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Protocol, TypeVar
from urllib.parse import quote, urlsplit

import httpx

from csat_tui.domain.account import Accommodation, Account, LoggedIssue, Money, Order
from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import Missing
from csat_tui.domain.ids import TicketId
from csat_tui.transport.authorizer import Fixed
from csat_tui.transport.session import HttpSession, Service
from csat_tui.transport.shapes import JsonShape

Row = TypeVar("Row")
PLACE = "{email}"
USUAL = f"/accounts?email={PLACE}"
"""The path of a request if the configured address has no place for the customer's."""
LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of one answer; an account with all its orders is a small part of it."""
WHERE = "the admin system's answer, by admin.map"

DIGITS = 15
"""Digits before or after the point; an amount with more is refused, as writing it out could take all memory."""


class AnswerShaper(Protocol):
    """Converts another system's answer to our shape."""

    def shape(self, answer: object) -> dict[str, object] | None:
        """Return the answer in the shape that we read; None where nothing of an account is in it. Raises Malformed."""
        ...


class HttpAdmin:
    """Reads accounts from the admin system's JSON; the token goes along as a bearer's, and only if there is one.

    `url` is an address with the place `{email}`, or one behind which accounts are asked for in the usual way.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        mapped: AnswerShaper | None = None,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        parts = urlsplit(url if PLACE in url else url.rstrip("/") + USUAL)
        address = f"{parts.scheme}://{parts.netloc}"
        authorizer = Fixed(f"Bearer {token}" if token else "")
        service = Service(address, "the admin system", authorizer, largest=LARGEST_ANSWER)
        self._path = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
        self._mapped = mapped
        self._session = HttpSession(service, client=client, clock=clock)

    async def account(self, email: str) -> Account | None:
        """Return the account of an address, everything in it newest first; None if there is none."""
        email = email.strip()
        if "@" not in email:
            return None
        path = self._path.replace(PLACE, quote(email.encode("utf-8", "replace"), safe=""))
        try:
            answer = await self._session.get(path, called="account")
        except Missing:
            return None
        if self._mapped is None:
            return _account(JsonShape.of(answer, "the admin system's answer"))
        shaped = self._mapped.shape(answer)
        return None if shaped is None else _account(JsonShape.of(shaped, WHERE))

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()


def _account(answer: JsonShape) -> Account:
    who, subscription = answer.part("account"), answer.part("subscription")
    return Account(
        id=_id(who, "id"),
        email=who.text("email"),
        name=who.text("name"),
        plan=subscription.text("plan"),
        subscription_status=subscription.text("status"),
        next_delivery=subscription.text("next_delivery"),
        orders=_newest(answer, "orders", _order, lambda order: order.placed_at),
        issues=_newest(answer, "issues", _issue, lambda issue: issue.logged_at),
        accommodations=_newest(answer, "accommodations", _accommodation, lambda given: given.given_at),
    )


def _newest(
    answer: JsonShape, key: str, read: Callable[[JsonShape], Row], when: Callable[[Row], object]
) -> tuple[Row, ...]:
    """Return the rows of a list, newest first."""
    return tuple(sorted((read(row) for row in answer.maybe_rows(key)), key=when, reverse=True))  # type: ignore[arg-type]


def _order(row: JsonShape) -> Order:
    return Order(
        id=_id(row, "id"),
        placed_at=row.moment("placed_at"),
        items=row.texts("items"),
        total=_money(row, "total"),
        status=row.text("status"),
        skus=row.texts("skus"),
        store=row.text("store"),
    )


def _issue(row: JsonShape) -> LoggedIssue:
    ticket_id = row.maybe_whole("ticket_id")
    return LoggedIssue(
        id=_id(row, "id"),
        category=row.text("category"),
        logged_by=row.text("logged_by"),
        logged_at=row.moment("logged_at"),
        order_id=_maybe_id(row, "order_id"),
        ticket_id=None if ticket_id is None else TicketId(ticket_id),
        text=row.text("text"),
    )


def _accommodation(row: JsonShape) -> Accommodation:
    return Accommodation(
        id=_id(row, "id"),
        kind=row.text("kind"),
        given_at=row.moment("given_at"),
        amount=_money(row, "amount"),
        reason=row.text("reason"),
        given_by=row.text("given_by"),
        order_id=_maybe_id(row, "order_id"),
        issue_id=_maybe_id(row, "issue_id"),
    )


def _id(row: JsonShape, key: str) -> str:
    """Return an id, which may be written as a number or as a text."""
    found = _maybe_id(row, key)
    if not found:
        raise row.wrong(key, "an id")
    return found


def _maybe_id(row: JsonShape, key: str) -> str:
    return str(row.whole(key)) if isinstance(row.value.get(key), int) else row.text(key)


def _money(row: JsonShape, key: str) -> Money | None:
    """Return an amount, written as a text so that no cent is rounded away; None where no money is involved."""
    written = row.text(key)
    if not written:
        return None
    try:
        amount = Decimal(written)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or (amount and abs(amount.adjusted()) > DIGITS):
        raise row.wrong(key, 'an amount such as "59.94"')
    return Money(amount, row.text("currency"))
