"""The web page says what the PDF says, loads nothing, runs nothing and obeys nobody."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from lxml import html
from lxml.etree import _Element

from csat_tui.domain.recovery.report import RecoveryReport
from csat_tui.reports.service_recovery.web_page import web_page
from tests.reports.service_recovery.test_pdf import ASKED_FOR, links, pdf
from tests.reports.service_recovery.unhappy import DAYS, HOSTILE, NOTES, ORDINARY, WORLD, customer, of, report

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "footer", "article", "blockquote", "p", "div", "span",
    "h1", "h2", "h3", "h4", "dl", "dt", "dd", "table", "tr", "th", "td", "a", "b", "bdi",
}  # fmt: skip
ATTRIBUTES = {"class", "id", "href", "rel", "dir", "lang", "charset", "content", "http-equiv", "name"}


def page(about: RecoveryReport) -> _Element:
    return html.document_fromstring("".join(web_page(about)).encode())


def said(about: RecoveryReport) -> str:
    return " ".join(" ".join(page(about).find("body").itertext()).split())


@pytest.mark.parametrize("asked", ASKED_FOR)
def test_the_page_says(asked: str) -> None:
    # What stands beside each other on paper stands below each other here.
    for words in re.split(r" (?=1\.3 of 5|Sunday 29)|(?<=Amelia Brown) ", ASKED_FOR[asked]):
        assert words in said(ORDINARY)


def test_the_page_has_the_links_of_the_pdf() -> None:
    here = {link for link in page(ORDINARY).xpath("//a/@href") if not link.startswith("#")}
    assert here == set(links(pdf(ORDINARY)))


def test_the_first_part_leads_to_each_customer() -> None:
    made = page(ORDINARY)
    leads = [link[1:] for link in made.xpath("//a/@href") if link.startswith("#")]
    assert len(leads) == 6
    assert leads == made.xpath("//article/@id")


def test_nothing_is_loaded_and_only_this_style_is_allowed() -> None:
    made = page(ORDINARY)
    (policy,) = made.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
    style = made.xpath("//style")[0].text
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize(
    "about", [ORDINARY, of(customer(0, HOSTILE, HOSTILE, agent=HOSTILE, segment=HOSTILE, notes=NOTES))]
)
def test_nothing_that_a_customer_wrote_becomes_an_element(about: RecoveryReport) -> None:
    made = page(about)
    assert {element.tag for element in made.iter()} <= ELEMENTS
    assert {name for element in made.iter() for name in element.attrib} <= ATTRIBUTES
    assert all(
        link.startswith(("https://example.test/", "csat-tui://recovery?", "#")) for link in made.xpath("//a/@href")
    )


def test_a_link_that_leads_elsewhere_than_to_the_web_is_none() -> None:
    assert page(of(customer(ticket_url="javascript:alert(1)"))).xpath('//a[starts-with(@href, "java")]') == []


def test_hostile_words_are_words() -> None:
    comment = page(of(customer(comment=HOSTILE))).xpath("//blockquote")[0]
    lines = [line.text or "" for line in comment]
    assert lines[:2] == HOSTILE.split("\n")[:2]
    assert lines[2] == "‹U+001B›[31mred‹U+0007› ‹U+202E›gnp.exe‹U+202C› ‹U+200B›zero‹U+0000› end"
    assert lines[3] == HOSTILE.split("\n")[3]


@pytest.mark.parametrize(("script", "name", "comment"), [*WORLD, ("long", "Amelia", "\n\n".join(DAYS))])
def test_every_verbatim_is_there_whole(script: str, name: str, comment: str) -> None:
    made = page(of(customer(0, name, comment)))
    assert "\n".join(line.text or "" for line in made.xpath("//blockquote")[0]) == comment


def test_what_runs_from_the_right_is_closed_against_its_neighbours() -> None:
    made = page(of(customer(name="משה כהן", comment="Left.\nמשה 12.\n1 a משה")))
    assert made.xpath("//h3/bdi/@dir") == ["rtl"]
    assert made.xpath("//blockquote/p/@dir") == ["ltr", "rtl", "ltr"]


@pytest.mark.parametrize(("name", "language"), [("王小明", "zh"), ("さとう", "ja"), ("김민수", "ko")])
def test_han_characters_take_the_form_of_their_language(name: str, language: str) -> None:
    assert page(of(customer(name=name))).xpath("//h3/bdi/@lang") == [language]


def test_nobody_is_a_page_too() -> None:
    assert "No customer was unhappy" in said(report())
