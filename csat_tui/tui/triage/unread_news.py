"""Blockers of any decision: new messages of the customer to read, and tickets to merge."""

from collections.abc import Callable

from csat_tui.domain.decide import Blocker, Undecidable
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.text import clock_time
from csat_tui.tui.triage.case_history import CaseHistory
from csat_tui.tui.triage.state import OpenCase
from csat_tui.tui.triage.transcript.view import TranscriptView
from csat_tui.workflow.desk import Desk


class UnreadNews:
    """Blocks decisions while there are unread messages of the customer or tickets to merge."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        transcript: TranscriptView,
        history: CaseHistory,
        dialog: Dialog,
        *,
        go_to_news: Callable[[], None],
        shown: Callable[[], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._transcript = transcript
        self._history = history
        self._dialog = dialog
        self._go_to_news = go_to_news
        self._shown = shown

    def no_news(self) -> str:
        """Return why there is nothing to read first; empty if there is."""
        return "" if self._transcript.news.unread else "the customer has written nothing since you opened this case"

    def read_news(self) -> None:
        """Remove the notifications and go to the customer's first new message."""
        self._dialog.clear()
        self._go_to_news()

    def unread(self) -> tuple[Blocker, ...]:
        """Return the blockers of any decision: unread messages and tickets to merge."""
        return (*self._news(), *self._history.to_merge())

    def tell(self) -> None:
        """Update the blockers of any decision."""
        self._opened.unread = self.unread()
        self._shown()

    async def look_again(self) -> bool:
        """Read the customer's other tickets again, refuse a blocked decision, and return whether the tickets are known.

        Raises Undecidable.
        """
        known = await self._history.look_again()
        self.refuse_unread()
        return known

    def _news(self) -> tuple[Blocker, ...]:
        news = self._transcript.news.unread
        if not news:
            return ()
        when = clock_time(news[-1].created_at, self._desk.now)
        said = f"the customer wrote at {when} after you opened this case; {{case.news}} reads it first"
        if len(news) > 1:
            said = f"the customer wrote {len(news)} times, last at {when}, after you opened this case; "
            said += "{case.news} reads it first"
        return (Blocker(self._dialog.with_keys(said), message_id=news[0].id),)

    def refuse_unread(self) -> None:
        """Raise Undecidable if there are unread messages or tickets to merge."""
        self.tell()
        if self._opened.unread:
            raise Undecidable(self._opened.unread)
