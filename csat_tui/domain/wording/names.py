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
    """A greeting in a text: `start` to `end` is the word and the names, without the comma."""

    start: int
    end: int
    word: str
    whom_start: int
    whom: tuple[str, ...]
    """The names in it, folded; empty if it greets nobody by name."""


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name in spoken order, without titles and initials; none for an address."""
    if "@" in name:
        return ()
    last, comma, first = name.partition(",")
    found = _PART.findall(f"{first} {last}" if comma else name)
    return tuple(part for part in found if len(part) > 1 and fold(part) not in _TITLES)


def first_name(name: str) -> str:
    """Return the name for a greeting; empty where it is not known."""
    return next(iter(name_parts(name)), "")


def fold(word: str) -> str:
    """Return a word for comparing, without capitals and accents, which people often leave out."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign)).casefold()


def greetings(plain: str) -> tuple[Greeting, ...]:
    """Return the greetings at the beginnings of a text's lines; a pasted thread has several."""
    found = []
    for match in _GREETING.finditer(plain):
        whom = tuple(fold(part) for part in _PART.findall(match["whom"]))
        named = tuple(part for part in whom if part not in _NOBODY and part != "or")
        begin = match.start("whom") + len(match["whom"]) - len(match["whom"].lstrip(" \t,"))
        found.append(Greeting(match.start("word"), match.end("whom"), match["word"], begin, named))
    return tuple(found)


def greeting_end(plain: str) -> int:
    """Return the position after a greeting in the first line; 0 if there is none."""
    first = _GREETING.match(plain)
    return first.end() if first else 0


def words_with_case(plain: str) -> dict[str, bool]:
    """Return the folded words of a text, and whether each is written like a name somewhere."""
    found: dict[str, bool] = {}
    for word in set(_PART.findall(plain)):
        folded = fold(word)
        found[folded] = found.get(folded, False) or not word.islower()
    return found
