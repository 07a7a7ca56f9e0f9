"""Reading JSON that somebody else wrote: every surprise is a Malformed that names what was expected and where."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from csat_tui.domain.clock import plausible
from csat_tui.domain.errors import Malformed
from csat_tui.key_priority import wait_for_keys

LARGEST_INTEGER = 2**63 - 1
"""The largest number that fits a column of the store."""


def parse_json(body: bytes) -> object:
    """Return the JSON value of a body; ValueError for anything that is not one."""
    wait_for_keys()
    try:
        value: object = json.loads(body)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    wait_for_keys()
    return value


def encodable(text: str) -> str:
    """Return the text with lone surrogates replaced: JSON can carry them, no file or database can."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _has_surrogates(text) else text


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


@dataclass(frozen=True, slots=True)
class JsonShape:
    """A JSON object together with where it stood; `where` is how a sentence names it."""

    value: Mapping[str, object]
    where: str

    @classmethod
    def of(cls, value: object, where: str) -> "JsonShape":
        """Return the shape of a value; Malformed if it is not an object."""
        if not isinstance(value, dict):
            raise _undocumented(f"{where} should be an object and is {_kind(value)}")
        return cls(value, where)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self.maybe_whole(key)
        if value is None:
            raise self.wrong(key, "a whole number")
        return value

    def maybe_whole(self, key: str) -> int | None:
        """Return a whole number, or None where there is none."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_INTEGER:
            raise self.wrong(key, "a whole number")
        return value

    def text(self, key: str) -> str:
        """Return a text; empty where there is none."""
        value = self.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(key, "a text")
        return encodable(value)

    def flag(self, key: str) -> bool:
        """Return a yes or no; no where there is none."""
        value = self.value.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def moment(self, key: str) -> datetime:
        """Return a time, aware, in UTC."""
        value = self.value.get(key)
        try:
            if not isinstance(value, str):
                raise ValueError(value)
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            if not plausible(moment):
                raise ValueError(value)
            return moment
        except (ValueError, OverflowError):
            raise self.wrong(key, "a time such as 2026-01-31T09:12:00Z") from None

    def part(self, key: str) -> "JsonShape":
        """Return an inner object; an empty one where there is none."""
        value = self.value.get(key)
        if value is None:
            return JsonShape({}, f"{self.where}.{key}")
        return JsonShape.of(value, f"{self.where}.{key}")

    def rows(self, key: str) -> "Iterator[JsonShape]":
        """Yield the objects of a list that must be there."""
        if not isinstance(self.value.get(key), list):
            raise self.wrong(key, "a list")
        yield from self.maybe_rows(key)

    def maybe_rows(self, key: str) -> "Iterator[JsonShape]":
        """Yield the objects of a list; none where there is no list."""
        for place, value in enumerate(self._list(key)):
            wait_for_keys()
            yield JsonShape.of(value, f"{self.where}.{key}[{place}]")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, "a list of texts")
        return tuple(encodable(str(value)) for value in values)

    def _list(self, key: str) -> list[object]:
        value = self.value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(key, "a list")
        return value

    def wrong(self, key: str, expected: str) -> Malformed:
        """Return the error for a key whose value is missing or is not what it should be."""
        if key not in self.value:
            return _undocumented(f"{self.where}.{key} is missing, and should be {expected}")
        return _undocumented(f"{self.where}.{key} should be {expected} and is {_kind(self.value[key])}")


def _undocumented(what: str) -> Malformed:
    return Malformed(f"the answer is not as it should be ({what}); nothing was changed here, and it is tried again")


def _kind(value: object) -> str:
    """Name what a JSON value is without repeating it: it may be long, and it may be personal."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number out of place"
        case str():
            return "a text out of place"
        case list():
            return "a list"
        case _:
            return "an object"
