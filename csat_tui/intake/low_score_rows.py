"""The rows of a list of low scores, and how they are read from running text (source document 000, step 6.2)."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from csat_tui.config.help_desks import BEFORE_NUMBERS
from csat_tui.domain.ids import TicketId

MOST_ROWS = 5_000
"""Rows of a list: every one of them is shown, and has to be accounted for by a person."""

LONGEST_ROW = 4_000
"""Characters of a row that are kept."""

_RATED = re.compile(r"([1-5])(?:\.0+)?")
_RATING_HEAD = re.compile(
    r"(?:overall |survey |csat |customer )?(?:rating|score|csat|stars)(?: \(?1 ?[-–] ?5\)?)?", re.I
)
_COMMENT_HEAD = re.compile(r"(?:survey |customer |additional |csat )?(?:comments?|feedback|verbatim)", re.I)
_WIDEST = 2**63
_NUMBER = re.compile(r"#?\s*(\d{1,19})(?:\.0+)?")
LINK = re.compile(r"/(?:tickets|requests|cases)/(\d{1,19})\b", re.IGNORECASE)
"""A ticket's number in an address."""


@dataclass(frozen=True, slots=True)
class LowScore:
    """A row of a list: its ticket, its text, and the problem if its ticket cannot be read."""

    line: int
    ticket_id: TicketId | None
    text: str
    problem: str = ""
    rated: str = ""
    """The text in the list's column of ratings, and the customer's words in its column of comments."""
    comment: str = ""

    @property
    def rating(self) -> int | None:
        """The rating, where that is one figure of the scale."""
        match = _RATED.fullmatch(self.rated.strip())
        return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class LowScores:
    """A list as it was read; `refused` says in a sentence why nothing of it can be taken in."""

    rows: tuple[LowScore, ...] = ()
    refused: str = ""
    repeated: int = 0
    """The number of rows that name the ticket of an earlier row; such rows are merged."""

    @property
    def fingerprint(self) -> str:
        """A digest that is the same for the same list, in whatever form it came."""
        said = "\n".join(f"{row.ticket_id or '?'} {' '.join(row.text.split())}" for row in self.rows)
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


class NotAList(Exception):
    """A file that is no list of low scores; its text says why."""


def ticket_number(cell: str) -> TicketId | None:
    """Return the ticket in a cell: a number, maybe with a hash, or a link; else None."""
    text = cell.strip()
    match = LINK.search(text) or _NUMBER.fullmatch(text)
    number = int(match[1]) if match else 0
    return TicketId(number) if 0 < number < _WIDEST else None


def unique_rows(rows: Iterable[LowScore]) -> LowScores:
    """Return a list in which each ticket stands once, with everything that its rows say."""
    rows = list(rows)
    if any(row.rated.strip() and row.rating is None for row in rows):
        # One figure off the scale says that the column has another one, of which 3 may be the worst or the best.
        rows = [replace(row, rated="") for row in rows]
    found: list[LowScore] = []
    places: dict[TicketId, int] = {}
    repeated = 0
    for row in rows:
        # A mail's broken characters come as halves, which nothing can store.
        whole = row.text.encode("utf-8", "replace").decode()
        comment = row.comment.encode("utf-8", "replace").decode().strip()[:LONGEST_ROW]
        row = replace(row, text=whole.strip()[:LONGEST_ROW], comment=comment)
        if row.ticket_id is None or row.ticket_id not in places:
            if row.ticket_id is not None:
                places[row.ticket_id] = len(found)
            found.append(row)
            continue
        repeated += 1
        first = found[places[row.ticket_id]]
        if row.comment and row.comment not in first.comment:
            both = f"{first.comment}\n{row.comment}" if first.comment else row.comment
            first = replace(first, comment=both[:LONGEST_ROW])
        if row.rating is not None and (first.rating is None or row.rating < first.rating):
            first = replace(first, rated=row.rated)
        found[places[row.ticket_id]] = first
        if row.text and row.text not in first.text:
            text = f"{first.text}\n{row.text}" if first.text else row.text
            found[places[row.ticket_id]] = replace(first, text=text[:LONGEST_ROW])
    if not any(row.ticket_id for row in found):
        if not found:
            return LowScores(refused="there is no ticket number in it")
        return LowScores(refused=f"no row has a ticket number that can be read; the first row: {found[0].problem}")
    return LowScores(tuple(found), repeated=repeated)


def decode_text(content: bytes) -> str:
    """Return text in whichever of the usual encodings it is. Raises NotAList for what is no text."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    named = next((name for mark, name in marks if content.startswith(mark)), None)
    try:
        text = content.decode(named or "utf-8")
    except UnicodeDecodeError:
        if named is not None:
            raise NotAList("it breaks off in the middle of a character; save it again") from None
        text = content.decode("cp1252", "replace")
    if "\0" in text:
        raise NotAList("it has NUL bytes, so it is not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def row_of(line: int, cells: Sequence[str], headings: Sequence[str], place: int) -> LowScore | None:
    """Return a sheet's row; None where it is blank."""
    if not any(cell.strip() for cell in cells):
        return None
    named = cells[place].strip() if place < len(cells) else ""
    others = [
        f"{headings[index].strip()}: {cell.strip()}" if index < len(headings) and headings[index].strip() else cell
        for index, cell in enumerate(cells)
        if index != place and cell.strip()
    ]
    text, ticket_id = " · ".join(others), ticket_number(named)
    if ticket_id is not None:
        rated, comment = _only(cells, headings, _RATING_HEAD), _only(cells, headings, _COMMENT_HEAD)
        return LowScore(line, ticket_id, text, rated=rated, comment=comment)
    if not named:
        return LowScore(line, None, text, f"row {line} has no ticket number")
    whole = f"{named} · {text}" if text else named
    return LowScore(line, None, whole, f"row {line} has “{named[:40]}” where its ticket number belongs")


def _only(cells: Sequence[str], headings: Sequence[str], named: re.Pattern[str]) -> str:
    """Return the cell under the one heading that is called so; empty where none is, or several are."""
    found = [place for place, head in enumerate(headings) if named.fullmatch(" ".join(head.split()))]
    return cells[found[0]] if len(found) == 1 and found[0] < len(cells) else ""


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


def rows_in_text(text: str) -> list[LowScore]:
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
            last, said, room = (number, tickets), [_rest(line)], LONGEST_ROW
        if broken:
            yield LowScore(number, None, line, f"line {number} seems to name a ticket, and its number cannot be read")
        elif last[1] and room > 0 and not tickets:
            # What follows a row without a gap belongs to it: the customer's words, wrapped.
            said.append(line)
            room -= len(line) + 1
    yield from _told(last, said)


def _told(row: tuple[int, list[TicketId]], said: list[str]) -> Iterator[LowScore]:
    """Yield the rows that one line has begun, each with everything that is said below it."""
    text = "\n".join(said)[:LONGEST_ROW]
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
