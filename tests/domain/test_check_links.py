"""Links of a check: from the playbook and its step, and from a field of the ticket, which others have written."""

from dataclasses import replace

import pytest

from csat_tui.domain.check_links import CheckLink, links_of, why_no_link
from tests.builders import a_case, a_ticket
from tests.procedures.branches import playbook

BOOK = playbook("service-desk")
FIELD = 360_001_234_567
CHECK = replace(BOOK.checks["recording-heard"], link_field=FIELD)
RECORDING = "https://calls.example.com/recordings/77?at=12"


def from_ticket(value: object) -> CheckLink:
    case = a_case(source_ticket=a_ticket(fields={FIELD: value}))
    return list(links_of(CHECK, case, BOOK))[-1]


def test_the_article_the_steps_and_the_ticket_s_are_offered_in_that_order() -> None:
    steps = tuple(
        replace(one, link="https://kb.example.com/step") if one.id == CHECK.step else one for one in BOOK.steps
    )
    case = a_case(source_ticket=a_ticket(fields={FIELD: f" {RECORDING} "}))
    found = list(links_of(CHECK, case, replace(BOOK, steps=steps)))
    assert [one.address for one in found] == [CHECK.link, "https://kb.example.com/step", RECORDING]
    assert found[-1].label == "from ticket #7300001"


@pytest.mark.parametrize("value", [None, "", "  ", 42, True, ["https://calls.example.com"]])
def test_a_field_without_a_link_says_so(value: object) -> None:
    assert from_ticket(value) == CheckLink(f"ticket #7300001 has no link in its field {FIELD}")


def test_a_ticket_that_is_not_here_says_so() -> None:
    (_, told) = links_of(CHECK, a_case(source_ticket=None), BOOK)
    assert (told.address, "not here yet" in told.label) == ("", True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://calls.example.com/77", "does not begin with https://"),
        ("javascript:alert(1)", "does not begin with https://"),
        ("file:///etc/passwd", "does not begin with https://"),
        ("calls.example.com/77", "does not begin with https://"),
        ("https://", "names no host"),
        ("https:///77", "names no host"),
        ("https://calls.example.com@evil.example/77", "hides where it leads"),
        ("https://саlls.example.com/77", "names no host that can be read"),
        ("https://calls.example.com/\u202e77", "has characters that no address has"),
        ("https://calls.example.com/7 7", "has characters that no address has"),
        ("https://calls.example.com\\@evil.example", "has characters that no address has"),
        ("https://[::1", "is no address"),
        ("https://calls.example.com:port/", "is no address"),
        (f"https://calls.example.com/{'7' * 2000}", "is too long"),
    ],
)
def test_what_does_not_say_plainly_where_it_leads_is_not_opened(text: str, why: str) -> None:
    assert why in why_no_link(text)
    told = from_ticket(text)
    assert (told.address, why in told.label) == ("", True)


def test_an_address_with_a_port_and_a_query_is_opened() -> None:
    assert why_no_link("https://calls.example.com:8443/r/77?x=%20y#t=3") == ""
    assert why_no_link("https://xn--clls-0ra.example/") == ""


def test_a_check_without_links_has_none() -> None:
    assert list(links_of(BOOK.checks["notes-read"], a_case(), BOOK)) == []
