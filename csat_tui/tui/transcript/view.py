"""The lines of the transcript: the survey and the newest messages, drawn one line at a time.

The view draws lines and has no widget for each message: another case mounts no widgets, so that holding `j` in the
queue stays fast, and a transcript of thousands of messages costs only its visible part.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from textual.content import Content
from textual.message import Message as Posted

from csat_tui.domain.case import Case
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Author, Message, Status
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.lines import NOTHING, Line, LinesSeen, LinesView
from csat_tui.tui.transcript.lines import (
    OtherTicket,
    is_long,
    is_long_comment,
    message_lines,
    other_ticket_lines,
    survey_lines,
)

WINDOW = 200
"""Number of the newest messages that are shown at first; K on the first of them shows as many more."""


class TranscriptView(LinesView):
    """Shows the survey and messages of a case; the rule of the current message is coloured.

    A message that the customer writes while the case is open counts as read once all of it was visible while the view
    had the focus.
    """

    class NewsChanged(Posted):
        """Messages have arrived while the case was open, or have been read."""

    def __init__(self, playbook: Playbook, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._playbook = playbook
        self._now = now
        self.case: Case | None = None
        self.internal = True
        self.shown = WINDOW
        self.current = NOTHING
        self.unfolded: set[int] = set()
        self.comment_unfolded = False
        self.words = ""
        self.empty = ""
        self.about: Mapping[int, str] = {}
        """What is said of messages, by their ids; shown under the head of each."""
        self.other_ticket: OtherTicket | None = None
        """The other ticket of the customer that is shown instead of the case's own; None for the case's own."""
        self._place = (0, NOTHING)
        self._survey_height = 0
        self.news = News()
        self._seen = LinesSeen()

    def follow(self, playbook: Playbook) -> None:
        """Use the names of another playbook from now on."""
        self._playbook = playbook
        self.rebuild()

    def show(self, case: Case | None) -> None:
        """Show a case; for the same case the scroll position stays, another case begins at its survey."""
        same = case is not None and self.case is not None and case.id == self.case.id
        self.case = case
        if not same:
            self.other_ticket = None
        if not same:
            self.shown = WINDOW
            self.current = NOTHING
            self.unfolded.clear()
            self.comment_unfolded = False
            self.scroll_to(y=0, animate=False, immediate=True, force=True)
        unread = self.news.unread
        self.news.take(case)
        if not same or self.news.unread != unread:
            self._seen.forget()
            # Messages that must be read are not folded.
            self.unfolded.update(message.id for message in self.news.unread)
            self._post_news_changed()
        self.rebuild()
        self.record_visible()

    @property
    def messages(self) -> Sequence[Message]:
        """The messages of the shown ticket; without internal notes if these are hidden."""
        if self.case is None:
            return ()
        messages = self.case.messages if self.other_ticket is None else self.other_ticket.messages
        return [message for message in messages if self.internal or message.public]

    @property
    def hidden(self) -> int:
        """The number of the oldest messages that are not shown."""
        return max(0, len(self.messages) - self.shown)

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        if self.case is None:
            return [Line(Content.styled(self.empty, "$muted"))] if self.empty else []
        now = self._now()
        keys = partial(with_keys, self.app)
        if self.other_ticket is None:
            head = survey_lines(self.case, self._playbook, now, width, unfolded=self.comment_unfolded, keys=keys)
        else:
            head = other_ticket_lines(self.other_ticket, self._playbook, now, width, keys)
        lines = [Line(line) for line in head]
        self._survey_height = len(lines)
        messages, hidden = self.messages, self.hidden
        if hidden:
            lines += [
                Line(Content("")),
                Line(
                    Content.styled(
                        keys(f"{hidden:,} earlier messages, {{transcript.previous-message}} shows them"), "$accent"
                    )
                ),
            ]
        for index in range(hidden, len(messages)):
            message = messages[index]
            lines.append(Line(_new_rule(width) if message.id == self.news.first else Content("")))
            unfolded = message.id in self.unfolded
            drawn = message_lines(
                message, now, width, unfolded=unfolded, current=index == self.current, keys=keys,
                about=self.about.get(message.id, ""),
            )  # fmt: skip
            lines += [Line(line, index) for line in drawn]
        shown = self.case.source_ticket if self.other_ticket is None else self.other_ticket.ticket
        if not messages and shown is not None:
            gone = shown.status is Status.DELETED
            reason = (
                "This ticket has no earlier messages here." if gone else "The messages of this ticket are not here yet."
            )
            lines += [Line(Content("")), Line(Content.styled(reason, "$muted"))]
        return [Line(self._found(line.content), line.item) for line in lines] if self.words else lines

    def show_other_ticket(self, other_ticket: OtherTicket | None) -> None:
        """Show another ticket of the customer, or the case's own at its earlier scroll position."""
        before, self.other_ticket = self.other_ticket, other_ticket
        if other_ticket is not None and before is not None and other_ticket.ticket.id == before.ticket.id:
            self.rebuild()
            return
        if before is None:
            self._place = int(self.scroll_offset.y), self.current
        self.shown = WINDOW
        top, self.current = (0, NOTHING) if other_ticket is not None else self._place
        self._seen.forget()
        self.rebuild()
        self.scroll_to(y=top, animate=False, immediate=True, force=True)
        self.record_visible()

    def step(self, by: int) -> None:
        """Make the next or previous message the current one; before the first shown message, show earlier ones."""
        messages = self.messages
        if not messages:
            return
        if by < 0 and self.current <= self.hidden and self.hidden:
            self.shown += WINDOW
        start = self.hidden - 1 if self.current == NOTHING and by > 0 else self.current
        if by < 0 and self.current == NOTHING:
            start = self.hidden
        self.current = max(self.hidden, min(start + by, len(messages) - 1))
        self.rebuild()
        self.scroll_to_message(self.current)

    def scroll_to_message(self, index: int) -> None:
        """Scroll a message to the top, if the text is long enough."""
        if lines := self.item_lines(index):
            top = 0 if index == 0 else lines.start
            self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def point_out(self, about: Mapping[int, str]) -> None:
        """Show what is said of messages, and scroll to the first of them that is shown."""
        if about != self.about:
            self.about = about
            self.rebuild()
        place = next((index for index, message in enumerate(self.messages) if message.id in about), NOTHING)
        if place != NOTHING:
            self.show_item(place)

    def go_to_news(self) -> None:
        """Go to the customer's first unread message."""
        if self.other_ticket is not None:
            self.show_other_ticket(None)
        unread = {message.id for message in self.news.unread}
        self.internal |= not all(message.public for message in self.news.unread)
        index = next((number for number, message in enumerate(self.messages) if message.id in unread), NOTHING)
        if index != NOTHING:
            self.current = index
            self.rebuild()
            self.scroll_to(y=self.item_lines(index).start - 1, animate=False, immediate=True, force=True)
            self.record_visible()

    def record_visible(self) -> None:
        """Count new messages as read if all of their lines have been visible while the view had the focus."""
        unread = {message.id for message in self.news.unread}
        if not unread or self.other_ticket is not None or not self.has_focus or not self.screen.is_current:
            return
        top = int(self.scroll_offset.y)
        window = range(top, top + self.size.height)
        read = [
            message.id
            for index, message in enumerate(self.messages)
            if message.id in unread and self._seen.record(message.id, self.item_lines(index), window)
        ]
        if read:
            self.news.read(read)
            self._post_news_changed()

    def _post_news_changed(self) -> None:
        # Called later, because a message that a handler posts does not come back to the sender of its event.
        self.call_later(lambda: self.post_message(self.NewsChanged()))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Record the lines that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        self.record_visible()

    def on_focus(self) -> None:
        """Record the visible lines."""
        super().on_focus()
        self.record_visible()

    def on_resize(self) -> None:
        """Wrap the lines again, and record the visible ones."""
        if self._width != self._built_for:
            self._seen.forget()
        super().on_resize()
        self.record_visible()

    def unfold(self) -> None:
        """Unfold or fold the current message, or else the first long text on the screen."""
        if not self._long(self.current) and self._long_comment_in_sight():
            self.comment_unfolded = not self.comment_unfolded
            self.rebuild()
            return
        index = self.current if self._long(self.current) else self._long_in_sight()
        if index != NOTHING:
            self.unfolded ^= {self.messages[index].id}
            self.rebuild()

    @property
    def foldable(self) -> bool:
        """Whether a long text on the screen can be unfolded or folded."""
        return self._long(self.current) or self._long_comment_in_sight() or self._long_in_sight() != NOTHING

    def find(self, words: str) -> int:
        """Highlight all matches of these words and go to the first; returns the number of lines with matches."""
        self.words = words
        if words:
            wanted = words.casefold()
            self.comment_unfolded |= self.case is not None and wanted in self.case.survey.comment.casefold()
            self.unfolded |= {message.id for message in self.messages if wanted in message.body.casefold()}
        self.rebuild()
        places = self._places()
        if places:
            self._go(places[0])
        return len(places)

    def find_next(self, by: int) -> None:
        """Go to the next or previous match; after the last, go to the first."""
        places = self._places()
        if not places:
            return
        top = int(self.scroll_offset.y) + self.size.height // 3
        following = [line for line in places if line > top] if by > 0 else [line for line in places if line < top]
        self._go((following or places)[0 if by > 0 else -1])

    def _go(self, line: int) -> None:
        self.scroll_to(y=line - self.size.height // 3, animate=False, immediate=True, force=True)

    def _places(self) -> list[int]:
        wanted = self.words.casefold()
        return [n for n, line in enumerate(self._lines) if wanted and wanted in line.content.plain.casefold()]

    def _found(self, line: Content) -> Content:
        text, wanted = line.plain.casefold(), self.words.casefold()
        if len(text) != len(line.plain):
            return line
        start = text.find(wanted)
        while start >= 0:
            line = line.stylize("reverse", start, start + len(wanted))
            start = text.find(wanted, start + len(wanted))
        return line

    def _long(self, index: int) -> bool:
        messages = self.messages
        return 0 <= index < len(messages) and is_long(messages[index], self._width)

    def _long_comment_in_sight(self) -> bool:
        top = int(self.scroll_offset.y)
        if self.case is None or self.other_ticket is not None:
            return False
        return top < self._survey_height and is_long_comment(self.case, self._width)

    def _long_in_sight(self) -> int:
        top = int(self.scroll_offset.y)
        seen = {line.item for line in self._lines[top : top + self.size.height]} - {NOTHING}
        return next((index for index in sorted(seen) if self._long(index)), NOTHING)


def _new_rule(width: int) -> Content:
    words = Content.styled("new since you opened ", "$fair")
    return words + Content.styled("─" * max(width - words.cell_length, 0), "$hairline")


class News:
    """Records the messages that arrive while a case is open; opening a case begins a new record."""

    def __init__(self) -> None:
        self._survey_id: SurveyId | None = None
        self._known: frozenset[int] | None = None
        """The messages that were here when the case was opened; None until its transcript is here."""
        self._read: set[int] = set()
        self._came: tuple[Message, ...] = ()

    def take(self, case: Case | None) -> None:
        """Update the record from the case."""
        if case is None or case.id != self._survey_id:
            self._survey_id = None if case is None else case.id
            self._known = None
            self._read.clear()
        messages = () if case is None else case.messages
        if self._known is None and messages:
            self._known = frozenset(message.id for message in messages)
        self._came = tuple(message for message in messages if self._known is not None and message.id not in self._known)

    @property
    def first(self) -> int | None:
        """The id of the first message that arrived, even if it is read."""
        return self._came[0].id if self._came else None

    @property
    def unread(self) -> tuple[Message, ...]:
        """The customer's messages that arrived and are not read yet."""
        return tuple(
            message for message in self._came if message.author is Author.CUSTOMER and message.id not in self._read
        )

    def read(self, ids: Iterable[int]) -> None:
        """Mark messages as read."""
        self._read.update(ids)
