"""Read a list of low scores from a CSV file, workbook, saved mail or pasted text (source document 000, step 6.2)."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from itertools import islice

from csat_tui.intake.low_score_rows import LINK, LowScore, LowScores, NotAList, decode_text, unique_rows
from csat_tui.intake.low_scores_sheet import read_either, read_workbook, sheet_rows

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
