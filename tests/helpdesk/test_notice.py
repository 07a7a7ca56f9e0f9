"""The day on which Zendesk's API tokens stop is said in time, and only to those whom it concerns."""

from datetime import date

import pytest

from csat_tui.config import HelpDeskConfig
from csat_tui.helpdesk.port import notice

URL = "https://example.zendesk.com"


def told(user: str = "ana@example.com", url: str = URL, today: date = date(2027, 1, 11)) -> str:
    return notice(HelpDeskConfig("zendesk", url, 1, user), today)


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 11, 21), "stop on 2027-04-30: sign in with `csat-tui login` before then"),
        (date(2027, 4, 30), "stop on 2027-04-30"),
        (date(2027, 5, 1), "have stopped on 2027-04-30: sign in with `csat-tui login`. Everything decided waits"),
    ],
)
def test_who_uses_an_api_token_is_told_the_day(today: date, said: str) -> None:
    assert said in told(today=today)
    assert "\n" not in told(today=today)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://localhost", "http://[::1]:80"])
def test_a_demo_on_this_machine_is_not_concerned(url: str) -> None:
    assert told(url=url) == ""


def test_who_is_signed_in_is_not_concerned() -> None:
    assert told(user="") == ""
