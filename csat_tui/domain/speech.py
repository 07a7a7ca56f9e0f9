"""Who said what in a transcript, and in which language.

A help desk keeps a whole chat as one message, with the words of both people in it. The script of a text is recognised
here; a detector from outside tells the language. A pattern says nothing about a text in another language than its own:
no match there is no evidence.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.case import Case
from csat_tui.domain.ticket import Author, Message

LanguageDetector = Callable[[str], str]
"""Detects the language of a text as an ISO 639 code; empty where it is not certain."""

UNKNOWN = ""
"""The language of a text whose language is not certain."""
LOOKED_AT = 1_000
"""Characters of a text from which its script is detected."""
_OTHER_SCRIPT = "?"
"""The mark before the name of a script if the language is not known."""
_SCRIPTS = {
    "LATIN": "Latin", "CYRILLIC": "Cyrillic", "GREEK": "Greek", "HEBREW": "Hebrew", "ARABIC": "Arabic",
    "CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "THAI": "Thai",
    "DEVANAGARI": "Devanagari", "BENGALI": "Bengali", "TAMIL": "Tamil", "ARMENIAN": "Armenian", "GEORGIAN": "Georgian",
}  # fmt: skip
"""The names of scripts by the first word of their letters' Unicode names."""
_LATIN = "Latin"
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def no_detector(_text: str) -> str:
    """Detect no language: the default where there is no detector."""
    return UNKNOWN


def language_of(text: str, detect: LanguageDetector = no_detector) -> str:
    """Return the code of a text's language; for other than Latin letters at least the script."""
    if not (script := script_of(text)):
        return UNKNOWN
    return detect(text) or (UNKNOWN if script == _LATIN else f"{_OTHER_SCRIPT}{script}")


def script_of(text: str) -> str:
    """Return the script of most letters of a text; empty where it has no letters."""
    counted: Counter[str] = Counter()
    for letter in text[:LOOKED_AT]:
        if letter.isalpha():
            first = unicodedata.name(letter, "OTHER").split()[0].partition("-")[0]
            counted[_SCRIPTS.get(first, first.capitalize())] += 1
    return counted.most_common(1)[0][0] if counted else ""


def is_judged(language: str, known: Collection[str]) -> bool:
    """Return whether patterns in the known languages can judge a text in this language."""
    return language == UNKNOWN or language in known


def language_name(code: str) -> str:
    """Return the name of a language."""
    if code.startswith(_OTHER_SCRIPT):
        return f"{code.removeprefix(_OTHER_SCRIPT)} script"
    return _NAMES.get(code, f"the language “{code}”")


_CHAT_LINE = re.compile(r"^\(\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?\)\s([^:\n*]{1,60}):[ \t]?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words of a person; `public` means that the customer saw them."""

    author: Author
    name: str
    text: str
    at: datetime
    public: bool


def utterances(case: Case) -> Iterator[Utterance]:
    """Yield everything said in the transcript, in order; each line of a chat with its speaker."""
    agents = _agents(case)
    for message in case.messages:
        yield from _spoken(message, agents)


def utterances_in(case: Case, message: Message) -> Iterator[Utterance]:
    """Yield everything said in a message of the transcript."""
    return _spoken(message, _agents(case))


def chat_lines(body: str) -> Sequence[tuple[str, str]]:
    """Return the lines of a chat, each with its speaker; none if a message is no chat."""
    return _CHAT_LINE.findall(body)


def is_agent(case: Case, name: str) -> bool:
    """Return whether a name in a chat is an agent's."""
    return _first(name) in _agents(case)


def _spoken(message: Message, agents: frozenset[str]) -> Iterator[Utterance]:
    lines = _CHAT_LINE.findall(message.body)
    if not lines:
        yield Utterance(message.author, message.author_name, message.body, message.created_at, message.public)
    for name, text in lines:
        who = Author.AGENT if _first(name) in agents else Author.CUSTOMER
        yield Utterance(who, name.strip(), text, message.created_at, message.public)


def _agents(case: Case) -> frozenset[str]:
    """Return the first names of the agents of a case, as chats show them."""
    named = (case.survey.agent, *(one.author_name for one in case.messages if one.author is Author.AGENT))
    return frozenset(_first(name) for name in named) - {""}


def _first(name: str) -> str:
    """Return a first name for comparing: chats often show no more."""
    return name.split()[0].casefold() if name.split() else ""
