"""Web forms for the tracker, coaching and corrections, and a chat channel behind a webhook."""

import json
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import responses
from csat_tui.demo.requests import world_of
from csat_tui.demo.wire import Json
from csat_tui.demo.world import receipt, unprocessable

NAMES = ("tracker", "coaching", "corrections")
NUMBERS = ("ticket", "ticket_id")
"""Fields that a form takes only as a ticket's number."""
LONGEST = 32_767
"""Characters that fit into one field, as into a spreadsheet's cell."""
FORM_ENCODED = "application/x-www-form-urlencoded"


def _named(request: Request) -> str:
    name: str = request.path_params["name"]
    if name not in NAMES:
        raise responses.Refusal(404, {"error": "not_found", "message": f"There is no form called {name!r}."})
    return name


async def fill_in(request: Request) -> Response:
    """Take a filled-in form in, once for each idempotency key."""
    name, world = _named(request), world_of(request)
    content = checked(await _fields(request))
    entry, new = world.inbox(name).take(content, request.headers, world.now())
    headers = {} if new else {"idempotent-replayed": "true"}
    return JSONResponse(receipt(name, entry), 201, headers)


async def _fields(request: Request) -> Json:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await request.body()
    try:
        if kind == FORM_ENCODED:
            text = raw.decode("ascii")
            return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")) if text else {}
        if kind == "application/json":
            found = json.loads(raw)
            json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        else:
            raise unprocessable(f"A form is sent as {FORM_ENCODED} or as application/json, and not as {kind!r}.")
    except ValueError as problem:
        raise unprocessable("What was sent cannot be read as a form's fields.") from problem
    if not isinstance(found, dict):
        raise unprocessable("A form is an object of fields.")
    return found


def checked(fields: Json) -> Json:
    """Give the fields as they are kept, all of them text; refuse with a sentence what a form would not take."""
    if not any(str(value).strip() for value in fields.values() if value is not None):
        raise unprocessable("The form is empty.")
    kept = {}
    for name, value in fields.items():
        if isinstance(value, dict | list):
            raise unprocessable(f"The field {name!r} holds a list or an object; a form has one value for each field.")
        text = "" if value is None else str(value)
        if len(text) > LONGEST:
            raise unprocessable(f"The field {name!r} is longer than {LONGEST} characters.")
        if name in NUMBERS and not (text.isascii() and text.isdigit()):
            raise unprocessable(f"The field {name!r} should be a ticket's number, and is {text[:40]!r}.")
        kept[name] = text
    return kept


def listing(request: Request) -> Response:
    """List what was filled in, in order of arrival, with the headers that it came with."""
    name = _named(request)
    found = world_of(request).inbox(name).entries
    return JSONResponse(
        [{**receipt(name, entry), "fields": entry.content, "headers": entry.headers} for entry in found]
    )


ROUTES = [Route("/forms/{name}", fill_in, methods=["POST"]), Route("/forms/{name}", listing, methods=["GET"])]


NAME = "channel"
KINDS = ("info", "success", "warning", "failure")


async def say(request: Request) -> Response:
    """Take a message in: version, title, message and type, and whatever else comes with them."""
    try:
        found = json.loads(await request.body())
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as problem:
        raise unprocessable("A message is sent as a JSON object.") from problem
    if not isinstance(found, dict):
        raise unprocessable("A message is sent as a JSON object.")
    words = found.get("message")
    if not isinstance(words, str) or not words.strip():
        raise unprocessable("A message without words is not posted.")
    if not isinstance(found.get("title", ""), str):
        raise unprocessable("The title should be a text.")
    if found.get("type", "info") not in KINDS:
        raise unprocessable(f"The type should be one of {', '.join(KINDS)}.")
    world = world_of(request)
    entry, _ = world.inbox(NAME).take(found, request.headers, world.now())
    return JSONResponse(receipt(NAME, entry))


def read(request: Request) -> Response:
    """List the messages in order of arrival, with the headers that they came with."""
    found = world_of(request).inbox(NAME).entries
    return JSONResponse([{**receipt(NAME, entry), **entry.content, "headers": entry.headers} for entry in found])


CHANNEL_ROUTES = [Route("/channel", say, methods=["POST"]), Route("/channel", read, methods=["GET"])]
