"""JSON that somebody else wrote: parsed and read with bounds; everything unexpected is one sentence."""

import json
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, NoReturn

from csat_tui.domain.clock import plausible

HIGHEST_ID = 2**63 - 1
"""No number at a help desk is higher: the store could not hold it."""


class UnexpectedJson(ValueError):
    """What was read is not what was expected; the error's text is a sentence about it."""


def strict_json(raw: bytes) -> Any:
    """Return a JSON document. Raises UnexpectedJson for anything else, also for a key that is there twice."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except UnicodeDecodeError:
        raise UnexpectedJson("It is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise UnexpectedJson(f"It is not complete JSON: {error.msg} in line {error.lineno}.") from None
    except RecursionError:
        raise UnexpectedJson("It is nested too deeply.") from None
    except UnexpectedJson:
        raise
    except ValueError:
        raise UnexpectedJson("A number in it has too many digits.") from None


def canonical_json(value: object) -> bytes:
    """Return the one text in which a JSON value is hashed."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "replace")


class JsonPart:
    """An object of a document, read key by key; `finish` refuses the keys that were not asked for."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise UnexpectedJson(f"{name} is not an object.")
        self._values: dict[str, Any] = value
        self._name = name
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Return whether there is anything but null at a key."""
        self._asked.add(key)
        return self._values.get(key) is not None

    def text(self, key: str, most: int, *, empty: bool = False) -> str:
        """Return a text of one line, at most so many characters."""
        value = self._value(key)
        if not _is_text(value, most) or len(value.splitlines()) > 1:
            self._wrong(key, f"one line of at most {most} characters")
        if not value.strip() and not empty:
            self._wrong(key, "a text that is not empty")
        return str(value)

    def words(self, key: str, most: int) -> str:
        """Return a text of any lines, which may be empty."""
        value = self._value(key)
        if not _is_text(value, most):
            self._wrong(key, f"a text of at most {most} characters")
        return str(value)

    def choice(self, key: str, choices: Collection[str]) -> str:
        """Return one of several texts."""
        value = self._value(key)
        if not isinstance(value, str) or value not in choices:
            self._wrong(key, "one of " + ", ".join(sorted(choices)))
        return str(value)

    def unique_id(self, key: str) -> str:
        """Return a UUIDv7 in its usual form."""
        value = self._value(key)
        if not isinstance(value, str) or not is_unique_id(value):
            self._wrong(key, "a UUIDv7")
        return str(value)

    def unique_ids(self, key: str, most: int) -> tuple[str, ...]:
        """Return UUIDv7s of which each is there once."""
        values = self._list(key, most)
        if not all(isinstance(one, str) and is_unique_id(one) for one in values) or len(set(values)) < len(values):
            self._wrong(key, "UUIDv7s, each once")
        return tuple(values)

    def number(self, key: str, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        value = self._value(key)
        if type(value) is not int or not least <= value <= most:
            self._wrong(key, f"a whole number from {least} to {most}")
        return int(value)

    def numbers(self, key: str, most: int) -> tuple[int, ...]:
        """Return the numbers of things at the help desk."""
        values = self._list(key, most)
        if not all(type(one) is int and 0 < one <= HIGHEST_ID for one in values):
            self._wrong(key, "numbers of the help desk")
        return tuple(values)

    def texts(self, key: str, most: int, longest: int) -> tuple[str, ...]:
        """Return a list of texts of one line."""
        values = self._list(key, most)
        if not all(_is_text(one, longest) and one.strip() and len(one.splitlines()) == 1 for one in values):
            self._wrong(key, f"texts of one line of at most {longest} characters")
        return tuple(values)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            self._wrong(key, "true or false")
        return bool(value)

    def moment(self, key: str) -> datetime:
        """Return a time with its zone, to the millisecond, as records keep it."""
        value = self._value(key)
        try:
            found = datetime.fromisoformat(value)
            # A zone that is a day off makes no moment of the last years of the calendar.
            if found.tzinfo is None or not plausible(found):
                raise ValueError(value)
        except (TypeError, ValueError):
            self._wrong(key, "a time with its zone")
        return found.replace(microsecond=found.microsecond // 1000 * 1000)

    def part(self, key: str) -> "JsonPart":
        """Return an object inside it."""
        return JsonPart(self._value(key), self._path(key))

    def parts(self, key: str, most: int) -> "list[JsonPart]":
        """Return a list of objects inside it."""
        return [JsonPart(one, f"{self._path(key)} {place}") for place, one in enumerate(self._list(key, most), 1)]

    def by_key(self, key: str, most: int) -> "dict[str, JsonPart]":
        """Return an object of objects."""
        value = self._value(key)
        if not isinstance(value, dict) or len(value) > most:
            self._wrong(key, f"an object with at most {most} keys")
        return {one: JsonPart(inner, self._path(f"{key}.{one[:40]}")) for one, inner in value.items()}

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        if unknown := [one for one in self._values if one not in self._asked]:
            raise UnexpectedJson(f"{self._name} has a key “{unknown[0][:40]}”, which is not known here.")

    def _list(self, key: str, most: int) -> list[Any]:
        value = self._value(key)
        if not isinstance(value, list) or len(value) > most:
            self._wrong(key, f"a list of at most {most}")
        return list(value)

    def _value(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._values:
            raise UnexpectedJson(f"{self._name} has no “{key}”.")
        return self._values[key]

    def _path(self, key: str) -> str:
        return f"{self._name} › {key}"

    def _wrong(self, key: str, expected: str) -> NoReturn:
        raise UnexpectedJson(f"“{key}” of {self._name} is not as expected: {expected}.")


def is_unique_id(text: str) -> bool:
    """Return whether a text is a UUIDv7 in its usual form."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        return False
    return found.version == 7 and str(found) == text


def _is_text(value: object, most: int) -> bool:
    """Return whether it is a text so long at most; half a character, which JSON can name, is none."""
    return isinstance(value, str) and len(value) <= most and not any("\ud800" <= one <= "\udfff" for one in value)


def _refuse_constant(name: str) -> NoReturn:
    raise UnexpectedJson(f"It has {name}, which is no number.")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnexpectedJson(f"It has “{twice[:40]}” twice in one place.")
    return found
