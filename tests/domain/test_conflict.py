"""What moved on a ticket since the person saw it, and what of that may move under a decision."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.conflict import ChangedPart, SeenTicket, describe_differences, local_time, ticket_differences
from csat_tui.domain.ids import OpId, UserId
from csat_tui.domain.ticket import MERGED_TAG, Author, Message, Status, Ticket
from tests.builders import NOON, a_message, a_ticket

LATER = NOON + timedelta(minutes=2)
ME, OURS = UserId(901), OpId("0197-ours")


def seen(*messages: Message, **over: Any) -> SeenTicket:
    return SeenTicket.of(a_ticket(**over), messages)


def now(**over: Any) -> Ticket:
    return a_ticket(**{"updated_at": LATER} | over)


def own(**over: Any) -> Message:
    return a_message(**{"id": 700, "created_at": LATER, "author": Author.AGENT, "op_id": OURS} | over)


HARMLESS: dict[ChangedPart, dict[str, Any]] = {
    ChangedPart.STAMP: {},
    ChangedPart.TAGS: {"tags": ("vip",)},
    ChangedPart.FIELDS: {"fields": {7: "x"}},
    ChangedPart.ASSIGNEE_NAME: {"assignee_name": "Sol M."},
}
SERIOUS: dict[ChangedPart, tuple[dict[str, Any], str]] = {
    ChangedPart.STATUS: ({"status": Status.CLOSED}, "its status went from solved to closed"),
    ChangedPart.REQUESTER: ({"requester_id": UserId(12), "requester_name": "Kim"}, "its requester is Kim now"),
    ChangedPart.SUBJECT: ({"subject": "My refund"}, "its subject is “My refund” now"),
    ChangedPart.ASSIGNEE: ({"assignee_id": UserId(22), "assignee_name": "Bo"}, "it is Bo's now"),
    ChangedPart.MERGED: ({"tags": (MERGED_TAG,)}, "it was merged into another ticket"),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_no_effect_takes_away_may_move_under_it(what: ChangedPart) -> None:
    found = ticket_differences(seen(a_message()), now(**HARMLESS[what]), [a_message()])
    assert [(one.what, one.harmless) for one in found] == [(what, True)]


@pytest.mark.parametrize("what", SERIOUS)
def test_what_words_may_rest_on_is_the_persons_to_know(what: ChangedPart) -> None:
    change, sentence = SERIOUS[what]
    found = ticket_differences(seen(a_message()), now(**change), [a_message()])
    assert (found[0].what, found[0].sentence, found[0].harmless) == (what, sentence, False)


def test_nobody_being_assigned_any_more_is_told() -> None:
    found = ticket_differences(seen(), now(assignee_id=None, assignee_name=""), [])
    assert [one.sentence for one in found] == ["it has no assignee any more"]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"author": Author.CUSTOMER}, "the customer wrote {}"),
        ({"author": Author.AGENT, "author_name": "Bo", "public": False}, "Bo wrote an internal note {}"),
        ({"author": Author.AGENT, "author_name": "Bo"}, "Bo wrote to the customer {}"),
        ({"author": Author.AGENT, "author_name": ""}, "another agent wrote to the customer {}"),
        ({"author": Author.SYSTEM}, "the help desk itself wrote {}"),
        ({"author": Author.AGENT, "author_name": "Bo", "op_id": OpId("another's")}, "Bo wrote to the customer {}"),
    ],
)
def test_a_new_message_of_anybody_is_told_with_who_and_when(written: dict[str, Any], sentence: str) -> None:
    message = a_message(**{"id": 600, "created_at": LATER} | written)
    found = ticket_differences(seen(a_message()), now(), [a_message(), message], own={OURS: None})
    assert [(one.what, one.sentence, one.harmless) for one in found] == [
        (ChangedPart.MESSAGE, sentence.format(local_time(LATER)), False)
    ]


@pytest.mark.parametrize(
    ("number", "created_at", "known", "news"),
    [
        (600, NOON + timedelta(seconds=1), True, True),
        (600, NOON, True, True),  # in the same second, and numbered after the last one seen
        (501, NOON, True, False),
        (400, NOON, True, False),
        (600, NOON, False, False),  # no transcript was here: its own stamp is all there is to go by
        (600, NOON - timedelta(seconds=9), True, True),  # the stamp was here before the transcript was
    ],
)
def test_a_message_is_new_by_its_time_or_by_its_number(number: int, created_at: Any, known: bool, news: bool) -> None:
    before = seen(*([a_message()] if known else []))
    found = ticket_differences(before, now(), [a_message(id=number, created_at=created_at)])
    assert (ChangedPart.MESSAGE in {one.what for one in found}) is news


def test_what_was_not_kept_is_never_safe() -> None:
    found = ticket_differences(None, a_ticket(), [])
    assert [(one.what, one.harmless) for one in found] == [(ChangedPart.UNSEEN, False)]


class TestWhatWeDidOurselves:
    def test_is_no_news(self) -> None:
        found = ticket_differences(seen(a_message()), now(), [a_message(), own()], own={OURS: None})
        assert [one.what for one in found] == [ChangedPart.STAMP]

    def test_explains_the_status_that_it_set(self) -> None:
        found = ticket_differences(seen(status=Status.OPEN), now(), [own()], own={OURS: Status.SOLVED})
        assert [(one.what, one.harmless) for one in found] == [(ChangedPart.STATUS, True)]

    def test_does_not_explain_another_status(self) -> None:
        found = ticket_differences(
            seen(status=Status.OPEN), now(status=Status.PENDING), [own()], own={OURS: Status.SOLVED}
        )
        assert [(one.what, one.harmless) for one in found] == [(ChangedPart.STATUS, False)]

    def test_before_it_was_seen_explains_nothing(self) -> None:
        earlier = own(id=400, created_at=NOON - timedelta(hours=1))
        found = ticket_differences(seen(earlier, status=Status.OPEN), now(), [earlier], own={OURS: Status.SOLVED})
        assert [(one.what, one.harmless) for one in found] == [(ChangedPart.STATUS, False)]

    def test_makes_a_ticket_ours_that_was_nobodys(self) -> None:
        before = seen(status=Status.OPEN, assignee_id=None, assignee_name="")
        after = now(assignee_id=ME, assignee_name="Ana")
        assert all(one.harmless for one in ticket_differences(before, after, [own()], own={OURS: Status.SOLVED}, me=ME))
        assert not all(one.harmless for one in ticket_differences(before, after, [own()], own={OURS: None}, me=ME))
        assert not all(one.harmless for one in ticket_differences(before, after, [own()], own={OURS: Status.SOLVED}))


@pytest.mark.parametrize(
    ("before", "change", "sentences"),
    [
        ({}, {"requester_id": UserId(12), "requester_name": ""}, ["its requester is somebody else now"]),
        ({}, {"requester_id": None, "requester_name": ""}, ["its requester is somebody else now"]),
        ({}, {"subject": "x" * 81}, [f"its subject is “{'x' * 80}” now"]),
        ({}, {"assignee_id": UserId(22), "assignee_name": ""}, ["it is somebody else's now"]),
        ({}, {"assignee_name": "Sol M."}, ["its assignee is called Sol M. now"]),
        ({"tags": ("a",)}, {"tags": ("b",)}, ["its tags moved on"]),
        ({"tags": ("a", "b")}, {"tags": ("b", "a")}, ["it was touched, and nothing that can be seen has moved"]),
        ({"fields": {7: "x"}}, {"fields": {}}, ["its fields moved on"]),
        ({"tags": (MERGED_TAG,)}, {"tags": (MERGED_TAG, "a")}, ["its tags moved on"]),
        ({}, {"tags": (MERGED_TAG,)}, ["it was merged into another ticket", "its tags moved on"]),
        ({}, {"updated_at": NOON}, []),
        (
            {},
            {"tags": ("a",), "fields": {7: "x"}, "assignee_id": None, "status": Status.OPEN},
            [
                "its status went from solved to open",
                "it has no assignee any more",
                "its tags moved on",
                "its fields moved on",
            ],
        ),
    ],
)
def test_each_thing_that_moved_is_said_in_its_own_words(
    before: dict[str, Any], change: dict[str, Any], sentences: list[str]
) -> None:
    found = ticket_differences(seen(a_message(), **before), now(**before | change), [a_message()])
    assert [one.sentence for one in found] == sentences


def test_what_was_not_kept_is_said_so() -> None:
    (only,) = ticket_differences(None, now(status=Status.OPEN), [a_message()])
    assert only.sentence == "what you saw of it when you decided is not known here"


def test_news_is_told_in_the_order_in_which_it_was_written_and_before_all_else() -> None:
    late = a_message(id=601, created_at=LATER, author=Author.SYSTEM)
    early = a_message(id=602, created_at=NOON + timedelta(minutes=1))
    found = ticket_differences(seen(a_message()), now(tags=("a",)), [a_message(), late, early])
    assert [one.sentence for one in found] == [
        f"the customer wrote {local_time(early.created_at)}",
        f"the help desk itself wrote {local_time(LATER)}",
        "its tags moved on",
    ]


def test_what_we_set_ourselves_is_said_to_be_ours() -> None:
    found = ticket_differences(seen(status=Status.OPEN), now(), [own()], own={OURS: Status.SOLVED})
    assert [one.sentence for one in found] == ["your own earlier message set it to solved"]
    before = seen(status=Status.OPEN, assignee_id=None, assignee_name="")
    mine = ticket_differences(before, now(assignee_id=ME), [own()], own={OURS: Status.SOLVED}, me=ME)
    assert "it became yours when you solved it" in [one.sentence for one in mine]
    theirs = ticket_differences(before, now(assignee_id=UserId(5)), [own()], own={OURS: Status.SOLVED}, me=ME)
    assert "it is Sol's now" in [one.sentence for one in theirs]


def test_times_in_sentences_are_the_person_s_own(in_chicago: None) -> None:
    assert local_time(NOON) == "at 07:00 on 10 Mar"


def test_the_sentence_names_a_few_and_counts_the_rest() -> None:
    found = ticket_differences(
        seen(), now(status=Status.OPEN, subject="x", requester_id=None, assignee_id=None, tags=("a",)), []
    )
    assert describe_differences(found).endswith("; and 2 more")
    assert describe_differences(found[:1]) == "its status went from solved to open"
    assert describe_differences(found[:3]) == "; ".join(one.sentence for one in found[:3])
    assert describe_differences(found).startswith(describe_differences(found[:3]))


TICKETS = st.builds(
    a_ticket,
    subject=st.sampled_from(["Where is my box?", "My refund"]),
    status=st.sampled_from(list(Status)),
    updated_at=st.integers(0, 3).map(lambda seconds: NOON + timedelta(seconds=seconds)),
    requester_id=st.sampled_from([None, UserId(11), UserId(12)]),
    assignee_id=st.sampled_from([None, ME, UserId(21)]),
    assignee_name=st.sampled_from(["", "Sol", "Sol M."]),
    tags=st.lists(st.sampled_from(["a", "b", MERGED_TAG]), max_size=3, unique=True).map(tuple),
    fields=st.dictionaries(st.integers(1, 2), st.booleans(), max_size=2),
)
MESSAGES = st.lists(
    st.builds(
        a_message,
        id=st.integers(1, 9),
        created_at=st.integers(-1, 3).map(lambda seconds: NOON + timedelta(seconds=seconds)),
        author=st.sampled_from(list(Author)),
        op_id=st.sampled_from([None, OURS, OpId("another's")]),
    ),
    max_size=4,
    unique_by=lambda message: message.id,
)


@given(TICKETS, MESSAGES)
def test_what_was_seen_does_not_differ_from_itself(ticket: Ticket, messages: list[Message]) -> None:
    known = [message for message in messages if message.created_at <= ticket.updated_at]
    assert ticket_differences(SeenTicket.of(ticket, known), ticket, known) == ()


@given(TICKETS, MESSAGES, TICKETS, MESSAGES)
def test_only_what_no_words_rest_on_is_ever_harmless(
    before: Ticket, old: list[Message], after: Ticket, new: list[Message]
) -> None:
    seen = SeenTicket.of(before, old)
    found = ticket_differences(seen, after, new)
    assert [one.harmless for one in found] == sorted(one.harmless for one in found)
    if all(one.harmless for one in found):
        same = ("status", "subject", "requester_id", "assignee_id")
        assert [getattr(before, name) for name in same] == [getattr(after, name) for name in same]
        assert not [message for message in new if message.created_at > seen.read_until]


@given(TICKETS, MESSAGES, TICKETS, MESSAGES)
def test_tags_and_fields_never_make_a_difference_serious_or_harmless(
    before: Ticket, old: list[Message], after: Ticket, new: list[Message]
) -> None:
    moved = replace(after, tags=tuple(tag for tag in after.tags if tag != "a"), fields={})
    serious = [
        [one for one in ticket_differences(SeenTicket.of(before, old), ticket, new) if not one.harmless]
        for ticket in (after, moved)
    ]
    assert serious[0] == serious[1]
