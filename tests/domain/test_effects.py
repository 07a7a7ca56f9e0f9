"""What a decision does, kind by kind: when each effect comes about, what it says, and what stands in its way."""

from dataclasses import replace

import pytest

from csat_tui.domain.case import Stage
from csat_tui.domain.composing import Reach
from csat_tui.domain.decide import Blocker, blockers, decide, prefill
from csat_tui.domain.effect import Mail
from csat_tui.domain.playbook import Field, Format, Outcome, StatusGuard, Target
from csat_tui.domain.sheet import Sheet
from csat_tui.domain.ticket import Author, Status
from csat_tui.effects.channel_question import Question
from csat_tui.effects.form_entry import FormEntry
from csat_tui.effects.mail import MailTemplate
from csat_tui.effects.private_note import NoteTemplate, PrivateNote
from csat_tui.effects.public_reply import PublicReply
from csat_tui.effects.record import Record
from csat_tui.effects.tracker_row import TrackerRow, TrackerTemplate
from tests.builders import (
    ALIGNED,
    MISSED,
    NOON,
    SOURCE_TICKET,
    SURVEY_TICKET,
    a_case,
    a_message,
    a_survey,
    a_ticket,
    an_account,
    an_aligned_case,
    an_order,
    answered,
    the_playbook,
)

EVERYWHERE = Reach(frozenset(["tracker", "coaching", "correction"]), frozenset(["qa"]))
COACHED = answered(**ALIGNED | {"coaching_needed": "yes"})
REPLY = {"reply": "Sorry for the inconvenience.", "summary": "s", "resolution": "Refunded.", "better": "A refund."}
WORDS = {"summary": "s", "rationale": "r"}


def taken(outcome, words, *, case=None, findings=(), reach=EVERYWHERE, playbook=None):
    playbook = playbook or the_playbook()
    wanted = playbook.outcome(outcome) if isinstance(outcome, str) else outcome
    case = case or an_aligned_case()
    return decide(case, wanted, words, playbook, by="Kim Lee", at=NOON, findings=findings, reach=reach).effects


def lacking(outcome, words, *, case=None, findings=(), reach=EVERYWHERE, playbook=None):
    playbook = playbook or the_playbook()
    wanted = playbook.outcome(outcome) if isinstance(outcome, str) else outcome
    return blockers(case or an_aligned_case(), wanted, words, playbook, findings=findings, reach=reach)


def with_effects(*effects, lines=("{summary}",), **over):
    """Return a playbook whose one outcome has these effects, written in the format “x”."""
    field = Field("summary", "Summary")
    outcome = Outcome("it", "i", "It", "", (field,), effects)
    playbook = replace(the_playbook(), formats={"x": Format("x", "X", lines)}, outcomes=(outcome,), **over)
    return outcome, playbook


class TestTheOrder:
    def test_is_reply_note_row_and_record_each_with_its_form_behind_it(self):
        words = REPLY | {"coaching": "Ask first.", "logged-as": "late-delivery"}
        effects = taken("follow-up", words, case=a_case(answers=COACHED), findings=(*MISSED, "issue-relogged"))
        assert [type(effect) for effect in effects] == [
            PublicReply, PrivateNote, TrackerRow, FormEntry, Record, FormEntry, Record, FormEntry,
        ]  # fmt: skip
        assert [effect.form for effect in effects if isinstance(effect, FormEntry)] == [
            "tracker", "correction", "coaching",
        ]  # fmt: skip
        for store, form in zip(effects[2::2], effects[3::2], strict=True):
            assert store.cells == form.cells

    def test_has_no_form_that_is_not_configured(self):
        effects = taken("no-response", WORDS, reach=Reach(frozenset(["coaching"])))
        assert [type(effect) for effect in effects] == [PrivateNote, TrackerRow]


class TestCoaching:
    def test_is_asked_for_only_where_it_is_needed(self):
        assert Blocker("coaching is empty", field_id="coaching") in lacking(
            "no-response", WORDS, case=an_aligned_case(answers=COACHED)
        )
        assert lacking("no-response", WORDS) == ()

    def test_is_submitted_and_stands_in_the_tracker(self):
        words = WORDS | {"coaching": "Read the whole mail."}
        _, row, _, coaching, _ = taken("no-response", words, case=an_aligned_case(answers=COACHED))
        assert row.cells["F"] == "Read the whole mail."
        assert coaching == Record(
            Sheet.COACHING,
            {
                "Date": "2026-03-10",
                "Agent": "Sol",
                "Ticket": str(SOURCE_TICKET),
                "Opportunity": "Read the whole mail.",
                "Submitted by": "Kim Lee",
            },
        )

    def test_words_that_are_not_asked_for_any_more_are_written_nowhere(self):
        effects = taken("no-response", WORDS | {"coaching": "SECRET"})
        assert "SECRET" not in str(effects)


class TestACorrection:
    def test_is_put_on_record_with_what_was_logged_before(self):
        words = REPLY | {"logged-as": "spoiled-food", "refund": "59.90 USD"}
        effects = taken("follow-up", words, findings=(*MISSED, "issue-relogged", "refund-issued"))
        (record,) = [effect for effect in effects if isinstance(effect, Record)]
        assert (record.kind, record.cells["Logged before"], record.cells["Logged now"]) == (
            Sheet.CORRECTION, "late-delivery", "spoiled-food",
        )  # fmt: skip
        assert (record.cells["Refund"], record.cells["Order"]) == ("59.90 USD", "O-1")

    def test_is_not_put_on_record_where_only_something_was_missed(self):
        assert not [effect for effect in taken("follow-up", REPLY, findings=MISSED) if isinstance(effect, Record)]


class TestFindings:
    def test_one_at_least_is_needed_where_the_outcome_says_so(self):
        groups = ("missed opportunity", "correction")
        assert Blocker("no missed opportunity or correction is picked", groups=groups) in lacking("follow-up", REPLY)

    def test_one_of_another_group_does_not_go_with_the_outcome(self):
        found = lacking("follow-up", REPLY | {"lead": "Priya"}, findings=(*MISSED, "handled-by-lead"))
        assert [one.sentence for one in found] == [
            "“Already handled by a lead” does not go with “Follow up”; take it out"
        ]

    def test_one_that_the_playbook_no_longer_has_is_named(self):
        assert "there is no finding “old”" in lacking("follow-up", REPLY, findings=(*MISSED, "old"))[0].sentence

    def test_bring_their_own_fields_each_once(self):
        found = lacking("follow-up", REPLY, findings=(*MISSED, "meals-not-changed", "plan-not-changed"))
        assert found == (Blocker("what was asked for is empty", field_id="requested"),)

    def test_are_places_in_texts_by_their_group(self):
        note = taken("follow-up", REPLY, findings=MISSED)[1]
        assert "Missed: A better solution existed\nBetter solution: A refund." in note.body
        assert "Put right" not in note.body


class TestTheQuestion:
    def test_goes_to_its_channel_with_the_case(self):
        (question,) = taken("ask-channel", {"ask": "Is this within the guide?"})
        assert isinstance(question, Question)
        assert question.text.splitlines() == [
            "Is this within the guide?",
            f"Ticket #{SOURCE_TICKET} · survey ticket #{SURVEY_TICKET} · rated 1",
            "Concern: Late or lost delivery",
            "In the customer's words: My box was two days late and nobody could tell me why.",
            "Logged: late-delivery",
            "Given: credit 15.00 USD",
            "Asked by Kim Lee",
        ]

    def test_of_hostile_words_calls_nobody_together_and_hides_no_link(self):
        comment = "@everyone <!channel> < @U1> <#C1|x> <https://evil.example|our site> @Here me@all.example 1 < 2"
        case = an_aligned_case(survey=a_survey(comment=comment))
        (question,) = taken("ask-channel", {"ask": "Well?"}, case=case)
        assert isinstance(question, Question)
        assert "＠everyone ‹！channel› ‹ ＠U1› ‹＃C1¦x› ‹https：∕∕evil․example¦our site› ＠Here" in question.text
        assert "me＠all․example 1 ‹ 2" in question.text

    def test_parks_the_case(self):
        playbook = the_playbook()
        asked = {"ask": "Is it?"}
        outcome = playbook.outcome("ask-channel")
        assert decide(an_aligned_case(), outcome, asked, playbook, by="", at=NOON, reach=EVERYWHERE).parks

    def test_of_a_parked_case_can_be_followed_by_another(self):
        assert lacking("ask-channel", {"ask": "And now?"}, case=an_aligned_case(stage=Stage.PARKED)) == ()


class TestAMail:
    def test_is_addressed_from_the_case_and_keeps_its_subject_on_one_line(self):
        mail = MailTemplate("x", "{customer-email}", "About {items}")
        account = an_account(orders=(an_order(items=("Stew\r\nBcc: all@example.com",)),))
        outcome, playbook = with_effects(mail)
        effects = taken(outcome, {"summary": "Hello."}, case=a_case(account=account), playbook=playbook)
        assert effects == (Mail(("pat@example.com",), "About Stew Bcc: all@example.com", "Hello."),)

    @pytest.mark.parametrize(
        ("to", "sentence"),
        [
            ("{store}", "there is no mail address here"),
            ("{plan}", "“6 meals a week” is not a mail address"),
            ("{summary}", "“a@example.com, b@example.com” is not a mail address"),
        ],
    )
    def test_without_one_address_is_not_written(self, to, sentence):
        outcome, playbook = with_effects(MailTemplate("x", to, "Hello"))
        found = lacking(outcome, {"summary": "a@example.com, b@example.com"}, playbook=playbook)
        assert [one.sentence for one in found] == [sentence]


class TestConditions:
    def test_let_an_effect_come_about_only_with_its_answers(self):
        outcome, playbook = with_effects(
            NoteTemplate("x", Target.SURVEY, when={"within-guide": "no|unsure"}), TrackerTemplate({"A": "{summary}"})
        )
        assert len(taken(outcome, {"summary": "s"}, playbook=playbook, reach=Reach())) == 1
        case = a_case(answers=answered(within_guide="unsure"))
        assert len(taken(outcome, {"summary": "s"}, case=case, playbook=playbook, reach=Reach())) == 2

    def test_on_a_check_of_another_path_are_not_met(self):
        fine = a_survey(rating=None, problem="could not be read")
        case = a_case(survey=fine, answers=answered(concern_read="yes", coaching_needed="yes"))
        assert [type(effect) for effect in taken("needs-evaluation", {"summary": "s", "question": "q"}, case=case)] == [
            PrivateNote, TrackerRow, FormEntry,
        ]  # fmt: skip


class TestTags:
    @pytest.mark.parametrize(
        ("name", "tag"), [("Kim Lee", "reviewed-by-kim-lee"), ("Ünal, Ö.", "reviewed-by-ünal-ö"), ("", "reviewed-by")]
    )
    def test_are_filled_and_made_fit(self, name, tag):
        outcome, playbook = with_effects(
            NoteTemplate("x", Target.SURVEY, add_tags=("plain_Tag", "reviewed-by-{by}", "{store}"))
        )
        decision = decide(an_aligned_case(), outcome, {"summary": "s"}, playbook, by=name, at=NOON)
        assert decision.effects[0].add_tags == ("plain_Tag", tag)

    def test_words_are_joined_as_the_tag_itself_is(self):
        outcome, playbook = with_effects(NoteTemplate("x", Target.SURVEY, add_tags=("reviewed_by_{by}",)))
        for name, tag in (
            ("Christina", "reviewed_by_christina"),
            ("Kim, Lee\n#x", "reviewed_by_kim_lee_x"),
            ("", "reviewed_by"),
        ):
            decision = decide(an_aligned_case(), outcome, {"summary": "s"}, playbook, by=name, at=NOON)
            assert decision.effects[0].add_tags == (tag,)


class TestStatusGuards:
    AWAITING = StatusGuard(Status.PENDING, "Awaiting reply", Target.SOURCE, only_with_reply=True)
    RESOLVED = StatusGuard(Status.SOLVED, "Resolved", Target.SOURCE, not_from=(Status.OPEN, Status.HOLD))

    def objections(self, case, status, guard, **over):
        outcome, playbook = with_effects(NoteTemplate("x", Target.SOURCE, status), guards=(guard,), **over)
        return [one.sentence for one in lacking(outcome, {"summary": "s"}, case=case, playbook=playbook)]

    def test_a_status_that_needs_a_reply_is_not_set_while_the_customer_waits(self):
        assert self.objections(a_case(), Status.PENDING, self.AWAITING) == [
            f"“Awaiting reply” may be set on ticket #{SOURCE_TICKET} only with a reply, and the newest message there is"
            " not ours; reply to the customer first"
        ]

    def test_a_note_of_ours_is_no_reply(self):
        note = a_message(id=502, author=Author.AGENT, public=False)
        assert self.objections(a_case(messages=(a_message(), note)), Status.PENDING, self.AWAITING)

    def test_a_public_message_of_ours_that_is_the_newest_is_one(self):
        ours = a_message(id=502, author=Author.AGENT)
        assert self.objections(a_case(messages=(a_message(), ours)), Status.PENDING, self.AWAITING) == []

    @pytest.mark.parametrize("status", [Status.OPEN, Status.HOLD])
    def test_a_ticket_in_work_is_not_resolved_without_a_reply(self, status):
        case = a_case(source_ticket=a_ticket(status=status), messages=(a_message(author=Author.AGENT),))
        assert self.objections(case, Status.SOLVED, self.RESOLVED) == [
            f"ticket #{SOURCE_TICKET} is {status} and may not become “Resolved” without a reply; choose an outcome that"
            " replies, or one that leaves its status"
        ]

    def test_another_status_and_another_ticket_are_free(self):
        case = a_case(source_ticket=a_ticket(status=Status.OPEN))
        assert self.objections(case, Status.HOLD, self.RESOLVED) == []
        assert self.objections(case, Status.SOLVED, replace(self.RESOLVED, on=Target.SURVEY)) == []

    def test_a_reply_in_the_same_decision_lifts_the_guard(self):
        playbook = the_playbook()
        reply, note, *rest = playbook.outcome("follow-up").effects
        solved = replace(reply, status=Status.SOLVED)
        outcome = replace(playbook.outcome("follow-up"), effects=(solved, note, *rest))
        guarded = replace(playbook, guards=(self.RESOLVED,))
        case = an_aligned_case(source_ticket=a_ticket(status=Status.OPEN))
        assert lacking(outcome, REPLY, case=case, findings=MISSED, playbook=guarded) == ()


class TestWhatStandsInAField:
    def test_is_filled_from_the_case_until_somebody_types(self):
        playbook = the_playbook()
        filled = prefill(an_aligned_case(), playbook.outcome("no-response"), (), playbook)
        assert filled == {"nothing-amiss": "Nothing for Sol to improve, and nothing to follow up with the customer."}

    def test_is_left_empty_where_a_fact_is_not_known(self):
        playbook = the_playbook()
        case = an_aligned_case(survey=a_survey(agent=""))
        assert prefill(case, playbook.outcome("no-response"), (), playbook) == {}

    def test_of_a_finding_is_filled_once_it_is_picked(self):
        playbook = the_playbook()
        outcome = playbook.outcome("non-actionable")
        assert prefill(a_case(), outcome, ("repeated-within-guide",), playbook) == {"handled": "credit 15.00 USD"}
        assert prefill(a_case(), outcome, (), playbook) == {}


def test_a_text_with_nothing_in_it_is_not_sent():
    outcome, playbook = with_effects(NoteTemplate("x", Target.SURVEY), lines=("{store}",))
    found = lacking(outcome, {"summary": "s"}, playbook=playbook)
    assert [one.sentence for one in found] == ["the note would be empty"]
