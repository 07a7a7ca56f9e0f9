"""Write text from outside into Markdown without its markup, and turn Markdown into HTML that runs and loads nothing."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from csat_tui.domain.safe_text import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_ACTIVE = re.compile(r"([\\`*_\[\]<]|~(?=~)|&(?=#?\w{1,32};))")
"""Markup at any place; no more than needed, as the mail's plain text shows the backslashes."""

_LEADING = re.compile(r"^(#|>|\||[-+=](?=\s|$|[-=])|\d{1,9}(?=[.)]))")
"""Markup at the beginning of a line."""

_LINKS = ("http:", "https:", "mailto:")


def escaped(text: str) -> str:
    """Return text from outside as a line of Markdown without markup."""
    line = " ".join(visible(text).split())
    line = _ACTIVE.sub(r"\\\1", line)
    return _LEADING.sub(lambda match: f"{match[0]}\\" if match[0].isdigit() else f"\\{match[0]}", line)


def quoted_words(text: str, longest: int) -> str:
    """Return somebody's words in quotation marks, cut if they are long."""
    line = " ".join(text.split())
    if not line:
        return "(no words)"
    cut = line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
    return f"“{escaped(cut)}”"


def as_html(markdown: str) -> str:
    """Return Markdown as HTML: raw HTML stays text, pictures become their words, links lead to the web or to mail."""
    return str(parser().render(visible(markdown)))


@cache
def parser() -> "MarkdownIt":
    """Return the Markdown parser; the screen uses the same parser for its preview."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    made.disable(["image"])
    made.validateLink = _may_lead  # type: ignore[assignment,method-assign]
    made.add_render_rule("link_open", _link_open)
    return made


def _may_lead(address: str) -> bool:
    return address.strip().lower().startswith(_LINKS)


def _link_open(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    return str(renderer.renderToken(tokens, index, options, env))
