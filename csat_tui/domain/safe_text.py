"""Make text harmless: for terminals by showing what they would act on, for chat services by removing their syntax.

Chat services differ in their syntax and add to it. So no syntax is looked for: letters, digits, spaces and the
punctuation of sentences stay, and every other ASCII sign becomes another code point that looks like it.
"""

import re

CONTROL_PICTURES = 0x2400
"""The first of Unicode's pictures of C0 controls."""

REGIONAL_A = 0x1F1E6
"""The first of the letters that spell flags."""

TAGS = 0xE0000
"""The first of the invisible letters that name a region's flag."""

_CONTROLS = (
    "\x00-\x08\x0b-\x1f"  # C0 except tab and newline
    "\x7f-\x9f"  # DEL and C1
    "\u2028\u2029"  # line separators, which some terminals obey
    "\ud800-\udfff"  # lone surrogates, which cannot be encoded
)
_IGNORABLE = (
    # Unicode's Default_Ignorable_Code_Point: nothing is drawn, or a blank of a width on which terminals disagree.
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_FORMAT = (
    # The other format characters (general category Cf), and the code points that are no characters at all.
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001345f"
    "\ufdd0-\ufdef\ufffe\uffff"
)

UNSEEN = f"[{_IGNORABLE}{_FORMAT}]"
"""A pattern for a character that is invisible, or has no appearance of its own."""

UNSAFE = re.compile(f"[{_CONTROLS}{_IGNORABLE}{_FORMAT}]")
"""A character that must not reach a terminal."""

_JOINED_SCRIPTS = (
    "\u0620-\u065f\u066e-\u06d3\u06fa-\u070e\u0710-\u088f\u0892-\u08e1\u08e3-\u109f\u1780-\u17b3\u17b6-\u17dd"
    "\u1807\u1820-\u18aa\u1900-\u1cff\ua840-\uabff\ufb50-\ufdcf\ufe70-\ufefc\U00010a00-\U000110bc\U000110d0-\U00011fff"
)
"""Letters whose appearance or meaning depends on a joiner or non-joiner after them."""

_PICTURE = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"

_TOUCHED = re.compile(f"[{_CONTROLS}{_IGNORABLE}{_FORMAT}\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")

_PARTS = re.compile(
    f"(?P<style>(?<=[{_PICTURE}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3))"  # as text, as a picture, as a keycap
    f"|(?P<tone>(?<=[{_PICTURE}\ufe0f])[\U0001f3fb-\U0001f3ff])"
    f"|(?P<joiner>(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}]))"
    f"|(?P<flag>[\U0001f1e6-\U0001f1ff])"
    f"|(?P<region>(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{2,8}}\U000e007f)"
    f"|(?P<joining>(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d])"
    f"|(?P<unsafe>{UNSAFE.pattern})"
)
"""Characters that change how their neighbours look, by their purpose; `unsafe` ones have none."""

_GAPS = re.compile(r"\s+")


def visible(text: str) -> str:
    """Return the text with everything that a terminal might act on, or not show, replaced by a visible symbol.

    Emoji that are composed of several characters are split into those, so that every terminal agrees on their width.
    Joiners stay between letters whose script needs them, one at a time.
    """
    text = text.replace("\r\n", "\n")
    return _PARTS.sub(_symbol, text) if _TOUCHED.search(text) else text


def visible_line(text: str) -> str:
    """Return the text as a line in which nothing is hidden: a space replaces what is invisible.

    It is for texts that another program shows, such as the subject of a mail: emoji stay composed.
    """
    return _GAPS.sub(" ", _PARTS.sub(_or_space, text)).strip()


def visible_in_print(text: str) -> str:
    """Return the text for a page: what is not shown, or would turn the letters round, is named by its code point.

    Emoji stay composed. No picture of a control character is used, because few fonts have one.
    """
    return _PARTS.sub(_named, text.replace("\r\n", "\n"))


def _named(match: re.Match[str]) -> str:
    return f"‹U+{ord(match[0]):04X}›" if match.lastgroup == "unsafe" else match[0]


def _symbol(match: re.Match[str]) -> str:
    found, code = match[0], ord(match[0][0])
    match match.lastgroup:
        case "joining":
            return found
        case "flag":
            return chr(code - REGIONAL_A + ord("A"))
        case "region":
            return "".join(chr(ord(letter) - TAGS) for letter in found[:-1])
        case "unsafe" if code < 0x20:
            return chr(CONTROL_PICTURES + code)
        case "unsafe":
            return "␡" if code == 0x7F else f"‹U+{code:04X}›"
    return ""


def _or_space(match: re.Match[str]) -> str:
    return " " if match.lastgroup == "unsafe" else match[0]


_LIKE = {
    "@": "＠", "#": "＃", "&": "＆", "<": "‹", ">": "›", "[": "［", "]": "］", "{": "｛", "}": "｝", "*": "∗",
    "_": "＿", "~": "∼", "`": "‵", "|": "¦", "\\": "＼", "^": "＾", ":": "：", ".": "․", "-": "‐", "+": "＋",
    "=": "＝", "/": "∕", "!": "！", ")": "）", "$": "＄", "%": "％", "\t": " ",
}  # fmt: skip

_HARMLESS = (
    r"[^\W_]+|[ \n,;?'\"(]"  # letters, digits, and signs that no service takes for anything
    r"|(?:[:)]|(?<=[^\W_])!)(?=[\s\"”’']|$)|(?<=\d):(?=\d\d(?!\d|:\d))"  # behind a word, and between hours and minutes
    r"|\.(?![^\W_]{2})|\.(?=\d)(?<=\d\.)"  # behind a sentence and within a number, not within a host's name
    r"|(?<=[^\W_])[-/](?=[^\W_])|(?<=\S[ ])[-&=+](?=[ ])"
    r"|(?<=[ (])[-+](?=\d)|(?<![$])\$(?=\d)|(?<=\d)%"
)
_SIGN = re.compile(rf"(?P<harmless>{_HARMLESS})|(?P<ascii>[\x00-\x7f])")
_LINE_BEGINS = re.compile(r"(?m)^[ \t]+|^(?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$)")
"""What makes a line a list item, or indented code."""


def without_mentions(text: str) -> str:
    """Return text that looks the same and is only text to chat services.

    A playbook's own text does not go through here: it may mention anybody.
    """
    return _LINE_BEGINS.sub(_flat, _SIGN.sub(_mere, visible(text)))


def _mere(match: re.Match[str]) -> str:
    return match[0] if match.lastgroup == "harmless" else _LIKE.get(match[0], match[0])


def _flat(match: re.Match[str]) -> str:
    return f"{match['number']}{_LIKE[match['dot']]}" if match["number"] else ""
