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


def spoken(*lines: tuple[str, str], **over: object) -> Suggestion:
    """Judge a chat whose lines come as messages of their own, a minute apart: the customer is Pat, the agent Sol."""
    messages = [
        a_message(
            id=500 + at, channel="messaging", body=words, author_name=who, created_at=NOON + timedelta(minutes=at),
            author=Author.AGENT if who == "Sol" else Author.CUSTOMER,
        )
        for at, (who, words) in enumerate(lines)
    ]  # fmt: skip
    return mail_after_chat(a_case(messages=(*messages, *over.get("after", ()))), None)  # type: ignore[misc]


NOTE = a_message(id=9, author=Author.AGENT, author_name="Sol", public=False)
QUESTION = ("Pat", "Where is my box?")
VAN = ("Sol", "On the van.")
ENDED = "the chat was ended properly: nobody left it open"


@pytest.mark.parametrize(
    ("lines", "answer", "evidence"),
    [
        (
            (QUESTION,),
            Answer.NO,
            ("chat ended 10 Mar 12:00", "nobody answered Pat any more", "last words: Pat, “Where is my box?”"),
        ),
        (
            (QUESTION, ("Sol", "It is on the van.")),
            None,
            (
                "chat ended 10 Mar 12:01",
                "last words: Sol, “It is on the van.”",
                "nothing says whether anybody left the chat",
            ),
        ),
        (
            (QUESTION, ("Sol", "Are you still there?")),
            Answer.NO,
            ("chat ended 10 Mar 12:01", "nobody answered Sol any more", "last words: Sol, “Are you still there?”"),
        ),
        (
            (QUESTION, ("Sol", "I haven’t heard from you, so I close this chat.")),
            Answer.NO,
            ("chat ended 10 Mar 12:01", "nobody answered Sol any more"),
        ),
        (
            (QUESTION, VAN, ("Pat", "Thanks!")),
            Answer.NOT_APPLICABLE,
            ("last words: Pat, “Thanks!”", ENDED),
        ),
        ((QUESTION, VAN, ("Pat", "That’s all")), Answer.NOT_APPLICABLE, (ENDED,)),
        (
            (QUESTION, VAN, ("Pat", "Thanks! And when?")),
            Answer.NO,
            ("nobody answered Pat any more",),
        ),
        ((QUESTION, VAN, ("Pat", "thanks, gotta run, call me")), Answer.NO, ()),
        ((QUESTION, ("Sol", "On the van. Take care!")), Answer.NOT_APPLICABLE, (ENDED,)),
        ((QUESTION, ("Sol", "Here."), ("Pat", "that’s great"), ("Sol", "Good.")), Answer.NOT_APPLICABLE, (ENDED,)),
        ((QUESTION, ("Sol", "Here."), ("Pat", "great, and now?"), ("Sol", "Good.")), None, ()),
        # Thanks long before do not close what was asked after them.
        ((("Pat", "Thanks for being there"), QUESTION, ("Sol", "One moment.")), None, ()),
        ((QUESTION, ("Sol", "Anything else?"), ("Sol", "No response, I close the chat. Bye.")), Answer.NO, ()),
    ],
)
def test_a_chat_of_single_messages_is_read_from_its_last_words(
    lines: tuple[tuple[str, str], ...], answer: Answer | None, evidence: tuple[str, ...]
) -> None:
    found = spoken(*lines)
    assert found.answer is answer, found.evidence
    assert [line for line in evidence if line not in found.evidence] == []


def test_long_last_words_are_quoted_on_one_line_by_their_beginning() -> None:
    found = spoken(("Pat", "where\n is " + "x" * 70))
    assert found.evidence[2] == f"last words: Pat, “where is {'x' * 50}…”"
    assert spoken(("Pat", "y" * 60)).evidence[2] == f"last words: Pat, “{'y' * 60}”"


def test_without_a_transcript_or_a_chat_in_it_there_is_nothing_to_judge() -> None:
    assert mail_after_chat(a_case(messages=()), None) == Suggestion(None, ("no transcript here",))
    assert mail_after_chat(a_case(), None) == Suggestion(Answer.NOT_APPLICABLE, ("no chat in this transcript",))


@pytest.mark.parametrize("channel", ["chat", "messaging", "native_messaging"])
def test_each_channel_on_which_people_talk_is_a_chat(channel: str) -> None:
    assert judged(OPEN, channel=channel).answer is Answer.NO


@pytest.mark.parametrize(
    "mail",
    [
        {"public": False},
        {"author": Author.CUSTOMER},
        {"channel": "chat", "body": "Sol: hello"},
        {"created_at": NOON},
    ],
)
def test_only_what_the_agent_mailed_to_the_customer_after_the_chat_counts(mail: dict[str, object]) -> None:
    parts = {"id": 600, "author": Author.AGENT, "author_name": "Sol", "created_at": NOON + timedelta(hours=2)} | mail
    messages = (a_message(body=OPEN, channel="messaging"), a_message(**parts))
    found = mail_after_chat(a_case(messages=messages), None)
    assert found.answer is not Answer.YES, found.evidence


def test_the_first_mail_after_the_chat_is_named() -> None:
    assert judged(OPEN, 60, 90) == Suggestion(Answer.YES, ("chat ended 10 Mar 12:40", "Sol wrote 10 Mar 13:00"))


@pytest.mark.parametrize(
    ("started", "first", "last", "ended"),
    [
        ("2026-03-10 12:00 PM", "(12:00:05 PM)", "(12:40:15 PM)", "10 Mar 12:40"),
        ("2026-03-10 9:59 AM", "(10:00 AM)", "(10:20 AM)", "10 Mar 10:20"),
        ("2026-03-10 11:30 AM", "(11:30)", "(13:05)", "10 Mar 13:05"),
        ("2026-03-10 12:10 AM", "(12:10:00 AM)", "(1:00:59 AM)", "10 Mar 01:00"),
        # A clock that no day has: the help desk's own stamp, and as long as the lines say.
        ("2026-13-40 12:00 PM", "(12:00:00 PM)", "(12:25:00 PM)", "10 Mar 12:25"),
        ("", "(03:00:00 PM)", "(03:07:00 PM)", "10 Mar 12:07"),
    ],
)
def test_a_chat_ends_as_long_after_its_beginning_as_its_clocks_say(
    started: str, first: str, last: str, ended: str
) -> None:
    heading = f"Chat started: {started} UTC\n\n" if started else ""
    found = judged(f"{heading}{first} Pat: where is my box?\n{last} Sol: One moment.")
    assert found.evidence[0] == f"chat ended {ended}"


@pytest.mark.parametrize(
    ("mark", "left"),
    [
        ("*** Pat has left the chat ***", "Pat has left the chat"),
        ("*** Visitor 4711 disconnected ***", "Visitor 4711 disconnected"),
        ("** Pat timed out **", "Pat timed out"),
        ("*** Pat closed the window ***", "Pat closed the window"),
        (f"*** {'P' * 70} left ***", f"{'P' * 59}…"),
        ("*** Sol left the chat ***", ""),
        ("*** Pat left a rating ***", ""),
        ("*** Pat joined the chat ***", ""),
    ],
)
def test_who_left_is_what_the_help_desk_itself_says(mark: str, left: str) -> None:
    body = f"(12:00:05 PM) Pat: where is my box?\n(12:01:00 PM) Sol: One moment.\n(12:02:00 PM) {mark}"
    messages = (
        a_message(body=body, channel="chat"),
        a_message(id=9, author=Author.AGENT, author_name="Sol", public=False),
    )
    found = mail_after_chat(a_case(messages=messages), None)
    assert (found.answer, left in found.evidence) == ((Answer.NO, True) if left else (None, False)), found.evidence


def test_a_chat_of_nothing_but_the_help_desk_s_own_words_says_so() -> None:
    found = judged("(12:02:15 PM) *** Pat left the chat ***")
    assert found.evidence == (
        "chat ended 10 Mar 12:00",
        "Pat left the chat",
        "nobody said anything",
        "no e-mail after it",
    )
    assert found.answer is Answer.NO
