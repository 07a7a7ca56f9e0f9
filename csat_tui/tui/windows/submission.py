"""Close a window only once what was typed into it is accepted, so that nothing is lost where it is refused."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from textual.screen import ModalScreen

from csat_tui.tui.base.commands import SENTENCES, report_failure, tell, with_reason

T = TypeVar("T")

NOT_TAKEN = "What you typed could not be saved"
"""Said where that fails; the window stays open with the words."""

Take = Callable[[T], Awaitable[str]]
"""Takes what was typed; returns what is wrong with it, or nothing. May raise what is a sentence for the person."""


class Submission(Generic[T]):
    """Gives a window's answer back, first to whoever takes it while the window is still there."""

    def __init__(
        self, window: ModalScreen[Any], take: Take[T] | None, say: Callable[[str], None] = lambda _problem: None
    ) -> None:
        self._window = window
        self._take = take
        self._say = say
        self._under_way = False

    def begin(self, answer: T) -> None:
        """Have an answer taken, once at a time, and close the window when it is."""
        if self._take is None:
            self._window.dismiss(answer)
        elif not self._under_way:
            self._under_way = True
            self._window.run_worker(self._have_it_taken(self._take, answer), group="write", exit_on_error=False)

    def leave(self) -> None:
        """Close the window without an answer, unless one is just being taken."""
        if not self._under_way:
            self._window.dismiss(None)

    async def _have_it_taken(self, take: Take[T], answer: T) -> None:
        try:
            problem = await take(answer)
        except Exception as error:
            if not report_failure(self._window, NOT_TAKEN, error):
                raise
            self._say(with_reason(NOT_TAKEN, str(error)) if isinstance(error, SENTENCES) else f"{NOT_TAKEN}.")
            return
        finally:
            self._under_way = False
        if problem:
            self._say(problem)
            tell(self._window, Exception(problem))
        else:
            self._window.dismiss(answer)
