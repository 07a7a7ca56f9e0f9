"""One Qualtrics response to a survey, or to the sentence that says why not; the same for CSV and JSON."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from csat_tui.domain.arrival import overall_rating
from csat_tui.domain.clock import plausible
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import HIGHEST, LOWEST, FactorId, Survey
from csat_tui.intake.kept_out import Unreadable, reason_to_leave_out
from csat_tui.intake.plain_line import plain_line
from csat_tui.intake.rating_token import parse_token

_TICKET = re.compile(r"#?(\d{1,18})(?:\.0)?")
_LEADING = re.compile(r"\s*([-+]?\d{1,6}(?:[.,]\d{1,6})?)\s*(?:[-–:.)](.*)|$)", re.DOTALL)
_UNANSWERED = "-99"
"""What the survey tool writes for a question that was seen and not answered, if its export is told to."""
_DATE = "a date such as 2026-03-10 14:05:00"


@dataclass(frozen=True, slots=True)
class Skip:
    """A response that is left out on purpose, and why."""

    why: str


def read_response(
    known: Mapping[str, str], ratings: Mapping[FactorId, str], playbook: Playbook, zone: tzinfo
) -> Survey | Skip:
    """Return the survey in a response, or why it is left out; Unreadable with every mistake in it.

    `known` are texts by meaning (`columns.NAMES`), `ratings` texts by factor; `zone` is meant by dates without one.
    """
    mistakes: list[str] = []
    with _noting(mistakes):
        if why := reason_to_leave_out(known):
            return Skip(f"left out: {why}")
    response = known.get("response", "").strip()
    if not response:
        mistakes.append("the response id is empty")
    received: datetime | None = None
    ticket: int | None = None
    figures: dict[FactorId, int] = {}
    with _noting(mistakes):
        received = _when(known.get("date", ""), zone)
    with _noting(mistakes):
        ticket = _ticket(known.get("ticket", ""))
    for factor in playbook.factors:
        text = ratings.get(factor.id, "")
        if text.strip():
            with _noting(mistakes):
                figure = _rating(text, factor.label)
                if figure is not None:
                    figures[factor.id] = figure
    if mistakes or received is None:
        raise Unreadable("; ".join(mistakes))
    lacking = [sentence for lacks, sentence in ((not ticket, "no ticket number"), (not figures, "no ratings")) if lacks]
    comment = known.get("comment", "").strip()
    comment = "" if comment == _UNANSWERED else comment
    return Survey(
        source=f"qualtrics:{response}",
        received_at=received,
        source_ticket_id=TicketId(ticket) if ticket else None,
        customer=known.get("customer", "").strip(),
        agent=known.get("agent", "").strip(),
        ratings=figures,
        rating=overall_rating(figures, playbook),
        comment=comment,
        problem=f"could not be read: {'; '.join(lacking)}" if lacking else "",
        raw=_raw(known, ratings, playbook),
    )


def zone_named(name: str) -> tzinfo | None:
    """Return the time zone that an export's header names: UTC where it names none, None where nobody knows it."""
    if name in ("", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # an unknown zone is a KeyError
        return None


@contextmanager
def _noting(mistakes: list[str]) -> Iterator[None]:
    """Keep a mistake and go on, so that a row tells all of them at once."""
    try:
        yield
    except Unreadable as mistake:
        mistakes.append(str(mistake))


def _when(text: str, zone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        if len(text.strip()) <= len("2026-03-10"):
            raise ValueError
        aware = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        if not plausible(aware):
            raise ValueError
        return aware
    except (ValueError, OverflowError):
        raise Unreadable(f"the date is “{_short(text)}”, expected {_DATE}") from None


def _ticket(text: str) -> int | None:
    if not text.strip():
        return None
    match = _TICKET.fullmatch(text.strip())
    if not match:
        raise Unreadable(f"the ticket is “{_short(text)}”, expected a number")
    return int(match[1])


def _rating(text: str, label: str) -> int | None:
    """Return a rating from `2` or from a choice's label such as `1- Disappointed`; None where nothing was answered."""
    token = parse_token(plain_line(text))
    if token is not None and not token.odd:
        return token.value
    match = _LEADING.fullmatch(text)
    if match and token is not None and match[2] and match[2].strip():
        raise Unreadable(f"“{label}” is {token.odd}")
    if not match:
        raise Unreadable(f"“{label}” is “{_short(text)}”, expected a number from {LOWEST} to {HIGHEST}")
    figure = match[1].removesuffix(".0")
    if not (figure.isdigit() and LOWEST <= int(figure) <= HIGHEST):
        raise Unreadable(f"“{label}” is {match[1]}, expected a whole number from {LOWEST} to {HIGHEST}")
    return int(figure)


def _raw(known: Mapping[str, str], ratings: Mapping[FactorId, str], playbook: Playbook) -> str:
    """Return the response's own words, one per line, comment last, as a survey ticket has them."""
    lines = [f"{meaning}: {text}" for meaning, text in known.items() if meaning != "comment" and text]
    lines += [f"{factor.label}: {ratings[factor.id]}" for factor in playbook.factors if ratings.get(factor.id)]
    return "\n".join([*lines, "", known.get("comment", "")]).rstrip()


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
