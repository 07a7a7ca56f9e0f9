"""How the help desk keeps a message: as HTML and as text, squeezed, cut at 64 kB, with its placeholders filled."""

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

BODY_LIMIT = 65_536
"""Bytes of UTF-8 after which a body is cut without a word."""

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


def cut(text: str) -> str:
    """Cut a body at the limit, as the real desk does, silently."""
    return text.encode("utf-8", "replace")[:BODY_LIMIT].decode("utf-8", "ignore")


def squeeze(text: str) -> str:
    """Collapse runs of blank lines, which is what the `body` of a comment has lost and its `html_body` has not."""
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n")).strip("\n")


def markdown(text: str) -> str:
    """Render a comment's body the way the desk does, which takes it for Markdown; single line breaks stay."""
    from markdown_it import MarkdownIt

    return wrap(str(MarkdownIt("commonmark", {"html": False, "breaks": True}).render(text)).strip())


def to_html(text: str) -> str:
    """Turn plain text into the markup that the desk keeps: paragraphs, with breaks inside them."""
    parts = re.split(r"\n\n", text.replace("\r\n", "\n").strip("\n"))
    inner = "".join(f'<p dir="auto">{escape(part, quote=False).replace(chr(10), "<br>")}</p>' for part in parts)
    return wrap(inner)


def wrap(inner: str) -> str:
    """Put the desk's own element around a comment's markup."""
    return f'<div class="zd-comment" dir="auto">{inner}</div>'


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - fixed by the parser
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "div", "li", "ul", "ol", "h1", "h2", "h3"):
            self.parts.append("\n\n" if tag == "p" else "\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def from_html(markup: str) -> str:
    """Read the text out of a comment's markup."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return squeeze("".join(reader.parts).replace("\u00a0", " "))


def expand(text: str, values: Mapping[str, str]) -> str:
    """Fill placeholders such as {{ticket.id}}; unknown ones become nothing, as in a real public comment."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)
