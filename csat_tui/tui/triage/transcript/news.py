"""The messages that came to a case after it was opened, and which of them were read."""

from collections.abc import Iterable

from csat_tui.domain.case import Case
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.ticket import Author, Message


class News:
    """The messages that came while one case was open; another case, or the same one opened anew, begins afresh."""

    def __init__(self) -> None:
        self._survey_id: SurveyId | None = None
        self._known: frozenset[int] | None = None
        """The messages that were here when the case was opened; None until its transcript is."""
        self._read: set[int] = set()
        self._came: tuple[Message, ...] = ()

    def take(self, case: Case | None) -> None:
        """Take the case as it is now."""
        if case is None or case.id != self._survey_id:
            self._survey_id = None if case is None else case.id
            self._known = None
            self._read.clear()
        messages = () if case is None else case.messages
        if self._known is None and messages:
            self._known = frozenset(message.id for message in messages)
        self._came = tuple(one for one in messages if self._known is not None and one.id not in self._known)

    @property
    def first(self) -> int | None:
        """The number of the first message that came, also once it is read."""
        return self._came[0].id if self._came else None

    @property
    def unread(self) -> tuple[Message, ...]:
        """What the customer wrote meanwhile that nobody has read yet."""
        return tuple(one for one in self._came if one.author is Author.CUSTOMER and one.id not in self._read)

    def read(self, ids: Iterable[int]) -> None:
        """Count messages as read."""
        self._read.update(ids)
