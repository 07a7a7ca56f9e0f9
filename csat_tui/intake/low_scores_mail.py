"""Lists of low scores in running text: pasted from a mail, or the mail itself, with noise around the rows."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from itertools import islice

from csat_tui.domain.ids import TicketId
from csat_tui.intake.low_scores import LINK, LONGEST_TEXT, MOST_ROWS, LowScore, NotAList, decoded, ticket_number

_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_MAIL = re.compile(
    rb"^(?:from|subject|date|mime-version|received|message-id|return-path):", re.IGNORECASE | re.MULTILINE
)
_QUOTED = re.compile(r"^(?: ?[>»])+ ?")
_NAMED = re.compile(
    r"#\s?(\d{3,19})\b|\b(?:ticket|case|zd)(?: ?(?:id|number|no\.?))? {0,9}[:#]{0,3} {0,9}#?(\d{3,19})\b",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(?:[-*•–]|\(?\d{1,3}[.)])?\s*(\d{5,19})(?=$|[\s,;:|–-])")
_BLANK = re.compile(r"[^\S\t]")
_CELLS = re.compile(r"\t+| *\| *| {2,}")
"""Over lines whose blanks are all spaces, so that a run of them is tried once."""
_BROKEN = re.compile(r"#\s?\w{0,40}\d|\bticket\b {0,9}[:#]{0,3} {0,9}\S{0,40}\d", re.IGNORECASE)
_LONGEST_LINE = 10_000
_MOST_PARTS = 500
_MAKE = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
_LONGEST_HEADER = 2_000
_MOST_LINES = 200_000
_MOST_MAIL_LINES = 400_000
"""Lines of a mail with what is attached to it."""
_DEEPEST = 3
"""Mails within mails that are looked into."""

_RULE = re.compile(r"[\s|+=_:-]*")


def looks_like_mail(content: bytes) -> bool:
    """Tell whether it is a saved mail: it begins with headers, and some of them are a mail's."""
    start = content[:65_536].lstrip(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    match = _HEADER.match(start)
    return match is not None and len({found.lower() for found in _MAIL.findall(match[0])}) > 1


def read_mail(content: bytes, depth: int = 0) -> list[LowScore]:
    """Return the rows of a mail: of a sheet or mail that is attached to it, or else of its text. Raises NotAList."""
    if content.count(b"\n") > _MOST_MAIL_LINES:
        raise NotAList(f"it has more than {_MOST_MAIL_LINES:,} lines, which no mail with a list of low scores has")
    mail = message_from_bytes(content, policy=policy.default)
    if not isinstance(mail, EmailMessage):  # pragma: no cover - the policy makes no other
        raise NotAList("it is a mail that cannot be read; paste its text")
    parts = list(islice(mail.walk(), _MOST_PARTS + 1))
    if len(parts) > _MOST_PARTS or any(_overlong(part) for part in parts):
        raise NotAList("it is a mail of a make that no mail program has; paste its text")
    for part in parts:
        rows = _attached(part, depth) if part is not mail and part.get_filename() else None
        if rows is not None:
            return rows
    body = mail.get_body(("plain", "html"))
    if body is None:
        raise NotAList("the mail has no text and no sheet attached")
    text = _text(body)
    if body.get_content_subtype() == "html":
        text = _plain(text)
    return read_either(text)


def _overlong(part: EmailMessage) -> bool:
    """Tell whether a header that says how a part is made is longer than any is: reading one takes long."""
    headers = ((name.casefold(), value) for name, value in part.raw_items())
    return any(name in _MAKE and len(value) > _LONGEST_HEADER for name, value in headers)


def _attached(part: EmailMessage, depth: int) -> list[LowScore] | None:
    """Return the rows of an attached sheet or mail; None for a logo, a signature or anything else."""
    from csat_tui.intake.low_scores_sheet import read_workbook, sheet_rows

    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return None
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content)
    if looks_like_mail(content):
        return read_mail(content, depth + 1) if depth < _DEEPEST else None
    try:
        return sheet_rows(decoded(content))
    except NotAList:
        return None  # a picture, say: the mail's own text may still be the list


def _text(body: MIMEPart) -> str:
    """Return a body in the encoding that it names, or in whichever it is."""
    content = body.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(body.get_content_charset() or "utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except (LookupError, UnicodeDecodeError):
        return decoded(raw)


def read_either(text: str) -> list[LowScore]:
    """Return the rows of a text that is a sheet or speaks of tickets; what names more of them is what it is."""
    from csat_tui.intake.low_scores_sheet import sheet_rows

    if text.count("\n") > _MOST_LINES:
        raise NotAList(f"it has more than {_MOST_LINES:,} lines, which no list of low scores has")
    rows = sheet_rows(text)
    if rows is not None and any(row.ticket_id for row in rows):
        return rows
    told = read_text(text)
    return told if rows is None or any(row.ticket_id for row in told) else rows


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


_TAB = "\ue000"
"""Stands for a tab while a library makes every run of white space one blank."""


def _plain(html: str) -> str:
    """Return a mail's HTML as text: a table's row on one line, and a link to a ticket with its address."""
    from html_text import etree_to_text, parse_html

    tree = parse_html(html)
    if tree is None:
        return ""
    for link in tree.iter("a"):
        if LINK.search(link.get("href", "")):
            link.tail = f" {link.get('href')} {link.tail or ''}"
    for row in list(tree.iter("tr")):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("td", "th")]
        for child in list(row):
            row.remove(child)
        row.text = f" {_TAB} ".join(cells)
    return str(etree_to_text(tree, guess_layout=True)).replace(_TAB, "\t")
