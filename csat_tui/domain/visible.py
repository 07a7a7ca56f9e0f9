"""Text from outside made harmless: what a terminal might act on becomes a symbol that a person can see."""

import re

CONTROL_PICTURES = 0x2400
"""Where Unicode keeps a picture of each C0 control."""

REGIONAL_A = 0x1F1E6
"""The first of the letters that flags are spelled with."""

UNSAFE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f"  # C0 except tab and newline
    "\x7f-\x9f"  # DEL and C1
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # invisible, and of a width on which terminals disagree
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls: they reorder what stands around them
    "\u2028\u2029"  # line separators, which some terminals obey
    "\ud800-\udfff"  # lone surrogates, which cannot be encoded
    "\U000e0000-\U000e007f"  # invisible tags
    "]"
)
"""One character that must not reach a terminal as it is."""

_EMOJI = re.compile(
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"  # variation selectors and skin tones
    "|(?<=[\u2190-\u2bff\U0001f000-\U0001faff])\u200d"  # joiners between pictures; letters keep theirs
    "|[\U0001f1e6-\U0001f1ff]"  # the letters of flags
)
"""What makes one picture of several characters: terminals disagree on how wide it is, and lines would break."""


def visible(text: str) -> str:
    """Return the text with everything that a terminal might act on replaced by a visible symbol.

    Pictures that are composed of several characters fall into those, so that every terminal agrees on their width.
    """
    text = text.replace("\r\n", "\n")
    if text.isascii() and not UNSAFE.search(text):
        return text
    return UNSAFE.sub(_symbol, _EMOJI.sub(_part, text))


def _symbol(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(CONTROL_PICTURES + code)
    if code == 0x7F:
        return "␡"
    return f"‹U+{code:04X}›"


def _part(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(code - REGIONAL_A + ord("A")) if REGIONAL_A <= code < REGIONAL_A + 26 else ""
