"""What a merge says: in its comments, to the owner, and how its own comment is known again."""

from dataclasses import replace

import pytest

from csat_tui.domain.effect import Effect
from csat_tui.domain.merge_plan import MergePlan, is_merge_comment, merge_sentences
from csat_tui.domain.merge_rules import MergeRules
from csat_tui.domain.merging import advice_for_pair
from csat_tui.domain.playbook import StatusGuard, Target
from csat_tui.domain.ticket import Author, Status
from csat_tui.domain.ticket_comparison import Conversation
from csat_tui.effects.merge import DEFAULT_COURTESY, Merge, merge_effects
from csat_tui.effects.private_note import PrivateNote
from tests.builders import a_message, the_playbook
from tests.domain.test_merging import KIM, LATE, ME, SOL, STILL, TORN, grounds, talk


def planned(one: Conversation, other: Conversation) -> MergePlan:
    does = advice_for_pair(one, other, grounds()).plan
    assert does is not None
    return does


def written(one: Conversation, other: Conversation, by: str = "Ana") -> tuple[Effect, ...]:
    return merge_effects(planned(one, other), [one, other], the_playbook(), by)


def test_the_comment_on_the_ticket_that_stays_repeats_the_customers_last_words() -> None:
    new, older = talk(1, "new", STILL, "And it is cold.", subject="My box"), talk(2, "pending", LATE, age=5, owner=SOL)
    merge, note = written(new, older)
    assert isinstance(merge, Merge)
    assert (merge.ticket_id, merge.sources) == (2, (1,))
    assert merge.target_comment == (
        "#1 went into this ticket, merged by Ana.\n\n#1 “My box”, last from the customer:\nAnd it is cold."
    )
    assert merge.source_comment == "This ticket was merged into #2 by Ana; it goes on there."
    assert isinstance(note, PrivateNote)
    assert (note.status, note.assignee_id) == (Status.OPEN, None)
    assert note.body.startswith("Sol, #1 of the same customer was merged into this ticket of yours by Ana")


def test_a_diary_is_cut_where_the_comment_says_so() -> None:
    merge = written(talk(1, "new", STILL + " x" * 5_000), talk(2, "pending", LATE, age=5))[0]
    assert isinstance(merge, Merge)
    assert merge.target_comment.endswith("… (the rest is on #1)")
    assert len(merge.target_comment) < 2_200


def test_where_nothing_changes_and_nobody_has_to_be_told_there_is_no_second_write() -> None:
    assert len(written(talk(1, "new", STILL, owner=ME), talk(2, "new", TORN, age=5))) == 1


def test_a_write_without_a_courtesy_note_has_words_all_the_same() -> None:
    note = written(talk(1, "new", STILL), talk(2, "new", TORN, age=5))[1]
    assert isinstance(note, PrivateNote)
    assert (note.body, note.assignee_id) == ("After #1 came here: it is Ana's now.", ME)
    note = written(talk(1, "new", STILL), talk(2, "pending", LATE, age=5))[1]
    assert isinstance(note, PrivateNote)
    assert note.body == "After #1 came here: it is “customer reply” now."


def test_a_playbook_without_courtesy_words_has_ours_and_a_guards_label_is_the_statuss_word() -> None:
    one, other = talk(1, "new", STILL, owner=KIM), talk(2, "pending", LATE, age=5, owner=SOL)
    rules = the_playbook().merging
    assert isinstance(rules, MergeRules)
    guard = StatusGuard(Status.OPEN, "Answered by customer", Target.SOURCE, only_with_reply=True)
    playbook = replace(the_playbook(), merging=replace(rules, courtesy=""), guards=(guard,))
    note = merge_effects(planned(one, other), [one, other], playbook, "Ana")[1]
    assert isinstance(note, PrivateNote)
    assert note.body == DEFAULT_COURTESY.format(owner="Sol", merged="#1", by="Ana")
    lines = merge_sentences(planned(one, other), playbook)
    assert "#2 becomes “answered by customer”, for the customer's message is the newest." in lines
    assert "Kim owns #1 with the latest message and answers for merging; anybody may do it." in lines


OURS = "#1, #22 went into this ticket, merged by Ana.\n\n#1 “Box”, last from the customer:\nwhere is *it*?"


@pytest.mark.parametrize(
    ("body", "public", "author", "ours"),
    [
        (OURS, False, Author.AGENT, True),
        (OURS.replace("\n\n", "  ").replace("*", ""), False, Author.SYSTEM, True),
        (OURS, True, Author.AGENT, False),
        (OURS, False, Author.CUSTOMER, False),
        (OURS + " I am calling my lawyer today.", False, Author.AGENT, False),
        (OURS.replace("#22", "#23"), False, Author.AGENT, False),
        ("#1, #22 went into this ticket, merged by Ana.", False, Author.AGENT, False),
        ("", False, Author.AGENT, False),
    ],
)
def test_only_the_comment_of_a_merge_of_ours_is_taken_for_one(
    body: str, public: bool, author: Author, ours: bool
) -> None:
    assert is_merge_comment(a_message(body=body, public=public, author=author), ["", OURS]) is ours
    assert not is_merge_comment(a_message(body=body, public=public, author=author), [])
