"""Every rule of source document 004 about ticket history and merging, by name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.account import Order
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.merge_plan import MergeGrounds, plan_merge
from csat_tui.domain.merge_rules import IntoResolved
from csat_tui.domain.merging import (
    Advice,
    MergeRule,
    MergeVerdict,
    advice_about,
    advice_for_pair,
    advise,
    needs_transcript,
    tickets_to_merge,
)
from csat_tui.domain.ticket import MERGED_TAG, Author, Message, Status, Ticket
from csat_tui.domain.ticket_comparison import Conversation
from tests.builders import NOON, a_message, a_ticket, an_order, the_playbook

ME, SOL, KIM = UserId(31), UserId(21), UserId(22)
NAMES = {ME: "Ana", SOL: "Sol", KIM: "Kim", None: ""}

LATE = "My box never arrived, order 445566."
STILL = "Order 445566: where is my box?"
TORN = "The box was torn, order 445566."
LATE_REPLY = "The box is late and comes tomorrow."


def grounds(**over: Any) -> MergeGrounds:
    rules = the_playbook().merging
    assert rules is not None
    return MergeGrounds(**{"rules": rules, "issues": the_playbook().issues, "me": ME} | over)


def talk(
    number: int,
    status: str,
    *said: str,
    owner: UserId | None = None,
    age: float = 0,
    subject: str = "Hello",
    **over: Any,
) -> Conversation:
    """Return a ticket with messages, a minute between them; one that begins with “>” is the staff's, “-” internal."""
    began = NOON - timedelta(hours=age)
    messages = [_message(number, place, words, began + timedelta(minutes=place)) for place, words in enumerate(said)]
    ticket = a_ticket(
        id=TicketId(number), subject=subject, status=Status(status), created_at=began, updated_at=began,
        assignee_id=owner, assignee_name=NAMES[owner], **over,
    )  # fmt: skip
    return Conversation(ticket, tuple(messages))


def _message(number: int, place: int, words: str, at: Any) -> Message:
    author = Author.AGENT if words[:1] in ">-" else Author.CUSTOMER
    return a_message(
        id=number * 100 + place, ticket_id=TicketId(number), created_at=at, author=author,
        author_name="Sol" if author is Author.AGENT else "Pat", public=words[:1] != "-", body=words.lstrip(">-"),
    )  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A rule by name: a ticket, another one, and what the advisor is to say."""

    name: str
    one: Conversation
    other: Conversation
    verdict: MergeVerdict
    rule: MergeRule
    stays: int | None = None
    status: Status | None = None
    assign: UserId | None = None
    tell: bool = False


NEW = talk(1, "new", STILL)
ANOTHER = {"requester_id": UserId(12), "requester_name": "Lee", "requester_email": "lee@example.com"}
AT_WORK = {"requester_id": UserId(12), "requester_email": "pat@work.example.com"}

RULES = (
    # 13 May 2019, conditions
    Case("the tickets are of different customers", NEW, talk(2, "open", LATE, age=5, **ANOTHER),
         MergeVerdict.APART, MergeRule.ANOTHER_CUSTOMER),
    Case("two addresses of one person, the same order", NEW, talk(2, "open", LATE, age=5, owner=SOL, **AT_WORK),
         MergeVerdict.MERGE, MergeRule.WITH_CUSTOMER_REPLY, stays=2, tell=True),
    Case("two addresses of one person, no order named", talk(1, "new", "Where is my box?"),
         talk(2, "open", LATE, age=5, **AT_WORK), MergeVerdict.APART, MergeRule.ANOTHER_ADDRESS),
    Case("two orders", NEW, talk(2, "pending", "My box never arrived, order 778899.", age=5),
         MergeVerdict.APART, MergeRule.ANOTHER_ORDER, stays=2, status=Status.OPEN),
    Case("no order named, the same concern", talk(1, "new", "Where is my box?"), talk(2, "pending", LATE, age=5),
         MergeVerdict.LOOK, MergeRule.NO_ORDER_NAMED, stays=2, status=Status.OPEN),
    Case("no order named, another concern", talk(1, "new", "The box was torn."), talk(2, "pending", LATE, age=5),
         MergeVerdict.APART, MergeRule.ANOTHER_CONCERN, stays=2, status=Status.OPEN),
    # New with New
    Case("new with new, nobody's", NEW, talk(2, "new", TORN, age=5),
         MergeVerdict.MERGE, MergeRule.BOTH_NEW, stays=2, assign=ME),
    Case("new with new, one of them mine", talk(1, "new", STILL, owner=ME), talk(2, "new", TORN, age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.BOTH_NEW, stays=1),
    Case("new with new, both others'", talk(1, "new", STILL, owner=KIM), talk(2, "new", TORN, age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.BOTH_NEW, stays=2, assign=ME),
    # New with Awaiting-reply
    Case("awaiting reply, the customer's message is newest", NEW, talk(2, "pending", LATE, ">When?", age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.WITH_AWAITING_REPLY, stays=2, status=Status.OPEN, tell=True),
    Case("awaiting reply, the staff's message is newest", talk(1, "new", STILL, age=9),
         talk(2, "pending", LATE, ">When?", age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.WITH_AWAITING_REPLY, stays=2, tell=True),
    Case("awaiting reply, another concern", talk(1, "new", TORN), talk(2, "pending", LATE, age=5),
         MergeVerdict.APART, MergeRule.ANOTHER_CONCERN, stays=2, status=Status.OPEN),
    Case("awaiting reply, the words do not tell", talk(1, "new", "Order 445566?"), talk(2, "pending", LATE, age=5),
         MergeVerdict.LOOK, MergeRule.CONCERN_UNCLEAR, stays=2, status=Status.OPEN),
    Case("awaiting reply, mine already", NEW, talk(2, "pending", LATE, ">When?", age=5, owner=ME),
         MergeVerdict.MERGE, MergeRule.WITH_AWAITING_REPLY, stays=2, status=Status.OPEN),
    # New with Customer-reply
    Case("customer reply", NEW, talk(2, "open", LATE, age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.WITH_CUSTOMER_REPLY, stays=2, tell=True),
    # New with In Progress
    Case("in progress, the customer's message is newest", NEW, talk(2, "hold", LATE, ">Soon.", age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.WITH_IN_PROGRESS, stays=2, status=Status.OPEN, tell=True),
    Case("in progress, the staff's message is newest", talk(1, "new", STILL, age=9),
         talk(2, "hold", LATE, ">Soon.", age=5, owner=SOL), MergeVerdict.MERGE, MergeRule.WITH_IN_PROGRESS, stays=2,
         tell=True),
    Case("in progress, an internal note is no message", NEW, talk(2, "hold", LATE, "-Asked.", age=0, owner=SOL),
         MergeVerdict.MERGE, MergeRule.WITH_IN_PROGRESS, stays=2, status=Status.OPEN, tell=True),
    # New with Resolved
    Case("resolved, mentioned there and nobody answered", NEW, talk(2, "solved", LATE, age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.RESOLVED_UNANSWERED, stays=2, status=Status.OPEN, tell=True),
    Case("resolved, the replies speak of something else", NEW,
         talk(2, "solved", f"{LATE} I was charged twice.", ">The second charge is paid back.", age=5, owner=SOL),
         MergeVerdict.MERGE, MergeRule.RESOLVED_UNANSWERED, stays=2, status=Status.OPEN, tell=True),
    Case("resolved, it was answered there", NEW, talk(2, "solved", LATE, f">{LATE_REPLY}", age=5, owner=SOL),
         MergeVerdict.APART, MergeRule.RESOLVED_ANSWERED, stays=2, status=Status.OPEN, tell=True),
    Case("resolved, a new concern", talk(1, "new", TORN), talk(2, "solved", LATE, age=5, owner=SOL),
         MergeVerdict.APART, MergeRule.RESOLVED_NEW_CONCERN, stays=2, status=Status.OPEN, tell=True),
    Case("resolved, and a reply that does not say", NEW, talk(2, "solved", LATE, ">Done.", age=5, owner=SOL),
         MergeVerdict.LOOK, MergeRule.RESOLVED_UNCLEAR, stays=2, status=Status.OPEN, tell=True),
    Case("resolved, the words do not tell", talk(1, "new", "Order 445566?"), talk(2, "solved", LATE, age=5),
         MergeVerdict.LOOK, MergeRule.RESOLVED_UNCLEAR, stays=2, status=Status.OPEN),
    # What takes nothing
    Case("a closed ticket takes nothing", NEW, talk(2, "closed", LATE, age=5), MergeVerdict.APART, MergeRule.CLOSED),
    Case("a closed ticket goes nowhere", talk(1, "closed", LATE), talk(2, "new", STILL), MergeVerdict.APART,
         MergeRule.CLOSED),
    Case("a deleted ticket", NEW, talk(2, "deleted", LATE), MergeVerdict.APART, MergeRule.DELETED),
    Case("what was merged is only shown", talk(1, "closed", LATE, tags=(MERGED_TAG,)), talk(2, "new", STILL),
         MergeVerdict.MERGED, MergeRule.ALREADY_MERGED),
    Case("neither is new", talk(1, "open", STILL), talk(2, "pending", LATE, age=5, owner=SOL),
         MergeVerdict.APART, MergeRule.NEITHER_NEW, stays=2, status=Status.OPEN, tell=True),
)  # fmt: skip


@pytest.mark.parametrize("case", RULES, ids=lambda case: case.name)
def test_the_rule(case: Case) -> None:
    said = advice_for_pair(case.one, case.other, grounds())
    assert (said.verdict, said.rule) == (case.verdict, case.rule)
    assert all(said.reasons)
    if case.stays is None:
        assert said.plan is None
        return
    assert said.plan is not None
    does = said.plan
    done = does.stays.id, does.status, does.assign, does.notify_owner
    assert done == (case.stays, case.status, case.assign, case.tell)


SAME = ("both are the same customer's", "both name 445566")
LATE_TOO = "both are about “late or lost delivery”: “where is my box” and “never arrived”"
TWO_ADDRESSES = "both are Pat's, under two addresses: pat@example.com and pat@work.example.com"
OTHER_THINGS = (
    "they speak of different things: “damaged packaging” (“box was torn”) and “late or lost delivery” (“never arrived”)"
)
NO_WORDS = "the words do not show whether the concern is the same"
REASONS: dict[str, tuple[str, ...]] = {
    "the tickets are of different customers": ("one is Pat's, the other Lee's",),
    "two addresses of one person, the same order": (TWO_ADDRESSES, "both name 445566", LATE_TOO),
    "two addresses of one person, no order named": (TWO_ADDRESSES, "no order or item is named on #1"),
    "two orders": ("one is about 445566, the other about 778899",),
    "no order named, the same concern": ("no order or item is named on #1", LATE_TOO.replace("where", "Where")),
    "no order named, another concern": ("no order or item is named on #1", OTHER_THINGS),
    "awaiting reply, another concern": (*SAME, OTHER_THINGS),
    "awaiting reply, the words do not tell": (*SAME, NO_WORDS),
    "resolved, mentioned there and nobody answered": (
        *SAME, f"{LATE_TOO}; nobody answered it on #2 before that was resolved",
    ),
    "resolved, the replies speak of something else": (*SAME, f"{LATE_TOO}; the replies on #2 speak of something else"),
    "resolved, it was answered there": (*SAME, f"{LATE_TOO}; it was answered on #2 (“box is late”)"),
    "resolved, a new concern": (*SAME, f"{OTHER_THINGS}; a new concern is answered on its own"),
    "resolved, and a reply that does not say": (*SAME, f"{LATE_TOO}; whether #2 answers it, read there"),
    "resolved, the words do not tell": (*SAME, NO_WORDS),
    "a closed ticket takes nothing": ("#2 is closed and takes nothing any more",),
    "a closed ticket goes nowhere": ("#1 is closed and takes nothing any more",),
    "a deleted ticket": ("#2 was deleted at the help desk",),
    "what was merged is only shown": ("#1 was merged into another ticket",),
    "neither is new": ("neither of the two is new, and the rules merge new tickets only",),
}  # fmt: skip
"""What the advisor gives as its reasons; where a rule is not here, that the concern is the same too."""


@pytest.mark.parametrize("case", RULES, ids=lambda case: case.name)
def test_the_reasons_of_a_rule_are_said(case: Case) -> None:
    new = SAME if case.rule is MergeRule.BOTH_NEW else (*SAME, LATE_TOO)
    said = advice_for_pair(case.one, case.other, grounds())
    assert said.reasons == REASONS.get(case.name, new)
    assert (said.ticket, said.beside) == (case.one.ticket, case.other.ticket)


def test_a_ticket_that_cannot_be_merged_is_named_whichever_of_the_two_it_is() -> None:
    merged, survey = talk(2, "closed", LATE, tags=(MERGED_TAG,)), replace(talk(2, "new", LATE), survey=True)
    for other, rule, reason in (
        (merged, MergeRule.ALREADY_MERGED, "#2 was merged into another ticket"),
        (survey, MergeRule.A_SURVEY, "#2 is a survey's own ticket"),
    ):
        said = advice_for_pair(NEW, other, grounds())
        assert (said.ticket, said.beside, said.verdict, said.rule, said.reasons, said.plan) == (
            NEW.ticket, other.ticket, MergeVerdict.APART, rule, (reason,), None,
        )  # fmt: skip


def test_a_customer_of_whom_nothing_is_known_is_another_one() -> None:
    stranger = talk(2, "open", LATE, requester_id=None, requester_name="", requester_email="")
    assert advice_for_pair(NEW, stranger, grounds()).reasons == ("one is Pat's, the other nobody known's",)
    nameless = talk(3, "new", STILL, requester_id=None, requester_name="", requester_email="")
    assert advice_for_pair(nameless, stranger, grounds()).rule is MergeRule.ANOTHER_CUSTOMER
    unknown = talk(2, "open", LATE, requester_id=UserId(12), requester_email="")
    assert advice_for_pair(NEW, unknown, grounds()).reasons[0] == (
        "both are Pat's, under two addresses: pat@example.com and an unknown address"
    )


def test_where_the_playbook_merges_into_resolved_tickets_the_same_concern_is_enough() -> None:
    rules = replace(grounds().rules, into_resolved=IntoResolved.SAME_CONCERN)
    older = talk(2, "solved", LATE, f">{LATE_REPLY}", age=5, owner=SOL)
    said = advice_for_pair(NEW, older, grounds(rules=rules))
    assert (said.verdict, said.rule, said.reasons) == (
        MergeVerdict.MERGE, MergeRule.WITH_RESOLVED, (*SAME, LATE_TOO),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ((f">{LATE_REPLY}", LATE), False),
        ((LATE, f"-{LATE_REPLY}"), False),
        ((LATE, LATE_REPLY), False),
        (("Hello, order 445566", ">Your box is late.", LATE), False),
        ((LATE, f">{LATE_REPLY}"), True),
        ((LATE, ">Hello Pat", f">{LATE_REPLY}"), True),
    ],
)
def test_only_what_the_staff_wrote_to_the_customer_after_the_concern_answers_it(
    said: tuple[str, ...], answered: bool
) -> None:
    rule = advice_for_pair(NEW, talk(2, "solved", *said, age=5), grounds()).rule
    assert (rule is MergeRule.RESOLVED_ANSWERED) is answered, rule


def test_the_advice_about_a_ticket_is_found_by_its_number() -> None:
    said = advise(talk(9, "new", STILL), [NEW, talk(2, "new", TORN, age=5)], grounds())
    assert advice_about(said, TicketId(2)) is said[1]
    assert advice_about(said, TicketId(3)) is None
    assert advice_about((), TicketId(2)) is None


@pytest.mark.parametrize("case", RULES, ids=lambda case: case.name)
def test_which_ticket_was_opened_makes_no_difference_to_what_a_merge_does(case: Case) -> None:
    one, other = (advice_for_pair(*pair, grounds()) for pair in ((case.one, case.other), (case.other, case.one)))
    assert one.plan == other.plan
    assert (one.verdict is MergeVerdict.MERGE) == (other.verdict is MergeVerdict.MERGE)


def test_a_surveys_own_ticket_is_never_merged() -> None:
    survey = replace(talk(2, "new", LATE), survey=True)
    assert advice_for_pair(NEW, survey, grounds()).rule is MergeRule.A_SURVEY
    assert advice_for_pair(survey, NEW, grounds()).plan is None


def test_the_same_item_from_two_stores_stays_apart() -> None:
    orders = (
        an_order(id="O-1", skus=("TROUT-1",), store="Larder"),
        an_order(id="O-2", skus=("TROUT-1",), store="Market"),
    )
    one, other = talk(1, "new", "TROUT-1 was late again, days late."), talk(2, "open", "TROUT-1 is days late.")
    said = advice_for_pair(one, other, grounds(orders=orders))
    assert said.rule is MergeRule.ANOTHER_ORDER
    assert "more than one store: Larder, Market" in said.reasons[0]
    assert advice_for_pair(one, other, grounds(orders=orders[:1])).verdict is MergeVerdict.MERGE


def test_an_order_of_the_admin_system_is_known_without_a_pattern() -> None:
    orders: Sequence[Order] = (an_order(id="LX-9"),)
    one, other = talk(1, "new", "Where is my box, LX-9?"), talk(2, "open", "LX-9 never arrived.")
    assert advice_for_pair(one, other, grounds()).verdict is MergeVerdict.LOOK
    said = advice_for_pair(one, other, grounds(orders=orders))
    assert said.verdict is MergeVerdict.MERGE
    assert "both name LX-9" in said.reasons


def test_the_evidence_repeats_the_words_that_matched() -> None:
    said = advice_for_pair(NEW, talk(2, "open", LATE, age=5), grounds())
    assert "both name 445566" in said.reasons
    assert said.reasons[-1] == "both are about “late or lost delivery”: “where is my box” and “never arrived”"


def test_words_of_weight_stand_in_where_no_pattern_tells() -> None:
    one = talk(1, "new", "Order 445566: here is the photo of the cracked spoon you wanted.")
    other = talk(2, "pending", "Order 445566 came with a cracked spoon.", age=5)
    assert advice_for_pair(one, other, grounds()).reasons[-1] == "both speak of “cracked”, “spoon”"


def test_the_owner_of_the_latest_message_is_responsible() -> None:
    does = advice_for_pair(talk(1, "new", STILL, owner=KIM), talk(2, "pending", LATE, age=5, owner=SOL), grounds()).plan
    assert does is not None
    assert does.responsible == "Kim owns #1 with the latest message and answers for merging; anybody may do it."


def test_tickets_beside_the_one_in_hand_are_held_against_each_other_too() -> None:
    hand = talk(9, "closed", "Thank you.")
    said = advise(hand, [NEW, talk(2, "new", TORN, age=5), talk(3, "solved", "A recipe, please.", age=90)], grounds())
    assert [one.verdict for one in said] == [MergeVerdict.MERGE, MergeVerdict.MERGE, MergeVerdict.APART]
    assert [one.beside.id for one in said[:2]] == [2, 1]
    assert len(tickets_to_merge(said)) == 1


def test_several_new_tickets_go_into_one() -> None:
    does = plan_merge(talk(3, "new", LATE, owner=ME), [NEW, talk(2, "new", TORN)], grounds())
    assert ([ticket.id for ticket in does.goes], does.answers, does.assign) == ([1, 2], True, None)


def test_a_transcript_is_only_needed_where_it_makes_a_difference() -> None:
    rules = grounds().rules
    assert needs_transcript(NEW.ticket, rules)
    assert not needs_transcript(talk(2, "closed").ticket, rules)


# -- what holds for any tickets

texts = st.lists(st.sampled_from([LATE, STILL, TORN, f">{LATE_REPLY}", "-Seen.", "Order 778899", "Hello"]), max_size=3)
customers = st.sampled_from([{}, AT_WORK, ANOTHER])


@st.composite
def conversations(draw: st.DrawFn) -> list[Conversation]:
    return [
        replace(
            talk(
                number, draw(st.sampled_from([status.value for status in Status])), *draw(texts),
                owner=draw(st.sampled_from([None, ME, SOL, KIM])), age=draw(st.integers(0, 9)), **draw(customers),
            ),
            survey=draw(st.booleans()) and number == 4,
        )
        for number in range(1, draw(st.integers(2, 5)) + 1)
    ]  # fmt: skip


def of_one_person(one: Ticket, other: Ticket) -> bool:
    return one.requester_id == other.requester_id or one.requester_name == other.requester_name


@given(conversations(), st.sampled_from([None, ME]))
def test_no_ticket_is_lost_and_different_customers_are_never_merged(
    told: list[Conversation], me: UserId | None
) -> None:
    hand, *others = told
    said = advise(hand, others, grounds(me=me))
    assert [one.ticket for one in said] == [one.ticket for one in others], "each is told of, once"
    for one in said:
        _is_sound(one)


def _is_sound(one: Advice) -> None:
    assert one.reasons
    assert (one.verdict is not MergeVerdict.MERGE) or one.plan is not None
    if one.plan is None:
        return
    taken = (one.plan.stays, *one.plan.goes)
    assert {ticket.id for ticket in taken} == {one.ticket.id, one.beside.id}
    assert all(ticket.takes_updates for ticket in taken)
    assert of_one_person(*taken)
