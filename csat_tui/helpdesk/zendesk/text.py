"""Words on their way in from HTML, and on their way out past the server's template language and its Markdown."""

import re
from collections.abc import Mapping
from html import escape

LONGEST = 65_536
"""Bytes of one comment; Zendesk cuts what is longer without a word (zendesk.md)."""

_JOINER = "\u2060"
"""A character that nobody sees and that joins what it stands between."""
_EXPANDS = re.compile(r"\{(?=[{%])")
_KEPT_APART = re.compile(rf"(?<=\{{){_JOINER}(?=[{{%])")
_KEPT_SPACES = re.compile(r"^ +| +$|(?<= ) ")


def incoming(html: str, *plain: str, names: Mapping[str, str] | None = None) -> str:
    """Return a comment's text: its HTML converted, or the first plain form where it has none or cannot be read whole.

    The HTML comes first because Zendesk's plain forms lose the blank lines between paragraphs, the pictures and where
    links lead. `names` are the names of the comment's files by their addresses.
    """
    text, whole = _converted(html, names or {}) if html.strip() else ("", False)
    if not (text and whole):
        text = next((words for words in plain if words.strip()), text)
    return _KEPT_APART.sub("", text)


def _converted(html: str, names: Mapping[str, str]) -> tuple[str, bool]:
    """Return the text of some HTML, and whether the parser got to its end: it drops what is nested too deeply."""
    import lxml.html  # type: ignore[import-untyped]  # it brings a C library along: not at start-up

    from csat_tui.helpdesk.zendesk.html import text_of

    parser = lxml.html.HTMLParser(recover=True, encoding="utf-8", huge_tree=True)
    try:
        tree = lxml.html.fromstring(html.replace("\0", "").encode(), parser=parser)
        text = text_of(tree, names)
    except (lxml.etree.LxmlError, ValueError, RecursionError):
        return "", False
    return text, not len(parser.error_log.filter_from_fatals())


def outgoing(text: str) -> str:
    """Return a text of which the server expands nothing and which can be encoded.

    Zendesk replaces `{{placeholders}}` and `{% tags %}` in comments, so a customer's quoted words could pull in
    another ticket's data. A joiner between the two opening characters stops that, and nobody sees it.
    """
    whole = text.replace("\0", "").encode("utf-8", "replace").decode()
    return _EXPANDS.sub(f"{{{_JOINER}", whole)


def as_html(text: str) -> str:
    """Return a text as HTML that shows what was typed: Zendesk takes a plain body for Markdown and would change it.

    Line breaks, blank lines and spaces stay as they are; everything else is only text.
    """
    lines = outgoing(text).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    kept = (_KEPT_SPACES.sub(lambda spaces: "&nbsp;" * len(spaces[0]), escape(line, quote=False)) for line in lines)
    return "<br>".join(kept)
