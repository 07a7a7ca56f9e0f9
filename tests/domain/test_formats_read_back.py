"""Formats are read back: whatever stands in their fields comes out again, word for word."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csat_tui.domain.formats import format_mistakes, normalised_fields, parse_note, places, render_note
from csat_tui.domain.playbook import Format
from tests.builders import the_playbook

NRN = Format("n", "Note", ("NRN", "Summary: {summary}", "Outcome: {outcome}", "Why: {why}"))
MAIL = Format(
    "m",
    "Mail",
    (
        "Hi {name},",
        "",
        "Thank you for calling.",
        "",
        "{issue}",
        "",
        "What we agreed: {agreed}",
        "--",
        "{by}",
        "--",
        "{x}",
    ),
)
ROW = Format("r", "Row", ("Order {order} / SKU {sku}", "Ticket {ticket} of {customer}, {store}.", "{rest}"))
FORMATS = (NRN, MAIL, ROW, Format("b", "Block", ("{reply}",)))

LABELS = ("Why: no", " Why: x", "  Why:", "NRN", "--", "Thanks for calling.", "Hi you,", "order 1 / SKU 2")
BITS = st.one_of(
    st.sampled_from((*LABELS, "", "  ", "\n", "\r\n", "\r", " / SKU ", " of ", ", ", "“", "”", "””", "\u2028", "\x0b")),
    st.text(max_size=8),
)
VALUES = st.lists(BITS, max_size=6).map("".join) | st.lists(BITS, max_size=6).map("\n".join)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.id)
def test_these_formats_can_be_read_back(form):
    assert list(format_mistakes(form.lines)) == []


@given(form=st.sampled_from(FORMATS), data=st.data())
def test_what_is_read_back_is_what_was_filled_in(form, data):
    fields = {name: data.draw(VALUES, name) for line in form.lines for name in places(line)}
    text = render_note(form, fields)
    parsed = parse_note(form, text)
    assert parsed.fields == normalised_fields(form, fields)
    assert parsed.remainder == ""
    assert parsed.problems == ()
    assert render_note(form, parsed.fields) == text


@given(text=st.lists(BITS, max_size=12).map("\n".join), form=st.sampled_from(FORMATS))
@example(text="x\nNRN\ny", form=NRN)
def test_nothing_that_was_typed_is_dropped(text, form):
    """Every word of a text typed by hand is in a field, in the remainder, or one of the format's own."""
    parsed = parse_note(form, text)
    kept = " ".join((*parsed.fields.values(), parsed.remainder, *form.lines)).casefold()
    for word in text.casefold().split():
        assert all(part in kept for part in _parts(word))


def _parts(word):
    return ["".join(sign for sign in word if sign.isalnum())] if word.isalnum() else []


@pytest.mark.parametrize("form", the_playbook().formats.values(), ids=lambda form: form.id)
def test_every_format_that_ships_can_be_read_back(form):
    fields = {name: f"Why: {name}\n\n  two / of , lines\nNRN" for line in form.lines for name in places(line)}
    assert parse_note(form, render_note(form, fields)).fields == normalised_fields(form, fields)


def test_a_note_of_one_line_each_looks_as_it_always_did():
    assert (
        render_note(NRN, {"summary": "late box", "why": "credit given"}) == "NRN\nSummary: late box\nWhy: credit given"
    )


def test_further_lines_hang_under_their_label():
    text = render_note(NRN, {"summary": "late box\n\nWhy: nobody knows", "why": "credit"})
    assert text == "NRN\nSummary: late box\n\n  Why: nobody knows\nWhy: credit"


def test_a_reply_stays_as_it_was_written():
    assert render_note(FORMATS[3], {"reply": "Hi Pat,\n\n  indented\n\nBye"}) == "Hi Pat,\n\n  indented\n\nBye"


def test_labels_may_be_typed_in_any_capitals_and_without_spaces():
    assert parse_note(NRN, "nrn\nSUMMARY:late\nwhy :credit").fields == {"summary": "late", "why": "credit"}


def test_lines_may_be_typed_in_another_order():
    assert parse_note(NRN, "Why: credit\nSummary: late").fields == {"why": "credit", "summary": "late"}


def test_a_line_without_a_label_goes_on_with_the_one_above():
    parsed = parse_note(NRN, "NRN\nSummary: late\nand cold\n\nand wet\nWhy: credit")
    assert parsed.fields == {"summary": "late\nand cold\n\nand wet", "why": "credit"}
    assert parsed.problems == ()


def test_a_line_that_belongs_nowhere_is_the_remainder_and_is_told():
    parsed = parse_note(NRN, "for Ana\nNRN\nSummary: late")
    assert parsed.remainder == "for Ana"
    assert [(one.line, one.sentence) for one in parsed.problems] == [(1, "“for Ana” belongs to no line of this note")]


def test_a_field_of_one_line_takes_no_second():
    parsed = parse_note(NRN, "Why: credit\nand more", one_line=("why",))
    assert (parsed.fields, parsed.remainder) == ({"why": "credit"}, "and more")


def test_a_misspelt_label_is_kept_and_told():
    parsed = parse_note(NRN, "Summary: late\nOutcom: credit")
    assert parsed.fields == {"summary": "late\nOutcom: credit"}
    assert [one.sentence for one in parsed.problems] == [
        "“Outcom:” is not a line of this note; did you mean “Outcome:”?"
    ]


def test_a_label_that_is_there_twice_keeps_both():
    parsed = parse_note(NRN, "Why: credit\nWhy: and a code")
    assert parsed.fields == {"why": "credit\nand a code"}
    assert [one.sentence for one in parsed.problems] == ["“Why: and a code” is there twice; both were kept"]


def test_a_line_whose_fixed_words_are_gone_keeps_its_words():
    parsed = parse_note(ROW, "Order 12, 13")
    assert parsed.fields == {"order": "12, 13"}
    assert [one.sentence for one in parsed.problems] == [
        "“Order 12, 13” is not as this note has it, expected “Order … / SKU …”"
    ]


UNREADABLE = {
    "two places side by side": (("Order {a}{b}",), "has nothing between “{a}” and the next place (“Order {a}{b}”)"),
    "only a space between": (("Order {a} {b}",), "has nothing between “{a}” and the next place (“Order {a} {b}”)"),
    "a label twice": (("Why: {a}", "why: {b}"), "has two lines that begin alike, “Why: {a}” and “why: {b}”"),
    "a label in a label": (("SKU {a}", "SKU 2: {b}"), "has two lines that begin alike, “SKU {a}” and “SKU 2: {b}”"),
    "a fixed line like a label": (("Hi {a}", "Hi there"), "has two lines that begin alike, “Hi {a}” and “Hi there”"),
    "a place in front": (
        ("{a}: {b}",),
        "begins with a place (“{a}: {b}”): put a word before it, by which the line is known again",
    ),
    "a place twice": (("A: {a}", "B: {a}"), "has a place “{a}” twice, and nobody could tell which of them counts"),
    "an indented line": (("  A: {a}",), "begins with a space (“  A: {a}”), which marks the further lines of a value"),
    "a line break": (("A: {a}\nB",), "holds a line break: write each line as a text of its own"),
    "two blocks": (
        ("{a}", "", "{b}"),
        "has “{a}” and “{b}” on lines of their own with no fixed text between them,"
        " and nobody could tell where one ends",
    ),
    "quotes": (
        ("“{a}” of {b}",),
        "has curly quotes beside several places (““{a}” of {b}”): use straight ones, for those mark values",
    ),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_format_that_could_not_be_read_back_says_why(what):
    lines, sentence = UNREADABLE[what]
    assert sentence in [said for _, said in format_mistakes(lines)]
