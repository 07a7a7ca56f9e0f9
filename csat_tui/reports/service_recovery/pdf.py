"""The Service Recovery Report as a PDF: typeset by Typst, with every font embedded and cut down to what is used."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING

from csat_tui.domain.recovery.report import RecoveryReport
from csat_tui.reports.service_recovery.document import TITLE, ReportDocument, ReportText, report_document
from csat_tui.reports.service_recovery.fonts import font_remarks, machine_fonts

if TYPE_CHECKING:
    from typst import Fonts


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


def pdf_report(report: RecoveryReport, paper: Paper = Paper.A4, fonts: "Fonts | None" = None) -> PdfReport:
    """Return a report as a PDF; the same report with the same fonts is the same file, byte for byte."""
    # The typesetter is 80 MB of machine code: it is loaded where a report is made.
    from typst import Compiler

    fonts = fonts or machine_fonts()
    document = report_document(report)
    document = replace(document, remarks=font_remarks("".join(_letters(document)), fonts))
    template = (files(__package__) / "report.typ").read_bytes()
    inputs = {"report": json.dumps(_data(document, fonts)), "paper": "us-letter" if paper is Paper.LETTER else "a4"}
    made = Compiler(template, font_paths=fonts, sys_inputs=inputs).compile(
        format="pdf", timestamp=int(document.made_at.timestamp()), pdf_tags=document.total <= MOST_TAGGED
    )
    if not isinstance(made, bytes):
        raise TypeError("the typesetter returns a PDF as bytes")
    return PdfReport(made, document.remarks)


def _data(document: ReportDocument, fonts: "Fonts") -> dict[str, object]:
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
        "fonts": fonts.families(),
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
