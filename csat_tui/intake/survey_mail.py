"""Survey tickets to surveys: what Qualtrics wrote into the ticket, line by line (source document 000, step V)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Factor, Playbook
from csat_tui.domain.rating import overall
from csat_tui.domain.survey import HIGHEST, LOWEST, FactorId, Survey
from csat_tui.domain.ticket import Ticket
from csat_tui.intake.questions import asks_for_comment, factor_of

_LONGEST_LINE = 240
"""Characters; a question or heading is shorter, and a longer line is the customer's."""
_LONGEST_GAP = 3
"""Lines of noise that may stand between two ratings; after more than that the customer is speaking."""

_NUMBER = r"[-+]?\d{1,6}(?:[.,]\d{1,6})?"
_BEFORE = re.compile(rf"[(\[]?({_NUMBER})[)\]]?(?: ?/ ?5)?(?:\s*[-–:|]\s*|\s+)(?=\D)(.*)", re.DOTALL)
_AFTER = re.compile(rf"(.*?\D)(?<![\d.,])[(\[]?({_NUMBER})(?: ?/ ?5)?[)\]]?\s*(?:[-–]\s*[A-Za-z]+)?", re.DOTALL)
_ALONE = re.compile(rf"[(\[]?({_NUMBER})(?: ?/ ?5)?[)\]]?")
_NUMBERING = re.compile(r"\d+[.)]\s+(?=\D)")
_TICKET = re.compile(r"ticket(?: id| number| no\.?)? ?[:#]? ?#? ?(\d{1,18})\b", re.IGNORECASE)
_CUSTOMER = re.compile(r"customer(?: e-?mail| name)?(?: ?: ?| )(\S.*)", re.IGNORECASE)
_AGENT = re.compile(r"agent(?: name)?(?: ?: ?| )(\S.*)", re.IGNORECASE)
"""The lines of a heading, with their spaces made one each: runs of them would be tried in every division."""


@dataclass(slots=True)
class _Reading:
    """What has been found in the lines so far."""

    rated: dict[FactorId, int | None] = field(default_factory=dict)
    odd: dict[FactorId, str] = field(default_factory=dict)
    first: int | None = None
    after: int = 0
    """The line behind the last rating: where the comment begins."""


def source_of(ticket_id: TicketId) -> str:
    """Return the key under which the survey of a ticket is kept, once."""
    return f"ticket:{ticket_id}"


def parse_survey(ticket: Ticket, playbook: Playbook) -> Survey:
    """Return the survey that a survey ticket carries; what cannot be read is named in `problem`, never dropped.

    Never raises. Ratings are found by the playbook's fragments, before or behind their question, in any order.
    """
    lines = ticket.description.replace("\r\n", "\n").split("\n")
    reading = _read_ratings(lines, playbook.factors)
    head = lines[: reading.first] if reading.first is not None else _heading(lines)
    source = _first(_TICKET, head)
    ratings = {factor: rating for factor, rating in reading.rated.items() if rating is not None}
    rest = lines[reading.after :] if reading.first is not None else lines[len(head) :]
    return Survey(
        source=source_of(ticket.id),
        received_at=ticket.created_at,
        survey_ticket_id=ticket.id,
        source_ticket_id=TicketId(int(source)) if source else None,
        customer=_first(_CUSTOMER, head),
        agent=_first(_AGENT, head),
        ratings=ratings,
        rating=overall(ratings, playbook),
        comment=_comment(rest),
        problem=_problem(bool(source), reading, playbook.factors),
        raw=ticket.description,
    )


def _read_ratings(lines: Sequence[str], factors: Sequence[Factor]) -> _Reading:
    """Find the lines that rate a factor, until all are found or the customer begins to speak."""
    reading = _Reading()
    waiting: Factor | None = None
    held: str | None = None
    gap = 0
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            continue
        alone = _ALONE.fullmatch(text)
        if alone and waiting is not None:
            _take(reading, waiting, alone[1])
            reading.after, waiting, gap = number + 1, None, 0
            continue
        found = None if alone or len(text) > _LONGEST_LINE else _question(text, factors)
        if found is None:
            if asks_for_comment(text) and reading.first is not None:
                break
            held = alone[1] if alone else None
            gap += reading.first is not None
            if gap > _LONGEST_GAP:
                break
            continue
        factor, rating = found
        if factor.id in reading.rated:
            break
        if rating is None and held is not None:
            rating = held
        _take(reading, factor, rating)
        waiting = factor if rating is None else None
        reading.first = number if reading.first is None else reading.first
        reading.after, held, gap = number + 1, None, 0
        if len(reading.rated) == len(factors) and waiting is None:
            break
    return reading


def _question(text: str, factors: Sequence[Factor]) -> tuple[Factor, str | None] | None:
    """Return the factor that a line asks about and the number beside it; two numbers say nothing."""
    text = _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) and _AFTER.fullmatch(text) else text
    before, after = _BEFORE.fullmatch(text), _AFTER.fullmatch(text)
    rating: str | None = None
    if before and not _AFTER.fullmatch(before[2]):
        rating, asked = before[1], before[2]
    elif after and not before:
        rating, asked = after[2], after[1]
    else:
        asked = text
    factor = factor_of(asked, factors)
    return (factor, rating) if factor else None


def _take(reading: _Reading, factor: Factor, rating: str | None) -> None:
    """Keep a rating, or what stands in its place if it is outside the scale."""
    reading.rated[factor.id] = None
    if rating is None:
        return
    if rating.isdigit() and LOWEST <= int(rating) <= HIGHEST:
        reading.rated[factor.id] = int(rating)
    else:
        reading.odd[factor.id] = rating


def _heading(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines at the top that name ticket, customer and agent, where no rating shows where they end."""
    end = 0
    for number, line in enumerate(lines):
        if any(_named(pattern, line) for pattern in (_TICKET, _CUSTOMER, _AGENT)):
            end = number + 1
        elif end and line.strip():
            break
    return lines[:end]


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    return next((found for line in lines if (found := _named(pattern, line))), "")


def _named(pattern: re.Pattern[str], line: str) -> str:
    """Return what a line of the heading names; empty where it is none."""
    match = pattern.fullmatch(" ".join(line.split())) if len(line.strip()) <= _LONGEST_LINE else None
    return match[1] if match else ""


def _comment(lines: Sequence[str]) -> str:
    """Return the customer's words as they stand, without the invitation to write them and the blank lines around."""
    start = next((n for n, line in enumerate(lines) if line.strip() and not asks_for_comment(line)), len(lines))
    return "\n".join(lines[start:]).rstrip()


def _problem(ticket_read: bool, reading: _Reading, factors: Sequence[Factor]) -> str:
    """Say in one sentence what could not be read; empty where everything was."""
    lacking = [] if ticket_read else ["no ticket number"]
    if not any(reading.rated.values()):
        lacking.append("no ratings")
    else:
        labels = [factor.label for factor in factors if factor.id not in reading.rated]
        if labels:
            lacking.append("no rating for " + ", ".join(labels))
    lacking.extend(
        f"{factor.label} rated {reading.odd[factor.id]}, expected {LOWEST} to {HIGHEST}"
        for factor in factors
        if factor.id in reading.odd
    )
    return f"could not be read: {'; '.join(lacking)}" if lacking else ""
