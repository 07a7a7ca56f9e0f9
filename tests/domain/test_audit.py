"""The audit: each rule on a note that is as the procedure wants it, and on one that is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from csat_tui.domain.audit import AuditVerdict, NoteUnderAudit, Verdict, audit
from csat_tui.domain.case import Case
from csat_tui.domain.ids import UserId
from csat_tui.domain.review.delivered_note import delivered_notes
from csat_tui.domain.ticket import Author, Message, Status
from csat_tui.playbook import load_builtin
from tests.builders import NOON, SURVEY_TICKET, a_case, a_message, a_survey_ticket, an_account, an_aligned_case

PLAYBOOK = load_builtin("strike-team")
SAM = UserId(7)
NRN = "NRN\nSummary: The box came two days late.\nWhy: The courier had a breakdown and a credit was given."
FOLLOWED_UP = (
    "FOLLOWED UP on ticket #7300001\nSummary: The box came two days late.\n"
    "Missed: Promised credit not applied\nResolution: The credit was given."
)


def a_note(text: str, number: int = 1, **over: Any) -> Message:
    message = Message(
        number, SURVEY_TICKET, NOON + timedelta(hours=2), Author.AGENT, "Sam Oduya", False, text, author_id=SAM
    )
    return replace(message, **over)


def a_reply(**over: Any) -> Message:
    parts: dict[str, Any] = {
        "id": 801, "author": Author.AGENT, "author_name": "Sam Oduya", "author_id": SAM,
        "created_at": NOON + timedelta(hours=1), "body": "Dear Pat, I am sorry for that. A credit is on its way.",
    }  # fmt: skip
    return a_message(**parts | over)


def under_audit(text: str, case: Case | None = None, **over: Any) -> NoteUnderAudit:
    ticket = a_survey_ticket(status=Status.SOLVED, tags=("survey", "csat_nrn", "csat_followup"))
    case = replace(case or an_aligned_case(), survey_ticket=ticket)
    (note,) = delivered_notes(ticket, [a_note(text)], PLAYBOOK)
    return NoteUnderAudit(note, case, **over)


def verdict(rule: str, subject: NoteUnderAudit) -> AuditVerdict | None:
    found = {one.rule: said for one, said in audit(subject, PLAYBOOK).verdicts}
    return found.get(rule)


def says(rule: str, subject: NoteUnderAudit) -> Verdict | None:
    found = verdict(rule, subject)
    return None if found is None else found.verdict


def test_a_note_that_is_as_the_procedure_wants_it_fails_nothing() -> None:
    found = audit(under_audit(NRN), PLAYBOOK)
    assert found.failed == ()
    assert found.risk == 0


@pytest.mark.parametrize(
    ("rule", "text", "wanted"),
    [
        ("format", NRN, Verdict.PASSES),
        ("format", "All good here.", Verdict.FAILS),
        ("format", NRN.replace("NRN\n", "NRN\nLooked at it twice\n"), Verdict.FAILS),
        ("required-fields", NRN, Verdict.PASSES),
        ("required-fields", "NRN\nSummary: The box came late.", Verdict.FAILS),
        ("required-fields", "All good here.", None),
        ("summary", NRN, Verdict.PASSES),
        ("summary", NRN.replace("The box came two days late.", "Delivery did not arrive on the day."), Verdict.PASSES),
        ("summary", NRN.replace("The box came two days late.", "Everything checked."), Verdict.FAILS),
        ("reply", NRN, Verdict.PASSES),
        ("reply", FOLLOWED_UP, Verdict.FAILS),
    ],
)
def test_what_the_words_show(rule: str, text: str, wanted: Verdict | None) -> None:
    assert says(rule, under_audit(text)) is wanted


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [
        ("Promo code was refused.", Verdict.FAILS),
        ("Ended the membership, got charged anyway.", Verdict.FAILS),
        ("Shipment lost by the courier.", Verdict.CANNOT_TELL),
        ("Agent sounded cold.", Verdict.CANNOT_TELL),
        ("Refund for the promo code.", Verdict.CANNOT_TELL),
        ("Promo code missing from the first box.", Verdict.CANNOT_TELL),
    ],
)
def test_a_summary_of_another_concern_than_the_customers_fails(summary: str, wanted: Verdict) -> None:
    text = NRN.replace("The box came two days late.", summary)
    assert says("summary", under_audit(text)) is wanted


def test_a_summary_of_another_concern_is_shown_beside_what_the_customer_wrote() -> None:
    found = verdict("summary", under_audit(NRN.replace("The box came two days late.", "Promo code was refused.")))
    assert found is not None
    assert found.sentence == (
        "The summary speaks of “Promotion code or promised discount”; the customer wrote of “Late or lost delivery”."
    )
    assert found.evidence[:2] == ("“Promo code was refused.”", "the summary: “Promo code”")
    assert found.evidence[2].startswith("the customer: “")


def test_a_summary_of_what_was_logged_or_of_what_the_comment_leaves_open_is_left_to_a_person() -> None:
    text = NRN.replace("The box came two days late.", "Promo code was refused.")
    case = an_aligned_case()
    logged = an_account(issues=(replace(an_account().issues[0], category="promo-code"),))
    assert says("summary", under_audit(text, replace(case, account=logged))) is Verdict.CANNOT_TELL
    vague = replace(case, survey=replace(case.survey, comment="It was a mess."))
    assert says("summary", under_audit(text, vague)) is Verdict.CANNOT_TELL


def test_without_patterns_for_notes_a_summary_in_other_words_is_left_to_a_person() -> None:
    subject = under_audit(NRN.replace("The box came two days late.", "Promo code was refused."))
    bare = replace(PLAYBOOK, issues=tuple(replace(one, in_notes=()) for one in PLAYBOOK.issues))
    (found,) = (said for one, said in audit(subject, bare).verdicts if one.rule == "summary")
    assert found.verdict is Verdict.CANNOT_TELL


def test_a_rationale_that_was_written_before_is_named_with_its_ticket() -> None:
    subject = under_audit(NRN)
    before = replace(subject.note, comment_id=9, ticket_id=9_900_009, at=NOON - timedelta(days=1))
    again = replace(before, fields={"rationale": "the courier had a breakdown, and a credit was given"})
    assert says("rationale-repeated", replace(subject, earlier=(again,))) is Verdict.FAILS
    found = verdict("rationale-repeated", replace(subject, earlier=(again,)))
    assert found is not None
    assert found.evidence == ("#9900009, 2026-03-09",)
    other = replace(before, fields={"rationale": "The guide allows no more than that."})
    assert says("rationale-repeated", replace(subject, earlier=(other,))) is Verdict.PASSES


@pytest.mark.parametrize(
    ("ticket", "later", "wanted"),
    [
        ({}, False, Verdict.PASSES),
        ({"status": Status.CLOSED}, False, Verdict.PASSES),
        ({"status": Status.OPEN}, False, Verdict.FAILS),
        ({"tags": ("survey",)}, False, Verdict.FAILS),
        ({"status": Status.OPEN}, True, Verdict.CANNOT_TELL),
    ],
)
def test_status_and_tags_are_held_against_the_outcome(ticket: dict[str, Any], later: bool, wanted: Verdict) -> None:
    subject = under_audit(NRN, later_notes=later)
    case = replace(subject.case, survey_ticket=replace(subject.case.survey_ticket, **ticket))
    assert says("status-and-tags", replace(subject, case=case)) is wanted


def test_a_reply_counts_only_where_the_notes_author_wrote_it() -> None:
    own, colleague = a_reply(), a_reply(id=802, author_id=UserId(8), author_name="Mei")
    assert says("reply", under_audit(FOLLOWED_UP, replies=(own,))) is Verdict.PASSES
    assert says("reply", under_audit(FOLLOWED_UP, replies=(colleague,))) is Verdict.FAILS
    assert says("reply", under_audit(NRN, replies=(own,))) is Verdict.FAILS
    assert says("reply", under_audit(NRN, replies=(colleague,))) is Verdict.PASSES


def test_a_reply_that_the_playbooks_rules_refuse_is_shown_with_its_remark() -> None:
    refused = a_reply(body="Dear Pat, this was our fault. Please see the internal note.")
    found = verdict("reply-wording", under_audit(FOLLOWED_UP, replies=(refused,)))
    assert found is not None
    assert (found.verdict, found.messages) == (Verdict.FAILS, (801,))
    assert says("reply-wording", under_audit(NRN)) is None


def test_the_contact_is_late_after_the_time_that_the_case_was_due() -> None:
    due = an_aligned_case().due_at
    late = a_reply(created_at=due + timedelta(hours=3))
    found = verdict("first-contact", under_audit(FOLLOWED_UP, replies=(late,)))
    assert found is not None
    assert (found.verdict, found.sentence) == (Verdict.FAILS, "The first contact came 3 h late.")
    assert says("first-contact", under_audit(FOLLOWED_UP, replies=(a_reply(),))) is Verdict.PASSES
    assert says("first-contact", under_audit(FOLLOWED_UP)) is None


def test_the_records_speak_against_an_outcome_that_says_that_all_is_in_order() -> None:
    nothing_logged = replace(an_aligned_case(), account=an_account(issues=(), accommodations=()))
    found = verdict("records", under_audit(NRN, nothing_logged))
    assert found is not None
    assert found.verdict is Verdict.FAILS
    assert any("logged: nothing" in line for line in found.evidence)


def test_a_case_of_which_nothing_was_fetched_is_not_judged_by_the_records() -> None:
    bare = replace(a_case(), source_ticket=None, messages=(), account=None)
    found = {rule.rule: said.verdict for rule, said in audit(under_audit(FOLLOWED_UP, bare), PLAYBOOK).verdicts}
    assert found["reply"] is Verdict.CANNOT_TELL
    assert Verdict.FAILS not in {found.get("records"), found.get("correction"), found.get("finding")}


def test_what_the_records_say_waits_until_the_contact_is_here() -> None:
    text = f"{FOLLOWED_UP}\nPut right: Credit corrected\nCredit: 500.00 USD"
    whole = an_aligned_case()
    assert says("correction", under_audit(text, whole)) is Verdict.FAILS
    for half in (replace(whole, source_ticket=None, messages=()), replace(whole, messages=())):
        found = {rule.rule: said.verdict for rule, said in audit(under_audit(text, half), PLAYBOOK).verdicts}
        assert found["correction"] is Verdict.CANNOT_TELL
        assert found["finding"] is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("since", "replied", "wanted"),
    [
        (timedelta(0), None, Verdict.FAILS),
        (timedelta(minutes=90), None, Verdict.CANNOT_TELL),
        (timedelta(hours=3), None, Verdict.CANNOT_TELL),
        (timedelta(minutes=30), timedelta(hours=1), Verdict.CANNOT_TELL),
        (None, None, Verdict.CANNOT_TELL),
    ],
)
def test_a_kept_promise_speaks_against_a_finding_only_if_the_account_showed_it_before_anybody_wrote(
    since: timedelta | None, replied: timedelta | None, wanted: Verdict
) -> None:
    text = FOLLOWED_UP.replace("Promised credit not applied", "Promised cancellation not done")
    promised = a_message(
        author=Author.AGENT, author_name="Sol Berg", created_at=NOON - timedelta(days=1),
        body="I have cancelled your subscription.",
    )  # fmt: skip
    account = an_account(subscription_status="cancelled")
    case = replace(an_aligned_case(), messages=(promised,), account=account)
    replies = () if replied is None else (a_reply(created_at=NOON + replied),)
    subject = under_audit(text, case, replies=replies, account_since=None if since is None else NOON + since)
    assert says("finding", subject) is wanted
