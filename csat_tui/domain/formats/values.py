"""The values of one labelled line, written between its literal bits and found again there.

A value is written as it is where it can be found again, and in quotes where it cannot, such as one that holds the very
words that separate it from the next.
"""

from collections.abc import Mapping

from csat_tui.domain.formats.shape import Line

_OPEN, _CLOSE = "“", "”"


def even(text: str) -> str:
    """Return a text as formats keep it: one sort of line break, no space at the end of a line, nothing around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def write(line: Line, fields: Mapping[str, str]) -> str:
    """Return a labelled line with its values, which may have several lines, in the form that is read back."""
    values = {name: even(fields.get(name, "")) for name in line.names}
    text = _joined(line, [values[name] for name in line.names])
    if len(line.names) > 1 and read(line, text) != values:
        text = _joined(line, [f"{_OPEN}{value.replace(_CLOSE, 2 * _CLOSE)}{_CLOSE}" for value in values.values()])
    return text


def _joined(line: Line, values: list[str]) -> str:
    bits = [line.texts[0]]
    for value, bit in zip(values, line.texts[1:], strict=True):
        bits += [value, bit]
    return even("".join(bits)) if len(values) > 1 else "".join(bits).rstrip()


def read(line: Line, text: str) -> dict[str, str] | None:
    """Return the values in a labelled line's text; None where one of its literal bits is not there."""
    bits = line.texts
    at = _after_label(line, text)
    if at is None:
        return None
    found: dict[str, str] = {}
    for index, name in enumerate(line.names):
        bit, is_last = bits[index + 1], index == len(line.names) - 1
        quoted = _quoted(text, at, bit, is_last) if len(line.names) > 1 else None
        if quoted is not None:
            found[name], at = quoted
            continue
        end = _last_bit(text, at, bit) if is_last else _next_bit(text, at, bit)
        if end is None:
            return None
        found[name], at = text[at : end[0]].strip(), end[1]
    return found


def _after_label(line: Line, text: str) -> int | None:
    if text.startswith(line.texts[0]):
        return len(line.texts[0])
    found = line.sign.match(text) if line.sign else None
    return found.end() if found else None


def _next_bit(text: str, at: int, bit: str) -> tuple[int, int] | None:
    """Return where the literal bit between two values begins and ends."""
    begin = text.find(bit, at)
    if begin >= 0:
        return begin, begin + len(bit)
    # The end of a line has lost its spaces, and so has what was typed in a hurry.
    short = bit.strip()
    begin = text.find(short, at)
    return (begin, begin + len(short)) if begin >= 0 else None


def _last_bit(text: str, at: int, bit: str) -> tuple[int, int] | None:
    """Return where the literal bit at the very end begins and ends."""
    short = bit.rstrip()
    for ending in (short, short.strip()):
        if text.endswith(ending) and len(text) - len(ending) >= at:
            return len(text) - len(ending), len(text)
    return None


def _quoted(text: str, at: int, bit: str, is_last: bool) -> tuple[str, int] | None:
    """Return a value in quotes and where the text goes on after the bit behind it; None where there is none."""
    if not text.startswith(_OPEN, at):
        return None
    end = at + 1
    while (end := text.find(_CLOSE, end)) >= 0 and text.startswith(2 * _CLOSE, end):
        end += 2
    if end < 0:
        return None
    rest, follows = end + 1, bit.rstrip() if is_last else bit
    if not text.startswith(follows, rest) or (is_last and rest + len(follows) != len(text)):
        return None
    return text[at + 1 : end].replace(2 * _CLOSE, _CLOSE), rest + len(follows)
