"""Coaching: one thing that an agent is to work on, from where it was found to the day on which it is followed up.

What was done about an item is kept as steps. Where it stands follows from them and from the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from csat_tui.domain.ids import SurveyId, TicketId, UserId

LONGEST_TEXT = 10_000
"""Characters of an item and of a step."""


class CoachingDeed(StrEnum):
    """What a step does about an item."""

    TALK = "talk"
    AGREED = "agreed"
    FOLLOW_UP = "follow-up"
    CLOSED = "closed"


class CoachingState(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    TALKED = "talked about"
    AGREED = "agreed"
    DUE = "due"
    """The day has come by which what was agreed is followed up."""
    FOLLOWED_UP = "followed up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CoachingStep:
    """Something done about an item; `day` is when, or for an agreement the day by which it is followed up."""

    id: str
    """A UUIDv7."""
    at: datetime
    author_id: UserId | None
    author: str
    deed: CoachingDeed
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class CoachingItem:
    """One thing that an agent is to work on, with the case in which it was found and what was done about it.

    What an agent submitted and nobody has taken up yet is an item, too: with a decision that was taken here (its `id`
    is `record-` and its number in the sheet), or in a delivered note (`note-` and its number).
    """

    id: str
    """A UUIDv7, or the number of a submission."""
    survey_id: SurveyId
    at: datetime
    author_id: UserId | None
    author: str
    agent_id: UserId | None
    """The agent's number at the help desk; None where only a survey names them."""
    agent: str
    what: str
    comment_id: int | None = None
    """The delivered note on which it was found; None where an agent submitted it with a decision."""
    line_ids: tuple[str, ...] = ()
    """The lines of the scorecard that it is about."""
    submission: str | None = None
    """What it was taken up from, or is: the operation id of a submission, or `note-` and a note's number."""
    ticket_id: TicketId | None = None
    steps: tuple[CoachingStep, ...] = ()
    """The oldest first."""

    @property
    def taken_up(self) -> bool:
        """Whether somebody who coaches has marked it or done anything about it."""
        return not self.id.startswith((SUBMITTED, NOTED))

    @property
    def due_on(self) -> date | None:
        """The day by which what was agreed is followed up; None where nothing is agreed, or it has been followed up."""
        due = None
        for step in self.steps:
            match step.deed:
                case CoachingDeed.AGREED:
                    due = step.day
                case CoachingDeed.FOLLOW_UP | CoachingDeed.CLOSED:
                    due = None
        return due

    @property
    def talked_on(self) -> date | None:
        """The day of the first talk: what was written before it was written without coaching."""
        return next((step.day for step in self.steps if step.deed is CoachingDeed.TALK), None)

    def state(self, today: date) -> CoachingState:
        """Return where it stands on a day.

        A talk about something agreed leaves the agreement as it is: it falls due all the same.
        """
        deeds = [step.deed for step in self.steps]
        if CoachingDeed.CLOSED in deeds:
            return CoachingState.CLOSED
        if (due := self.due_on) is not None:
            return CoachingState.DUE if today >= due else CoachingState.AGREED
        if not deeds:
            return CoachingState.OPEN
        return CoachingState.TALKED if deeds[-1] is CoachingDeed.TALK else CoachingState.FOLLOWED_UP


SUBMITTED, NOTED = "record-", "note-"
"""What stands before the number of what was submitted with a decision, or in a note, and nobody has taken up."""

_TALK_FIRST = "Nothing was talked about yet; note the talk first."
_NOTHING_AGREED = "Nothing is agreed that could be followed up."


def why_no_step(item: CoachingItem, deed: CoachingDeed, day: date, text: str, today: date) -> str:
    """Return why a step cannot be taken about an item; empty where it can."""
    state = item.state(today)
    if state is CoachingState.CLOSED:
        return "This item is closed; where it comes up again, mark it on the note that shows it."
    if deed is CoachingDeed.AGREED and state is CoachingState.OPEN:
        return _TALK_FIRST
    if deed is CoachingDeed.FOLLOW_UP and item.due_on is None:
        return _NOTHING_AGREED
    if deed is CoachingDeed.AGREED and day < today:
        return f"{day.isoformat()} is over; say a day on which it is followed up."
    if deed is not CoachingDeed.AGREED and day > today:
        return f"{day.isoformat()} has not come yet."
    return why_no_text(text)


def why_no_text(text: str) -> str:
    """Return what the text of an item or a step lacks; empty where it will do."""
    if not text:
        return "Say what; without words nobody knows later what it was about."
    return "" if len(text) <= LONGEST_TEXT else f"It has at most {LONGEST_TEXT:,} characters."


_IN_ORDER_OF_NEED = (
    CoachingState.DUE,
    CoachingState.OPEN,
    CoachingState.TALKED,
    CoachingState.AGREED,
    CoachingState.FOLLOWED_UP,
    CoachingState.CLOSED,
)


def by_need(items: Sequence[CoachingItem], today: date) -> list[CoachingItem]:
    """Return items as somebody works on them: what is due, open, goes on, is done; what waits longest first."""
    return sorted(
        items,
        key=lambda item: (_IN_ORDER_OF_NEED.index(item.state(today)), item.due_on or date.min, item.at, item.id),
    )
