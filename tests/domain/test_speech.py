"""Who said what in a chat that the help desk keeps as one message."""

from csat_tui.domain.case import Answer
from csat_tui.domain.concern import best_issues
from csat_tui.domain.promises.kept import promise_kept, repeated_concern
from csat_tui.domain.speech import utterances
from csat_tui.domain.ticket import Author
from tests.builders import a_case, a_message, a_survey, the_playbook

CHAT = """\
Chat started: 2026-03-10 12:00 PM UTC

(12:00:39 PM) Pat: I want to cancel: no more boxes
(12:01:31 PM) Sol: Of course. I will cancel the subscription for you right after this chat.
(12:02:00 PM) Sol: Was your last box late?
(12:03:01 PM) Pat: no
(12:05:52 PM) *** Pat left the chat ***"""


def test_each_line_of_a_chat_is_whoever_s_it_is() -> None:
    case = a_case(messages=(a_message(body=CHAT),))
    assert [(one.author, one.name, one.text) for one in utterances(case)] == [
        (Author.CUSTOMER, "Pat", "I want to cancel: no more boxes"),
        (Author.AGENT, "Sol", "Of course. I will cancel the subscription for you right after this chat."),
        (Author.AGENT, "Sol", "Was your last box late?"),
        (Author.CUSTOMER, "Pat", "no"),
    ]


def test_any_other_message_is_its_author_s() -> None:
    case = a_case(messages=(a_message(body="It came at (12:00 PM): late"),))
    assert [(one.author, one.text) for one in utterances(case)] == [(Author.CUSTOMER, "It came at (12:00 PM): late")]


def test_a_promise_in_a_chat_is_the_agent_s_and_a_question_of_theirs_no_concern_of_the_customer_s() -> None:
    case = a_case(messages=(a_message(body=CHAT),), survey=a_survey(comment="Hm."))
    assert promise_kept(case, the_playbook()).answer is Answer.NO
    assert [issue.id for issue, _ in best_issues(case, the_playbook())] == ["cancellation"]


def test_an_answer_within_the_same_chat_is_an_answer() -> None:
    case = a_case(messages=(a_message(body=CHAT),), survey=a_survey(comment="I cancelled!"))
    assert repeated_concern(case, the_playbook()).answer is Answer.YES
