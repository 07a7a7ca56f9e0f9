"""Words in a message to a channel: they call nobody, link nowhere and format nothing in any chat service.

Chat services differ in their syntax and add to it. So nothing of it is looked for here: letters, digits, spaces and the
punctuation of sentences stay, and every other ASCII sign becomes one of another code point that looks like it.
"""

import re

from csat_tui.domain.visible import visible

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
"""What makes a line a list, or a piece of code by its indentation."""


def unaddressed(text: str) -> str:
    """Return words that look the same and are nothing but words to chat services.

    What a playbook's format says of its own accord is not touched: it may call whom it likes.
    """
    return _LINE_BEGINS.sub(_flat, _SIGN.sub(_mere, visible(text)))


def _mere(match: re.Match[str]) -> str:
    return match[0] if match.lastgroup == "harmless" else _LIKE.get(match[0], match[0])


def _flat(match: re.Match[str]) -> str:
    return f"{match['number']}{_LIKE[match['dot']]}" if match["number"] else ""
