"""What is read out of transcripts takes time in proportion to them, by the playbook's patterns as well."""

import pytest

from tests.in_proportion import run_within

PATIENCE = 30
"""Seconds of processor time until a reader is stopped. In proportion to its size a text takes six at most; by the
square of it, a minute or hours."""

SETTING = """
from csat_tui.domain import amounts, chats, concern, facts, safe_text, speech, ticket_comparison
from csat_tui.domain.promises import kept
from csat_tui.domain.promises.reading import promises_in
from csat_tui.domain.ticket import Author
from tests.builders import a_case, a_message, a_survey, the_playbook
SIZE = 100_000
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
    "sameness": "ticket_comparison.plain_line(text); ticket_comparison.issues_mentioned([text], playbook.issues)",
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


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_long_transcript_is_read_in_proportion_to_its_size(name: str) -> None:
    loop = f"for piece in {PIECES!r}:\n    text = piece * (SIZE // len(piece))\n    {READERS[name]}"
    run_within(PATIENCE, f"{SETTING}\n{loop}")
