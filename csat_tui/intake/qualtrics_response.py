"""Read the responses of a Qualtrics export, from CSV and JSON alike, and gather them into a preview.

Previews, tests, spam and unfinished responses are left out. An export marks them by a code, or by a text language of
whoever exported it. Codes are sums of marks, so that 9 is a preview that was marked as spam; an unknown text is
reported, and never counts as a real response.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from csat_tui.domain.clock import plausible
from csat_tui.domain.ids import FactorId, TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import HIGHEST, LOWEST, Survey, overall_rating
from csat_tui.intake.import_preview import ERRORS_KEPT, ExportColumns, ImportPreview, RowError
from csat_tui.intake.plain_text import plain_line, word_list
from csat_tui.intake.rating_token import parse_token

_MARKS = ((1, "a survey preview"), (2, "a survey test"), (8, "marked as spam"))
"""Marks of a status code that keep a response out."""
_OTHER_MARKS = 4 + 16 + 32
"""Marks that do not: imported, answered offline, a survey of employees."""

_REAL = frozenset({"imported", "offline", "offlineresponse", "ipaddress", "uploaded", "ex", "exresponse"})
_NAMED = {
    "surveypreview": "a survey preview",
    "preview": "a survey preview",
    "surveytest": "a survey test",
    "test": "a survey test",
    "spam": "marked as spam",
    "possiblespam": "marked as spam",
    "spamsurveypreview": "a preview marked as spam",
    "offlinesurveypreview": "a survey preview",
    "importedspam": "marked as spam",
    "offlinespam": "marked as spam",
}
_ADDRESS = re.compile(r"(?<![A-Za-z])IP(?![A-Za-z])")
"""Every language writes the usual status with these letters: “IP Address”, “IP-Adresse”, “Dirección IP”."""

_CHANNELS = {"preview": "a survey preview", "test": "a survey test"}
"""Ways by which a survey reached somebody; an export names them in no language."""

_YES = frozenset(word_list("true 1 yes wahr ja vrai oui verdadero sí si vero waar verdadeiro sim sant sand prawda"))
_NO = frozenset(word_list("false 0 no falsch nein faux non falso onwaar nee não falskt falsk fałsz"))
_WHOLE = 100


class UnreadableResponse(Exception):
    """A response that should be imported and cannot be read; the error's text is a sentence for the person."""


def reason_to_leave_out(known: Mapping[str, str]) -> str:
    """Return why a response is left out, as the end of a sentence; empty if it is a customer's.

    Raises UnreadableResponse where its type or whether it was finished cannot be known.
    """
    channel = _CHANNELS.get(known.get("channel", "").strip().casefold(), "")
    return channel or _by_status(known.get("status", "").strip()) or _unfinished(known)


def _by_status(status: str) -> str:
    if not status:
        return ""
    if re.fullmatch(r"\d{1,4}(?:\.0)?", status):
        code = int(float(status))
        reasons = [why for mark, why in _MARKS if code & mark]
        if reasons or not code & ~(_OTHER_MARKS | sum(mark for mark, _ in _MARKS)):
            return "a preview marked as spam" if code & 9 == 9 else (reasons or [""])[0]
    named = re.sub(r"[^a-z0-9]", "", status.casefold())
    if named in _NAMED:
        return _NAMED[named]
    if named in _REAL or _ADDRESS.search(status):
        return ""
    shown = status if len(status) <= 40 else status[:39] + "…"
    raise UnreadableResponse(
        f"the response type is “{shown}”, and whether that is a preview is not known here;"
        " export the responses with numeric values"
    )


def _unfinished(known: Mapping[str, str]) -> str:
    said, progress = known.get("finished", "").strip().casefold(), known.get("progress", "").strip()
    if said in _YES:
        return ""
    if said in _NO:
        return "the response is not finished"
    if match := re.fullmatch(r"(\d{1,3})(?:[.,]0+)?\s?%?", progress):
        return "" if int(match[1]) >= _WHOLE else "the response is not finished"
    if not said:
        return ""
    raise UnreadableResponse(
        f"the response's “finished” value is “{said[:40]}”, which csat-tui does not know;"
        " export the responses with numeric values"
    )


_TICKET = re.compile(r"#?(\d{1,18})(?:\.0)?")
_LEADING = re.compile(r"\s*([-+]?\d{1,6}(?:[.,]\d{1,6})?)\s*(?:[-–:.)](.*)|$)", re.DOTALL)
_UNANSWERED = "-99"
"""The value for a question that was seen and not answered, if the export is configured to have it."""
_DATE = "a date such as 2026-03-10 14:05:00"


@dataclass(frozen=True, slots=True)
class SkippedResponse:
    """A response that is left out on purpose, and why."""

    why: str


def read_response(
    known: Mapping[str, str], ratings: Mapping[FactorId, str], playbook: Playbook, zone: tzinfo
) -> Survey | SkippedResponse:
    """Return the survey in a response, or why it is left out; UnreadableResponse with every mistake in it.

    `known` are texts by meaning (`columns.NAMES`), `ratings` texts by factor; `zone` is meant by dates without one.
    """
    mistakes: list[str] = []
    with _noting(mistakes):
        if why := reason_to_leave_out(known):
            return SkippedResponse(f"left out: {why}")
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
        raise UnreadableResponse("; ".join(mistakes))
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
    except UnreadableResponse as mistake:
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
        raise UnreadableResponse(f"the date is “{_short(text)}”, expected {_DATE}") from None


def _ticket(text: str) -> int | None:
    if not text.strip():
        return None
    match = _TICKET.fullmatch(text.strip())
    if not match:
        raise UnreadableResponse(f"the ticket is “{_short(text)}”, expected a number")
    return int(match[1])


def _rating(text: str, label: str) -> int | None:
    """Return a rating from `2` or from a choice's label such as `1- Disappointed`; None where nothing was answered."""
    token = parse_token(plain_line(text))
    if token is not None and not token.odd:
        return token.value
    match = _LEADING.fullmatch(text)
    if match and token is not None and match[2] and match[2].strip():
        raise UnreadableResponse(f"“{label}” is {token.odd}")
    if not match:
        raise UnreadableResponse(f"“{label}” is “{_short(text)}”, expected a number from {LOWEST} to {HIGHEST}")
    figure = match[1].removesuffix(".0")
    if not (figure.isdigit() and LOWEST <= int(figure) <= HIGHEST):
        raise UnreadableResponse(f"“{label}” is {match[1]}, expected a whole number from {LOWEST} to {HIGHEST}")
    return int(figure)


def _raw(known: Mapping[str, str], ratings: Mapping[FactorId, str], playbook: Playbook) -> str:
    """Return the response's own words, one per line, comment last, as a survey ticket has them."""
    lines = [f"{meaning}: {text}" for meaning, text in known.items() if meaning != "comment" and text]
    lines += [f"{factor.label}: {ratings[factor.id]}" for factor in playbook.factors if ratings.get(factor.id)]
    return "\n".join([*lines, "", known.get("comment", "")]).rstrip()


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


class PreviewBuilder:
    """A preview in the making."""

    def __init__(self, columns: ExportColumns, playbook: Playbook, zone: tzinfo, warnings: Sequence[RowError]) -> None:
        self._columns = columns
        self._playbook = playbook
        self._zone = zone
        self._found: list[Survey] = []
        self._errors: list[RowError] = []
        self._more = 0
        self._warnings = list(warnings)
        self._skipped: list[RowError] = []
        self._seen: dict[str, tuple[int, Survey]] = {}

    def add(self, line: int, known: Mapping[str, str], ratings: Mapping[FactorId, str]) -> None:
        """Add a response: texts by meaning and by factor."""
        try:
            response = read_response(known, ratings, self._playbook, self._zone)
        except UnreadableResponse as mistake:
            self.error(line, str(mistake))
            return
        if isinstance(response, SkippedResponse):
            self._skipped.append(RowError(line, response.why))
            return
        earlier = self._seen.get(response.source)
        if earlier is None:
            self._seen[response.source] = (line, response)
            self._found.append(response)
        elif earlier[1] == response:
            self._skipped.append(RowError(line, f"left out: the same response as in line {earlier[0]}"))
        else:
            name = response.source.removeprefix("qualtrics:")
            self.error(line, f"response {name} is in line {earlier[0]} already, with other answers")

    def error(self, line: int, sentence: str) -> None:
        """Add an error, up to the number that anybody reads."""
        if len(self._errors) < ERRORS_KEPT:
            self._errors.append(RowError(line, sentence))
        else:
            self._more += 1

    def preview(self) -> ImportPreview:
        """Return the finished preview."""
        errors = list(self._errors)
        if self._more:
            errors.append(RowError(0, f"and {self._more:,} more errors"))
        if not (self._found or errors or self._skipped):
            errors.append(RowError(0, "the file has no responses, only headings"))
        return ImportPreview(
            tuple(self._found), tuple(errors), tuple(self._warnings), tuple(self._skipped), self._columns.shown
        )
