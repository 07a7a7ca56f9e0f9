"""Read the parameters of a request, and refuse invalid ones in the desk's words."""

import json

from starlette.requests import Request

from csat_tui.demo import people, responses
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World


def world_of(request: Request) -> World:
    """Give the world behind the desk."""
    world: World = request.app.state.world
    return world


def person_of(request: Request) -> people.Staff:
    """Tell who is asking."""
    person: people.Staff = request.state.person
    return person


def ident(request: Request, name: str = "id") -> int:
    """Read a number out of the path."""
    text: str = request.path_params[name]
    if not (text.isascii() and text.isdigit()):
        raise responses.invalid_attribute(name, "must be an integer")
    return int(text)


def idents(request: Request, name: str = "ids") -> list[int]:
    """Read up to a hundred numbers; more is refused as the desk refuses it, nonsense is passed over."""
    texts = [part.strip() for part in request.query_params.get(name, "").split(",") if part.strip()]
    if len(texts) > 100:
        raise responses.too_many_values()
    return list(dict.fromkeys(int(part) for part in texts if part.isascii() and part.isdigit()))


async def body(request: Request, key: str | None = None) -> Json:
    """Read a JSON object, or the object under a key of it."""
    try:
        found = json.loads(await request.body() or b"{}")
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()  # half a character cannot be answered back
    except ValueError as problem:
        raise responses.unreadable() from problem
    if key is None:
        if not isinstance(found, dict):
            raise responses.unreadable()
        return found
    inner = found.get(key) if isinstance(found, dict) else None
    if not isinstance(inner, dict):
        raise responses.invalid_attribute(key, "must be an object")
    return inner
