"""Detect whether a chat was left with something open, and whether a mail followed (source document 000).

A help desk keeps a chat as one message that is dated at its beginning; the times of its lines give its end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from csat_tui.domain.case import Answer, Case, Suggestion
from csat_tui.domain.clock import day_and_time
from csat_tui.domain.concern import plain_beginning
from csat_tui.domain.speech import (
    LanguageDetector,
    Utterance,
    chat_lines,
    is_agent,
    is_judged,
    language_name,
    language_of,
    no_detector,
    utterances_in,
)
from csat_tui.domain.ticket import Author, Message

CHANNELS = ("chat", "messaging", "native_messaging")
"""The channels of live conversations."""
QUOTED = 60
"""Characters of the last words that are quoted."""
OWN_LANGUAGE = frozenset({"en"})
"""The languages in which goodbyes are recognised here."""
_STARTED = re.compile(r"^Chat started: (\d{4}-\d{2}-\d{2} \d{1,2}:\d{2} [AP]M) UTC", re.MULTILINE)
_CLOCK = re.compile(r"^\((\d{1,2}):(\d{2})(?::(\d{2}))?\s?([AP]M)?\)", re.MULTILINE)
_MARK = re.compile(r"^(?:\([^)\n]{1,16}\)\s)?\*{2,3}\s([^*\n]{1,160})", re.MULTILINE)
"""Lines that the help desk itself writes into a chat: who came, who left, why it ended."""
_WENT = re.compile(
    r"(?P<who>.{0,80}?)\s?(?:has\s)?(?:left(?!\sa\s)|disconnected|abandoned|timed\sout|closed\sthe\s(?:chat|window))",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"(?:still\s(?:there|with\sme|with\sus)|n[o']t\sheard\s(?:back\s)?from\syou|no\sresponse|inactiv)", re.IGNORECASE
)
_OPEN = re.compile(
    r"\?|\b(?:e?-?mail|write|call|text|answer|tell|send)\s(?:to\s)?me\b|\b(?:have|need|got)\sto\sgo\b|"
    r"\bgotta\s(?:go|run)\b"
    r"|\bin\sa\s(?:rush|meeting|hurry)\b|\bwaiting\b|\blater\b|\bforget\sit\b|\bnever\s?mind\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:bye|goodbye|good\s?night|thanks|thank\syou|thx|ty|cheers|that'?s\s(?:all|it|fine|great|"
    r"good)|no\sthat'?s\sall"
    r"|perfect|great|wonderful|awesome|brilliant|appreciate|have\sa\s\w+\s(?:day|evening|night|"
    r"weekend)|all\sgood|you\stoo)\b",
    re.IGNORECASE,
)
_AGENT_CLOSING = re.compile(
    r"\b(?:bye|goodbye|have\sa\s(?:\w+\s)?(?:\w+\s)?(?:day|evening|night|weekend|one)|my\spleasure|"
    r"you'?re\s(?:very\s|most\s)?welcome"
    r"|anything\selse|take\scare|glad\s(?:i|we)\scould\shelp|thank\syou\sfor\s(?:chatting|contacting|reaching))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Chat:
    """A chat: when it ended, its last lines, and whether the customer left it."""

    ended: datetime
    lines: tuple[Utterance, ...]
    left_open: str
    """The evidence that the customer left, or got no answer; empty where there is none."""


def mail_after_chat(case: Case, _playbook: object, detect: LanguageDetector = no_detector) -> Suggestion:
    """Suggest whether an e-mail followed a chat that the customer left with something open."""
    if not case.messages:
        return Suggestion(None, ("no transcript here",))
    talk = [message for message in case.messages if message.channel in CHANNELS]
    if not talk:
        return Suggestion(Answer.NOT_APPLICABLE, ("no chat in this transcript",))
    chat = _read(case, talk)
    when = f"chat ended {day_and_time(chat.ended)}"
    mails = [
        message
        for message in case.messages
        if message.public
        and message.author is Author.AGENT
        and message.channel not in CHANNELS
        and message.created_at > chat.ended
    ]
    mailed = [f"{mails[0].author_name} wrote {day_and_time(mails[0].created_at)}"] if mails else []
    language = language_of(plain_beginning(" ".join(one.text for one in chat.lines)), detect)
    if not is_judged(language, OWN_LANGUAGE):
        said = f"the chat is in {language_name(language)}: whether it was left open cannot be judged here"
        return Suggestion(Answer.YES if mails else None, (when, *mailed, said))
    last = f"last words: {chat.lines[-1].name}, “{_cut(chat.lines[-1].text)}”" if chat.lines else "nobody said anything"
    if _concluded(chat.lines):
        return Suggestion(Answer.NOT_APPLICABLE, (when, last, "the chat was ended properly: nobody left it open"))
    if mails:
        return Suggestion(Answer.YES, (when, *mailed))
    if not chat.left_open:
        return Suggestion(None, (when, last, "nothing says whether anybody left the chat"))
    return Suggestion(Answer.NO, (when, chat.left_open, last, "no e-mail after it"))


def _read(case: Case, talk: Sequence[Message]) -> _Chat:
    """Read the last chat: one message with all of its lines, or messages that follow each other."""
    last = talk[-1]
    if not chat_lines(last.body) and not _MARK.search(last.body):
        lines = tuple(said for message in talk for said in utterances_in(case, message))
        return _Chat(last.created_at, lines, _gone_quiet(lines))
    lines = tuple(utterances_in(case, last)) if chat_lines(last.body) else ()
    return _Chat(_end(last), lines, _left(case, last.body) or _gone_quiet(lines))


def _end(message: Message) -> datetime:
    """Return when a chat ended, from its beginning and the times of its lines."""
    clocks = [_seconds(found) for found in _CLOCK.finditer(message.body)]
    if not clocks:
        return message.created_at
    begun = message.created_at
    if told := _STARTED.search(message.body):
        try:
            begun = datetime.strptime(told[1], "%Y-%m-%d %I:%M %p").replace(tzinfo=UTC)
        except ValueError:
            begun = message.created_at  # a clock that no day has: the help desk's own stamp is what is left
    first = clocks[0] if told is None or begun == message.created_at else (begun.hour * 60 + begun.minute) * 60
    return begun + timedelta(seconds=(clocks[-1] - first) % 86_400)


def _seconds(found: re.Match[str]) -> int:
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4].upper() == "PM" else 0)
    return (hour * 60 + int(found[2])) * 60 + int(found[3] or 0)


def _left(case: Case, body: str) -> str:
    """Return the help desk's line that the customer left; empty where an agent left, or nobody."""
    marks = [mark[1].strip() for mark in _MARK.finditer(body)]
    for mark in reversed(marks):
        if (went := _WENT.match(mark)) and not is_agent(case, went["who"]):
            return _cut(mark.strip("* "))
    return ""


def _gone_quiet(lines: Sequence[Utterance]) -> str:
    """Say who got no more answer: the customer, or an agent who asks whether anybody is there."""
    if not lines:
        return ""
    last = lines[-1]
    if last.author is not Author.AGENT or _IDLE.search(last.text.replace("’", "'")):
        return f"nobody answered {last.name} any more"
    return ""


def _concluded(lines: Sequence[Utterance]) -> bool:
    """Whether a chat ended with a goodbye or thanks, and no question after it."""
    if not lines:
        return False
    last = lines[-1]
    said = last.text.replace("’", "'")
    if last.author is not Author.AGENT:
        return bool(_CLOSING.search(said)) and not _OPEN.search(said)
    if _IDLE.search(said):
        return False
    before = next((one.text.replace("’", "'") for one in reversed(lines) if one.author is not Author.AGENT), "")
    closed = bool(_CLOSING.search(before)) and not _OPEN.search(before)
    return bool(_AGENT_CLOSING.search(said)) or closed


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[: QUOTED - 1].rstrip()}…"
