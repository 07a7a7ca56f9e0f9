"""Read one TOML table: the reader asks for every value by name and kind; a key that it never asks for is a mistake."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from csat_tui.domain.account import Money
from csat_tui.toml_file.document import KeyPath, Problems, did_you_mean, joined, nearest

T = TypeVar("T")
_ID = re.compile(r"[a-z][a-z0-9-]*")
_MONEY = re.compile(r"(\d+(?:\.\d{1,2})?) ([A-Z]{3})")
_DURATION = re.compile(r"(\d{1,6})([smhd])")
_TIME_ZONE = "the name of a time zone such as “Europe/Berlin” or “UTC”"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_KINDS: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


class Table:
    """A table, its place and its name in sentences; a missing or wrong value is noted, and a default stands in."""

    def __init__(self, data: Mapping[str, object], place: KeyPath, name: str, log: Problems) -> None:
        self.data = data
        self.place = place
        self.name = name
        self.log = log
        self._asked: set[str] = set()

    def wrong(self, key: str, sentence: str) -> None:
        """Note a problem with one key."""
        self.log.add((*self.place, key), sentence)

    def has(self, key: str) -> bool:
        """Return whether the key is written, counting it as asked for."""
        self._asked.add(key)
        return key in self.data

    def text(self, key: str, default: str | None = None, *, expected: str = "") -> str:
        """Return a text, which may be empty only where it may be left out; `expected` says what is written there."""
        value = self._value(key, str, default, expected=expected)
        if default is None and key in self.data and value is not None and not value.strip():
            self.wrong(key, f"“{key}” of {self.name} is empty, expected {expected or 'a text'}")
        return value or ""

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._value(key, bool, default)
        return default if value is None else value

    def number(
        self, key: str, low: float, high: float, default: float | None = None, *, or_zero: bool = False
    ) -> float:
        """Return a number within two bounds; `or_zero` allows 0 as well, where it has a meaning of its own."""
        value = self._value(key, float, default)
        if value is None:
            return low
        if not low <= value <= high and not (or_zero and value == 0):
            zero = "0, or " if or_zero else ""
            self.wrong(key, f"“{key}” of {self.name} is {value:g}, expected {zero}{low:g} to {high:g}")
            return low if default is None else default
        return value

    def whole_number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number within two bounds."""
        value = float(self.number(key, low, high, default))
        if not value.is_integer():
            self.wrong(key, f"“{key}” of {self.name} is {value:g}, expected a whole number")
        return int(value)

    def identifier(self, key: str = "id") -> str:
        """Return an id: lower-case letters, digits and hyphens, so that it can be referred to and put in braces."""
        value = self.text(key)
        if value and not _ID.fullmatch(value):
            self.wrong(key, f"{key} “{value}” of {self.name} may have only lower-case letters, digits and hyphens")
        return value

    def choice(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """Return one of the known words."""
        value = self.text(key, default)
        if value and value not in known:
            self.wrong(key, f"“{key}” of {self.name} is “{value}”, expected {joined(known, 'or')}")
        return value

    def reference(self, key: str, known: Collection[str], says: str, section: str) -> str:
        """Return the id of something defined in another section; `says` is the verb and noun of the sentence."""
        value = self.text(key)
        if value:
            self.must_know((key,), value, known, says, section)
        return value

    def must_know(self, way: KeyPath, value: str, known: Collection[str], says: str, section: str) -> bool:
        """Note a reference to something that no section defines; tell whether it is known."""
        if value in known:
            return True
        self.log.meant.add(nearest(value, known))
        self.log.add(
            (*self.place, *way),
            f"{self.name} {says} “{value}”, which no {section} defines{did_you_mean(value, known)}",
        )
        return False

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """Return a list of texts, at least one unless it may be left out."""
        values = self._value(key, list, [] if optional else None)
        if values is None:
            return ()
        if not values and not optional:
            self.wrong(key, f"“{key}” of {self.name} is empty, expected at least one text")
        for index, value in enumerate(values):
            if not isinstance(value, str):
                self.log.add(
                    (*self.place, key, index), f"“{key}” of {self.name} holds {type_in_words(value)}, expected texts"
                )
        return tuple(value for value in values if isinstance(value, str))

    def words(self, key: str) -> dict[str, str]:
        """Return a table of texts, empty where it is left out."""
        values = self._value(key, dict, {})
        for name, value in (values or {}).items():
            if not isinstance(value, str):
                self.wrong(key, f"“{name}” in “{key}” of {self.name} is {type_in_words(value)}, expected a text")
        return {name: value for name, value in (values or {}).items() if isinstance(value, str)}

    def table(self, key: str) -> "Table":
        """Return a table inside this one."""
        return Table(self._value(key, dict, None) or {}, (*self.place, key), f"“{key}” of {self.name}", self.log)

    def tables(self, key: str, noun: str, *, optional: bool = False) -> list["Table"]:
        """Return a list of tables, each named by its noun and its id, or its number and whose it is."""
        found = []
        if isinstance(self.data.get(key), dict):
            self._asked.add(key)
            self.wrong(key, f"“{key}” of {self.name} is one table, expected a list of them: [[{key}]]")
            return []
        for index, value in enumerate(self._value(key, list, [] if optional else None) or ()):
            place = (*self.place, key, index)
            if isinstance(value, dict):
                own = value.get("id")
                numbered = f"{noun} {index + 1}" if not self.place else f"{noun} {index + 1} of {self.name}"
                name = f"{noun} “{own}”" if isinstance(own, str) and own else numbered
                found.append(Table(value, place, name, self.log))
            else:
                self.log.add(place, f"“{key}” of {self.name} holds {type_in_words(value)}, expected tables in braces")
        return found

    def duration(self, key: str) -> timedelta | None:
        """Return a span such as `30d`, `24h`, `5m` or `10s`."""
        text = self.text(key)
        match = _DURATION.fullmatch(text)
        if match:
            return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
        if text:
            self.wrong(key, f"“{key}” of {self.name} is “{text}”, expected a duration such as “30d”, “24h” or “10s”")
        return None

    def time_zone(self, key: str, default: str) -> str:
        """Return the name of a time zone of the IANA's list, such as `America/New_York`."""
        name = self.text(key, default, expected=_TIME_ZONE)
        try:
            ZoneInfo(name or default or "UTC")
        except (LookupError, OSError, ValueError):  # a folder of the list is an OSError, a way out of it a ValueError
            hint = did_you_mean(name, available_timezones())
            self.wrong(key, f"“{key}” of {self.name} is “{name}”, which does not exist; expected {_TIME_ZONE}{hint}")
            return default
        return name

    def money(self, key: str) -> Money | None:
        """Return an amount such as `15.00 USD`."""
        text = self.text(key)
        match = _MONEY.fullmatch(text)
        if match:
            return Money(Decimal(match[1]), match[2])
        if text:
            self.wrong(key, f"“{key}” of {self.name} is “{text}”, expected an amount such as “15.00 USD”")
        return None

    def forgive(self) -> None:
        """Take every key as asked for, where it cannot be told any more which would be."""
        self._asked.update(self.data)

    def finish(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.data.keys() - self._asked:
            self.wrong(key, f"{self.name} has an unknown key “{key}”{did_you_mean(key, self._asked)}")

    def _value(self, key: str, kind: type[T], default: T | None, *, expected: str = "") -> T | None:
        """Return a value of a kind; a missing one is noted where it has no default, a wrong one always."""
        self._asked.add(key)
        if key not in self.data:
            if default is None:
                self.log.add(self.place, f"{self.name} lacks “{key}”, {expected or _KINDS[kind]}")
            return default
        value = self.data[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if isinstance(value, kind):
            return value
        self.wrong(key, f"“{key}” of {self.name} is {type_in_words(value)}, expected {expected or _KINDS[kind]}")
        return default


def type_in_words(value: object) -> str:
    """Return what a value is, in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _KINDS.get(type(value), "a date or time")
