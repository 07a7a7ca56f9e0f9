"""A chat channel behind a webhook: it takes messages in the shape in which notification libraries post JSON."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo.asked import world_of
from csat_tui.demo.inbox import receipt, unprocessable

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


ROUTES = [Route("/channel", say, methods=["POST"]), Route("/channel", read, methods=["GET"])]
