"""What is a mail address: one bare mailbox, and nothing that a mail program would read as something else."""

import pytest

from csat_tui.domain.mailbox import is_mailbox, mailbox


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ana@example.com", "ana@example.com"),
        ("ana+csat@example.com", "ana+csat@example.com"),
        ("ana@EXAMPLE.com", "ana@example.com"),
        ("ana@mail.corp.local", "ana@mail.corp.local"),
        ("ana@localhost", "ana@localhost"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
    ],
)
def test_a_bare_address_is_one_as_mail_servers_write_it(text: str, address: str) -> None:
    assert mailbox(text) == address
    assert is_mailbox(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "Ana <ana@example.com>",
        "ana@example.com, pat@example.com",
        "ana@example.com ",
        " ana@example.com",
        "ana@example.com\n",
        "ana\x00@example.com",
        "ana@exa\u200bmple.com",
        "änn@example.com",
        # Mail programs decode this wherever they find it, although every sign of it may stand in an address.
        "=?utf-8?q?ana?=@example.com",
        "=?@example.com",
        f"{'a' * 65}@example.com",
        f"ana@{'a' * 64}.com",
        "ana@example..com",
        "ana@-example.com",
        '"ana pires"@example.com',
        "ana@[127.0.0.1]",
    ],
)
def test_what_is_more_or_less_than_a_bare_address_is_none(text: str) -> None:
    assert mailbox(text) is None
    assert not is_mailbox(text)
