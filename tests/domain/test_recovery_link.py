"""Links and bookmarks of service recovery: what is written is read back, and nothing else is read."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csat_tui.domain.ids import TicketId
from csat_tui.domain.recovery.link import (
    FIRST_DAY,
    LAST_DAY,
    LONGEST_LINK,
    NotATarget,
    RecoveryTarget,
    read_link,
    read_target,
)
from csat_tui.domain.safe_text import visible

tickets = st.integers(1, 10**18 - 1).map(TicketId)
codes = st.from_regex(r"[a-z][a-z0-9-]{0,60}", fullmatch=True)
days = st.dates(FIRST_DAY, LAST_DAY)
targets = (
    st.builds(RecoveryTarget, tickets, codes)
    | st.builds(RecoveryTarget, tickets, day=days)
    | st.builds(RecoveryTarget, group=codes, day=days)
)


@given(targets)
def test_a_link_that_is_written_is_read_back(target: RecoveryTarget) -> None:
    assert read_link(target.link) == target
    assert read_link(target.link.replace("recovery?", "recovery/?")) == target


@given(st.text() | st.text("csat-ui:/recovy?&=%#0123456789").map("csat-tui://recovery?".__add__))
@example("csat-tui://recovery?ticket=1&date=2026-02-29")
def test_whatever_is_no_link_is_refused_in_one_sentence(text: str) -> None:
    target, refusal = tried(text)
    if target is None:
        assert refusal.endswith((".", "?"))
        assert harmless(refusal)
        assert len(refusal) < 200
    else:
        assert text.replace("/?", "?") in spellings(target)


def tried(text: str) -> tuple[RecoveryTarget | None, str]:
    """What a link names, or why it names nothing."""
    try:
        return read_link(text), ""
    except NotATarget as error:
        return None, str(error)


def harmless(sentence: str) -> bool:
    return sentence == visible(sentence) == sentence.encode("utf-8").decode() and "\n" not in sentence


def spellings(target: RecoveryTarget) -> set[str]:
    """The link of a target with its two parts in either order."""
    head, _, pairs = target.link.partition("?")
    return {f"{head}?{'&'.join(order)}" for order in (pairs.split("&"), pairs.split("&")[::-1])}


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("ticket=60&group=billing", RecoveryTarget(TicketId(60), "billing")),
        ("group=billing&ticket=60", RecoveryTarget(TicketId(60), "billing")),
        ("ticket=60&date=2026-11-08", RecoveryTarget(TicketId(60), day=date(2026, 11, 8))),
        ("group=billing-emea&date=2026-11-08", RecoveryTarget(group="billing-emea", day=date(2026, 11, 8))),
    ],
)
def test_the_three_forms_of_a_link(link: str, target: RecoveryTarget) -> None:
    assert read_link(f"csat-tui://recovery?{link}") == target


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("", "no link of csat-tui"),
        ("https://example.com/?ticket=60&group=billing", "no link of csat-tui"),
        ("csat-tui:recovery?ticket=60&group=billing", "no link of csat-tui"),
        ("CSAT-TUI://recovery?ticket=60&group=billing", "no link of csat-tui"),
        ("csat-tui://purge?ticket=60&group=billing", "no link of csat-tui"),
        ("csat-tui://user@recovery?ticket=60&group=billing", "no link of csat-tui"),
        ("csat-tui://recovery:80?ticket=60&group=billing", "no link of csat-tui"),
        ("csat-tui://recovery/../purge?ticket=60&group=billing", "no link of csat-tui"),
        (" csat-tui://recovery?ticket=60&group=billing", "no link of csat-tui"),
        ("csat-tui://recovery?", "this one has “”"),
        ("csat-tui://recovery?ticket=60", "only the ticket"),
        ("csat-tui://recovery?ticket=60&group=billing&date=2026-11-08", "all three"),
        ("csat-tui://recovery?ticket=60&ticket=61", "“ticket” twice"),
        ("csat-tui://recovery?ticket=60&group=billing&group=billing", "“group” twice"),
        ("csat-tui://recovery?ticket=60&group=billing&note=Spoke", "“note=Spoke”"),
        ("csat-tui://recovery?ticket=60&group=billing&", "this one has “”"),
        ("csat-tui://recovery?ticket=60&Group=billing", "“Group=billing”"),
        ("csat-tui://recovery?tic%6Bet=60&group=billing", "“tic%6Bet=60”"),
        ("csat-tui://recovery?ticket=%36%30&group=billing", "“%36%30” is not a ticket's number"),
        ("csat-tui://recovery?ticket=60&group=bill%00ing", "“bill%00ing” is not the code"),
        ("csat-tui://recovery?ticket=60&group=billing%26date%3D2026-11-08", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=billing#fragment", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=bill+ing", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=../../etc", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=bill;ing", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=billing\n", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=\x1b]0;owned\x07", "is not the code"),
        ("csat-tui://recovery?ticket=60&group=bill\u202eing", "is not the code"),
        ("csat-tui://recovery?ticket=\u0666\u0660&group=billing", "is not a ticket's number"),
        ("csat-tui://recovery?ticket=06&group=billing", "is not a ticket's number"),
        ("csat-tui://recovery?ticket=-6&group=billing", "is not a ticket's number"),
        ("csat-tui://recovery?ticket=0&group=billing", "is not a ticket's number"),
        (f"csat-tui://recovery?ticket={'9' * 19}&group=billing", "is not a ticket's number"),
        ("csat-tui://recovery?ticket=60&date=2026-02-29", "“2026-02-29” is not a day"),
        ("csat-tui://recovery?ticket=60&date=20261108", "is not a day"),
        ("csat-tui://recovery?ticket=60&date=2026-W46-7", "is not a day"),
        ("csat-tui://recovery?ticket=60&date=0001-01-01", "is not a day"),
        ("csat-tui://recovery?ticket=60&date=\uff12026-11-08", "is not a day"),
        (f"csat-tui://recovery?ticket=60&group={'a' * LONGEST_LINK}", "characters"),
        ("x" * 50_000_000, "50,000,000 characters"),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else None,
)
def test_a_bad_link_is_told_why(link: str, says: str) -> None:
    with pytest.raises(NotATarget) as caught:
        read_link(link)
    assert says in str(caught.value)
    assert harmless(str(caught.value))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "none of them"),
        ({"date": "2026-11-08"}, "only the date"),
        ({"ticket": "#60", "group": "billing"}, "is not a ticket's number"),
        ({"ticket": "60", "group": "Billing EMEA"}, "is not the code"),
    ],
)
def test_what_a_command_names_is_read_by_the_same_rules(said: dict[str, str], says: str) -> None:
    with pytest.raises(NotATarget) as caught:
        read_target(said)
    assert says in str(caught.value)
    assert read_target({"ticket": "60", "group": "billing"}) == RecoveryTarget(TicketId(60), "billing")


def test_a_target_is_never_made_of_what_cannot_be_written() -> None:
    for made in (
        lambda: RecoveryTarget(),
        lambda: RecoveryTarget(TicketId(0), "billing"),
        lambda: RecoveryTarget(TicketId(60), "a&date=2026-11-08"),
        lambda: RecoveryTarget(TicketId(60), day=date.min),
    ):
        with pytest.raises(NotATarget):
            made()


def test_a_target_is_said_in_words() -> None:
    assert RecoveryTarget(TicketId(60), "billing").words("Billing EMEA") == "ticket 60, support group Billing EMEA"
    assert RecoveryTarget(TicketId(60), day=date(2026, 11, 8)).words() == "ticket 60, 2026-11-08"
    assert RecoveryTarget(group="billing", day=date(2026, 11, 8)).words() == "support group billing, 2026-11-08"
