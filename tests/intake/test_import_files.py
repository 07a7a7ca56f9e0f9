"""Files that people import: each is read however it was saved, and what is no export is one sentence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csat_tui.intake import RowError, read_export
from csat_tui.intake.import_preview import ERRORS_KEPT
from tests.builders import ratings, the_playbook
from tests.intake.exports import a_csv, a_response, a_row, as_json


@pytest.mark.parametrize(
    "content",
    [
        a_csv(a_row()).encode("utf-8-sig"),
        a_csv(a_row()).encode("utf-16"),
        b"\xfe\xff" + a_csv(a_row()).encode("utf-16-be"),
        a_csv(a_row()).replace("\n", "\r\n").encode(),
        a_csv(a_row()).encode() + b"\n\n  \n",
    ],
    ids=["utf-8 with mark", "utf-16", "big-endian utf-16", "other line ends", "blank lines"],
)
def test_an_export_is_read_however_it_was_saved(read, content):
    preview = read(content)
    assert preview.errors == ()
    assert preview.surveys[0].ratings == ratings(1, 2, 3, 1, 1, 2)


@pytest.mark.parametrize(("delimiter", "name"), [("\t", "tabs"), (";", "semicolons")])
def test_another_separator_is_taken_and_said(read, delimiter, name):
    preview = read(a_csv(a_row(), delimiter=delimiter))
    assert len(preview.surveys) == 1
    assert preview.warnings == (RowError(1, f"separated by {name}, not commas: read as such"),)


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 0, "the file is empty"),
        (b"\xef\xbb\xbf \n", 0, "the file has no text"),
        (
            b"<!DOCTYPE html><html>",
            0,
            "this is a web page or XML, not an export; a sign-in page may have been saved instead",
        ),
        (
            b"PK\x03\x04\x14",
            0,
            "this is an Excel workbook or a zip archive; export as CSV, or unpack the archive first",
        ),
        (b"%PDF-1.7", 0, "this is a PDF; export as CSV"),
        (
            b"just words\nand more\n",
            1,
            "there is only one column: this is not a survey export separated by commas or tabs",
        ),
        (
            b"a,b\n1,2\n3,4\n",
            3,
            "expected three header rows as Qualtrics exports them: names, questions, import ids",
        ),
        (a_csv().encode(), 0, "the file has no responses, only headings"),
        (
            a_csv(a_row()).encode()[:-8],
            4,
            "the row has 18 fields, expected 19",
        ),
        (
            a_csv(a_row()).encode().split(b"Nobody")[0],
            4,
            "the file ends inside quotes: it was cut off, or a quote lacks its partner",
        ),
        (
            a_csv(a_row()).encode() + b'x,"y"z,1\n',
            7,
            "a field has a quote inside; inside quotes it must be doubled",
        ),
        (
            a_csv(a_row()).encode() + b'x,"' + b"y\n" * 70_000,
            7,
            "a field never ends: a quote may lack its partner",
        ),
        (a_csv(a_row()).encode() + b"a\0b\n", 7, "it has NUL bytes: it is not text, or UTF-16 without its mark"),
        (a_csv(a_row()).encode() + b"caf\xe9\n", 7, "there are bytes that are not UTF-8; export the file as UTF-8"),
        (a_csv(a_row()).encode("utf-16")[:-3], 6, "the UTF-16 text breaks off; export the file again"),
        (a_csv(a_row()).encode("utf-16-le"), 1, "it has NUL bytes: it is not text, or UTF-16 without its mark"),
    ],
    ids=lambda one: one[:30] if isinstance(one, str) else "",
)
def test_a_file_that_is_none_is_one_clear_sentence(read, content, line, sentence):
    preview = read(content)
    assert RowError(line, sentence) in preview.errors, preview.errors
    assert preview.surveys == ()


def test_lines_are_counted_as_an_editor_counts_them(read):
    rows = [a_row(ResponseId=f"R_{number}", Q2="one\ntwo\nthree") for number in range(3)]
    rows[2]["Q1_1"] = "bad"
    assert [error.line for error in read(a_csv(*rows)).errors] == [10]


def test_a_file_full_of_mistakes_tells_the_first_ones_and_how_many_more(read):
    rows = [a_row(ResponseId=f"R_{number}", Q1_1="bad") for number in range(ERRORS_KEPT + 1_500)]
    errors = read(a_csv(*rows)).errors
    assert len(errors) == ERRORS_KEPT + 1
    assert str(errors[-1]) == "and 1,500 more errors"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    assert str(read_export(tmp_path / "gone.csv", the_playbook()).errors[0]) == (
        "gone.csv cannot be read: No such file or directory"
    )
    assert str(read_export(tmp_path, the_playbook()).errors[0]).endswith("is a folder, expected a file")


quiet = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=60)


@quiet
@given(comment=words, figures=st.lists(st.integers(1, 5), min_size=6, max_size=6), ticket=st.integers(1, 2**53))
def test_what_went_out_comes_in_again(read, comment, figures, ticket):
    answers = {f"Q1_{number}": str(figure) for number, figure in enumerate(figures, 1)}
    for preview in (
        read(a_csv(a_row(Q2=comment, TicketID=str(ticket), **answers))),
        read(
            as_json(
                a_response(QID2_TEXT=comment, TicketID=ticket, **{"QID" + k[1:]: int(v) for k, v in answers.items()})
            )
        ),
    ):
        (survey,) = preview.surveys
        assert survey.comment == comment.strip()
        assert survey.ratings == ratings(*figures)
        assert survey.source_ticket_id == ticket


@quiet
@given(content=st.binary(max_size=300))
def test_no_file_makes_it_stumble(read, content):
    assert read(content).surveys == ()


@quiet
@given(where=st.integers(0, 3000), what=st.binary(max_size=4), cut=st.booleans())
def test_no_damage_to_an_export_makes_it_stumble(read, where, what, cut):
    content = a_csv(a_row(), a_row(ResponseId="R_2")).encode()
    preview = read(content[:where] + what + (b"" if cut else content[where + len(what) :]))
    assert preview.errors or preview.found or preview.skipped
