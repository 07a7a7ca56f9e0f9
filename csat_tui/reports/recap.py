"""The recap of a shift as one document: Markdown to read and edit, HTML to look at, and the mail that carries both."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from csat_tui.domain.effect import Mail
from csat_tui.domain.places import fill
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.safe_text import visible
from csat_tui.domain.shift import DEFAULT_RECAP, Shift
from csat_tui.reports.markdown import as_html

_STYLE = (
    "body{font:15px/1.5 sans-serif;color:#23272f;background:#fff;max-width:46em;margin:1em auto;padding:0 1em}"
    "h1{font-size:1.3em}h2{font-size:1.05em;border-bottom:1px solid #ddd;padding-bottom:.2em;margin-top:1.6em}"
    "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left}"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a recap; `edited` says that a person wrote over what the store had filled in."""

    id: str
    label: str
    text: str
    fresh: str
    hint: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class RecapDocument:
    """A recap whole: to whom it goes, under which subject, and its parts."""

    to: tuple[str, ...]
    subject: str
    parts: tuple[Part, ...]


def document(shift: Shift, fresh: Mapping[str, str], playbook: Playbook) -> RecapDocument:
    """Return a shift's recap: what was edited stays as it was written, the rest is as the store fills it in now."""
    recap = playbook.recap or DEFAULT_RECAP
    places = {
        "date": shift.started_at.astimezone().strftime("%Y-%m-%d"),
        "shift": _plain(shift.name), "agent": _plain(shift.agent), "team": _plain(playbook.title),
    }  # fmt: skip
    parts = [
        Part(
            section.id,
            section.label,
            shift.texts.get(section.id, fresh.get(section.id, "")),
            fresh.get(section.id, ""),
            section.hint,
            section.id in shift.texts,
        )
        for section in recap.sections
    ]
    # What was written under a part that the playbook has no more is not lost.
    known = {section.id for section in recap.sections}
    parts += [Part(name, name, text, "", "", True) for name, text in shift.texts.items() if name not in known]
    return RecapDocument(recap.to, _plain(fill(recap.subject, places)), tuple(parts))


def markdown_of(recap: RecapDocument) -> str:
    """Return the recap as Markdown."""
    said = [f"# {recap.subject}"]
    said += [f"## {part.label}\n\n{part.text.strip() or '(nothing)'}" for part in recap.parts]
    return visible("\n\n".join(said)) + "\n"


def html_of(recap: RecapDocument) -> str:
    """Return the recap as an HTML page that loads nothing and runs nothing."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(visible(recap.subject))}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{as_html(markdown_of(recap))}</body></html>\n"
    )


def mail_of(recap: RecapDocument) -> Mail:
    """Return the mail as it will arrive: the same in text and in HTML."""
    return Mail(recap.to, recap.subject, markdown_of(recap), html_of(recap))


def _plain(text: str) -> str:
    return " ".join(visible(text).split())
