"""Qualtrics' JSON export: `{"responses": [{"responseId", "values", "labels"}]}`, recodes and all."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC

from csat_tui.domain.playbook import Playbook
from csat_tui.intake.import_preview import ColumnHeading, ImportPreview, RowError, assign_columns, refused_file
from csat_tui.intake.qualtrics_response import PreviewBuilder
from csat_tui.intake.rating_token import figures_of

_EXPECTED = 'expected {"responses": [{"responseId": …, "values": {…}, "labels": {…}}]} as Qualtrics exports it'
_LIST = re.compile(r'"responses"\s*:\s*\[')
_LABELLED = re.compile(r"\s*\d")
_ON_THE_SCALE = re.compile(r"[1-5]")
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


def read_json(text: str, playbook: Playbook) -> ImportPreview:
    """Return what a JSON export would bring in. Never raises for its content.

    Values are recodes, and a choice's recode is not always its rating: a label that begins with a digit, as in
    `1- Disappointed`, is believed before the value. Where a value and its label contradict each other, neither is.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        return refused_file(f"this is not JSON from column {error.colno} on: {error.msg.casefold()}", error.lineno)
    except (ValueError, RecursionError) as error:
        return refused_file(f"this JSON cannot be read: {error}")
    responses = data.get("responses") if isinstance(data, dict) else None
    if not isinstance(responses, list):
        return refused_file(_EXPECTED)
    lines = _lines(text, len(responses))
    wrong = [
        RowError(line, f"response {number} is {fault}")
        for number, (line, response) in enumerate(zip(lines, responses, strict=True), 1)
        if (fault := _fault(response))
    ]
    if wrong:
        return ImportPreview(errors=tuple(wrong))
    names = dict.fromkeys(key for response in responses for key in ("responseId", *response["values"]))
    if not responses:
        return refused_file("the file has no responses")
    found = [ColumnHeading(name, name) for name in names]
    columns, errors, warnings = assign_columns(found, playbook, 0, all_factors=False)
    if errors:
        return ImportPreview(errors=errors, warnings=warnings, columns=columns.shown)
    gathering = PreviewBuilder(columns, playbook, UTC, warnings)
    for line, response in zip(lines, responses, strict=True):
        try:
            known = {meaning: _text(response, found[place].name) for meaning, place in columns.known.items()}
            ratings = {factor: _answer(response, found[place].name) for factor, place in columns.factors.items()}
        except TypeError as error:
            gathering.error(line, str(error))
        else:
            gathering.add(line, known, ratings)
    return gathering.preview()


def _fault(response: object) -> str:
    """Say what keeps a response from being one; empty where nothing does."""
    if not isinstance(response, dict):
        return f"{_kind(response)}, expected an object"
    for key in ("values", "labels"):
        if not isinstance(response.get(key, {} if key == "labels" else None), dict):
            return f"without “{key}” as an object" if key in response else f"without “{key}”"
    return ""


def _answer(response: Mapping[str, object], name: str) -> str:
    labels = response.get("labels", {})
    label = labels.get(name) if isinstance(labels, dict) else None
    value = _text(response, name)
    if not isinstance(label, str) or not value:
        return value
    if _LABELLED.match(label):
        figure = label.strip()[0]
        # A recode on the scale that is not the label's own figure: which of them was meant is not known.
        return f"{value} ({_whole(label)})" if _ON_THE_SCALE.fullmatch(value) and value != figure else _whole(label)
    return f"{value} - {_whole(label)}" if figures_of(label) else value


def _text(response: Mapping[str, object], name: str) -> str:
    """Return a value as text; TypeError, with a sentence, for a list or an object."""
    values = response["values"]
    value = response.get(name) if name == "responseId" else values.get(name) if isinstance(values, dict) else None
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str | int | float):
        return _whole(str(value))
    raise TypeError(f"“{name}” is {_kind(value)}, expected a text or a number")


def _whole(text: str) -> str:
    """Return a text with a question mark for each half of a character: JSON can spell one, no database takes one."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines(text: str, count: int) -> Sequence[int]:
    """Return the line where each response begins, or zeros where they cannot be told."""
    decoder = json.JSONDecoder()
    start = _LIST.search(text)
    found: list[int] = []
    at, line = (start.end() if start else len(text)), 1
    counted = 0
    try:
        while len(found) < count:
            at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip(" \t\r\n,"))
            line += text.count("\n", counted, at)
            counted = at
            found.append(line)
            _, at = decoder.raw_decode(text, at)
    except ValueError:
        return [0] * count
    return found


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")
