"""Compile patterns that people write for words: they match whole words in any capitals, and none may be slow."""

import re
from collections.abc import Callable

from csat_tui.playbook.patterns import slowness
from csat_tui.toml_file import Place, Table


def compile_words(
    table: Table, place: Place, told: str, text: str, unfit: Callable[[re.Pattern[str]], str]
) -> re.Pattern[str] | None:
    """Return a compiled pattern that matches whole words (`late` does not match `chocolate`); None where it is refused.

    `told` begins the sentence of a problem; `unfit` returns the rest of it if the pattern cannot be used, or nothing.
    """
    try:
        pattern = re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE)
    except re.error as error:
        table.log.add(place, f"{told}, which is not a regular expression: {error.msg}")
        return None
    if wrong := unfit(pattern):
        table.log.add(place, f"{told}{wrong}")
        return None
    if slow := "" if table.log.proven else slowness(pattern.pattern):
        table.log.add(place, f"{told}, {slow}: it could take very long on some text")
        return None
    return pattern
