"""Stand-ins for the screen in tests of controllers: a person who answers, panes that record calls."""

from collections.abc import Awaitable, Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import csat_tui.tui.triage.screen  # noqa: F401 - declares the commands that sentences name
from csat_tui.domain.case import Case, Draft
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueView
from csat_tui.tui.base.commands import with_reason
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.keymap import DEFAULT_KEYS
from csat_tui.tui.triage.state import OpenCase
from csat_tui.workflow.desk import Desk


class Person(Dialog):
    """Hears every sentence, and answers each window with the next of the answers; None where there is no more."""

    def __init__(self, *answers: Any) -> None:
        self.heard: list[str] = []
        self.windows: list[Any] = []
        self.pages: list[str] = []
        self.clipboard = ""
        self._answers = list(answers)

    def notify(self, sentence: str, **_: Any) -> None:
        self.heard.append(sentence)

    def show_error(self, error: Exception, failure: str = "") -> None:
        self.heard.append(with_reason(failure, str(error)))

    def clear(self) -> None:
        self.heard.clear()

    def with_keys(self, sentence: str) -> str:
        return DEFAULT_KEYS(sentence)

    def drop_typed(self) -> str:
        return ""

    @property
    def in_front(self) -> Any:
        return self.windows[-1] if self.windows else None

    async def ask(self, window: Any) -> Any:
        self.windows.append(window)
        answer = self._answers.pop(0) if self._answers else None
        return answer(window) if callable(answer) else answer

    async def show_page(self, url: str) -> None:
        self.pages.append(url)

    def copy(self, text: str) -> None:
        self.clipboard = text


class Later:
    """Takes work that a screen would do beside the keys, and does it when the test says so."""

    def __init__(self) -> None:
        self.works: list[Awaitable[Any]] = []

    def __call__(self, _failure: str, work: Awaitable[Any]) -> None:
        self.works.append(work)

    async def done(self) -> None:
        while self.works:
            await self.works.pop(0)


class Calls:
    """Remembers with what each callback was called, by name: `calls.read_changes` is one of them."""

    def __init__(self) -> None:
        self.made: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments: self.made.append((name, arguments))

    def names(self) -> list[str]:
        return [name for name, _ in self.made]

    def later(self, name: str) -> Callable[..., Coroutine[Any, Any, None]]:
        """Return a callback that is awaited."""

        async def call(*arguments: Any) -> None:
            self.made.append((name, arguments))

        return call


def a_queue(calls: Calls, *rows: Any, view: QueueView | None = None) -> Any:
    """Return a queue with these rows, the first under the cursor."""
    window = SimpleNamespace(rows=list(rows), index=0, cursor=rows[0] if rows else None)
    return SimpleNamespace(
        view=view or QueueView(), list=SimpleNamespace(window=window, sign=calls.sign), unmark=calls.unmark,
        move_on=calls.later("move_on"), show=calls.show, go_to=Calls().later("go_to"), reread=calls.reread,
        measure=calls.measure, explain=calls.explain,
    )  # fmt: skip


def a_note(calls: Calls, draft: Draft | None = None, **over: Any) -> Any:
    """Return a composer with a draft in it."""
    parts: dict[str, Any] = {
        "draft": draft or Draft(), "outcome": None, "blockers": (), "closed": False, "display": True, "happened": "",
        "flush": calls.flush, "sent": calls.sent, "send": calls.send, "let_go": calls.let_go,
        "key_of": lambda _: "ctrl+s", "pick_findings": calls.pick_findings, "enter_field": calls.enter_field,
        "follow": calls.follow,
    }  # fmt: skip
    return SimpleNamespace(**parts | over)


def a_transcript(*unread: Any, other_ticket: Any = None, ticket_id: Any = None, calls: Calls | None = None) -> Any:
    """Return a transcript in which these messages are unread."""
    calls = calls or Calls()
    view = SimpleNamespace(news=SimpleNamespace(unread=unread), other_ticket=other_ticket, follow=calls.follow)
    return SimpleNamespace(view=view, ticket_id=ticket_id, show_other_ticket=calls.show_other_ticket)


def opened(desk: Desk, survey_id: int = 1) -> tuple[OpenCase, Case]:
    """Return a case of the desk as the screen would have it open."""
    case = desk.case(SurveyId(survey_id))
    assert case is not None
    held = OpenCase()
    held.wanted = case.id
    held.show(case, desk.suggestions(case))
    return held, case
