"""The rule about places of a template that nobody has filled."""

import re
from collections.abc import Iterator

from csat_tui.domain.places import PLACE
from csat_tui.domain.wording.matching import Reading, stretches
from csat_tui.domain.wording.names import first_name
from csat_tui.domain.wording.rules import Remark, WordingRule
from csat_tui.domain.wording.words import remark_on

UNFILLED = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}|\{[^{}\n]{0,80}\}"
    r"|\[(?:[A-Z][A-Z0-9 _/-]{1,40}|(?i:your|insert|enter|add|name|first|last|customer|agent|order|date|amount|link)"
    r"(?![a-z])[^\[\]\n]{0,40})\]"
    r"|<(?!(?:https?|mailto|tel):|www\.)[A-Za-z_][^<>@\n]{0,60}>"
    r"|(?<!\w)(?:X{3,}|x{4,}|TODO|TBD|TBC|FIXME)(?!\w)"
    r"|(?<![\w_])_{3,12}(?![\w_])"
)
"""A place as templates mark it: in braces or brackets of any sort, as a row of X or lines, or as a reminder."""


def stops(text: str) -> tuple[tuple[int, int], ...]:
    """Return where places are still to be filled in a text, in its order."""
    return tuple(found.span() for found in UNFILLED.finditer(text))


def placeholder(rule: WordingRule, reading: Reading) -> Iterator[Remark]:
    """Yield a remark on each place that is still empty, with the customer's name as a fix where it belongs there."""
    known = {
        "customer-first-name": first_name(reading.facts.customer),
        "customer-name": reading.facts.customer if first_name(reading.facts.customer) else "",
        "order": reading.facts.orders[0] if len(reading.facts.orders) == 1 else "",
    }
    for found in UNFILLED.finditer(reading.plain):
        place = PLACE.fullmatch(found[0])
        fix = known.get(place[1], "") if place else ""
        yield remark_on(rule, reading, *found.span(), (fix,) if fix else ())
    for stretch in stretches(rule, reading):
        yield remark_on(rule, reading, stretch.start, stretch.end)
