"""Taking a decision: what it needs, what it does, in which order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.case import Stage
from csat_tui.domain.composing import BODY_LIMIT, Reach
from csat_tui.domain.decide import Undecidable, blockers, decide
from csat_tui.domain.ticket import Status
from csat_tui.effects.private_note import PrivateNote
from csat_tui.effects.public_reply import PublicReply
from csat_tui.effects.tracker_row import TrackerRow
from tests.builders import (
    ALIGNED,
    MISSED,
    NOON,
    SOURCE_TICKET,
    SURVEY_TICKET,
    a_case,
    a_survey,
    a_survey_ticket,
    a_ticket,
    an_aligned_case,
    answered,
    ratings,
    the_playbook,
)

NRN = the_playbook().outcome("no-response")
FOLLOW_UP = the_playbook().outcome("follow-up")
WORDS = {"summary": "Late box, credit given.", "rationale": "All the guide allows."}
REPLY = {
    "reply": "Sorry for the inconvenience.",
    "summary": "Credit was missing.",
    "resolution": "Credit of 15.00 given.",
    "better": "A second box.",
}


PICKED = {"follow-up": MISSED, "non-actionable": ("handled-by-lead",)}
ASKED = Reach(channels=frozenset(["qa"]))


def taken(case, outcome=NRN, words=WORDS):
    findings = PICKED.get(outcome.id, ())
    return decide(case, outcome, words, the_playbook(), by="Kim", at=NOON, findings=findings, reach=ASKED)


def lacking(case, outcome=NRN, words=WORDS):
    findings = PICKED.get(outcome.id, ())
    return [lack.sentence for lack in blockers(case, outcome, words, the_playbook(), findings=findings, reach=ASKED)]


def test_an_aligned_case_gets_a_private_note_and_a_tracker_row():
    note, row = taken(an_aligned_case()).effects
    assert note == PrivateNote(
        SURVEY_TICKET,
        "NRN\nSummary: Late box, credit given.\nOutcome: No response needed\nWhy: All the guide allows.",
        Status.SOLVED,
        ("csat_nrn",),
    )
    assert isinstance(row, TrackerRow)
    assert row.cells == {
        "A": "2026-03-10",
        "B": str(SOURCE_TICKET),
        "C": "No response needed",
        "D": "Sol",
        "E": "All the guide allows.",
        "F": "",
        "G": "1",
        "H": "Kim",
    }


def test_a_typed_outcome_replaces_the_decision_s_name():
    note, _ = taken(an_aligned_case(), words=WORDS | {"outcome": "Credit stands."}).effects
    assert "Outcome: Credit stands." in note.body


def test_a_follow_up_replies_before_its_note_says_so():
    decision = taken(an_aligned_case(), FOLLOW_UP, REPLY)
    assert [type(effect) for effect in decision.effects] == [PublicReply, PrivateNote, TrackerRow]
    reply, note, _ = decision.effects
    assert (reply.ticket_id, reply.body) == (SOURCE_TICKET, "Sorry for the inconvenience.")
    assert note.ticket_id == SURVEY_TICKET
    assert "Sorry" not in note.body


@pytest.mark.parametrize("outcome", ["no-response", "follow-up", "non-actionable", "acknowledge"])
@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"concern_read": "no"}, "“Concern read and understood?” is answered no"),
        ({"coaching_needed": "unsure"}, "“Coaching for the first agent?” is answered unsure"),
    ],
)
def test_nothing_is_closed_over_a_concern_that_was_not_read_or_coaching_that_is_open(outcome, answers, sentence):
    case = a_case(answers=answered(**(ALIGNED | answers)))
    lacks = lacking(case, the_playbook().outcome(outcome), WORDS | REPLY)
    assert [one for one in lacks if one.startswith(sentence)], lacks


@pytest.mark.parametrize("source", [a_ticket(status=Status.CLOSED), a_ticket(status=Status.DELETED)])
def test_a_reply_goes_to_the_survey_ticket_where_the_source_takes_none(source):
    reply, *_ = taken(an_aligned_case(source_ticket=source), FOLLOW_UP, REPLY).effects
    assert isinstance(reply, PublicReply)
    assert reply.ticket_id == SURVEY_TICKET


def test_a_reply_waits_for_a_source_ticket_that_is_only_not_here_yet():
    case = an_aligned_case(source_ticket=None)
    assert lacking(case, FOLLOW_UP, REPLY) == [f"ticket #{SOURCE_TICKET}, where the reply belongs, is not here yet"]


def test_a_reply_about_a_survey_that_names_no_ticket_goes_to_the_survey_ticket():
    case = an_aligned_case(survey=a_survey(source_ticket_id=None), source_ticket=None)
    reply, *_ = taken(case, FOLLOW_UP, REPLY).effects
    assert reply.ticket_id == SURVEY_TICKET


def test_the_note_of_an_imported_survey_goes_to_its_source_ticket_whose_status_it_leaves_alone():
    imported = a_survey(source="qualtrics:R_1", survey_ticket_id=None)
    note, _ = taken(an_aligned_case(survey=imported, survey_ticket=None)).effects
    assert isinstance(note, PrivateNote)
    assert (note.ticket_id, note.status, note.add_tags) == (SOURCE_TICKET, None, ("csat_nrn",))


def test_an_imported_survey_whose_source_is_closed_cannot_be_noted_anywhere():
    imported = a_survey(source="qualtrics:R_1", survey_ticket_id=None)
    case = an_aligned_case(survey=imported, survey_ticket=None, source_ticket=a_ticket(status=Status.CLOSED))
    assert lacking(case) == [f"ticket #{SOURCE_TICKET} is closed and takes no note"]


@pytest.mark.parametrize(
    ("ticket", "sentence"),
    [
        (None, f"ticket #{SURVEY_TICKET}, where the note belongs, is not here yet"),
        (a_survey_ticket(status=Status.CLOSED), f"ticket #{SURVEY_TICKET} is closed and takes no note"),
    ],
)
def test_a_note_needs_a_ticket_that_takes_it(ticket, sentence):
    assert sentence in lacking(an_aligned_case(survey_ticket=ticket))


def test_everything_that_is_missing_is_told_at_once():
    assert lacking(a_case(), words={}) == [
        "“Concern read and understood?” is not answered",
        "“Issue logged correctly?” is not answered",
        "“Accommodation within the guide?” is not answered",
        "“Everything promised was carried out?” is not answered",
        "“E-mail sent after an abandoned chat?” is not answered",
        "“Coaching for the first agent?” is not answered",
        "summary is empty",
        "why is empty",
    ]


def test_an_answer_that_speaks_against_the_outcome_is_named():
    case = a_case(answers=answered(**ALIGNED | {"within_guide": "no"}))
    assert lacking(case) == [
        "“Accommodation within the guide?” is answered no, and “No response needed” wants yes or n/a"
    ]


def test_unsure_is_not_yes():
    case = a_case(answers=answered(**ALIGNED | {"issue_logged": "unsure"}))
    assert lacking(case) == ["“Issue logged correctly?” is answered unsure, and “No response needed” wants yes or n/a"]


def test_checks_that_are_not_on_the_path_are_not_asked_for():
    fine = a_survey(ratings=ratings(5, 5, 5, 5, 5, 5), rating=5.0, comment="")
    case = a_case(survey=fine, answers=answered(**ALIGNED) | answered(within_guide="na"))
    assert lacking(case) == []


def test_a_case_is_decided_once():
    assert "this case is already decided" in lacking(an_aligned_case(stage=Stage.DECIDED))


def test_a_text_that_the_help_desk_would_cut_is_refused():
    assert any("would cut" in one for one in lacking(an_aligned_case(), words=WORDS | {"summary": "é" * BODY_LIMIT}))


def test_what_cannot_be_decided_raises_with_every_reason():
    with pytest.raises(Undecidable) as refused:
        taken(a_case(), words={})
    assert len(refused.value.lacks) == 8
    assert "summary is empty" in str(refused.value)


words = st.dictionaries(st.sampled_from([field.id for field in NRN.fields]), st.text(max_size=30))
answers = st.dictionaries(st.sampled_from(sorted(ALIGNED)), st.sampled_from(["yes", "no", "na", "unsure"]))
outcomes = st.sampled_from(the_playbook().outcomes)


@given(outcomes, words, answers)
def test_a_decision_is_taken_exactly_when_nothing_is_lacking(outcome, typed, given_answers):
    case = a_case(answers=answered(**given_answers))
    typed = typed | ({"reply": "r", "resolution": "s", "better": "b"} if outcome.replies else {"lead": "l", "ask": "q"})
    missing = blockers(case, outcome, typed, the_playbook(), findings=PICKED.get(outcome.id, ()), reach=ASKED)
    if missing:
        with pytest.raises(Undecidable) as refused:
            taken(case, outcome, typed)
        assert refused.value.lacks == missing
    else:
        decision = taken(case, outcome, typed)
        assert decision.effects
        assert any(isinstance(effect, PublicReply) for effect in decision.effects) is outcome.replies


@given(outcomes, st.text(min_size=1, max_size=40).filter(str.strip))
def test_only_a_follow_up_shows_the_customer_anything(outcome, secret):
    typed = {field.id: "x" for field in outcome.fields} | {"summary": secret, "better": secret, "lead": secret}
    for effect in taken(an_aligned_case(), outcome, typed).effects:
        if isinstance(effect, PublicReply):
            assert effect.body == "x"


def test_the_same_decision_is_the_same_whenever_it_is_asked_for():
    case = an_aligned_case()
    assert taken(case) == taken(replace(case, due_at=case.due_at + timedelta(days=1)))
