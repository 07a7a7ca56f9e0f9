"""What is read out of transcripts takes time in proportion to them, by the playbook's patterns as well."""

from functools import cache

import pytest

from tests.in_proportion import measured

PATIENCE = 30
"""Seconds of processor time until a reader is stopped. In proportion to its size a text takes two at most."""

SIZE = 32_000
"""Characters of the large text; the small one has an eighth of it."""

SETTING = """
from csat_tui.domain import amounts, chats, concern, facts, safe_text, speech, ticket_comparison
from csat_tui.domain.promises import kept
from csat_tui.domain.promises.reading import promises_in
from csat_tui.domain.ticket import Author
from tests.builders import a_case, a_message, a_survey, the_playbook
playbook = the_playbook()
def case(text):
    agent = {"author": Author.AGENT, "author_name": "Sol", "body": text}
    messages = (a_message(body=text), a_message(id=502, **agent), a_message(id=503, channel="chat", **agent))
    return a_case(survey=a_survey(comment=text), messages=messages)
"""
READERS = {
    "promises": "promises_in(text)",
    "amounts": "amounts.amounts(text)",
    "mentions": "safe_text.without_mentions(text)",
    "visible": "safe_text.visible(text)",
    "sameness": "ticket_comparison.plain_line(text), ticket_comparison.issues_mentioned([text], playbook.issues)",
    "chat lines": "speech.chat_lines(text)",
    "promise kept": "kept.promise_kept(case(text), playbook)",
    "repeated": "kept.repeated_concern(case(text), playbook)",
    "chat": "chats.mail_after_chat(case(text), playbook)",
    "concern": "concern.concerns(case(text), playbook)",
    "phone": "facts.phone_of(case(text))",
}
PIECES = (
    " ", "\n", "a", "9", "9 ", "-", "(", "'", "[", "*", ">", "\t", "_", "a-", "A ", "\r", "\xa0", '"', "a:b\n",
    "we will refund ",
    "and ", "if you ", "told me ", "(10:00) Sol: a\n", "$5 ", "order 123 ", "+1 ", "was late ",
)  # fmt: skip


@cache
def readings() -> dict[str, str]:
    """Measure every reader, in one process that reads the program once; one that takes for ever ends it."""
    lines = [
        f"measure({name!r}, {PATIENCE}, {SIZE}, {PIECES!r}, lambda text: ({reader}))"
        for name, reader in sorted(READERS.items())
    ]
    return measured("\n".join([SETTING, *lines]))


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_long_transcript_is_read_in_proportion_to_its_size(name: str) -> None:
    assert readings().get(name) == "in proportion", readings()["end"]
