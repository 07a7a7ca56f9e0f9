"""What the rule about summaries says of summaries that were written before it was made."""

from csat_tui.domain.audit import NoteUnderAudit, Verdict, audit
from csat_tui.domain.review.delivered_note import delivered_notes
from csat_tui.domain.ticket import Author
from csat_tui.language import tell_language
from tests.builders import (
    SURVEY_TICKET,
    a_case,
    a_message,
    a_survey,
    a_survey_ticket,
    a_ticket,
    an_account,
    the_playbook,
)
from tests.domain.audit_held_out import HELD_OUT, HeldOut


def verdict(concern: HeldOut, summary: str) -> Verdict:
    body = f"NRN\nSummary: {summary}\nWhy: Nothing is owed."
    written = a_message(id=901, ticket_id=SURVEY_TICKET, author=Author.AGENT, public=False, body=body)
    (note,) = delivered_notes(a_survey_ticket(), [written], the_playbook())
    case = a_case(
        survey=a_survey(comment=concern.comment), source_ticket=a_ticket(),
        messages=(a_message(body=concern.ticket),), account=an_account(issues=(), accommodations=()),
    )  # fmt: skip
    said = audit(NoteUnderAudit(note, case), the_playbook(), tell_language).verdicts
    (found,) = (one for rule, one in said if rule.rule == "summary")
    return found.verdict


def test_no_right_summary_fails() -> None:
    assert [one for one in HELD_OUT if verdict(one, one.right) is Verdict.FAILS] == []


def test_no_summary_of_another_matter_passes_and_two_of_five_fail() -> None:
    found = [verdict(one, one.wrong) for one in HELD_OUT]
    assert found.count(Verdict.PASSES) == 0
    assert found.count(Verdict.FAILS) >= len(HELD_OUT) * 2 / 5
