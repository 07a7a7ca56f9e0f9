"""Source document 004, ticket history (9 May 2019) and merging (13 May 2019), rule by rule.

Where the two passages differ in what becomes of the status, the later one is followed: it asks whose message
is the newest.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from csat_tui.domain.ids import TicketId, UserId
from csat_tui.domain.merge_plan import MergeGrounds, merge_sentences, plan_merge
from csat_tui.domain.merge_rules import IntoResolved
from csat_tui.domain.merging import MergeVerdict, advice_for_pair
from csat_tui.domain.ticket import Author, Status
from csat_tui.domain.ticket_comparison import Conversation
from csat_tui.effects.merge import Merge, merge_effects
from csat_tui.effects.private_note import PrivateNote
from tests.builders import NOON, a_message, a_ticket, an_order
from tests.procedures.branches import playbook

BOOK = playbook("retail")
ME, SOL, KIM = UserId(31), UserId(21), UserId(22)
NAMES = {ME: "Ana", SOL: "Sol", KIM: "Kim", None: ""}
AWAITING, REPLIED, PROGRESS = "pending", "open", "hold"
ASKS, AGAIN, OTHER = "Order 44556 never arrived.", "Where is my order? Order 44556.", "Order 44556: the lamp is broken."
MERGE, APART, LOOK = MergeVerdict.MERGE, MergeVerdict.APART, MergeVerdict.LOOK


def grounds(**over) -> MergeGrounds:
    return MergeGrounds(**{"rules": BOOK.merging, "issues": BOOK.issues, "me": ME} | over)


def ticket(number: int, status: str, *said: str, owner=None, age: float = 0, **over) -> Conversation:
    """Return a ticket with its messages, a minute between them; one that begins with “>” is the staff's."""
    began = NOON - timedelta(hours=age)
    messages = tuple(
        a_message(
            id=number * 10 + place, ticket_id=TicketId(number), created_at=began + timedelta(minutes=place),
            author=Author.AGENT if words[0] == ">" else Author.CUSTOMER, body=words.lstrip(">"),
        )
        for place, words in enumerate(said)
    )  # fmt: skip
    parts = {"id": TicketId(number), "subject": "Hello", "status": Status(status), "created_at": began}
    parts |= {"updated_at": began, "assignee_id": owner, "assignee_name": NAMES[owner]}
    return Conversation(a_ticket(**parts | over), messages)


@dataclass(frozen=True)
class Rule:
    """A rule by its name: a new ticket, an older one, and what is to become of them."""

    name: str
    new: Conversation
    older: Conversation
    verdict: MergeVerdict
    status: Status | None = None
    """What the ticket that stays becomes; None where it stays as it is."""
    mine: bool = False
    tells: bool = False

    def __str__(self) -> str:
        return self.name


NEW = ticket(1, "new", AGAIN)
BEFORE = ticket(1, "new", AGAIN, age=9)
WORK = {"requester_id": UserId(12), "requester_email": "pat@work.example.com"}
STRANGER = {"requester_id": UserId(12), "requester_name": "Lee", "requester_email": "lee@example.com"}

RULES = [
    Rule("conditions, 1: not the same customer", NEW, ticket(2, AWAITING, ASKS, age=5, **STRANGER), APART),
    Rule("conditions, 3: not the same order", NEW, ticket(2, "new", "Order 99887 never arrived.", age=5), APART,
         mine=True),
    Rule("conditions, 4: other address, same customer, same order", NEW,
         ticket(2, "new", ASKS, age=5, **WORK), MERGE, mine=True),
    Rule("conditions, 4: other address, same name, no order named", ticket(1, "new", "Where is it?"),
         ticket(2, "new", ASKS, age=5, **WORK), APART),
    Rule("New with New, unassigned: taken by whoever merges", NEW, ticket(2, "new", OTHER, age=5), MERGE, mine=True),
    Rule("New with New, assigned to another: taken by whoever merges", NEW,
         ticket(2, "new", OTHER, age=5, owner=SOL), MERGE, mine=True),
    Rule("New with New, mine: into the one assigned to me", ticket(1, "new", AGAIN, owner=ME),
         ticket(2, "new", OTHER, age=5, owner=SOL), MERGE),
    Rule("New with Awaiting-reply, the customer's message is the latest", NEW,
         ticket(2, AWAITING, ASKS, ">When?", age=5, owner=SOL), MERGE, Status.OPEN, tells=True),
    Rule("New with Awaiting-reply, our staff's message is the latest", BEFORE,
         ticket(2, AWAITING, ASKS, ">When?", age=5, owner=SOL), MERGE, tells=True),
    Rule("New with Awaiting-reply, not the same concern", ticket(1, "new", OTHER),
         ticket(2, AWAITING, ASKS, ">When?", age=5, owner=SOL), APART, Status.OPEN, tells=True),
    Rule("New with Customer-reply", NEW, ticket(2, REPLIED, ASKS, age=5, owner=SOL), MERGE, tells=True),
    Rule("New with In Progress, the customer's message is the latest", NEW,
         ticket(2, PROGRESS, ASKS, ">Soon.", age=5, owner=SOL), MERGE, Status.OPEN, tells=True),
    Rule("New with In Progress, our staff's message is the latest", BEFORE,
         ticket(2, PROGRESS, ASKS, ">Soon.", age=5, owner=SOL), MERGE, tells=True),
    Rule("New with Resolved, the concern is new", ticket(1, "new", OTHER),
         ticket(2, "solved", ASKS, ">It arrived, where it was delayed.", age=5, owner=SOL), APART, Status.OPEN,
         tells=True),
    Rule("New with Resolved, mentioned there and not answered", NEW,
         ticket(2, "solved", ASKS, age=5, owner=SOL), MERGE, Status.OPEN, tells=True),
    Rule("New with Resolved, mentioned there and answered", NEW,
         ticket(2, "solved", ASKS, ">It was delayed and comes tomorrow.", age=5, owner=SOL), APART, Status.OPEN,
         tells=True),
    Rule("nothing tells whether it is the same concern", ticket(1, "new", "Order 44556?"),
         ticket(2, AWAITING, ASKS, age=5, owner=SOL), LOOK, Status.OPEN, tells=True),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_rule(rule: Rule) -> None:
    said = advice_for_pair(rule.new, rule.older, grounds())
    assert said.verdict is rule.verdict, said.reasons
    assert all(said.reasons)
    if said.plan is None:
        assert (rule.status, rule.mine, rule.tells) == (None, False, False)
        return
    assert (said.plan.status, said.plan.assign == ME, said.plan.notify_owner) == (rule.status, rule.mine, rule.tells)


def test_conditions_3_from_one_store():
    orders = (an_order(id="A1", skus=("LMP-1",), store="North"), an_order(id="A2", skus=("LMP-1",), store="South"))
    one, other = ticket(1, "new", "LMP-1 never arrived."), ticket(2, "new", "Where is my LMP-1?", age=5)
    assert advice_for_pair(one, other, grounds(orders=orders)).verdict is APART
    assert advice_for_pair(one, other, grounds(orders=orders[:1])).verdict is MERGE


def test_history_1_anyone_can_merge_and_the_owner_of_the_latest_message_is_responsible():
    owned = ticket(1, "new", AGAIN, owner=KIM)
    does = advice_for_pair(owned, ticket(2, AWAITING, ASKS, age=5, owner=SOL), grounds()).plan
    assert does is not None
    assert does.responsible.startswith("Kim owns #1 with the latest message")


def test_history_2_all_new_tickets_go_into_one_and_all_concerns_are_answered_in_one_reply():
    does = plan_merge(ticket(3, "new", ASKS, owner=ME), [NEW, ticket(2, "new", OTHER)], grounds())
    assert ([one.id for one in does.goes], does.answers) == ([1, 2], True)
    assert "All the concerns are answered in one reply." in merge_sentences(does, BOOK)


def test_history_3_the_owner_keeps_the_ticket_and_is_told_as_a_courtesy():
    older = ticket(2, AWAITING, ASKS, ">When?", age=5, owner=SOL)
    does = advice_for_pair(NEW, older, grounds()).plan
    assert does is not None
    merge, note = merge_effects(does, [NEW, older], BOOK, "Ana")
    assert isinstance(merge, Merge)
    assert (merge.ticket_id, merge.sources) == (2, (1,))
    assert isinstance(note, PrivateNote)
    assert (note.ticket_id, note.status, note.assignee_id) == (2, Status.OPEN, None)
    assert note.body.startswith("Hello Sol, as a courtesy: Ana merged #1 of the same customer into this ticket")
    assert "Should it not belong here, say so" in note.body


@pytest.mark.parametrize(
    ("into_resolved", "replies", "verdict", "status"),
    [
        (IntoResolved.UNANSWERED, (), MERGE, Status.OPEN),
        (IntoResolved.UNANSWERED, (">It was delayed and comes tomorrow.",), APART, Status.OPEN),
        (IntoResolved.SAME_CONCERN, (">It was delayed and comes tomorrow.",), MERGE, None),
    ],
)
def test_new_with_resolved_follows_the_passage_that_the_playbook_names(into_resolved, replies, verdict, status):
    resolved = ticket(2, "solved", ASKS, *replies, age=5, owner=SOL)
    known = grounds()
    said = advice_for_pair(BEFORE, resolved, replace(known, rules=replace(known.rules, into_resolved=into_resolved)))
    assert (said.verdict, said.plan.status) == (verdict, status), said.reasons
