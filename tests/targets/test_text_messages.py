"""Text messages through a channel whose address has a place for the telephone, at a real endpoint on this machine."""

import json

import pytest

from csat_tui.domain.errors import HelpDeskError, Refused, Uncertain, Unreachable
from csat_tui.targets.channels import TEXT_MESSAGES, Channels, is_address
from tests.helpdesk.raw_server import raw_server, reply
from tests.targets.conftest import OP, Still

TEXT = "3 unhappy customers in the 24 hours to Mon 9 Mar 09:00."


def service(address: str) -> Channels:
    return Channels({TEXT_MESSAGES: lambda: address}, Still())


async def test_a_text_message_goes_to_the_telephone_that_it_is_for() -> None:
    async with raw_server(reply(b"{}")) as raw:
        delivered = await service(f"json://127.0.0.1:{raw.port}/to/{{phone}}").text("+1 555 (01) 00", TEXT, OP)
    [request] = raw.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in (b"/to/%2B15550100", b"/to/+15550100")
    assert json.loads(body)["message"] == TEXT
    assert OP in delivered.reference


@pytest.mark.parametrize(
    ("address", "phone", "said"),
    [
        ("json://127.0.0.1:1/everybody", "+15550100", "write {phone} there"),
        ("json://127.0.0.1:1/{phone}", "none", "the telephone's number is none"),
        ("", "+15550100", "csat-tui channel set text-messages"),
        ("no-such-service://{phone}", "+15550100", "cannot be used"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_what_to_correct(address: str, phone: str, said: str) -> None:
    with pytest.raises(Refused, match=said.replace("{", "[{]")):
        await service(address).text(phone, TEXT, OP)


@pytest.mark.parametrize(("answer", "kind"), [(None, Uncertain), (reply(b"", "401 No"), Refused)])
async def test_no_answer_is_told_from_a_refusal(answer: bytes | None, kind: type[HelpDeskError]) -> None:
    async with raw_server(answer) as raw:
        with pytest.raises(kind):
            await service(f"json://127.0.0.1:{raw.port}/{{phone}}").text("+15550100", TEXT, OP)


async def test_where_nothing_listens_nothing_was_sent() -> None:
    with pytest.raises(Unreachable, match="nothing was sent"):
        await service("json://127.0.0.1:9/{phone}").text("+15550100", TEXT, OP)


@pytest.mark.parametrize("number", ["{phone}", "+15550100"])
def test_addresses_of_services_for_text_messages_are_known_with_and_without_the_place(number: str) -> None:
    account, token = "AC" + "0" * 32, "0" * 32
    assert is_address(f"twilio://{account}:{token}@15550111111/{number}")
