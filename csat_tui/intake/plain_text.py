"""Plain text of a survey ticket: its lines without what mail programs and forms add, and a line without its markup."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

LONGEST = 400
"""Characters; a question or heading is shorter, and a longer line is the customer's."""

_KEPT_FORMAT = "\u202d\u202e"
"""Overrides of the direction change what a reader sees, so a line that has them is not taken for anything."""
_UNSEEN = frozenset("\u034f\u115f\u1160\u20e3\u3164\uffa0")
_ALIKE = {
    **dict.fromkeys("‘’‚ʼ′`´", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("—―‒", "–"),
    **dict.fromkeys("‐‑−﹣", "-"),
    "⁄": "/",
    "∕": "/",
    "¦": "|",
    "│": "|",
    "┃": "|",
}
_CIRCLED = {chr(start + place): str(place + 1) for start in (0x2460, 0x2776, 0x2780, 0x278A) for place in range(9)}

_QUOTE = re.compile(r"[>\s]+(?=[^>\s]|$)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HEADING = re.compile(r"#{1,6}\s+(?=\D)")
_BULLET = re.compile(r"(?:[-+*•·▪◦‣–]|[●○](?=[^●○]*[^\W\d_]))\s+(?=\S)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(\s*(?:mailto:[^()\s]*|([^()\s]*))\s*\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_SOFT = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])([^*_]+)(?<=\S)\1(?![\w*_])")
_CODE = re.compile(r"'([^']+)'")


class _Letters(dict[int, str]):
    """The replacement of each character, computed once."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _plain(chr(code))
        return found


def _plain(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    if char in _CIRCLED:
        return _CIRCLED[char]
    category = unicodedata.category(char)
    if char in _UNSEEN or (category == "Cf" and char not in _KEPT_FORMAT):
        return ""
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if "\uff01" <= char <= "\uff5e":
        return _ALIKE.get(chr(ord(char) - 0xFEE0), chr(ord(char) - 0xFEE0))
    return " " if char.isspace() else char


_LETTERS = _Letters()


def plain_line(text: str) -> str:
    """Return a line without quotation marks, bullets, emphasis and whatever nobody sees; empty for a blank one.

    A line that is too long to be a question or a heading comes back as it is, only stripped.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return text
    if "&" in text:
        text = html.unescape(text)
    text = unquoted(text.translate(_LETTERS).strip())
    text = _HEADING.sub("", _ESCAPED.sub(r"\1", text), count=1) if text[:1] in ("#", "\\") or "\\" in text else text
    text = text.strip().removeprefix("|").removesuffix("|").strip() if "|" in text else text
    text = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
    if "[" in text:
        text = _LINK.sub(lambda link: f"{link[1]} {link[2] or ''}", text)
    if "*" in text or "_" in text:
        text = _SOFT.sub(r"\2", _STRONG.sub(r"\2", _STRONG.sub(r"\2", text)))
    if "'" in text:
        text = _CODE.sub(r"\1", text) if text.startswith("'") and text.endswith("'") else text
    return " ".join(text.split())


def unquoted(text: str) -> str:
    """Return a line without the marks with which mail programs quote."""
    if not text.lstrip().startswith(">"):
        return text
    return _QUOTE.sub("", text, count=1)


def word_list(text: str) -> list[str]:
    """Return the words of a text as a list."""
    return text.split()


_TAG = re.compile(
    r"</?(?:html|head|body|div|p|br|hr|table|thead|tbody|tr|td|th|ul|ol|li|dl|dt|dd|span|b|strong|i|em|u|h[1-6]|font|a|"
    r"del|ins|s|strike|small|sup|sub|label|section|article|center|blockquote|pre)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_SOFT_BREAK = re.compile(r"(?<!=)=[ \t]*\n")
_MARK = re.compile(r"=(?:[0-9A-F]{2}|[ \t]*\n)")
_ESCAPES = re.compile(r"(?<!=)(?:=[0-9A-F]{2}){1,200}")
_PRINTABLE = re.compile(r"(?<!=)=(?:[ \t]*\n|20(?=\s)|3D|0[9AD]|C[23]=[89AB]|E2=|EF=|F0=)")
_TICKET_LINK = re.compile(r"/(?:tickets|requests|cases)/\d", re.IGNORECASE)
_CELL = "\t"
_EDGE, _GAP = "\x1e", "\x1f"
"""Marks for where an element begins or ends a line, and where it leaves a blank line; neither adds to the other."""
_GAPS = re.compile(rf"[ {_EDGE}]*{_GAP}[ {_EDGE}{_GAP}]*")
_BROKEN_TWICE = re.compile(r"(<br\s{0,9}/?>)[ \t]{0,9}\n", re.IGNORECASE)
_NO_CONTROLS = dict.fromkeys((0, ord(_EDGE), ord(_GAP)))
_LINED = re.compile(f"[\n{_EDGE}{_GAP}]")
_EDGES = re.compile(rf" *{_EDGE}[ {_EDGE}]*")

_UNSHOWN = frozenset({"head", "script", "style", "title", "template"})
_ENDING = frozenset(
    word_list(
        """
    address article blockquote body br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr html li ol p pre
    section table tbody tfoot thead tr ul
    """
    )
)
_SPACED = frozenset(("p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote"))


def plain_lines(text: str, fragments: Iterable[str]) -> list[str]:
    """Return the lines of a survey ticket's text, as plain as its sender saw them.

    What is written behind the last fragment of a question is the customer's and says nothing of how the mail is made:
    a comment may speak of `<br>` or of `=20`.
    """
    text = text.replace("\r\n", "\n")
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    known = tuple(fragments)
    decoded = _SOFT_BREAK.sub("", text)
    marks = text.count("=")
    whole = marks > 1 and len(_SOFT_BREAK.findall(text)) > 0 and marks == len(_MARK.findall(text))
    if whole or _PRINTABLE.search(text, 0, _structural(decoded, known) + 3 * (len(text) - len(decoded))):
        text = _ESCAPES.sub(_decoded, decoded).replace("\r\n", "\n")
    if tag := _TAG.search(text, 0, _structural(text, known)):
        # Lines outside of all elements were never part of a page.
        start = text.rfind("\n", 0, tag.start()) + 1
        end = text.find("\n", max(text.rfind(">"), tag.end() - 1))
        end = len(text) if end < 0 else end
        text = text[:start] + _shown(text[start:end]) + text[end:]
    return text.split("\n")


def _structural(text: str, fragments: Iterable[str]) -> int:
    """Return where the last line ends that holds a fragment of a question, and nothing behind it."""
    folded = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    last = max((folded.rfind(fragment) for fragment in fragments), default=-1)
    if last < 0:
        return 0
    end = text.find("\n", last)
    return len(text) if end < 0 else end + 1


def _decoded(match: re.Match[str]) -> str:
    raw = bytes.fromhex(match[0].replace("=", ""))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _shown(html: str) -> str:
    """Return what a page shows: a table's row on one line, everything else where it breaks."""
    import lxml.html  # type: ignore[import-untyped]

    html = _BROKEN_TWICE.sub(r"\1", html)
    parser = lxml.html.HTMLParser(recover=True, encoding="utf-8", huge_tree=True)
    try:
        # Line ends of the source are spaces, but bodies that mix them with `<br>` mean both.
        tree = lxml.html.fromstring(html.translate(_NO_CONTROLS).encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return html
    pieces = _EDGES.sub("\n", _GAPS.sub("\n\n", "".join(_pieces(tree, keep=_breaks_matter(html)))))
    lines = (" ".join(line.replace(_CELL, f" {_CELL} ").split(" ")).strip() for line in pieces.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _breaks_matter(html: str) -> bool:
    """Return whether the line ends of a source are meant: where no element makes lines of it."""
    return re.search(r"<(?:p|div|table|tr|li|body|html)\b", html, re.IGNORECASE) is None


def _pieces(root: Any, *, keep: bool) -> Iterator[str]:
    """Yield a tree's text without recursion, which a mail's depth could end."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if done:
            yield _end(element, tag)
            if element is not root:
                yield _words(element.tail, keep=keep)
            continue
        row = _row(element, tag, keep=keep)
        if row or not tag or tag in _UNSHOWN or _hidden(element):
            yield row
            if element is not root:
                yield _words(element.tail, keep=keep)
            continue
        stack.append((element, True))
        if tag in _ENDING and tag != "dd":
            yield "\n" if tag == "br" else _EDGE
        yield _words(element.text, keep=keep)
        stack.extend((child, False) for child in reversed(element))


def _row(element: Any, tag: str, *, keep: bool) -> str:
    """Return a table's row as one line, if each of its cells holds no more than a line; else nothing."""
    if tag != "tr" or element.find(".//table") is not None:
        return ""
    cells = [
        "".join(_pieces(cell, keep=keep)).strip(f"\n {_EDGE}{_GAP}") for cell in element if cell.tag in ("td", "th")
    ]
    return f"{_EDGE}{_CELL.join(cells)}{_EDGE}" if not any(_LINED.search(cell) for cell in cells) else ""


def _end(element: Any, tag: str) -> str:
    if tag == "a" and _TICKET_LINK.search(href := element.get("href") or "") and href not in (element.text or ""):
        return f" {href} "
    if tag == "dt":
        return _CELL
    if tag in _SPACED or (tag in _ENDING and any(child.tag in _ENDING and child.tag != "br" for child in element)):
        return _GAP
    return _EDGE if tag in _ENDING and tag != "br" else ""


def _words(text: str | None, *, keep: bool) -> str:
    if not text:
        return ""
    if keep:
        return text
    return re.sub(r"[ \t\n\r\f]{1,10000}", " ", text)


def _hidden(element: Any) -> bool:
    return "display:none" in (element.get("style") or "").replace(" ", "").casefold()
