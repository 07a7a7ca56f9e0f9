"""Words that several terminals write for one case: none are lost that nobody has seen."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.case import Draft
from csat_tui.domain.drafting import (
    DraftFields,
    DraftWrite,
    last_texts,
    merge_drafts,
    texts_of_others,
    unsent_fields,
    write_draft,
)

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def saved(
    kept: DraftFields,
    writer: str,
    fields: dict[str, str],
    seen: dict[str, str],
    settled: dict[str, tuple[str, ...]] | None = None,
) -> DraftFields:
    """Return the fields after one terminal has written its words."""
    return write_draft(kept, DraftWrite(Draft(None, fields), f"agent {writer}", writer, NOON, seen, settled or {}))


def every(kept: DraftFields) -> set[str]:
    """Return every text that is kept somewhere."""
    return {one.text for each in kept.values() for one in (each.last, *each.others)}


def test_one_terminal_replaces_its_own_words() -> None:
    kept = saved(saved({}, "a", {"summary": "la"}, {}), "a", {"summary": "late"}, {})
    assert last_texts(kept) == {"summary": "late"}
    assert not texts_of_others(kept)


def test_words_that_another_terminal_has_read_may_be_replaced_by_it() -> None:
    kept = saved(saved({}, "a", {"summary": "late"}, {}), "b", {"summary": "late box"}, {"summary": "late"})
    assert last_texts(kept) == {"summary": "late box"}
    assert not texts_of_others(kept)


def test_words_that_another_terminal_has_not_read_stand_beside_with_who_wrote_them() -> None:
    kept = saved(saved({}, "a", {"summary": "mine"}, {}), "b", {"summary": "theirs"}, {})
    assert last_texts(kept) == {"summary": "theirs"}
    (other,) = texts_of_others(kept)["summary"]
    assert (other.text, other.by, other.at) == ("mine", "agent a", NOON)
    again = saved(kept, "a", {"summary": "mine, longer"}, {})
    assert last_texts(again) == {"summary": "mine, longer"}
    assert [one.text for one in texts_of_others(again)["summary"]] == ["theirs"]


def test_other_fields_of_another_terminal_stay_as_they_are() -> None:
    kept = saved(saved({}, "a", {"summary": "mine"}, {}), "b", {"question": "theirs", "summary": ""}, {})
    assert last_texts(kept) == {"summary": "mine", "question": "theirs"}
    assert not texts_of_others(kept)


def test_whoever_weighs_both_settles_it() -> None:
    kept = saved(saved({}, "a", {"summary": "mine"}, {}), "b", {"summary": "theirs"}, {})
    kept = saved(kept, "b", {"summary": "both"}, {}, {"summary": ("mine",)})
    assert (last_texts(kept), texts_of_others(kept)) == ({"summary": "both"}, {})


@pytest.mark.parametrize("chosen", ["theirs", "mine", "mine\ntheirs"])
def test_words_that_came_after_those_that_were_weighed_are_kept(chosen: str) -> None:
    """A shows “mine”; B writes “theirs” over it; while A chooses between the two, B goes on and C writes too."""
    kept = saved({}, "a", {"summary": "mine"}, {})
    kept = saved(kept, "b", {"summary": "theirs"}, {"summary": "mine"})
    kept = saved(kept, "b", {"summary": "theirs, and more"}, {"summary": "mine"})
    kept = saved(kept, "c", {"summary": "a third"}, {})
    kept = saved(kept, "a", {"summary": chosen}, {"summary": "mine"}, {"summary": ("theirs",)})
    assert last_texts(kept) == {"summary": chosen}
    assert {one.text for one in texts_of_others(kept)["summary"]} == {"theirs, and more", "a third"}


def test_after_a_decision_the_words_that_it_did_not_say_are_left() -> None:
    kept = saved(saved({}, "a", {"summary": "mine"}, {}), "b", {"summary": "theirs", "question": "why"}, {})
    left = unsent_fields(kept, {"summary": "theirs", "question": "why"}, "b")
    assert last_texts(left) == {"summary": "mine"}


def test_two_drafts_become_one_with_every_word() -> None:
    one, two = saved({}, "a", {"summary": "one"}, {}), saved({}, "b", {"summary": "two", "question": "why"}, {})
    assert every(merge_drafts(one, two)) == {"one", "two", "why"}


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["summary", "question"]), st.booleans()), max_size=12)
)
def test_no_text_goes_that_its_writer_did_not_replace_and_nobody_read(steps: list[tuple[str, str, bool]]) -> None:
    """Terminals that look at the store now and then, and type: what each typed last is there, or was read."""
    kept: DraftFields = {}
    shown: dict[str, dict[str, str]] = {name: {} for name in "abc"}
    seen: dict[str, dict[str, str]] = {name: {} for name in "abc"}
    wanted: dict[tuple[str, str], str] = {}
    for number, (writer, field, looks) in enumerate(steps):
        if looks:
            for name, text in last_texts(kept).items():
                if name not in texts_of_others(kept):
                    for owner in "abc":
                        if owner != writer and wanted.get((owner, name)) == text:
                            del wanted[owner, name]  # read here: whoever read it may replace it
                    shown[writer][name] = seen[writer][name] = text
        shown[writer][field] = wanted[writer, field] = f"{writer}{number}"
        kept = saved(kept, writer, dict(shown[writer]), dict(seen[writer]))
        kept = saved(kept, writer, dict(shown[writer]), dict(seen[writer]))
        assert set(wanted.values()) <= every(kept) | {
            text for (owner, name), text in wanted.items() if text in seen[owner].values()
        }
    assert set(wanted.values()) <= every(kept)
