"""The mapping of an admin system's answer: one JMESPath expression for each part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from csat_tui.config.values import choice, command, line_of_text, section
from csat_tui.toml_file import Table


class Amounts(StrEnum):
    """The forms of amounts of money in an answer."""

    TEXT = "text"
    """As "59.94", so that no cent is rounded away."""
    NUMBER = "number"
    """As 59.94."""
    CENTS = "cents"
    """As 5994, in hundredths."""


ROWS = "rows"

PARTS: Mapping[str, tuple[str, ...]] = {
    "account": ("id", "email", "name", "plan", "subscription_status", "next_delivery"),
    "orders": (ROWS, "id", "placed_at", "items", "skus", "total", "currency", "status", "store"),
    "issues": (ROWS, "id", "category", "logged_by", "logged_at", "order_id", "ticket_id", "text"),
    "accommodations": (
        ROWS, "id", "kind", "given_at", "amount", "currency", "reason", "given_by", "order_id", "issue_id",
    ),
}  # fmt: skip
"""The parts that can be mapped; `rows` is the list, and the other parts are looked up in each of its rows.

Where lists stand in lists, `rows` is the way there, one expression for each; a row then has the one around it under
`parent`.
"""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "account": ("id",),
    "orders": (ROWS, "id", "placed_at"),
    "issues": (ROWS, "id", "category", "logged_at"),
    "accommodations": (ROWS, "id", "kind", "given_at"),
}
"""The required parts of each section."""


@dataclass(frozen=True, slots=True)
class AdminMap:
    """Expressions by section and part, as `PARTS` names them; a section that is not mapped stays empty."""

    expressions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The path to each section's list."""
    amounts: Amounts = Amounts.TEXT


def read_map(table: Table) -> AdminMap:
    """Read `[admin.map]`; every expression is tried for its grammar."""
    amounts = Amounts(choice(table, "amounts", tuple(Amounts), Amounts.TEXT))
    found, rows = {}, {}
    for name, parts in PARTS.items():
        inner = section(table, name)
        if inner is None:
            continue
        for part in NEEDED[name]:
            if not inner.has(part) or inner.data[part] == "":
                inner.wrong(part, f"{inner.name} lacks “{part}”, a JMESPath expression")
        found[name] = {
            part: _expression(inner, part, line_of_text(inner, part))
            for part in parts
            if part != ROWS and inner.has(part)
        }
        if ROWS in parts:
            way = command(inner, ROWS)
            steps = (way,) if isinstance(way, str) else way
            rows[name] = tuple(_expression(inner, ROWS, step) for step in steps if step)
        inner.finish()
    if "account" not in table.data:
        table.log.add(table.place, f"{table.name} lacks “account”, which says at least where the account's id is")
    table.finish()
    return AdminMap(found, rows, amounts)


def _expression(table: Table, part: str, text: str) -> str:
    """Return an expression after it was compiled once; what is wrong with it is noted."""
    import jmespath  # only where a mapping is configured
    from jmespath.exceptions import JMESPathError

    if not text:
        return ""
    try:
        tree = jmespath.compile(text).parsed
    except JMESPathError as error:
        at = getattr(error, "lex_position", None)
        place = "" if at is None else f" near character {at + 1}"
        table.wrong(part, f"“{part}” of {table.name} is not a JMESPath expression: it cannot be read{place}")
        return ""
    for name in _functions(tree):
        table.wrong(part, f"“{part}” of {table.name} calls {name}(), which JMESPath does not have")
    return text


def _functions(tree: Mapping[str, object]) -> list[str]:
    """Return the functions that an expression calls and that do not exist: they would fail only when asked."""
    from jmespath.functions import Functions

    unknown = []
    waiting: list[object] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            if node.get("type") == "function_expression" and node.get("value") not in Functions.FUNCTION_TABLE:
                unknown.append(str(node.get("value")))
            children = node.get("children")
            waiting.extend(children if isinstance(children, list) else ())
    return unknown
