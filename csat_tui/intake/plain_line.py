"""Plain text of a line: no invisible characters, markup, quotation marks or odd digits."""

import html
import re
import unicodedata

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
