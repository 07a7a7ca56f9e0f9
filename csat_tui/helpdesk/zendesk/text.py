"""Words on their way in from HTML, and on their way out past the server's template language and its Markdown."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMENT_LIMIT = 65_536
"""Bytes of a comment; Zendesk cuts a longer comment without an error (zendesk.md)."""

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


def escaped_html(text: str) -> str:
    """Return a text as HTML that shows what was typed: Zendesk takes a plain body for Markdown and would change it.

    Line breaks, blank lines and spaces stay as they are; everything else is only text.
    """
    lines = outgoing(text).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    kept = (_KEPT_SPACES.sub(lambda spaces: "&nbsp;" * len(spaces[0]), escape(line, quote=False)) for line in lines)
    return "<br>".join(kept)


_LINES = frozenset(
    ("address", "article", "aside", "body", "center", "dd", "details", "div", "dt", "fieldset", "figcaption", "footer",
     "form", "header", "hr", "html", "legend", "li", "main", "nav", "section", "table", "tr")
)  # fmt: skip
_PARAGRAPHS = frozenset(["blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "ul"])
_BREAKS = dict.fromkeys(_LINES, 1) | dict.fromkeys(_PARAGRAPHS, 2)
"""How many line breaks stand at least before and after an element."""
_UNSEEN = frozenset(["head", "script", "style", "template", "title"])
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SHOWN = ("http:", "https:", "mailto:", "tel:")
"""Addresses that a person can go to; no other is shown."""
_LONGEST = 300
"""Characters of a link's address that are shown."""
_SPACE = "\u00a0"


def text_of(tree: Any, names: Mapping[str, str]) -> str:
    """Return the text of a parsed comment; `names` are its files' names by their addresses."""
    from lxml import etree  # it brings a C library along: not at start-up

    reader, hidden, counts = _Reader(), 0, list[int]()
    links: list[tuple[str, int]] = []
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if tag in _UNSEEN:
                hidden += 1
            if hidden:
                continue
            reader.apart(_BREAKS.get(tag, 0))
            match tag:
                case "br":
                    reader.line()
                case "img":
                    reader.word(_image(node, names))
                case "td" | "th":
                    reader.text(" ")
                case "ol":
                    counts.append(int(node.get("start", "1")) if node.get("start", "1").isdecimal() else 1)
                case "ul":
                    counts.append(0)
                case "li" if counts and counts[-1]:
                    reader.word(f"{counts[-1]}. ")
                    counts[-1] += 1
                case "a":
                    links.append((node.get("href", "").strip(), reader.place))
            reader.preformatted += tag == "pre"
            reader.text(node.text or "")
            continue
        if event == "end":
            hidden -= tag in _UNSEEN
            if not hidden and tag not in _UNSEEN:
                reader.preformatted -= tag == "pre"
                if tag in ("ol", "ul") and counts:
                    counts.pop()
                if tag == "a" and links:
                    href, place = links.pop()
                    reader.note(_address(href, reader.since(place)))
                reader.apart(_BREAKS.get(tag, 0))
        if not hidden and node is not tree:
            reader.text(node.tail or "")
    return reader.whole


class _Reader:
    """Puts words into lines by the rules of a page: spaces collapse, and of several demands for a break one holds."""

    def __init__(self) -> None:
        self.preformatted = 0
        self._parts: list[str] = []
        self._apart = 0
        """Line breaks that stand before the next word at least."""
        self._lines = 0
        """Line breaks that were asked for one by one."""
        self._gap = False
        self._begun = False
        """Whether anything stands on the line."""
        self._indent = ""

    @property
    def place(self) -> int:
        return len(self._parts)

    @property
    def whole(self) -> str:
        """What was read, without blank lines around it."""
        return "".join(self._parts).replace(_SPACE, " ").strip("\n")

    def since(self, place: int) -> str:
        return "".join(self._parts[place:])

    def apart(self, breaks: int) -> None:
        """Begin a new line, or after a blank one, where a block begins or ends."""
        if not breaks:
            return
        # The last break of a block only ends its line, which the block's end does as well.
        self._lines = max(0, self._lines - 1)
        self._apart = max(self._apart, breaks)
        self._gap, self._begun, self._indent = False, False, ""

    def line(self) -> None:
        """Break the line."""
        if self._apart:
            self._flush()
        self._lines += 1
        self._gap, self._begun, self._indent = False, False, ""

    def text(self, text: str) -> None:
        """Read text as it stands in the markup."""
        if self.preformatted:
            for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
                if number:
                    self.line()
                self.word(line.replace(" ", _SPACE))
            return
        text = _SPACES.sub(" ", text)
        self._gap = (self._gap or text.startswith(" ")) and self._begun
        if not (words := text.strip(" ")):
            return
        if not self._begun and not words.strip(_SPACE):
            self._indent += words  # a line of nothing but spaces is an empty one
            return
        self.word(words)
        self._gap = text.endswith(" ")

    def word(self, words: str) -> None:
        """Add words as they are."""
        if not words:
            return
        self._flush()
        self._parts.append(" " * self._gap + self._indent + words)
        self._gap, self._begun, self._indent = False, True, ""

    def note(self, words: str) -> None:
        """Add words to the line that was read last, whatever has ended since."""
        if words and self._parts:
            self._parts.append(f" {words}")

    def _flush(self) -> None:
        if self._parts:
            self._parts.append("\n" * (self._lines + self._apart))
        self._lines = self._apart = 0


def _image(node: Any, names: Mapping[str, str]) -> str:
    """Return what stands for a picture: its name, or what is said instead of it; nothing for one that nobody sees."""
    if node.get("width") in ("0", "1") or node.get("height") in ("0", "1"):
        return ""
    source = (node.get("src") or "").strip()
    said = names.get(source) or " ".join((node.get("alt") or "").split()) or _file(source)
    return f"[image {said}]" if said else "[image]"


def _file(address: str) -> str:
    """Return the file's name that an address ends with; empty where it has none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    asked = parse_qs(parts.query).get("name", [""])[0]
    return " ".join((asked or unquote(parts.path.rpartition("/")[2])).split())[:_LONGEST]


def _address(href: str, words: str) -> str:
    """Return a link's address in brackets, unless its words are the address."""
    href = "".join(href.split())
    if not href.lower().startswith(_SHOWN):
        return ""
    shown = href if len(href) <= _LONGEST else f"{href[: _LONGEST - 1]}…"
    return "" if _bare(href) == _bare(words.strip()) else f"({shown})"


def _bare(address: str) -> str:
    return re.sub(r"^(https?://|mailto:|tel:)(www\.)?", "", address.strip().lower()).rstrip("/")
