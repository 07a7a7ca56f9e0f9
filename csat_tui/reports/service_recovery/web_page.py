"""The Service Recovery Report as a web page: one file that loads nothing, runs nothing and says the same as the PDF."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files

from csat_tui.domain.recovery.report import RecoveryReport
from csat_tui.reports.service_recovery.document import (
    TITLE,
    CustomerEntry,
    GroupSection,
    NoteLine,
    ReportDocument,
    ReportLink,
    ReportText,
    report_document,
)


def web_page(report: RecoveryReport) -> Iterator[str]:
    """Yield a report as HTML, piece by piece."""
    document = report_document(report)
    style = (files(__package__) / "report.css").read_text("utf-8")
    # This style alone is allowed, so that no attribute in the page could bring another.
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{allowed}'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(f'{TITLE}: {document.headline}')}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    yield from _first_part(document)
    for group in document.groups:
        yield from _group(group)
    made = document.made_at
    yield f'<footer class="small">Made on {made.day} {made:%B} {made.year} at {made:%H:%M}</footer>\n</body>\n</html>\n'


def _first_part(document: ReportDocument) -> Iterator[str]:
    pencil = f" {_link(ReportLink('✎', document.title_link))}" if document.title_link else ""
    yield f'<header>\n<p class="name">{TITLE}</p>\n<h1>{escape(document.headline)}{pencil}</h1>\n'
    if document.spread:
        yield f'<p class="spread">{escape(document.spread)}</p>\n'
    yield (
        f"<dl><dt>Period</dt><dd>{escape(document.period)}</dd><dt>Recipient</dt><dd>{_line(document.recipient)}</dd>"
        f'<dt></dt><dd class="small">{escape(document.zone)}</dd></dl>\n</header>\n'
    )
    if document.groups:
        yield (
            '<table>\n<tr><th>Support group</th><th class="figure">Surveys</th><th class="figure">Lowest</th>'
            '<th class="figure">With notes</th><th class="figure">Spoken to</th><th>Notes for all of</th></tr>\n'
        )
        for group in document.groups:
            figures = (str(group.surveys), group.lowest, str(group.noted), str(group.spoken))
            cells = "".join(f'<td class="figure">{figure}</td>' for figure in figures)
            yield f'<tr><td>{_line(group.label)}</td>{cells}<td class="days">{_days(group.days)}</td></tr>\n'
        yield "</table>\n"
    if document.silent:
        yield f'<p class="small">No unhappy customer in: {_line(document.silent)}</p>\n'
    if document.at_a_glance:
        for group in document.groups:
            yield f"<h4>{_line(group.label)}</h4>\n<dl>\n"
            for entry in group.customers:
                yield (
                    f'<dt>{entry.short_rating}</dt><dd><a href="#{entry.id}">{_line(entry.customer)}</a>'
                    f'<div class="small">{_line(entry.first_words)}</div></dd>\n'
                )
            yield "</dl>\n"


def _group(group: GroupSection) -> Iterator[str]:
    yield f'<h2>{_line(group.label)}</h2>\n<p class="days">{_days(group.days, "All of ")}</p>\n'
    for entry in group.customers:
        yield _entry(entry)


def _entry(entry: CustomerEntry) -> str:
    facts = "".join(f"<dt>{name}</dt><dd>{_line(text)}</dd>" for name, text in entry.facts)
    ticket = entry.ticket.words if not entry.ticket.address else _link(entry.ticket)
    factors = "".join(f'<span class="factor">{_line(label)} <b>{rating}</b></span>' for label, rating in entry.factors)
    rated = f"<dt>Rated</dt><dd>{factors}</dd>" if factors else ""
    side = _direction(entry.comment.lines[0][1])
    words = f'<blockquote dir="{side}">{_lines(entry.comment)}</blockquote>' if entry.comment else _WORDLESS
    notes = f"<h4>Earlier notes</h4>\n{''.join(map(_note, entry.notes))}" if entry.notes else ""
    return (
        f'<article id="{entry.id}">\n<div class="head"><h3>{_line(entry.customer)}</h3>'
        f'<div class="rating">{entry.rating}</div></div>\n'
        f"<dl>{facts}<dt>Ticket</dt><dd>{ticket}</dd>{rated}"
        f"<dt>Notes</dt><dd>{_link(ReportLink('✎ Write notes', entry.write))}</dd></dl>\n{words}\n{notes}</article>\n"
    )


_WORDLESS = '<p class="small">The customer wrote no words.</p>'


def _note(note: NoteLine) -> str:
    return (
        f'<div class="note"><div class="head"><div>{_line(note.author)} {note.spoke}</div>'
        f'<div class="small">{escape(note.head)}</div></div>{_lines(note.text)}</div>\n'
    )


def _days(days: Sequence[ReportLink], before: str = "") -> str:
    return " ".join(_link(ReportLink(f"✎ {before}{day.words}", day.address)) for day in days)


def _link(link: ReportLink) -> str:
    return f'<a href="{escape(link.address)}" rel="noopener noreferrer">{escape(link.words)}</a>'


def _line(text: ReportText) -> str:
    """Return a text as one line that its neighbours cannot be turned round by."""
    (words, from_right), *_ = text.lines
    return f'<bdi dir="{_direction(from_right)}"{_language(text)}>{_harmless(words)}</bdi>'


def _lines(text: ReportText) -> str:
    return "".join(
        f'<p class="line" dir="{_direction(from_right)}"{_language(text)}>{_harmless(words)}</p>'
        for words, from_right in text.lines
    )


def _direction(from_right: bool) -> str:
    return "rtl" if from_right else "ltr"


def _language(text: ReportText) -> str:
    return f' lang="{text.language}"' if text.language else ""


def _harmless(words: str) -> str:
    # Browsers break long words themselves; a copied address should have no break in it.
    return escape(words.replace("\u200b", ""))
