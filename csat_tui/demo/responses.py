"""The desk's refusals, word for word, and its two paginations: numbered pages, and cursors that are offsets."""

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from csat_tui.demo.wire import Json


class Refusal(Exception):
    """A request that is not carried out; holds the answer that says why."""

    def __init__(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers or {}

    def response(self) -> Response:
        """Give the answer: text stays text, everything else is JSON."""
        if isinstance(self.body, str):
            return PlainTextResponse(self.body, self.status, self.headers)
        return JSONResponse(self.body, self.status, self.headers)


def not_found() -> Refusal:
    """Say that there is no such record."""
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def no_endpoint() -> Refusal:
    """Say that there is no such address."""
    return Refusal(404, {"error": "InvalidEndpoint", "description": "Not found"})


def unauthenticated() -> Refusal:
    """Say that the credential is not good, in plain text as the real desk does."""
    return Refusal(401, "Couldn't authenticate you", {"www-authenticate": 'Basic realm="Web Password"'})


OAUTH = {
    "invalid_request": "The request is missing a required parameter, includes an unsupported parameter or parameter "
    "value, or is otherwise malformed.",
    "invalid_client": "The client identifier provided is invalid, the client failed to authenticate, the client did "
    "not include its credentials, provided multiple client credentials, or used unsupported credentials type.",
    "invalid_grant": "The provided access grant is invalid, expired, or revoked (e.g. invalid assertion, expired "
    "authorization token, bad end-user password credentials, or mismatching authorization code and redirection URI).",
    "unsupported_grant_type": "The access grant included - its type or another attribute - is not supported by the "
    "authorization server.",
    "invalid_token": "The access token provided is expired, revoked, malformed or invalid for other reasons.",
    "insufficient_scope": "The request requires higher privileges than provided by the access token.",
}


def oauth(error: str, status: int = 400) -> Refusal:
    """Say what is wrong with a code, a client or a token."""
    description = OAUTH[error]
    shown = {"www-authenticate": f'Bearer realm="Zendesk", error="{error}"'} if status == 401 else {}
    return Refusal(status, {"error": error, "error_description": description}, shown | {"cache-control": "no-store"})


def forbidden() -> Refusal:
    """Say that this person may not do that."""
    text = "You do not have access to this page. Please contact the account owner of this help desk for further help."
    return Refusal(403, {"error": "Forbidden", "description": text})


def invalid_attribute(name: str, wanted: str) -> Refusal:
    """Say that a parameter is not of the right kind."""
    message = f"You passed an invalid value for the {name} attribute. {wanted}"
    return Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})


def unreadable() -> Refusal:
    """Say that the body is not JSON."""
    return Refusal(422, {"error": "Unprocessable Entity", "message": "Server could not parse JSON"})


def record_invalid(field: str, description: str, **more: Any) -> Refusal:
    """Say which field of the record keeps it from being saved."""
    details = {field: [{"description": description, **more}]}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def closed() -> Refusal:
    """Say that a closed ticket takes no update."""
    return record_invalid("status", "Status: closed prevents ticket update")


def too_many_values() -> Refusal:
    """Say that more ids were asked for at once than the desk gives."""
    text = "Exceeded maximum number of ids allowed: 100"
    return Refusal(400, {"error": "TooManyValues", "description": text, "max_count": 100})


def conflict() -> Refusal:
    """Say that the ticket changed since the stamp under which it was to be written."""
    text = "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data "
    "and try again."
    return Refusal(409, {"error": "UpdateConflict", "description": text})


def too_deep() -> Refusal:
    """Say that numbered pages end at 10,000 records."""
    text = "The requested page is beyond the first 10,000 records. Use cursor pagination instead."
    return Refusal(400, {"error": "InvalidPaginationDepth", "description": text})


def bad_cursor(name: str) -> Refusal:
    """Say that a cursor or page size cannot be used."""
    return Refusal(400, {"errors": [{"code": "InvalidPaginationParameter", "title": f"{name} is not valid"}]})


def search_too_deep() -> Refusal:
    """Say that search gives no more than a thousand results."""
    text = "Invalid search: Requested response size was greater than Search Response Limits"
    return Refusal(422, {"error": "invalid", "description": text})


DEEPEST = 10_000
Window = Callable[[int, int], list[Json]]


def base_url(request: Request) -> str:
    """Give the address as the client knows it, so that links lead back the same way."""
    scheme = request.headers.get("x-forwarded-proto", "http")
    return f"{scheme}://{request.headers.get('host', '127.0.0.1')}"


def linked(request: Request, record: Json) -> Json:
    """Complete the address in a record."""
    url = record.get("url")
    return {**record, "url": base_url(request) + url} if isinstance(url, str) and url.startswith("/") else record


def address(request: Request, **changed: str | int) -> str:
    """Give this request's address with some parameters changed; underscores stand for brackets in page names."""
    kept = {k: v for k, v in request.query_params.items() if not k.startswith("page")}
    kept |= {name.replace("page_", "page[") + ("]" if "page_" in name else ""): str(v) for name, v in changed.items()}
    return f"{base_url(request)}{request.url.path}.json?{urlencode(kept)}"


def number(request: Request, name: str, default: int, highest: int | None = None) -> int:
    """Read a counting parameter; what is not a positive number is refused."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise bad_cursor(name)
    return min(int(text), highest) if highest else int(text)


def wants_cursor(request: Request) -> bool:
    """Tell which pagination is asked for."""
    return any(name.startswith("page[") for name in request.query_params)


def paged(request: Request, key: str, total: int, window: Window, *, most: int = 100) -> Json:
    """Answer with one page of a listing in whichever pagination was asked for."""
    if wants_cursor(request):
        return by_cursor(request, key, total, window, most=most)
    return by_number(request, key, total, window, most=most)


def by_number(request: Request, key: str, total: int, window: Window, *, most: int = 100) -> Json:
    """Answer with a numbered page; past 10,000 records the desk refuses."""
    size = number(request, "per_page", most, most)
    page = number(request, "page", 1)
    if page * size > DEEPEST and (page - 1) * size >= DEEPEST:
        raise too_deep()
    start = (page - 1) * size
    more = start + size < total
    return {
        key: [linked(request, record) for record in window(start, size)],
        "next_page": address(request, page=page + 1) if more else None,
        "previous_page": address(request, page=page - 1) if page > 1 else None,
        "count": total,
    }


def by_cursor(request: Request, key: str, total: int, window: Window, *, most: int = 100) -> Json:
    """Answer with a page by cursor; as recorded from the real desk, the last page still has a next link."""
    size = number(request, "page[size]", most, most)
    after, before = request.query_params.get("page[after]"), request.query_params.get("page[before]")
    start = read_cursor(after, "page[after]") if after else 0
    if before:
        end = read_cursor(before, "page[before]")
        start, size = max(end - size, 0), min(size, end)
    records = [linked(request, record) for record in window(start, size)]
    end = start + len(records)
    has_more = end < total
    first, last = cursor(start), cursor(end)
    return {
        key: records,
        "meta": {
            "has_more": has_more,
            "after_cursor": last if records else None,
            "before_cursor": first if records else None,
        },
        "links": {
            "prev": address(request, page_size=size, page_before=first) if records else None,
            "next": address(request, page_size=size, page_after=last) if records else None,
        },
    }


def cursor(offset: int) -> str:
    """Disguise an offset."""
    return base64.urlsafe_b64encode(f"o{offset:x}".encode()).decode()


def read_cursor(text: str, name: str) -> int:
    """Undo `cursor`; anything else is refused."""
    try:
        plain = base64.urlsafe_b64decode(text.encode()).decode()
        if not plain.startswith("o"):
            raise bad_cursor(name)
        return int(plain[1:], 16)
    except (binascii.Error, ValueError) as problem:
        raise bad_cursor(name) from problem
