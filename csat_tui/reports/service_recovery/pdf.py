"""The Service Recovery Report as a PDF: typeset by Typst, with every font embedded and cut down to what is used."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from csat_tui.domain.recovery.report import RecoveryReport
from csat_tui.reports.service_recovery.document import TITLE, ReportDocument, ReportText, report_document
from csat_tui.reports.service_recovery.typesetting import PdfNotMade, TypesettingJob, typeset

MOST_TAGGED = 300
"""In a longer report the tags for screen readers would take four fifths of the file; the web page serves them."""


class Paper(StrEnum):
    """The paper that a report is laid out for."""

    A4 = "a4"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class PdfReport:
    """A report that can be sent or saved."""

    content: bytes
    remarks: Sequence[str]
    """What the reader of this copy does not see, and which package is missing; the first page says it, too."""


def pdf_report(report: RecoveryReport, paper: Paper = Paper.A4, *, machine_fonts: bool = True) -> PdfReport:
    """Return a report as a PDF; the same report with the same fonts is the same file, byte for byte.

    Without `machine_fonts` the typesetter has only its own. Raises PdfNotMade.
    """
    document = report_document(report)
    job = TypesettingJob(
        _data(document),
        "us-letter" if paper is Paper.LETTER else "a4",
        int(document.made_at.timestamp()),
        document.total <= MOST_TAGGED,
        machine_fonts,
        "".join(_letters(document)),
    )
    try:
        content, remarks = typeset(job)
    except PdfNotMade:
        # Somebody's words were too much for it. Better a report with their code points than none.
        plain = {**_plainly(job.report), "remarks": [SPELLED_OUT]}
        content, remarks = typeset(replace(job, report=plain, letters=""))
        remarks = [SPELLED_OUT, *remarks]
    return PdfReport(content, tuple(remarks))


SPELLED_OUT = (
    "The typesetter could not set this report, so characters beyond Latin, Greek and Cyrillic are written as their "
    "code points; the web page shows them."
)

_BEYOND = re.compile("[^ -~\u00a0-\u024f\u0370-\u03ff\u0400-\u045f\u1e00-\u1eff\u2010-\u2027\u2039\u203a\u200b\u20ac]")


def _plainly(value: Any) -> Any:
    """Return the data of the template with the plainest characters only."""
    match value:
        case {"lines": lines, "language": _}:
            plain = [(_BEYOND.sub(_code_point, words), False) for words, _ in lines]
            return {"lines": plain, "language": ""}
        case dict():
            return {name: _plainly(part) for name, part in value.items()}
        case list() | tuple():
            return [_plainly(part) for part in value]
    return value


def _code_point(found: re.Match[str]) -> str:
    return f"‹U+{ord(found[0]):04X}›\u200b"


def _data(document: ReportDocument) -> dict[str, Any]:
    """Return the document as the template reads it."""
    made = document.made_at
    return {
        **asdict(document),
        "name": TITLE,
        "title": f"{TITLE}: {document.headline}",
        "total": document.total,
        "at_a_glance": document.at_a_glance,
        "made": (made.year, made.month, made.day, made.hour, made.minute),
        "made_at": "",
        "made_words": f"Made on {made.day} {made:%B} {made.year} at {made:%H:%M}",
        "title_link": document.title_link,
        "remarks": [],
    }


def _letters(document: ReportDocument) -> Iterator[str]:
    """Yield every text from outside."""
    yield from _words(document.recipient)
    yield from _words(document.silent)
    for group in document.groups:
        yield from _words(group.label)
        for entry in group.customers:
            yield from _words(entry.customer)
            yield from _words(entry.comment)
            for _, fact in entry.facts:
                yield from _words(fact)
            for factor, _ in entry.factors:
                yield from _words(factor)
            for note in entry.notes:
                yield from _words(note.author)
                yield from _words(note.text)


def _words(text: ReportText) -> Iterator[str]:
    return (words for words, _ in text.lines)
