"""Conversations about a case: with the client and with the employee, and what is still to be talked about.

A case is complete once both were spoken to and both have discussed how to prevent the same (source document 001).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from csat_tui.domain.clock import day_and_time
from csat_tui.domain.ids import SurveyId, UserId

LONGEST_SAID = 4_000
"""Characters of what was said."""

LONGEST_AGO = timedelta(days=366)
"""A conversation that is said to be longer ago is a mistyped year."""


class Counterpart(StrEnum):
    """With whom a conversation was had."""

    CLIENT = "client"
    EMPLOYEE = "employee"


class ConversationMeans(StrEnum):
    """How a conversation was had."""

    CALL = "call"
    MEETING = "meeting"
    EMAIL = "e-mail"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class CaseConversation:
    """A conversation about a case, as somebody recorded it; it is never changed."""

    id: str
    """A UUIDv7."""
    survey_id: SurveyId
    recorded_at: datetime
    author_id: UserId | None
    author: str
    counterpart: Counterpart
    held_at: datetime
    means: ConversationMeans
    said: str
    prevention: bool
    """Whether it was discussed how to prevent the same from happening again."""

    @property
    def words(self) -> str:
        """What it was and when, in one line."""
        discussed = ", prevention discussed" if self.prevention else ""
        by = f", by {self.author}" if self.author else ""
        return f"{self.means.value} with the {self.counterpart.value}, {day_and_time(self.held_at)}{by}{discussed}"


@dataclass(frozen=True, slots=True)
class MissingConversation:
    """What a case still lacks to be complete, and with whom it is to be had."""

    sentence: str
    counterpart: Counterpart


def missing_conversations(held: Iterable[CaseConversation]) -> Iterator[MissingConversation]:
    """Yield what is missing: a conversation with the client or the employee, or prevention in one of them."""
    had = tuple(held)
    for who in Counterpart:
        own = [one for one in had if one.counterpart is who]
        if not own:
            yield MissingConversation(f"no conversation with the {who.value} is recorded", who)
        elif not any(one.prevention for one in own):
            yield MissingConversation(f"how to prevent it was not discussed with the {who.value}", who)


def held_with(held: Sequence[CaseConversation], who: Counterpart) -> list[CaseConversation]:
    """Return the conversations with somebody, the first that was had first."""
    return sorted((one for one in held if one.counterpart is who), key=lambda one: (one.held_at, one.id))


_DAY = r"(?:(?P<word>today|yesterday)|(?P<date>\d{4}-\d{2}-\d{2}))"
_WHEN = re.compile(rf"(?:{_DAY}[ T]+)?(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})", re.IGNORECASE)
_EXPECTED = "write it as 14:05, yesterday 14:05 or 2026-11-08 14:05, or leave it empty for now"


class InvalidMoment(ValueError):
    """A time that nothing could have happened at; the text says why."""


def parse_moment(text: str, now: datetime) -> datetime:
    """Return the time that somebody typed, in this machine's zone; the present moment for an empty text.

    Raises InvalidMoment for what is no time, is still to come, or is longer ago than a year.
    """
    said = " ".join(text.split())
    if said.casefold() in ("", "now"):
        return now
    here = now.astimezone()
    found = _WHEN.fullmatch(said)
    try:
        if found is None:
            raise ValueError(said)
        day = datetime.fromisoformat(found["date"]).date() if found["date"] else here.date()
        day -= timedelta(days=(found["word"] or "").casefold() == "yesterday")
        at = datetime(day.year, day.month, day.day, int(found["hour"]), int(found["minute"])).astimezone()
    except (ValueError, OverflowError):
        raise InvalidMoment(f"“{said[:40]}” is no time: {_EXPECTED}") from None
    if at > now:
        raise InvalidMoment(f"{at:%Y-%m-%d %H:%M} is still to come: a conversation is recorded once it was had")
    if now - at > LONGEST_AGO:
        raise InvalidMoment(f"{at:%Y-%m-%d %H:%M} is longer ago than a year: look at the date")
    return at.astimezone(now.tzinfo)


def why_nothing_said(text: str) -> str:
    """Return what the words of a conversation lack; empty where they will do."""
    if not text.strip():
        return "say in a few words what was said"
    return "" if len(text) <= LONGEST_SAID else f"what was said has at most {LONGEST_SAID:,} characters"
