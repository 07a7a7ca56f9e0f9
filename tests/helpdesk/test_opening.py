"""A configuration names a help desk and a view; both are found, or it is said what is wrong."""

import pytest

from csat_tui.config import HelpDeskConfig
from csat_tui.domain.errors import Missing
from csat_tui.domain.ids import TicketId
from csat_tui.helpdesk.port import find_view, open_desk, ticket_link
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from tests.helpdesk.memory_desk import MemoryDesk


def desk_with(*titles: str) -> MemoryDesk:
    desk = MemoryDesk()
    for number, title in enumerate(titles, start=1):
        desk.add_view(number, title, [])
    return desk


async def test_a_configured_zendesk_is_opened_without_asking_it_anything() -> None:
    config = HelpDeskConfig("zendesk", "https://desk.example.com", 1, "ana@example.com")
    desk = open_desk(config, Credential("ana@example.com", "token", "a test"))
    assert isinstance(desk, ZendeskDesk)
    await desk.close()


async def test_a_view_is_found_by_number_or_title() -> None:
    desk = desk_with("Other", "Bad surveys")
    assert await find_view(desk, 77) == 77
    assert await find_view(desk, " bad Surveys ") == 2


@pytest.mark.parametrize(
    ("titles", "wanted", "said"),
    [
        (("Bad surveys",), "Bad survey", "did you mean “Bad surveys”"),
        (("Bad surveys",), "Quite else", "not shared with you; the help desk shows “Bad surveys”. Set helpdesk.view"),
        ((), "Any", "there is no view “Any”"),
        (("Twice", "twice"), "Twice", r"several views are called “Twice” \(1, 2\)"),
    ],
)
async def test_a_title_that_names_no_view_says_so(titles: tuple[str, ...], wanted: str, said: str) -> None:
    with pytest.raises(Missing, match=said):
        await find_view(desk_with(*titles), wanted)


def test_a_ticket_opens_at_the_help_desk_s_own_address() -> None:
    config = HelpDeskConfig("zendesk", "https://desk.example.com/", 1)
    assert ticket_link(config, TicketId(7)) == "https://desk.example.com/agent/tickets/7"
