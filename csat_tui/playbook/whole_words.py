"""Patterns that people write for words: whole words in any capitals, and none that could take very long."""

import re
from collections.abc import Callable

from csat_tui.playbook.patterns import slowness
from csat_tui.toml_file import Place, Table


def whole_words(
    table: Table, place: Place, told: str, text: str, unfit: Callable[[re.Pattern[str]], str]
) -> re.Pattern[str] | None:
    """Compile a pattern so that it matches whole words, as people who write `late` do not mean `chocolate`.

    `told` is how a problem with it begins; `unfit` says how it goes on where the pattern cannot be used, or nothing.
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
