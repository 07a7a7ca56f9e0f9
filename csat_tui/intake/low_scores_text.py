"""Lists of low scores in running text, such as one pasted from a mail, with other lines around the rows."""

import re
from collections.abc import Iterator
from itertools import islice

from csat_tui.config.help_desks import BEFORE_NUMBERS
from csat_tui.domain.ids import TicketId
from csat_tui.intake.low_score_rows import LINK, LONGEST_TEXT, MOST_ROWS, LowScore, NotAList, ticket_number

_QUOTED = re.compile(r"^(?: ?[>»])+ ?")
_NAMED = re.compile(
    rf"#\s?(\d{{3,19}})\b|\b(?:ticket|case|{'|'.join(BEFORE_NUMBERS)})(?: ?(?:id|number|no\.?))?"
    r" {0,9}[:#]{0,3} {0,9}#?(\d{3,19})\b",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(?:[-*•–]|\(?\d{1,3}[.)])?\s*(\d{5,19})(?=$|[\s,;:|–-])")
_BLANK = re.compile(r"[^\S\t]")
_CELLS = re.compile(r"\t+| *\| *| {2,}")
"""Over lines whose blanks are all spaces, so that a run of them is tried once."""
_BROKEN = re.compile(r"#\s?\w{0,40}\d|\bticket\b {0,9}[:#]{0,3} {0,9}\S{0,40}\d", re.IGNORECASE)
_LONGEST_LINE = 10_000
_RULE = re.compile(r"[\s|+=_:-]*")


def read_text(text: str) -> list[LowScore]:
    """Return the rows of a text; one that seems to name a ticket and does not is kept with what is wrong."""
    rows = list(islice(_rows(text), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise NotAList(f"it has more than {MOST_ROWS:,} rows, which no list of low scores has")
    return rows


def _rows(text: str) -> Iterator[LowScore]:
    last: tuple[int, list[TicketId]] = (0, [])
    said: list[str] = []
    room = 0
    for number, line in enumerate(text.split("\n"), start=1):
        line = _QUOTED.sub("", _BLANK.sub(" ", line[:_LONGEST_LINE])).strip()
        over = not line or _RULE.fullmatch(line) is not None
        tickets = [] if over else _tickets(line)
        broken = not over and not tickets and _BROKEN.search(line) is not None
        if over or tickets or broken:
            yield from _told(last, said)
            last, said, room = (number, tickets), [_rest(line)], LONGEST_TEXT
        if broken:
            yield LowScore(number, None, line, f"line {number} seems to name a ticket, and its number cannot be read")
        elif last[1] and room > 0 and not tickets:
            # What follows a row without a gap belongs to it: the customer's words, wrapped.
            said.append(line)
            room -= len(line) + 1
    yield from _told(last, said)


def _told(row: tuple[int, list[TicketId]], said: list[str]) -> Iterator[LowScore]:
    """Yield the rows that one line has begun, each with everything that is said below it."""
    text = "\n".join(said)[:LONGEST_TEXT]
    return (LowScore(row[0], ticket_id, text) for ticket_id in row[1])


def _tickets(line: str) -> list[TicketId]:
    """Return every ticket that a line names, each once; a bare number counts where it leads or has its own cell."""
    numbers = [match[1] for match in LINK.finditer(line)]
    numbers += [match[1] or match[2] for match in _NAMED.finditer(line)]
    if not numbers:
        cells = [cell.strip() for cell in _CELLS.split(line)]
        numbers = [cell for cell in cells if re.fullmatch(r"\d{5,19}", cell)][:1]
        if not numbers and (leading := _LEADING.match(line)):
            numbers = [leading[1]]
    found = (ticket_number(number) for number in numbers)
    return list(dict.fromkeys(one for one in found if one is not None))


def _rest(line: str) -> str:
    return " · ".join(cell.strip() for cell in _CELLS.split(line) if cell.strip())
