"""Both of the desk's paginations: numbered pages, and cursors that are offsets in disguise."""

import base64
import binascii
from collections.abc import Callable
from urllib.parse import urlencode

from starlette.requests import Request

from csat_tui.demo import errors
from csat_tui.demo.wire import Json

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
        raise errors.bad_cursor(name)
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
        raise errors.too_deep()
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
            raise errors.bad_cursor(name)
        return int(plain[1:], 16)
    except (binascii.Error, ValueError) as problem:
        raise errors.bad_cursor(name) from problem
