"""Read a list of low scores from a CSV file, workbook, saved mail or pasted text (source document 000, step 6.2)."""

import csv
import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from itertools import islice

from csat_tui.config.help_desks import HELP_DESK_NAMES
from csat_tui.intake.low_score_rows import (
    LINK,
    MOST_ROWS,
    LowScore,
    LowScores,
    NotAList,
    decode_text,
    row_of,
    rows_in_text,
    ticket_number,
    unique_rows,
)

log = logging.getLogger(__name__)

UNPACKED = 64 * 1024 * 1024
"""Bytes that a workbook may have once it is unpacked."""

MOST_TAGS = 2_000_000
"""Beginnings and ends of elements in a workbook: memory and time grow with them, and some kB can hold millions."""

MOST_ATTRIBUTES = 500
"""Attributes of one element; a workbook's have a dozen."""

MOST_PARTS = 2_000
_ATTRIBUTE = re.compile(rb"=\s{0,9}[\"']")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.-]{1,40})")
_ENCODINGS = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1", b"windows-1252"})
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_EBCDIC = b"\x4c\x6f\xa7\x94"
_PIECE = 1024 * 1024
_WIDEST_SHEET = 100
_HEAD_WITHIN = 20
"""Rows above the headings that may say whatever they like."""

_DELIMITERS = (",", ";", "\t", "|")
_PASTED = ("\t", "|")
"""Separators of cells in a table that was copied from a mail."""
_TICKET = re.compile(rf"\b(?:ticket|{'|'.join(HELP_DESK_NAMES)})\b|^case(?: id| number| no\.?)?$|^#$", re.IGNORECASE)
_BEST = re.compile(r"\bticket(?:[ _-]?(?:id|number|no\.?|#))?$|^ticket\b", re.IGNORECASE)
_MOST_LINES = 200_000
_LONGEST_HEAD = 20_000
_LONGEST_NAME = 40
_WORDS_OF_A_NAME = 4


def ticket_column(cells: Sequence[str]) -> int | None:
    """Return which of the headings names the ticket; None where they are no headings, or none does."""
    if any(ticket_number(cell) and len(cell.strip()) > 4 for cell in cells):
        return None
    named = [place for place, cell in enumerate(cells) if _is_name(cell) and _TICKET.search(cell.strip())]
    numbered = [place for place in named if re.search(r"\bid\b|number|no\.?$|#", cells[place], re.IGNORECASE)]
    best = [place for place in named if _BEST.search(cells[place].strip())]
    return next(iter(numbered or best or named), None)


def _is_name(cell: str) -> bool:
    """Return whether a cell is as short as a heading: a sentence of a mail may speak of tickets too."""
    return len(cell) < _LONGEST_NAME and len(cell.split()) <= _WORDS_OF_A_NAME


def read_either(text: str) -> list[LowScore]:
    """Return the rows of a text that is a sheet or speaks of tickets; what names more of them is what it is."""
    if text.count("\n") > _MOST_LINES:
        raise NotAList(f"it has more than {_MOST_LINES:,} lines, which no list of low scores has")
    rows = sheet_rows(text)
    if rows is not None and any(row.ticket_id for row in rows):
        return rows
    told = rows_in_text(text)
    return told if rows is None or any(row.ticket_id for row in told) else rows


def sheet_rows(text: str) -> list[LowScore] | None:
    """Return the rows of a text with a heading over a column of tickets; None where there is none."""
    for number, line in enumerate(text.split("\n")[:_HEAD_WITHIN]):
        delimiter = max(_DELIMITERS, key=line.count)
        cells = [cell.strip().strip('"') for cell in line[:_LONGEST_HEAD].split(delimiter)]
        if len(cells) > 1 and ticket_column(cells) is not None:
            table, below = _apart(text.split("\n")[number:], delimiter)
            rows = list(_separated("\n".join(table), delimiter, number))
            return rows + _below(below, number + len(table))
        if number == 0 and _alone(line):
            return list(_separated(text, ",", 0))
    return None


def _apart(lines: list[str], delimiter: str) -> tuple[list[str], list[str]]:
    """Divide a pasted table from the words below it: they begin after a gap, and nothing there stands in columns."""
    if delimiter not in _PASTED:
        return lines, []
    last = max(place for place, line in enumerate(lines) if delimiter in line)
    quotes = sum(line.count('"') for line in lines[: last + 1])
    for place in range(last + 1, len(lines)):
        if not lines[place].strip() and quotes % 2 == 0:
            return lines[:place], lines[place:]
        quotes += lines[place].count('"')
    return lines, []


def _below(lines: list[str], above: int) -> list[LowScore]:
    return [replace(row, line=row.line + above) for row in rows_in_text("\n".join(lines))]


def _alone(line: str) -> bool:
    """Return whether a line is the heading of a single column."""
    return re.fullmatch(r"\s*ticket(?: ?(?:id|number|no\.?))?s?\s*", line, re.IGNORECASE) is not None


def _separated(text: str, delimiter: str, skipped: int) -> Iterator[LowScore]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        head = next(reader)
        place = ticket_column(head) or 0
        for count, cells in enumerate(reader):
            if count >= MOST_ROWS:
                raise NotAList(f"it has more than {MOST_ROWS:,} rows, which no list of low scores has")
            if (row := row_of(skipped + reader.line_num, cells, head, place)) is not None:
                yield row
    except csv.Error:
        line = skipped + reader.line_num
        raise NotAList(
            f"the cells up to row {line} cannot be read: a quote lacks its partner, or is not doubled"
        ) from None


def read_workbook(content: bytes) -> list[LowScore]:
    """Return the rows of the first sheet that has a column of tickets. Raises NotAList."""
    from openpyxl import load_workbook

    _bounded(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True, max_col=_WIDEST_SHEET, max_row=MOST_ROWS + _HEAD_WITHIN)
            if (found := _sheet(rows)) is not None:
                return found
    except NotAList:
        raise
    except Exception as error:  # the library raises whatever a broken workbook makes of it
        log.warning("a workbook could not be read: %s", type(error).__name__)
        raise NotAList("the workbook is damaged, or protected by a password; save it again or as CSV") from None
    raise NotAList("no sheet of the workbook has a column of ticket numbers")


def _sheet(rows: Iterable[Sequence[object]]) -> list[LowScore] | None:
    found: list[LowScore] = []
    head: list[str] | None = None
    place = 0
    for line, values in enumerate(rows, start=1):
        cells = [_said(value) for value in values]
        if head is None:
            if (column := ticket_column(cells)) is not None:
                head, place = cells, column
            elif line >= _HEAD_WITHIN:
                return None
        elif (row := row_of(line, cells, head, place)) is not None:
            found.append(row)
            if len(found) > MOST_ROWS:
                raise NotAList(f"it has more than {MOST_ROWS:,} rows, which no list of low scores has")
    return None if head is None else found


def _said(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _bounded(content: bytes) -> None:
    """Refuse an archive that is no workbook, or that would take more memory and time than a list can need."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise NotAList("this is a zip archive and no workbook; unpack it first")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise NotAList(
                    f"the workbook would unpack to more than {UNPACKED // 1024**2} MiB; save the list alone as CSV"
                )
            tags = 0
            for part in parts:
                tags += _tags(archive, part)
                if tags > MOST_TAGS:
                    raise NotAList(
                        "the workbook has more cells than any list of low scores; save the list alone as CSV"
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise NotAList("the workbook is damaged, or protected by a password; save it again or as CSV") from None


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Return how many elements begin and end in a part, whatever it is called; read a piece at a time.

    Raises NotAList where an element is none of a workbook's: parsers take the square of its attributes' number.
    """
    tags = 0
    with archive.open(part) as file:
        before = b""
        for number, piece in enumerate(iter(lambda: file.read(_PIECE), b"")):
            # Two bytes a character hide nothing this way.
            piece = piece.replace(b"\0", b"")
            if (number == 0 and _foreign(piece)) or _DECLARED.search(before + piece):
                raise NotAList("the workbook has an unusual structure; save it again, or save it as CSV")
            before = piece[-16:]
            elements = piece.split(b"<")
            tags += len(elements) - 1
            if any(one.count(b"=") > MOST_ATTRIBUTES and _crowded(one) for one in elements):
                raise NotAList("the workbook has an unusual structure; save it again, or save it as CSV")
    return tags


def _crowded(element: bytes) -> bool:
    """Return whether an element has more attributes than any; a cell's text may have as many equals signs."""
    return len(_ATTRIBUTE.findall(element)) > MOST_ATTRIBUTES


def _foreign(start: bytes) -> bool:
    """Return whether a part is text in an encoding that no workbook has, which would hide what is in it."""
    named = _ENCODING.match(start[:300].lstrip(b"\xef\xbb\xbf\xff\xfe"))
    return start.startswith(_EBCDIC) or (named is not None and named[1].lower() not in _ENCODINGS)


_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_MAIL = re.compile(
    rb"^(?:from|subject|date|mime-version|received|message-id|return-path):", re.IGNORECASE | re.MULTILINE
)
_MOST_PARTS = 500
_MAKE = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
_LONGEST_HEADER = 2_000
_MOST_MAIL_LINES = 400_000
"""Lines of a mail with what is attached to it."""
_DEEPEST = 3
"""Mails within mails that are looked into."""


def looks_like_mail(content: bytes) -> bool:
    """Return whether it is a saved mail: it begins with headers, and some of them are a mail's."""
    start = content[:65_536].lstrip(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    match = _HEADER.match(start)
    return match is not None and len({found.lower() for found in _MAIL.findall(match[0])}) > 1


def rows_in_mail(content: bytes, depth: int = 0) -> list[LowScore]:
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
    """Return whether a header that says how a part is made is longer than any is: reading one takes long."""
    headers = ((name.casefold(), value) for name, value in part.raw_items())
    return any(name in _MAKE and len(value) > _LONGEST_HEADER for name, value in headers)


def _attached(part: EmailMessage, depth: int) -> list[LowScore] | None:
    """Return the rows of an attached sheet or mail; None for a logo, a signature or anything else."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return None
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content)
    if looks_like_mail(content):
        return rows_in_mail(content, depth + 1) if depth < _DEEPEST else None
    try:
        return sheet_rows(decode_text(content))
    except NotAList:
        return None  # a picture, say: the mail's own text may still be the list


def _text(body: MIMEPart) -> str:
    """Return a body in the encoding that it names, or in whichever it is."""
    content = body.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(body.get_content_charset() or "utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except (LookupError, UnicodeDecodeError):
        return decode_text(raw)


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


LARGEST_LIST = 20 * 1024 * 1024
"""Bytes of a list; a day's low scores are a thousandth of that."""

_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook; save it as .xlsx or CSV"),
    (b"\x1f\x8b", "this is a gzip archive; unpack it first"),
    (b"%PDF", "this is a PDF; save the list as CSV or XLSX, or paste its text"),
    (b"{\\rtf", "this is a formatted text; paste it as plain text"),
)


def read_low_scores(content: bytes) -> LowScores:
    """Return the rows of a list, told by its content and not by its name. Never raises for its content."""
    if len(content) > LARGEST_LIST:
        return LowScores(refused=f"it is larger than {LARGEST_LIST // 1024**2} MiB, which no list of low scores is")
    try:
        for mark, sentence in _OTHERS:
            if content.startswith(mark):
                raise NotAList(sentence)
        if content.startswith(b"PK\x03\x04"):
            return unique_rows(read_workbook(content))
        if looks_like_mail(content):
            return unique_rows(rows_in_mail(content))
        return unique_rows(read_either(decode_text(content)))
    except NotAList as reason:
        return LowScores(refused=str(reason))
    except RecursionError:  # mails within mails, without end
        return LowScores(refused="its parts are nested too deeply for a mail; paste its text")
