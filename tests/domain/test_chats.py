"""A chat that was left with something open, told from one that came to its end."""

from datetime import timedelta

import pytest

from csat_tui.domain.case import Answer, Suggestion
from csat_tui.domain.chats import mail_after_chat
from csat_tui.domain.ticket import Author
from tests.builders import NOON, a_case, a_message

OPEN = """\
Chat started: 2026-03-10 12:00 PM UTC

(12:00:05 PM) Pat: my box has no cooking cards in it
(12:01:00 PM) Sol: One moment please.
(12:40:10 PM) Pat: have to go, mail me
(12:40:15 PM) *** Pat left the chat ***"""
DONE = """\
Chat started: 2026-03-10 12:00 PM UTC

(12:00:05 PM) Pat: please cancel my plan
(12:01:00 PM) Sol: Done. Anything else?
(12:02:10 PM) Pat: no thanks, bye
(12:02:15 PM) *** Pat left the chat ***"""


def judged(body: str, *mails: int, channel: str = "chat") -> Suggestion:
    """Judge a chat with an agent's mails so many minutes after its beginning."""
    sent = [
        a_message(id=600 + at, author=Author.AGENT, author_name="Sol", created_at=NOON + timedelta(minutes=at))
        for at in mails
    ]
    return mail_after_chat(a_case(messages=(a_message(body=body, channel=channel), *sent)), None)


def test_a_chat_that_was_left_open_is_owed_a_mail_and_its_end_is_shown() -> None:
    found = judged(OPEN)
    assert found.answer is Answer.NO
    assert found.evidence == (
        "chat ended 10 Mar 12:40",
        "Pat left the chat",
        "last words: Pat, “have to go, mail me”",
        "no e-mail after it",
    )


def test_times_are_the_person_s_own_as_in_the_transcript(in_chicago: None) -> None:
    assert judged(OPEN).evidence[0] == "chat ended 10 Mar 07:40"


def test_a_mail_counts_from_the_end_of_the_chat_and_not_from_its_beginning() -> None:
    assert judged(OPEN, 20).answer is Answer.NO
    assert judged(OPEN, 60).answer is Answer.YES


@pytest.mark.parametrize(
    "body",
    [
        DONE,
        DONE.replace("no thanks, bye", "great, that's all"),
        DONE.replace("(12:02:15 PM) *** Pat left the chat ***", ""),
        DONE.replace("(12:02:10 PM) Pat: no thanks, bye", "(12:02:10 PM) Sol: My pleasure. Have a lovely day!"),
    ],
)
def test_a_chat_that_came_to_its_end_was_not_abandoned(body: str) -> None:
    assert judged(body).answer is Answer.NOT_APPLICABLE


def test_a_chat_that_the_agent_left_was_not_left_by_the_customer() -> None:
    body = OPEN.replace("*** Pat left", "*** Sol left").replace("(12:40:10 PM) Pat: have to go, mail me\n", "")
    messages = (
        a_message(body=body, channel="chat"),
        a_message(id=9, author=Author.AGENT, author_name="Sol", public=False),
    )
    assert mail_after_chat(a_case(messages=messages), None).answer is None


def test_a_chat_over_midnight_ends_the_next_day() -> None:
    body = OPEN.replace("12:00 PM UTC", "11:50 PM UTC").replace("(12:00:05 PM)", "(11:50:05 PM)")
    body = (
        body.replace("(12:01:00 PM)", "(11:51:00 PM)")
        .replace("(12:40:1", "(12:10:1")
        .replace("0 PM) Pat: have", "0 AM) Pat: have")
    )
    assert judged(body.replace("5 PM) ***", "5 AM) ***")).evidence[0] == "chat ended 11 Mar 00:10"


def test_a_chat_in_another_script_is_not_judged() -> None:
    body = (
        OPEN.replace("my box has no cooking cards in it", "料理カードが入っていません。どうすればいいですか")
        .replace("have to go, mail me", "もう行かなければなりません、メールしてください")
        .replace("One moment please.", "少々お待ちください")
    )
    found = judged(body)
    assert found.answer is None
    assert "cannot be judged" in found.evidence[-1]
