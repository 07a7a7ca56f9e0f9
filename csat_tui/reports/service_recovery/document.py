"""The Service Recovery Report, laid out once: every word and link that the PDF and the web page show.

What came from outside is harmless here: controls are visible, and a text knows its own direction, so that it cannot
turn round what stands beside it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from csat_tui.domain.recovery.alert_plan import unhappy_customers
from csat_tui.domain.recovery.report import (
    EarlierNote,
    GroupInReport,
    RecoveryReport,
    UnhappyCustomer,
    day_notes_link,
    survey_notes_link,
)
from csat_tui.domain.safe_text import visible_in_print

TITLE = "Service recovery"
AT_A_GLANCE = 18
"""Up to this number of customers, the first page lists each of them."""

FIRST_WORDS = 90
"""Characters of a comment in that list."""

UNRATED = "no rating"
"""Instead of a rating that could not be read."""


@dataclass(frozen=True, slots=True)
class ReportText:
    """A text from outside, line by line, each with its own direction."""

    lines: Sequence[tuple[str, bool]]
    """The words, and whether they run from right to left."""
    language: str = ""
    """Which form of the Han characters: `ja`, `ko` or `zh`; empty where there are none."""

    def __bool__(self) -> bool:
        return any(words for words, _ in self.lines)


@dataclass(frozen=True, slots=True)
class ReportLink:
    """Words that lead to an address."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """An earlier recovery note."""

    head: str
    """When it was written."""
    author: ReportText
    spoke: str
    """“(Spoke? Yes)” or “(Spoke? No)”."""
    text: ReportText


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """All about one survey."""

    id: str
    """Unique in the document: the first page leads there."""
    customer: ReportText
    rating: str
    short_rating: str
    facts: Sequence[tuple[str, ReportText]]
    ticket: ReportLink
    """Its address is empty where the help desk's is not known."""
    factors: Sequence[tuple[ReportText, str]]
    comment: ReportText
    first_words: ReportText
    notes: Sequence[NoteLine]
    write: str
    """The link that opens the notes."""


@dataclass(frozen=True, slots=True)
class GroupSection:
    """A support group: its row on the first page, and its customers."""

    label: ReportText
    surveys: int
    lowest: str
    noted: int
    spoken: int
    days: Sequence[ReportLink]
    """One for each day of the period on which feedback came: the notes of all of them."""
    customers: Sequence[CustomerEntry]


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """The whole report in the order in which it is read."""

    headline: str
    spread: str
    """How many surveys, if a customer sent several, and in how many groups, if several; empty for neither."""
    period: str
    short_period: str
    zone: str
    recipient: ReportText
    groups: Sequence[GroupSection]
    silent: ReportText
    """Groups in which nobody was unhappy."""
    made_at: datetime

    @property
    def total(self) -> int:
        """How many surveys are in it."""
        return sum(group.surveys for group in self.groups)

    @property
    def title_link(self) -> str:
        """The notes of all surveys in the report, where one link can name them: those of one group and day."""
        days = [day.address for group in self.groups for day in group.days]
        return days[0] if len(days) == 1 else ""

    @property
    def at_a_glance(self) -> bool:
        """Whether the first page lists every customer."""
        return 1 < self.total <= AT_A_GLANCE


def report_document(report: RecoveryReport) -> ReportDocument:
    """Return the document of a report; groups without an unhappy customer are only named."""
    sections = [_section(group, number, report) for number, group in enumerate(report.groups) if group.customers]
    surveys = sum(section.surveys for section in sections)
    customers = unhappy_customers(report.customers)
    begins, ends = report.begins.astimezone(report.zone), report.ends.astimezone(report.zone)
    return ReportDocument(
        headline=_headline(customers),
        spread=_spread(customers, surveys, len(sections)),
        period=f"{_long(begins)} to {_long(ends)}",
        short_period=f"{_short(begins)} to {_short(ends)} {ends.year}",
        zone=f"All times are in the time zone {report.zone}.",
        recipient=_line(report.recipient),
        groups=sections,
        silent=_line(", ".join(group.label for group in report.groups if not group.customers)),
        made_at=(report.made_at or report.ends).astimezone(report.zone),
    )


def _headline(customers: int) -> str:
    if not customers:
        return "No customer was unhappy"
    return "One customer was unhappy" if customers == 1 else f"{customers:,} customers were unhappy"


def _spread(customers: int, surveys: int, groups: int) -> str:
    counted = f"{surveys:,} surveys" if surveys != customers else ""
    return " ".join(words for words in (counted, f"in {groups} support groups" if groups > 1 else "") if words)


def _section(group: GroupInReport, number: int, report: RecoveryReport) -> GroupSection:
    rated = [customer.rating for customer in group.customers if customer.rating is not None]
    days = sorted({report.received_on(customer) for customer in group.customers})
    return GroupSection(
        label=_line(group.label),
        surveys=len(group.customers),
        lowest=f"{min(rated):.1f}" if rated else "–",
        noted=sum(bool(customer.notes) for customer in group.customers),
        spoken=sum(any(note.spoke for note in customer.notes) for customer in group.customers),
        days=[ReportLink(f"{day.day} {day:%B}", day_notes_link(group.id, day)) for day in days],
        customers=[
            _entry(customer, f"c{number}-{place}", group, report) for place, customer in enumerate(group.customers)
        ],
    )


def _entry(customer: UnhappyCustomer, name: str, group: GroupInReport, report: RecoveryReport) -> CustomerEntry:
    received = customer.received_at.astimezone(report.zone)
    return CustomerEntry(
        id=name,
        customer=_line(customer.customer or "No name given"),
        rating=UNRATED if customer.rating is None else f"{customer.rating:.1f} of 5",
        short_rating="–" if customer.rating is None else f"{customer.rating:.1f}",
        facts=[
            ("Received", _line(_long(received))),
            ("Segment", _line(customer.segment or "not provided")),
            ("Agent", _line(customer.agent or "not provided")),
            ("Support group", _line(group.label)),
        ],
        ticket=_ticket(customer),
        factors=[(_line(factor.label), str(factor.rating)) for factor in customer.factors],
        comment=outside_text(customer.comment),
        first_words=_line(_first_words(customer.comment)),
        notes=[_note(note, report) for note in customer.notes],
        write=(
            day_notes_link(group.id, report.received_on(customer))
            if customer.ticket_id is None
            else survey_notes_link(group.id, customer.ticket_id)
        ),
    )


def _ticket(customer: UnhappyCustomer) -> ReportLink:
    if customer.ticket_id is None:
        return ReportLink("not named", "")
    return ReportLink(str(customer.ticket_id), _web_address(customer.ticket_url))


def _first_words(comment: str) -> str:
    words = " ".join(comment.split())
    # A wide character takes the room of two.
    room = (
        FIRST_WORDS * 4 // 9
        if any(unicodedata.east_asian_width(one) in "WF" for one in words[:FIRST_WORDS])
        else FIRST_WORDS
    )
    return words if len(words) <= room else f"{words[:room].rstrip()}…"


def _note(note: EarlierNote, report: RecoveryReport) -> NoteLine:
    spoke = "(Spoke? Yes)" if note.spoke else "(Spoke? No)"
    return NoteLine(_long(note.written_at.astimezone(report.zone)), _line(note.author), spoke, outside_text(note.text))


def _long(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B} {moment.year}, {moment:%H:%M}"


def _short(moment: datetime) -> str:
    return f"{moment.day} {moment:%B}"


_ADDRESS = re.compile(r"https?://[!-~]+", re.I)


def _web_address(address: str) -> str:
    """Return an address that leads to the web, else nothing."""
    return address if _ADDRESS.fullmatch(address) else ""


def outside_text(text: str) -> ReportText:
    """Return a text from outside as lines that can be printed."""
    printable = visible_in_print(text).strip("\n")
    lines = [(_breakable(line.expandtabs(4).rstrip()), runs_right_to_left(line)) for line in printable.split("\n")]
    return ReportText(lines, _language(printable))


def _line(text: str) -> ReportText:
    return outside_text(" ".join(text.split()))


def runs_right_to_left(line: str) -> bool:
    """Return the direction of a line's first letter that has one, as Unicode's rule P2 says."""
    for letter in line:
        match unicodedata.bidirectional(letter):
            case "L":
                return False
            case "R" | "AL":
                return True
    return False


def _language(text: str) -> str:
    if not _EAST_ASIAN.search(text):
        return ""
    if re.search("[\u3041-\u30ff\u31f0-\u31ff]", text):
        return "ja"
    return "ko" if re.search("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]", text) else "zh"


_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")

LONGEST_WORD = 60
"""A longer run without a gap may be broken anywhere, so that nothing runs off the page."""

_UNBROKEN = re.compile(
    # Not the scripts that are written without gaps: their words are known to the typesetter.
    f"[^\\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
    f"{{{LONGEST_WORD + 1},}}"
)
_PIECE = 12


MOST_MARKS = 10
"""Marks on one letter; what a longer pile has, which no language needs, is named: the typesetter fails on thousands."""


def _breakable(line: str) -> str:
    return _UNBROKEN.sub(_with_breaks, line if line.isascii() else _without_piles(line))


def _without_piles(line: str) -> str:
    made: list[str] = []
    for marks, letters in groupby(line, key=_is_mark):
        some = list(letters)
        made += some[:MOST_MARKS] if marks else some
        for mark, repeated in groupby(some[MOST_MARKS:] if marks else ()):
            count = sum(1 for _ in repeated)
            made.append(f"‹U+{ord(mark):04X}›" if count == 1 else f"‹U+{ord(mark):04X} ×{count}›")
    return "".join(made)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M"


def _with_breaks(found: re.Match[str]) -> str:
    made: list[str] = []
    since = 0
    for before, letter in zip(" " + found[0], found[0], strict=False):
        if since >= _PIECE and before != "\u200d" and unicodedata.category(letter)[0] not in "MC":
            made.append("\u200b")
            since = 0
        made.append(letter)
        since += 1
    return "".join(made)
