"""Mending a survey by hand: what a person reads in it, what it was before, and which tickets its text may mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Factor, Playbook
from csat_tui.domain.rating import overall
from csat_tui.domain.survey import HIGHEST, LOWEST, FactorId, Survey

MOST_CANDIDATES = 5
LOOKED_AT = 20_000
"""Characters of a survey in which ticket numbers are looked for."""

_NAMED = re.compile(
    r"(?:/(?:tickets|requests|cases)/|\bticket\b[^\w\n]{0,6}(?:id|number|no)?[^\w\n]{0,6}|#)(\d{1,18})\b", re.I
)
_BARE = re.compile(r"(?<![\d+.,:/-])([1-9]\d{4,9})(?![\d.,:/-]*\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a survey says: its ticket, its ratings and its comment."""

    source_ticket_id: TicketId | None = None
    ratings: Mapping[FactorId, int] = field(default_factory=dict)
    comment: str = ""

    @classmethod
    def of(cls, survey: Survey) -> "Reading":
        """Return what stands in a survey now."""
        return cls(survey.source_ticket_id, dict(survey.ratings), survey.comment)


@dataclass(frozen=True, slots=True)
class Mended:
    """One mending: who read what and when, what was there before with its problem, and the text it was read from."""

    at: datetime
    by: str
    reading: Reading
    before: Reading
    problem: str
    raw: str


class Unmendable(ValueError):
    """What was typed cannot be a survey's; its text is a sentence for the person."""


def mended(survey: Survey, last: Mended, playbook: Playbook) -> Survey:
    """Return a survey as a person mended it last, whatever was read in it since.

    Where its text has changed since then it is held again: the person has not seen the new text.
    """
    reading = last.reading
    survey = replace(
        survey, source_ticket_id=reading.source_ticket_id, ratings=dict(reading.ratings), comment=reading.comment,
        rating=overall(reading.ratings, playbook),
    )  # fmt: skip
    if survey.raw != last.raw:
        return replace(
            survey, problem=f"its text has changed since {last.by or 'somebody'} mended it; look at it again"
        )
    return replace(survey, problem=lacking(reading))


def lacking(reading: Reading) -> str:
    """Say what a survey still lacks once a person has mended it; empty where it lacks nothing."""
    lacks = [] if reading.source_ticket_id else ["no ticket number"]
    lacks += [] if reading.ratings else ["no ratings"]
    return f"still missing: {', '.join(lacks)}" if lacks else ""


def candidates(subject: str, body: str, own: TicketId | None = None) -> tuple[TicketId, ...]:
    """Return the tickets that a survey may be about: those named as tickets first, the subject's before the body's."""
    found: dict[TicketId, None] = {}
    for pattern in (_NAMED, _BARE):
        for text in (subject, body[:LOOKED_AT]):
            found.update(dict.fromkeys(TicketId(int(one)) for one in pattern.findall(text) if int(one) > 0))
    return tuple(one for one in found if one != own)[:MOST_CANDIDATES]


def ticket_typed(text: str) -> TicketId | None:
    """Return the ticket that a person typed: a number, with a hash before it, or an address. Raises Unmendable."""
    said = text.strip()
    if not said:
        return None
    match = re.search(r"/(?:tickets|requests|cases)/(\d{1,18})\b", said) or re.fullmatch(r"#?\s*(\d{1,18})", said)
    if match is None or int(match[1]) == 0:
        raise Unmendable(f"“{said[:40]}” is not a ticket number")
    return TicketId(int(match[1]))


def rating_typed(text: str, label: str) -> int | None:
    """Return the rating that a person typed; None for a question that was skipped. Raises Unmendable."""
    said = text.strip()
    if said in ("", "-"):
        return None
    if not (said.isascii() and said.isdigit() and LOWEST <= int(said) <= HIGHEST):
        raise Unmendable(f"{label} is “{said[:20]}”, expected {LOWEST} to {HIGHEST}, or nothing where it was skipped")
    return int(said)


def differences(before: Reading, after: Reading, factors: Sequence[Factor]) -> tuple[str, ...]:
    """Say in words what a mending changed, a sentence part each."""
    said = []
    if before.source_ticket_id != after.source_ticket_id:
        said.append(f"ticket {_number(before.source_ticket_id)} → {_number(after.source_ticket_id)}")
    labels = {one.id: one.short for one in factors}
    for factor in dict.fromkeys((*labels, *before.ratings, *after.ratings)):
        was, now = before.ratings.get(factor), after.ratings.get(factor)
        if was != now:
            said.append(f"{labels.get(factor, factor)} {'—' if was is None else was} → {'—' if now is None else now}")
    if before.comment != after.comment:
        said.append("the comment")
    return tuple(said)


def _number(ticket_id: TicketId | None) -> str:
    return "—" if ticket_id is None else f"#{ticket_id}"
