"""Every kind of effect shows its name, its destination and its content in the outbox."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import DecisionId, OpId, SurveyId, TicketId
from csat_tui.store.outbox import OutboxItem
from csat_tui.store.outbox.attempts import Attempt
from csat_tui.tui.outbox.lines import detail_lines, list_lines
from tests.builders import NOON
from tests.tui.pane_host import HOSTILE

LATER = NOON + timedelta(hours=1)


def an_item(
    sort: str, /, state: EffectState = EffectState.QUEUED, ticket: int | None = None, **details: Any
) -> OutboxItem:
    return OutboxItem(
        id=1, decision_id=DecisionId(1), survey_id=SurveyId(7), position=0, kind=sort, op_id=OpId("op"),
        ticket_id=None if ticket is None else TicketId(ticket), body=details.pop("body", ""),
        cells=details.pop("cells", {}), status=None, add_tags=(), base=None, tags=None, state=state, not_before=NOON,
        read_from=None, attempt=0, reason="", reference="", landed_at=None, changed_at=NOON, details=details,
    )  # fmt: skip


def said(item: OutboxItem) -> str:
    rows = list_lines([item], 100, LATER) + detail_lines(item, [], 100, LATER)
    return "\n".join(line.content.plain for line in rows)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (an_item("record", kind="coaching", cells={"Agent": "Ron", "Opportunity": "Listen"}),
         ["record", "coaching submission", "Agent        Ron", "Opportunity  Listen"]),
        (an_item("form", form="tracker", cells={"A": "2026-03-10"}), ["web form · tracker row", "A  2026-03-10"]),
        (an_item("question", channel="qa", body="Was it right?"), ["question to a channel · #qa", "Was it right?"]),
        (an_item("mail", to=["pat@example.com"], subject="Your box", body="Dear Pat"),
         ["mail · pat@example.com", "Your box", "Dear Pat"]),
        (an_item("merge", ticket=5, sources=[6, 7], target_comment="came in", source_comment="went", body="yours now"),
         ["merge into ticket #5", "#5 ← #6 #7", "came in", "went", "yours now"]),
    ],
    ids=["record", "form", "question", "mail", "merge"],
)  # fmt: skip
def test_each_kind_says_what_it_is_where_it_goes_and_its_words(item: OutboxItem, words: list[str]) -> None:
    text = said(item)
    for word in words:
        assert word in text


def test_what_does_not_go_to_the_help_desk_is_not_looked_for_on_a_ticket() -> None:
    doubtful = said(an_item("question", EffectState.ASKING, channel="qa", body="?"))
    assert "Look where it goes" in doubtful
    assert "Look at the ticket" in said(replace(an_item("note", EffectState.ASKING), ticket_id=TicketId(5)))


def test_two_entries_of_one_form_are_told_apart_by_their_cases() -> None:
    (row,) = [line.content.plain for line in list_lines([an_item("form", form="tracker")], 60, LATER) if line.item == 0]
    assert "tracker row · case 7" in row


def test_what_nobody_can_look_up_is_not_said_to_have_been_looked_for() -> None:
    looked = Attempt(1, LATER, "absent", EffectState.ASKING, "the form answered 500")
    history = [line.content.plain for line in detail_lines(an_item("form", form="tracker"), [looked], 60, LATER)]
    assert any("you must look for it" in line for line in history)
    assert not any("not found there" in line for line in history)


def test_hostile_words_of_a_mail_and_a_channel_show_as_symbols() -> None:
    for item in (an_item("mail", to=[HOSTILE], subject=HOSTILE, body=HOSTILE), an_item("question", channel=HOSTILE)):
        assert "\x1b" not in said(item)
