"""Names of people in texts: the parts of a name, and the greetings that use it."""

import re
import unicodedata
from dataclasses import dataclass

_PART = re.compile(r"[^\W\d_](?:[\w'-]{0,40}\w)?")
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "jr", "sr"))
_NOBODY = frozenset(
    (
        *_TITLES,
        "there",
        "again",
        "all",
        "both",
        "everyone",
        "everybody",
        "team",
        "customer",
        "valued",
        "friend",
        "folks",
    )
)
_NAME = r"[^\W\d_a-z][\w'-]{0,40}"
_ANYBODY = "there|again|all|both|everyone|team|customer|sir|madam|or"
_GREETING = re.compile(
    r"^[ \t]{0,8}(?P<word>(?i:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)))(?!\w)"
    rf"(?P<whom>(?:,?[ \t]{{1,3}}(?:{_NAME}\.?|(?i:{_ANYBODY})(?!\w))){{0,4}})"
    r"(?P<ending>[ \t]{0,3}(?:[,!.:;–—-]{1,3}|$))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Greeting:
    """A greeting's place in a text: `start` to `end` is the word and whom it greets, without the comma."""

    start: int
    end: int
    word: str
    whom_start: int
    whom: tuple[str, ...]
    """The names in it, folded; empty where it greets nobody in particular."""


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name in the order of speech, without titles and initials; none of an address."""
    if "@" in name:
        return ()
    last, comma, first = name.partition(",")
    found = _PART.findall(f"{first} {last}" if comma else name)
    return tuple(part for part in found if len(part) > 1 and fold(part) not in _TITLES)


def first_name(name: str) -> str:
    """Return the name by which somebody is greeted; empty where it is not known."""
    return next(iter(name_parts(name)), "")


def fold(word: str) -> str:
    """Return a word for comparing: without capitals and accents, which people leave out when they type."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign)).casefold()


def greetings(plain: str) -> tuple[Greeting, ...]:
    """Return the greetings at the beginnings of a text's lines; a text has one, a pasted thread has more."""
    found = []
    for match in _GREETING.finditer(plain):
        whom = tuple(fold(part) for part in _PART.findall(match["whom"]))
        named = tuple(part for part in whom if part not in _NOBODY and part != "or")
        begin = match.start("whom") + len(match["whom"]) - len(match["whom"].lstrip(" \t,"))
        found.append(Greeting(match.start("word"), match.end("whom"), match["word"], begin, named))
    return tuple(found)


def greeting_end(plain: str) -> int:
    """Return where the text begins that follows a first line's greeting; 0 where none begins it."""
    first = _GREETING.match(plain)
    return first.end() if first else 0


def words_with_case(plain: str) -> dict[str, bool]:
    """Return the folded words of a text, and of each whether it is somewhere written as a name is."""
    found: dict[str, bool] = {}
    for word in set(_PART.findall(plain)):
        folded = fold(word)
        found[folded] = found.get(folded, False) or not word.islower()
    return found
