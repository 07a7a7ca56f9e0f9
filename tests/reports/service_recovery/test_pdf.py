"""The PDF says everything, looks as it should, and does nothing that a customer wrote."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from typst import Fonts

from csat_tui.domain.recovery.report import RecoveryReport, day_notes_link, survey_notes_link
from csat_tui.reports.service_recovery import document
from csat_tui.reports.service_recovery.document import outside_text
from csat_tui.reports.service_recovery.fonts import font_remarks
from csat_tui.reports.service_recovery.pdf import SPELLED_OUT, Paper, pdf_report
from csat_tui.reports.service_recovery.typesetting import PdfNotMade
from tests.reports.service_recovery.pages import (
    as_read,
    links,
    missing_packages,
    picture,
    png,
    sizes,
    texts,
)
from tests.reports.service_recovery.unhappy import (
    BEGINS,
    DAYS,
    HOSTILE,
    NOTES,
    ORDINARY,
    WAITED,
    WORLD,
    customer,
    group,
    of,
    report,
)

PICTURES = Path(__file__).parent / "pictures"
LACKING = missing_packages()
with_fonts = pytest.mark.skipif(bool(LACKING), reason=f"reports in every script need the packages {LACKING}")
"""For what needs fonts of the machine; `.ci/run` installs them."""


@cache
def built_in() -> Fonts:
    """The typesetter's own fonts, which every machine has."""
    return Fonts(include_system_fonts=False)


@cache
def pdf(about: RecoveryReport, paper: Paper = Paper.A4) -> bytes:
    return pdf_report(about, paper, machine_fonts=False).content


def words(about: RecoveryReport) -> str:
    return " ".join(texts(pdf(about)))


ASKED_FOR = {
    "the date the feedback was received": "Received Sunday 29 November 2026, 10:56",
    "the customer": "Jonathan Ashworth-Llewellyn 1.3 of 5",
    "the customer's segment": "Segment Retail",
    "the agent who resolved the ticket": "Agent Kim Park",
    "the support group of the ticket": "Support group Billing",
    "the ticket number": "Ticket 9912003",
    "the experience factors": "Time to resolve 1 Courtesy 2",
    "the overall rating": "1.3 of 5",
    "the verbatim feedback": WAITED,
    "the recipient": "Recipient Dana Whitfield",
    "the 24 hours": "Period Sunday 29 November 2026, 09:00 to Monday 30 November 2026, 09:00",
    "earlier notes": "The refund had gone to a card that was cancelled; it is sent again today.",
    "whether somebody spoke to the customer": "Dana Whitfield (Spoke? Yes) Sunday 29 November 2026, 14:00",
    "whether nobody did": "Dana Whitfield (Spoke? No) Sunday 29 November 2026, 12:00",
}
"""What document 003 asks of the report, and where it is found."""


@pytest.mark.parametrize("asked", ASKED_FOR)
def test_the_report_says(asked: str) -> None:
    assert ASKED_FOR[asked] in words(ORDINARY)


def test_each_ticket_and_each_way_to_the_notes_is_a_link() -> None:
    found = links(pdf(ORDINARY))
    for about in ORDINARY.groups:
        for one in about.customers:
            assert one.ticket_url in found
            assert survey_notes_link(about.id, one.ticket_id) in found
            assert day_notes_link(about.id, ORDINARY.received_on(one)) in found
    assert "csat-tui://recovery?ticket=9912003&group=billing" in found
    assert "csat-tui://recovery?group=online&date=2026-11-30" in found


def test_the_title_leads_to_all_of_them_where_one_link_can_name_them() -> None:
    everything = "csat-tui://recovery?group=billing&date=2026-11-29"
    assert links(pdf(of(customer(0), customer(1))))[0] == everything
    over_two_days = list(dict.fromkeys(links(pdf(of(customer(0), customer(30))))))
    assert over_two_days[:2] == [everything, "csat-tui://recovery?group=billing&date=2026-11-30"]


def test_the_first_page_says_how_many_and_in_which_groups() -> None:
    first = texts(pdf(ORDINARY))[0]
    assert "6 customers were unhappy in 2 support groups" in first
    assert "Billing 3 1.0 1 1 ✎ 29 November" in first
    assert "No unhappy customer in: Field service" in first
    assert "Giulia Rossi page 2" in first


def test_one_customer_is_a_report_of_one_page() -> None:
    pages = texts(pdf(of(customer(3, notes=NOTES))))
    assert len(pages) == 1
    assert "One customer was unhappy" in pages[0]
    assert pages[0].endswith("1 of 1")


def test_nobody_is_a_report_too() -> None:
    assert "No customer was unhappy" in words(report(group("Billing")))


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (595, 842)), (Paper.LETTER, (612, 792))])
def test_every_page_has_its_size_and_its_number(paper: Paper, size: tuple[int, int]) -> None:
    content = pdf(of(*(customer(number) for number in range(40))), paper)
    pages = texts(content)
    assert sizes(content) == {size}
    assert [re.findall(r"(\d+ of \d+)$", page) for page in pages] == [
        [f"{number} of {len(pages)}"] for number in range(1, len(pages) + 1)
    ]


def test_of_four_pages_no_line_is_lost() -> None:
    pages = texts(pdf(of(customer(comment="\n\n".join(DAYS)), customer(1, "Next in line"))))
    assert len(pages) >= 5
    running = re.compile(r"Service recovery · .*? Dana Whitfield |Made on .*? \d+ of \d+")
    whole = as_read(" ".join(running.sub("", page) for page in pages))
    assert " ".join(DAYS) in whole


def test_a_report_is_the_same_file_when_it_is_made_again() -> None:
    assert pdf_report(ORDINARY, machine_fonts=False).content == pdf(ORDINARY)


def test_nothing_that_a_customer_wrote_is_obeyed() -> None:
    about = of(customer(0, "<b>Eve</b> #strong[x]", HOSTILE, agent="#panic()", segment="*bold*"), customer(1))
    said = words(about)
    for line in HOSTILE.split("\n")[:2]:
        assert line.replace(" ", "") in said.replace(" ", "")
    assert "‹U+001B›[31mred‹U+0007› ‹U+202E›gnp.exe‹U+202C› ‹U+200B›zero‹U+0000› end" in said
    assert "A" * 500 in said.replace(" ", "")
    assert "<b>Eve</b> #strong[x] 1.0 of 5" in said
    assert {link for link in links(pdf(about)) if not link.startswith("csat-tui:")} == {
        one.ticket_url for one in about.customers
    }


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://a b", "https://a\n", "csat-tui://recovery?x"]
)
def test_a_ticket_leads_to_the_web_or_nowhere(address: str) -> None:
    found = links(pdf(of(customer(ticket_url=address))))
    assert {link.split("?")[0] for link in found} == {"csat-tui://recovery"}
    assert not any("x" in link.split("?")[1].split("=") for link in found)


def test_nothing_runs_off_the_page() -> None:
    content = pdf(
        of(
            customer(
                0, "W" * 400, HOSTILE, agent="w" * 300, notes=(NOTES[0].__class__(BEGINS, "N" * 300, True, HOSTILE),)
            )
        )
    )
    for page in range(len(texts(content))):
        margin = picture(content, page).crop((595 - 62, 0, 595, 842))
        assert margin.getextrema() == (255, 255), f"page {page + 1}"


@pytest.mark.parametrize("name", ["משה כהן", "כהן 123 (VIP)", "123 כהן", "\u202eevil", "\u2067\u2067x", "a כהן ("])
def test_a_name_cannot_turn_round_what_stands_beside_it(name: str) -> None:
    straight, other = (picture(pdf(of(customer(name=one, agent=one))), 0) for one in ("Amelia Brown", name))
    # Between the names and right of them stand the date, the ticket, the factors and the rating.
    for left, right in ((200, 375), (480, 560)):
        assert straight.crop((left, 0, right, 842)) == other.crop((left, 0, right, 842))


@with_fonts
@pytest.mark.parametrize(("script", "name", "comment"), WORLD)
def test_every_script_can_be_read(script: str, name: str, comment: str) -> None:
    made = pdf_report(of(customer(0, name, comment)))
    assert made.remarks == ()
    said = " ".join(texts(made.content))
    if script in ("Chinese", "Japanese", "Korean", "emoji"):
        assert comment.replace(" ", "") in said.replace(" ", "")
    # Readers put marks and what runs from the right in another order; each letter is there all the same.
    assert set(comment) <= set(said) | {"\u200d", "\ufe0f"}


def test_a_machine_without_fonts_says_which_script_it_lacks_and_what_to_install() -> None:
    made = pdf_report(
        of(*(customer(number, name, comment) for number, (_, name, comment) in enumerate(WORLD))), machine_fonts=False
    )
    (remark,) = made.remarks
    assert re.search("Arabic .*Thai .*: install the Debian package fonts-noto-core", remark)
    assert re.search("Korean .*: install the Debian package fonts-noto-cjk", remark)
    assert re.search(r"emoji \(\d+ characters\): install the Debian package fonts-noto-color-emoji", remark)
    assert as_read(remark) in texts(made.content)[0]


@pytest.mark.parametrize(
    "text", ["Plain – “quoted” … €5 ½ №7 ★", "Příliš žluťoučký kůň", "Ελληνικά", "Українська мова", "עברית", "A" * 80]
)
def test_european_scripts_and_hebrew_need_no_font_of_the_machine(text: str) -> None:
    assert font_remarks("".join(words for words, _ in outside_text(text).lines), built_in()) == ()


@with_fonts
def test_no_package_is_advised_that_is_there_already() -> None:
    (remark,) = font_remarks("\U00018b00\U00018b01 \U0001e290", Fonts())
    assert remark.endswith("for them. Khitan (2 characters), Toto (1 character).")


def test_of_many_scripts_some_are_named() -> None:
    (remark,) = font_remarks("กदমਅઅஅఅಅഅ", built_in())
    assert remark.endswith(" and 4 more: install the Debian package fonts-noto-core.")


def test_the_first_page_is_light_on_ink() -> None:
    page = picture(pdf(ORDINARY), 0)
    ink = sum((255 - shade) * count for shade, count in enumerate(page.histogram())) / 255 / page.width / page.height
    assert ink < 0.02


def test_characters_that_nobody_names_are_only_counted() -> None:
    (remark,) = font_remarks("\U0003fffd", built_in())
    assert "characters that Unicode does not name (1 character)" in remark


@pytest.mark.parametrize(
    ("pile", "named"),
    [
        ("e" + "\u0301" * 3000, "‹U+0301 ×2990›"),
        ("e" + "\u0327" * 11, "‹U+0327›"),
        ("e" + "\u0301\u0302" * 6, "‹U+0301›‹U+0302›"),
        ("e" + "\u0301" * 40_000, "‹U+0301 ×39990›"),
    ],
    ids=["many", "one more", "of two kinds", "more than the typesetter stands"],
)
def test_marks_that_are_piled_up_are_named(pile: str, named: str) -> None:
    made = pdf_report(of(customer(comment=pile)), machine_fonts=False)
    assert made.remarks == ()
    assert texts(made.content)[0].count(named) == 1


def test_words_that_end_the_typesetter_are_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_MARKS", 10**9)
    made = pdf_report(of(customer(comment="Before e" + "\u0301" * 40_000 + " after")), machine_fonts=False)
    assert made.remarks == (SPELLED_OUT,)
    pages = texts(made.content)
    assert SPELLED_OUT in pages[0]
    assert "Before e‹U+0301›‹U+0301›" in " ".join(pages)
    assert "‹U+0301› after" in " ".join(pages)


def test_a_typesetter_that_does_not_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(PdfNotMade, match="the typesetter could not be started: No such file"):
        pdf_report(ORDINARY)


def test_three_thousand_surveys_are_one_report() -> None:
    program = (
        "import resource, sys\n"
        "from tests.reports.service_recovery.unhappy import *\n"
        "from csat_tui.reports.service_recovery.pdf import pdf_report\n"
        "groups = [group(f'Group {g}', *(customer(g * 1000 + n, f'Customer {g} {n}', WAITED * 4, notes=NOTES[: n % 3])"
        " for n in range(1000))) for g in range(3)]\n"
        "sys.stdout.buffer.write(pdf_report(report(*groups)).content)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=Path(__file__).parents[3]
    )
    pages = texts(done.stdout)
    assert "3,000 customers were unhappy in 3 support groups" in pages[0]
    assert {int(found) for found in re.findall(r"Ticket (\d{7})", " ".join(pages))} == set(range(9_912_000, 9_915_000))
    assert pages[-1].endswith(f"{len(pages)} of {len(pages)}")
    assert len(done.stdout) < 10_000_000
    assert int(done.stderr.split()[-1]) < 1200, "megabytes of the typesetter's process"


LOOKS: dict[str, tuple[RecoveryReport, Paper, int]] = {
    "first-page-a4": (ORDINARY, Paper.A4, 0),
    "first-page-letter": (ORDINARY, Paper.LETTER, 0),
    "customers": (ORDINARY, Paper.A4, 1),
    "one-customer": (of(customer(3, notes=NOTES)), Paper.A4, 0),
    "four-pages": (of(customer(comment="\n\n".join(DAYS)), customer(1)), Paper.A4, 2),
    "hostile": (of(customer(0, "<b>Eve</b> #strong[x]", HOSTILE)), Paper.A4, 0),
}


@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_as_it_did(look: str, pytestconfig: pytest.Config, tmp_path: Path) -> None:
    about, paper, page = LOOKS[look]
    _compare(look, picture(pdf(about, paper), page), pytestconfig, tmp_path)


@with_fonts
def test_every_script_looks_as_it_did(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    about = of(*(customer(number, name, comment) for number, (_, name, comment) in enumerate(WORLD)))
    _compare("every-script", picture(pdf_report(about).content, 1), pytestconfig, tmp_path)


def _compare(look: str, now: Image.Image, pytestconfig: pytest.Config, tmp_path: Path) -> None:
    """Compare a page with the kept picture; a few pixels may be drawn otherwise by another machine."""
    file = PICTURES / f"{look}.png"
    if pytestconfig.getoption("update_snapshots"):
        file.write_bytes(png(now))
    before = Image.open(file)
    (tmp_path / file.name).write_bytes(png(now))
    assert now.size == before.size
    changed = sum(ImageChops.difference(now, before).histogram()[64:])
    assert changed < now.width * now.height / 2000, f"{changed} pixels differ: see {os.fspath(tmp_path / file.name)}"
