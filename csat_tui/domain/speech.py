"""Who said what: a help desk keeps a whole chat as one message, with the words of both in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.case import Case
from csat_tui.domain.ticket import Author, Message

_CHAT_LINE = re.compile(r"^\(\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?\)\s([^:\n*]{1,60}):[ \t]?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """Words of one person; `public` whether the customer saw them."""

    author: Author
    name: str
    text: str
    at: datetime
    public: bool


def spoken(case: Case) -> Iterator[Said]:
    """Yield what everybody said in the transcript, each line of a chat by whoever said it, in order."""
    agents = _agents(case)
    for message in case.messages:
        yield from _spoken(message, agents)


def spoken_in(case: Case, message: Message) -> Iterator[Said]:
    """Yield what everybody said in one message of the transcript."""
    return _spoken(message, _agents(case))


def chat_lines(body: str) -> Sequence[tuple[str, str]]:
    """Return the lines of a chat, each with who said it; none where a message is no chat."""
    return _CHAT_LINE.findall(body)


def is_agent(case: Case, name: str) -> bool:
    """Whether a name in a chat is an agent's."""
    return _first(name) in _agents(case)


def _spoken(message: Message, agents: frozenset[str]) -> Iterator[Said]:
    lines = _CHAT_LINE.findall(message.body)
    if not lines:
        yield Said(message.author, message.author_name, message.body, message.created_at, message.public)
    for name, text in lines:
        who = Author.AGENT if _first(name) in agents else Author.CUSTOMER
        yield Said(who, name.strip(), text, message.created_at, message.public)


def _agents(case: Case) -> frozenset[str]:
    """Return the first names of the agents of a case, as chats show them."""
    named = (case.survey.agent, *(one.author_name for one in case.messages if one.author is Author.AGENT))
    return frozenset(_first(name) for name in named) - {""}


def _first(name: str) -> str:
    """Return a first name as it is compared: chats often show no more."""
    return name.split()[0].casefold() if name.split() else ""
