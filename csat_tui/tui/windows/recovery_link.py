"""Links that reach the open workstation: each is shown to the person, who opens it or not."""

import threading
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic

from textual.screen import ModalScreen

from csat_tui.domain.recovery.link import NotATarget, RecoveryTarget, read_link
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.typeahead import TypeAhead
from csat_tui.tui.windows.prompts import ConfirmScreen
from csat_tui.workstation_socket import SHOWN

TYPING = 1.0
"""Seconds without a key after which nobody types: a window that opens under somebody's words would take their keys."""

TRY_AGAIN = 0.2


class IncomingLinks:
    """Takes links from other processes one at a time, and asks the person about each when nothing else is asked."""

    def __init__(
        self,
        app: TypeAhead,
        session: Session,
        do: Callable[[str, Awaitable[None], str], None],
        open_target: Callable[[RecoveryTarget], None],
    ) -> None:
        self._app = app
        self._do = do
        self._session = session
        self._open_target = open_target
        self._lock = threading.Lock()
        self._waiting: RecoveryTarget | None = None
        """The link that waits for the person, or is in front of them."""

    def answer(self, link: str) -> str:
        """Take a link, and return what is said about it to whoever sent it; called on the socket's thread."""
        try:
            target = read_link(link)
        except NotATarget as error:
            return str(error)
        with self._lock:
            if self._waiting not in (None, target):
                return "Another link waits in the open workstation. Nothing was opened; answer that one first."
            if self._waiting is None:
                self._waiting = target
                self._app.call_later(self._begin, target)
        return SHOWN

    def _begin(self, target: RecoveryTarget) -> None:
        self._app.bell()  # by which most terminals that are out of sight call for attention
        if isinstance(self._app.screen, ModalScreen):
            self._app.notify(f"{self._asking_for(target)}; csat-tui asks when this window is closed.", timeout=10)
        self._ask_when_free(target)

    def _ask_when_free(self, target: RecoveryTarget) -> None:
        """Ask, unless another window is open or the person is typing: their next key is not meant for the question."""
        if isinstance(self._app.screen, ModalScreen) or monotonic() - self._app.typed_at < TYPING:
            self._app.set_timer(TRY_AGAIN, partial(self._ask_when_free, target))
        else:
            self._do("The link could not be shown", self._ask(target), "link")

    async def _ask(self, target: RecoveryTarget) -> None:
        try:
            window = ConfirmScreen("A link", f"{self._asking_for(target)}. Nothing is changed by it.", "opens it")
            agreed = await self._app.push_screen_wait(window)
        finally:
            with self._lock:
                self._waiting = None
        if agreed:
            self._open_target(target)

    def _asking_for(self, target: RecoveryTarget) -> str:
        group = self._session.desk.playbook.recovery.group(target.group)
        return f"A link asks to open {target.words('' if group is None else group.label)}"
