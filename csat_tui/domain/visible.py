"""Text from outside made harmless: what a terminal might act on becomes a symbol that a person can see."""

import re

CONTROL_PICTURES = 0x2400
"""Where Unicode keeps a picture of each C0 control."""

UNSAFE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f"  # C0 except tab and newline
    "\x7f-\x9f"  # DEL and C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls: they reorder what stands around them
    "\u2028\u2029\ufeff"  # line separators and the byte order mark, on which terminals disagree
    "\ud800-\udfff"  # lone surrogates, which cannot be encoded
    "\U000e0000-\U000e007f"  # invisible tags
    "]"
)
"""One character that must not reach a terminal as it is."""


def visible(text: str) -> str:
    """Return the text with everything that a terminal might act on replaced by a visible symbol."""
    text = text.replace("\r\n", "\n")
    return UNSAFE.sub(_symbol, text) if UNSAFE.search(text) else text


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(CONTROL_PICTURES + code)
    if code == 0x7F:
        return "␡"
    return f"‹U+{code:04X}›"
