"""The desk's search language, as far as a workstation asks it: words, fields, comparisons and negations."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from csat_tui.demo.wire import Json

STATUS_ORDER = ("new", "open", "pending", "hold", "solved", "closed")
_TERM = re.compile(r'(-?)(?:([\w.]+)(:|>=|<=|>|<))?(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True)
class Term:
    """One part of a query; a bare word has no field."""

    negated: bool
    field: str
    sign: str
    value: str


def parse(text: str) -> list[Term]:
    """Split a query into its parts."""
    return [
        Term(bool(found[1]), found[2] or "", found[3] or "", (found[4] if found[4] is not None else found[5]).lower())
        for found in _TERM.finditer(text)
    ]


def value_of(terms: list[Term], field: str) -> str | None:
    """Give what a field is asked to be, if it is."""
    return next((term.value for term in terms if term.field == field and term.sign == ":" and not term.negated), None)


def matches(terms: list[Term], record: Json, requester_email: Callable[[int], str]) -> bool:
    """Tell whether a ticket answers a query; one field asked for twice means either."""
    either: dict[str, list[bool]] = {}
    for term in terms:
        if term.field == "type":
            continue
        found = _holds(term, record, requester_email)
        if term.negated:
            if found:
                return False
        elif term.field and term.sign == ":":
            either.setdefault(term.field, []).append(found)
        elif not found:
            return False
    return all(any(several) for several in either.values())


def _holds(term: Term, record: Json, requester_email: Callable[[int], str]) -> bool:
    match term.field:
        case "":
            words = f"{record['id']} {record['subject']} {record['description']}".lower()
            return term.value.strip("*") in words
        case "status":
            if term.value not in STATUS_ORDER:
                return False
            return _compare(term.sign, STATUS_ORDER.index(record["status"]), STATUS_ORDER.index(term.value))
        case "tags":
            return term.value in record["tags"] if term.value != "none" else not record["tags"]
        case "requester":
            return term.value in (str(record["requester_id"]), requester_email(record["requester_id"]))
        case "assignee":
            return term.value == str(record["assignee_id"] or "none")
        case "created" | "updated" | "created_at" | "updated_at":
            return _dated(term, record[f"{term.field.removesuffix('_at')}_at"])
        case "subject" | "description":
            return term.value.strip("*") in record[term.field].lower()
        case field:
            asked = field.removeprefix("custom_field_")
            return any(str(e["id"]) == asked and str(e["value"]).lower() == term.value for e in record["custom_fields"])


def _dated(term: Term, stamp: str) -> bool:
    try:
        wanted = datetime.fromisoformat(term.value.upper())
    except ValueError:
        return False
    found = datetime.fromisoformat(stamp)
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=found.tzinfo)
    if term.sign == ":":
        return found.date() == wanted.date()
    return _compare(term.sign, found.timestamp(), wanted.timestamp())


def _compare(sign: str, left: float, right: float) -> bool:
    return {":": left == right, ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[sign]
