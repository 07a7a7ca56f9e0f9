"""Values that a configuration has beyond those of any TOML file: one-line texts, commands, choices and sections."""

from collections.abc import Callable, Collection

from csat_tui.domain.safe_text import UNSAFE
from csat_tui.toml_file import Table, joined
from csat_tui.toml_file.table import type_in_words

MAX_CHARACTERS = 2_000
"""Characters of one text; addresses and commands are far shorter."""


def section(table: Table, key: str) -> Table | None:
    """Return a section inside another one or the file; None where there is none."""
    if not table.has(key):
        return None
    name = f"[{'.'.join(map(str, (*table.place, key)))}]"
    value = table.data[key]
    if not isinstance(value, dict):
        table.wrong(key, f"“{key}” of {table.name} is {type_in_words(value)}, expected a section, written {name}")
        return None
    return Table(value, (*table.place, key), name, table.log)


def line_of_text(table: Table, key: str, default: str | None = "", *, expected: str = "") -> str:
    """Return a text of one line; without a default it has to be there."""
    text = table.text(key, default, expected=expected)
    return text if _fits(table, key, text) else (default or "")


def choice(table: Table, key: str, known: Collection[str], default: str) -> str:
    """Return one of the known words, the default where another one is written."""
    text = line_of_text(table, key, default)
    if text in known:
        return text
    table.wrong(key, f"“{key}” of {table.name} is “{text}”, expected {joined(known, 'or')}")
    return default


def command(table: Table, key: str) -> tuple[str, ...] | str:
    """Return a text, or a list of texts; empty where the key is left out."""
    if not table.has(key):
        return ""
    value = table.data[key]
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        what = "an empty list" if words == [] else type_in_words(value)
        table.wrong(key, f"“{key}” of {table.name} is {what}, expected a text or a list of texts")
        return ""
    if not all(_fits(table, key, word) for word in words):
        return ""
    return value if isinstance(value, str) else tuple(words)


def converted(table: Table, key: str, convert: Callable[[str], str], *, expected: str = "") -> str:
    """Return a text after a conversion whose ValueError says what it should be; the text may hold a secret.

    With `expected`, which says what is written there, it has to be there.
    """
    text = table.text(key, None if expected else "", expected=expected)
    if expected and not text.strip():
        return ""  # noted already
    try:
        return convert(text) if text else ""
    except ValueError as error:
        table.wrong(key, f"“{key}” of {table.name} should be {error}")
        return ""


def _fits(table: Table, key: str, text: str) -> bool:
    """Whether a text can be one line of a configuration; noted where it cannot."""
    if len(text) > MAX_CHARACTERS:
        wrong = f"has {len(text):,} characters"
    elif UNSAFE.search(text) or "\n" in text or "\t" in text:
        wrong = "has a line break or another character that cannot be seen"
    else:
        return True
    table.wrong(key, f"“{key}” of {table.name} {wrong}, expected one line of at most {MAX_CHARACTERS:,} characters")
    return False
