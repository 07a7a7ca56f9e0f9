"""Map an admin system's own answer to the shape that `http` reads, by the expressions of the configuration.

The mapped answer uses the names of `[admin.map]`, so that an error message names the line to correct.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from csat_tui.admin.http import WHERE
from csat_tui.config import AdminMap, Amounts
from csat_tui.domain.errors import Malformed
from csat_tui.transport.shapes import JsonShape

LATEST_IN_SECONDS = 7_300_000_000
"""A moment in the year 2201; a larger number is written in milliseconds."""
MOST_ROWS = 5_000
"""Rows of one list; no customer has more, and a wrong mapping may find them."""
_TIMES = ("placed_at", "logged_at", "given_at", "next_delivery")
_AMOUNTS = ("total", "amount")
_CENT = Decimal("0.01")


class AnswerMapping:
    """Compiled expressions; raises Malformed for an answer that they do not fit."""

    def __init__(self, configured: AdminMap) -> None:
        self._amounts = configured.amounts
        self._parts = {
            section: {part: jmespath.compile(text) for part, text in parts.items() if text}
            for section, parts in configured.expressions.items()
        }
        self._rows = {
            section: tuple(jmespath.compile(step) for step in steps) for section, steps in configured.rows.items()
        }

    def shape(self, answer: object) -> dict[str, object] | None:
        """Return an answer in the shape that we read; None where nothing of an account is in it."""
        account = self._read("account", answer, "account")
        if all(value is None for value in account.values()):
            return None
        subscription = {
            "plan": account.get("plan"),
            "status": account.get("subscription_status"),
            "next_delivery": account.get("next_delivery"),
        }
        lists = {
            section: [
                self._read(section, row, f"{section}[{place}]")
                for place, row in enumerate(self._found(section, answer))
            ]
            for section in self._rows
        }
        return {"account": account, "subscription": subscription, **lists}

    def _found(self, section: str, answer: object) -> list[object]:
        """Return the rows of a section's list, each knowing the row that it stands in."""
        rows = [answer]
        for depth, step in enumerate(self._rows[section]):
            rows = [row for around in rows for row in self._inner(section, step, around, nested=depth > 0)]
            if len(rows) > MOST_ROWS:
                raise Malformed(
                    f"admin.map.{section}.rows finds more than {MOST_ROWS:,} rows; nothing was changed here"
                )
        return rows

    def _inner(self, section: str, step: ParsedResult, around: object, *, nested: bool) -> Iterator[object]:
        found = self._searched(step, around, f"{section}.rows")
        if found is None:
            return
        if not isinstance(found, list):
            raise Malformed(f"admin.map.{section}.rows finds something that is not a list; nothing was changed here")
        for row in found:
            yield {**row, "parent": around} if nested and isinstance(row, dict) else row

    def _read(self, section: str, row: object, where: str) -> dict[str, object]:
        """Return a row's parts, with times and amounts as we read them."""
        values: dict[str, object] = {
            part: self._searched(expression, row, f"{section}.{part}")
            for part, expression in self._parts.get(section, {}).items()
        }
        shape = JsonShape(values, f"{WHERE}.{where}")
        changed = {part: _moment(value) for part, value in values.items() if part in _TIMES}
        changed |= {part: self._amount(shape, part) for part in values if part in _AMOUNTS}
        return values | changed

    def _searched(self, expression: ParsedResult, value: object, name: str) -> object:
        try:
            found: object = expression.search(value)
        except (JMESPathError, TypeError, ValueError, ArithmeticError) as error:
            raise Malformed(
                f"admin.map.{name} cannot be applied to the admin system's answer; nothing was changed here. Correct "
                "the expression in config.toml"
            ) from error
        return found

    def _amount(self, shape: JsonShape, part: str) -> object:
        """Return an amount as a text, so that no cent is rounded away, from the one way in which it may be written."""
        value = shape.value[part]
        if value is None:
            return None
        match self._amounts:
            case Amounts.CENTS:
                if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**15:
                    raise shape.wrong(part, "a whole number of cents")
                return str(value * _CENT)
            case Amounts.NUMBER:
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise shape.wrong(part, "a number such as 59.94")
                return repr(value)
            case Amounts.TEXT:
                return value


def _moment(value: object) -> object:
    """Return a time in seconds or milliseconds since 1970 as it is written otherwise; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return datetime.fromtimestamp(value / 1000 if abs(value) > LATEST_IN_SECONDS else value, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return value
