"""What a test can make go wrong on the way, at exactly the request it chooses."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Send


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: is the request still applied, what is answered (nothing: the line drops), how late."""

    applied: bool
    answer: Response | None = None
    delay: float = 0.0


DROP_BEFORE = Fault(applied=False)
"""The connection drops and the desk never saw the request."""
DROP_AFTER = Fault(applied=True)
"""The desk did what was asked, and the connection drops before the answer."""

Hook = Callable[[Request], Response | Fault | None]


class Faults:
    """A list of hooks asked in turn for every request; the first that answers decides."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []

    def append(self, hook: Hook) -> None:
        """Ask this hook from now on."""
        self.hooks.append(hook)

    def once(self, method: str, path: str, fault: Response | Fault) -> None:
        """Make the next request with this method, and this text in its path, go wrong in this way."""

        def hook(request: Request) -> Response | Fault | None:
            if request.method != method or path not in request.url.path:
                return None
            self.hooks.remove(hook)
            return fault

        self.append(hook)

    def clear(self) -> None:
        """Let everything go right again."""
        self.hooks.clear()

    def decide(self, request: Request) -> Fault | None:
        """Tell what goes wrong with a request, if anything."""
        for hook in tuple(self.hooks):
            found = hook(request)
            if found is not None:
                return found if isinstance(found, Fault) else Fault(applied=False, answer=found)
        return None


async def swallow(message: Message) -> None:
    """Stand in for the way back when an answer must not arrive."""


async def drop(send: Send) -> None:
    """Cut the connection under a request, so that the client sees it close without an answer."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0.01)
