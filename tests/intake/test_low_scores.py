"""The morning's list of low scores is taken in however it comes: every row, and nothing that is none."""

import csv
import io
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from csat_tui.intake.low_score_rows import LowScores
from csat_tui.intake.low_scores import MOST_TAGS, UNPACKED, read_low_scores


def tickets(report: LowScores) -> list[int | None]:
    return [row.ticket_id for row in report.rows]


def workbook(*rows: list[object], before: list[list[object]] | None = None) -> bytes:
    book = Workbook()
    book.active.append(["Nothing to see here"])  # type: ignore[union-attr]
    sheet = book.create_sheet("Low scores")
    for row in [*(before or []), ["Date", "Ticket ID", "Rating", "Comment"], *rows]:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_is_read_whatever_separates_it_and_however_it_is_encoded(delimiter: str, encoding: str) -> None:
    lines = ["Datum", "Ticket ID", "Comment"], ["2026-11-08", "7335060", "zu spät"], ["2026-11-08", "#7335061", ""]
    report = read_low_scores("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert tickets(report) == [7335060, 7335061]
    assert report.rows[0].text == "Datum: 2026-11-08 · Comment: zu spät"


def test_headings_may_stand_under_other_lines() -> None:
    report = read_low_scores(b"(11/08/22) List of low scores\n\nTicket,Score,Comment\n7335060,1,late\n")
    assert tickets(report) == [7335060]


@pytest.mark.parametrize("delimiter", ["\t", "|"])
def test_what_is_said_below_a_pasted_table_is_read_as_a_mail(delimiter: str) -> None:
    table = ["Ticket", "Comment"], ["7335060", "late"], ["", ""], ["7335061", "cold"]
    said = ["", "Kind regards,", "Jo", "> see https://example.com/agent/tickets/7335062 too", "> and #73350x3"]
    report = read_low_scores("\n".join([*map(delimiter.join, table), *said]).encode())
    assert tickets(report) == [7335060, 7335061, 7335062, None]
    assert [row.line for row in report.rows] == [2, 4, 8, 9]


def test_a_row_that_cannot_be_read_is_kept_with_its_reason() -> None:
    report = read_low_scores(b"Ticket ID,Comment\n73350x0,late\n,forgotten\n7335060,cold\n\n")
    assert tickets(report) == [None, None, 7335060]
    assert [row.problem for row in report.rows] == [
        "row 2 has “73350x0” where its ticket number belongs",
        "row 3 has no ticket number",
        "",
    ]
    assert report.rows[0].text == "73350x0 · Comment: late"


def test_a_ticket_that_stands_there_twice_is_one_row_with_all_its_words() -> None:
    report = read_low_scores(b"Ticket,Comment\n7335060,late\n7335060,cold\n7335060,late\n7335061,\n")
    assert tickets(report) == [7335060, 7335061]
    assert report.rows[0].text == "Comment: late\nComment: cold"
    assert report.repeated == 2


def test_a_workbook_is_read_from_the_first_sheet_that_has_tickets() -> None:
    report = read_low_scores(
        workbook(
            ["2026-11-08", 7335060, 1, "late"],
            ["2026-11-08", 7335061.0, 2, None],
            [None, "https://desk.example.com/agent/tickets/7335062", 1, "=1+1"],
            before=[["Low scores of the day"], []],
        )
    )
    assert tickets(report) == [7335060, 7335061, 7335062]
    assert report.rows[0].text == "Date: 2026-11-08 · Rating: 1 · Comment: late"


def test_a_workbook_that_would_burst_is_refused_before_it_is_unpacked() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(UNPACKED // 2**20 + 1):
                part.write(b"\0" * 2**20)
    assert "would unpack to more than" in read_low_scores(kept.getvalue()).refused


def with_part(name: str, content: bytes) -> bytes:
    """Return a workbook of one row, one part of which is another one."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["2026-11-08", 7335060, 1, "late"]))) as sound,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in sound.infolist():
            archive.writestr(part.filename, content if part.filename == name else sound.read(part))
    return kept.getvalue()


@pytest.mark.parametrize("name", ["xl/worksheets/sheet2.xml", "xl/styles.xml"])
def test_a_workbook_of_millions_of_empty_cells_is_refused_before_it_takes_the_memory(name: str) -> None:
    bomb = with_part(name, b"<x><row>" + b"<c/>" * MOST_TAGS + b"</row></x>")
    assert len(bomb) < 100_000
    assert "more cells than" in read_low_scores(bomb).refused


def test_a_workbook_that_tells_less_than_it_holds_is_damaged() -> None:
    lying = bytearray(with_part("xl/styles.xml", b"<x>" + b"<c/>" * 100_000 + b"</x>"))
    size = (7 + 4 * 100_000).to_bytes(4, "little")
    assert lying.count(size) == 2
    assert "damaged" in read_low_scores(bytes(lying).replace(size, (100).to_bytes(4, "little"))).refused


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0....", "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"", "no ticket number"),
        (b"Good morning,\nnothing today.\n", "no ticket number"),
        (b"Ticket\x00,Comment", "NUL"),
        (b"\xff\xfea", "breaks off"),
        (b'Ticket,Comment\n7335060,"never ends\n7335061,late\n', "a quote lacks its partner"),
        (b"Ticket,Comment\nabc,late\n", "no row has a ticket number"),
        (b"x" * (20 * 2**20 + 1), "larger than 20 MiB"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    assert said in read_low_scores(content).refused


def test_reading_a_list_leaves_the_longest_field_of_a_survey_export_as_it_is() -> None:
    before = csv.field_size_limit()
    assert tickets(read_low_scores(b"Ticket,Comment\n7335060,late\n")) == [7335060]
    assert csv.field_size_limit() == before


MAIL = """\
Good morning team,

> > here is the list for 11/08/22, call 5550100 if it looks odd.

#7335060 rating 1  "Issue not resolved"
and nobody ever called back
#7335061, #7335062 both rating 2

> | 7335063 | 1 | box was warm |
> |---------|---|--------------|
7335064\t2\tlate
- 7335065: credit missing
https://desk.example.com/agent/tickets/7335066?x=1
Ticket: 7335067 - driver
#73350x8 rating 1

Best regards
Kim, phone +1 555 0100 200
"""


def test_pasted_mail_text_gives_its_rows_without_the_noise() -> None:
    report = read_low_scores(MAIL.encode())
    assert tickets(report) == [*range(7335060, 7335068), None]
    assert report.rows[0].text == '#7335060 rating 1 · "Issue not resolved"\nand nobody ever called back'
    assert report.rows[-1].problem == "line 15 seems to name a ticket, and its number cannot be read"


def test_the_same_list_has_the_same_fingerprint_however_its_lines_end() -> None:
    one = read_low_scores(MAIL.encode())
    assert read_low_scores(MAIL.replace("\n", "\r\n").encode("utf-16")).fingerprint == one.fingerprint
    assert read_low_scores(MAIL.replace("7335065", "7335099").encode()).fingerprint != one.fingerprint


def a_mail(**parts: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "reports@example.com", "team@example.com", "List of low scores"
    return mail


def test_a_saved_mail_gives_the_rows_of_its_text() -> None:
    mail = a_mail()
    mail.set_content(MAIL)
    assert tickets(read_low_scores(mail.as_bytes())) == tickets(read_low_scores(MAIL.encode()))


def test_a_saved_mail_in_html_gives_the_rows_of_its_table() -> None:
    mail = a_mail()
    mail.set_content(
        "<p>Hello</p><table><tr><th>Ticket ID</th><th>Comment</th></tr>"
        "<tr><td><a href='https://desk.example.com/agent/tickets/7335060'>7335060</a></td><td>too late</td></tr>"
        "<tr><td>7335061</td><td><script>alert(1)</script>cold</td></tr></table>"
        "<p><a href='https://desk.example.com/tickets/7335062'>one more</a></p>",
        subtype="html",
    )
    assert {7335060, 7335061} <= set(tickets(read_low_scores(mail.as_bytes())))


def test_a_sheet_attached_to_a_mail_counts_before_its_text() -> None:
    mail = a_mail()
    mail.set_content("See attached, and mind #999999")
    mail.add_attachment(
        workbook(["2026-11-08", 7335060, 1, "late"]), maintype="application", subtype="octet-stream", filename="l.xlsx"
    )
    assert tickets(read_low_scores(mail.as_bytes())) == [7335060]


def test_a_greeting_that_speaks_of_a_ticket_is_no_heading() -> None:
    report = read_low_scores(b"Hello, every ticket, as always:\n#7335060 rating 1, late\n7335061 cold\n")
    assert tickets(report) == [7335060, 7335061]


def test_a_picture_beside_the_text_of_a_mail_does_no_harm() -> None:
    mail = a_mail()
    mail.set_content("#7335060 rating 1")
    mail.add_attachment(b"\x89PNG\r\n\x1a\n\0\0", maintype="image", subtype="png", filename="logo.png")
    assert tickets(read_low_scores(mail.as_bytes())) == [7335060]


def test_a_forwarded_mail_is_read_and_not_only_its_cover() -> None:
    inner, outer = a_mail(), a_mail()
    inner.set_content("#7335060 rating 1")
    outer.set_content("See below.\n\n-- Forwarded --")
    outer.add_attachment(inner.as_bytes(), maintype="application", subtype="octet-stream", filename="list.eml")
    assert tickets(read_low_scores(outer.as_bytes())) == [7335060]


def test_an_unknown_encoding_of_a_mail_is_read_all_the_same() -> None:
    mail = b"From: a@example.com\nSubject: List\nContent-Type: text/plain; charset=nonsense\n\n#7335060 zu sp\xe4t\n"
    assert read_low_scores(mail).rows[0].text == "#7335060 zu spät"


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
def test_nothing_that_is_pasted_makes_it_fall_over(content: bytes) -> None:
    for whole in (content, b"Ticket,Comment\n" + content, b"From: a@b.c\nSubject: x\n\n" + content):
        read = read_low_scores(whole)
        assert bool(read.refused) != bool(read.rows)
        for row in read.rows:
            row.text.encode()
            assert (row.ticket_id is None) == bool(row.problem)


def altered(name: str, change) -> bytes:
    """Return a workbook of which one part is changed, as no spreadsheet program would write it."""
    kept = io.BytesIO()
    whole = workbook(["2026-11-08", 7335060, 1, "late"])
    with zipfile.ZipFile(io.BytesIO(whole)) as good, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for part in good.infolist():
            content = good.read(part.filename)
            made.writestr(part.filename, change(content) if part.filename == name else content)
    return kept.getvalue()


SHEET = "xl/worksheets/sheet2.xml"


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(
            b"<worksheet ", b"<worksheet " + b" ".join(b'a%d="1"' % n for n in range(10**6)) + b" ", 1
        ),
        lambda xml: (
            xml.replace(b"<worksheet ", b"<worksheet " + b" ".join(b"a%d = '1'" % n for n in range(10**6)) + b" ", 1)
            .decode()
            .encode("utf-16")
        ),
        lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml,
        lambda xml: b'<?xml version="1.0" encoding="UTF-7"?>' + xml,
        lambda xml: xml.decode().encode("cp037"),
    ],
    ids=["a million attributes", "the same in two bytes", "entities", "another encoding", "an old encoding"],
)
def test_a_workbook_that_no_program_makes_is_refused_before_it_is_parsed(change) -> None:
    assert read_low_scores(altered(SHEET, change)).refused in (
        "the workbook has an unusual structure; save it again, or save it as CSV",
        "the workbook is damaged, or protected by a password; save it again or as CSV",
    )


def test_a_cell_may_hold_as_many_equals_signs_as_it_likes() -> None:
    report = read_low_scores(workbook(["2026-11-08", 7335060, 1, "=" + "'a' = " * 300 + "=" * 5_000]))
    assert tickets(report) == [7335060]


def test_what_follows_a_row_belongs_to_it_up_to_a_length() -> None:
    report = read_low_scores(b"Ticket #7335060 late\n" + b"words and words\n" * 2_000)
    assert tickets(report) == [7335060]
    assert report.rows[0].text.startswith("Ticket #7335060 late\nwords and words\n")
    assert len(report.rows[0].text) <= 4_000


def test_a_text_of_a_quarter_of_a_million_lines_is_refused() -> None:
    report = read_low_scores(b"Ticket #7335060\n" + b"a\n" * 250_000)
    assert report.refused == "it has more than 200,000 lines, which no list of low scores has"


def test_a_mail_with_a_header_without_end_is_refused() -> None:
    head = b"From: a@example.com\nSubject: Low scores\nContent-Type: text/plain" + b'; a="b"' * 4_000
    assert read_low_scores(head + b"\n\nTicket #7335060\n").refused.startswith("it is a mail of a make")


@pytest.mark.parametrize("deep", ["multipart", "message"])
def test_a_mail_that_is_nested_without_end_is_refused(deep: str) -> None:
    content = b"From: a@example.com\nSubject: x\nMIME-Version: 1.0\n"
    if deep == "multipart":
        for level in range(3_000):
            content += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        content += b"Content-Type: text/plain\n\n#12345\n"
    else:
        content += b"Content-Type: message/rfc822\n\n" * 3_000 + b"#12345"
    assert "nested too deeply" in read_low_scores(content).refused
