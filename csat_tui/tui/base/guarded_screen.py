"""A screen that does things without stalling: beside the keys, and what goes wrong is said in a sentence."""

import contextlib
from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Any

from csat_tui.tui.base.commands import SENTENCES, tell
from csat_tui.tui.base.paned_screen import PanedScreen

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation


class DoingScreen(PanedScreen):
    """Begins work whose end nobody waits for."""

    app: "Workstation"

    def do(self, what: Awaitable[Any], group: str = "write") -> None:
        """Begin something, and go on."""
        self.run_worker(self._finish(what), group=group, exit_on_error=False)

    async def _finish(self, what: Awaitable[Any]) -> None:
        with self.telling():
            await what

    @contextlib.contextmanager
    def telling(self) -> Iterator[None]:
        """Say what goes wrong within; what nobody had foreseen goes to the log."""
        try:
            yield
        except SENTENCES as error:
            tell(self, error)
        except Exception as error:
            self.app.fault(error, "This")
