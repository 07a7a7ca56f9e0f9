"""`csat-tui conversation`: recorded in a shell, listed, and shown with the case."""

import pytest

from tests.cli.conftest import CommandLine


@pytest.fixture
def number(synced: CommandLine) -> str:
    return str(synced("queue", "--limit", "1", "--json").json["cases"][0]["id"])


def test_a_conversation_is_recorded_and_shown_with_its_case(synced: CommandLine, number: str) -> None:
    ended = synced(
        "conversation", number, "--with", "employee", "--how", "meeting", "--said", "Went through\nthe call.",
        "--prevention", "--json",
    )  # fmt: skip
    recorded = ended.json["recorded"]
    assert (recorded["with"], recorded["how"], recorded["prevention_discussed"]) == ("employee", "meeting", True)
    assert recorded["author"]
    assert ended.json["missing"] == ["no conversation with the client is recorded"]
    assert synced("case", number, "--offline", "--json").json["conversations"] == [recorded]
    text = synced("case", number, "--offline").out
    assert "Conversations\n" in text
    assert "meeting with the employee, recorded by" in text
    assert "│ the call." in text
    assert "still open: no conversation with the client is recorded" in synced("conversation", number).out


def test_without_any_it_says_so(synced: CommandLine, number: str) -> None:
    ended = synced("conversation", number)
    assert (ended.code, f"No conversation about case {number} is recorded." in ended.out) == (0, True)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--said", "Hello"), "Say with whom you spoke"),
        (("--with", "client"), "Say in a few words what was said"),
        (("--with", "client", "--said", "x", "--when", "2999-01-01 10:00"), "is still to come"),
        (("--with", "client", "--said", "x", "--when", "noonish"), "is no time"),
        (("--with", "nobody", "--said", "x"), "client"),
        (("--with", "client", "--said", "x", "--how", "pigeon"), "meeting"),
    ],
)
def test_what_cannot_be_is_a_usage_error(synced: CommandLine, number: str, options: tuple[str, ...], why: str) -> None:
    ended = synced("conversation", number, *options)
    assert ended.code == 2
    assert why in ended.err
    assert synced("conversation", number, "--json").json["conversations"] == []
