"""Merge what several terminals write for one case, field by field, so that nobody's words replace others unseen.

A field keeps the words that were written last, and beside them words of others that the last writer had not seen.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from csat_tui.domain.case import Draft, Version


@dataclass(frozen=True, slots=True)
class DraftField:
    """A field of a draft: the words written last, and other people's words that nobody has dealt with yet."""

    last: Version
    others: tuple[Version, ...] = ()


DraftFields = Mapping[str, DraftField]
"""The fields of a draft as they are stored."""


@dataclass(frozen=True, slots=True)
class DraftWrite:
    """A write by one process: its words, the words that it had on its screen, and those of others that were settled."""

    draft: Draft
    by: str
    writer: str
    at: datetime
    seen: Mapping[str, str] = field(default_factory=dict)
    """The words that the process had read of each field before it began to write."""
    settled: Mapping[str, Collection[str]] = field(default_factory=dict)
    """By field, the texts of others that the person has dealt with; later texts are not among them."""


def write_draft(kept: DraftFields, saving: DraftWrite) -> dict[str, DraftField]:
    """Return a draft's fields after a process has written its words."""
    result = dict(kept)
    for name in {**kept, **saving.seen, **saving.draft.fields}:
        text = saving.draft.fields.get(name)
        after = _field(kept.get(name), name, text, saving)
        if after is None:
            result.pop(name, None)
        else:
            result[name] = after
    return result


def _field(before: DraftField | None, name: str, text: str | None, saving: DraftWrite) -> DraftField | None:
    mine = Version(text or "", saving.by, saving.at, saving.writer)
    if before is None:
        return None if text is None else DraftField(mine)
    weighed = saving.settled.get(name, ())
    foreign = (one for one in before.others if one.writer != saving.writer)
    others = tuple(one for one in foreign if one.text != mine.text and one.text not in weighed)
    last, seen = before.last, saving.seen.get(name)
    known = last.writer == saving.writer or last.text in weighed
    if text is None and seen is None and not known:
        return replace(before, others=others) if weighed else before
    if last.text == mine.text:
        return DraftField(last, others)
    if known or last.text == (seen or "") or not last.text.strip():
        if text is None and not others:
            return None
        return DraftField(mine, others) if text is not None else DraftField(others[0], others[1:])
    if mine.text == (seen or "") and not weighed:
        return before  # somebody else has written there, and this process has not
    if not mine.text.strip():
        return replace(before, others=others) if weighed else before
    return DraftField(mine, (*others, last))


def merge_drafts(into: DraftFields, older: DraftFields) -> dict[str, DraftField]:
    """Merge the fields of two drafts; where both have words, the older draft's are kept beside the newer's."""
    result = dict(into)
    for name, one in older.items():
        there = result.get(name)
        if there is None or not there.last.text.strip():
            result[name] = one
            continue
        known = {there.last.text, *(other.text for other in there.others)}
        more = [other for other in (one.last, *one.others) if other.text.strip() and other.text not in known]
        result[name] = DraftField(there.last, (*there.others, *more))
    return result


def unsent_fields(kept: DraftFields, sent: Mapping[str, str], sender: str | None = None) -> dict[str, DraftField]:
    """Return what is left of a draft after a decision: words of other people that the decision did not use."""
    left = {}
    for name, one in kept.items():
        others = (each for each in (one.last, *one.others) if each.text.strip() and each.writer != sender)
        versions = [each for each in others if each.text != sent.get(name)]
        if versions:
            left[name] = DraftField(versions[0], tuple(versions[1:]))
    return left


def last_texts(kept: DraftFields) -> dict[str, str]:
    """Return the words written last, by field."""
    return {name: one.last.text for name, one in kept.items()}


def texts_of_others(kept: DraftFields) -> dict[str, tuple[Version, ...]]:
    """Return the words of others that nobody has dealt with yet, by field."""
    return {name: one.others for name, one in kept.items() if one.others}
