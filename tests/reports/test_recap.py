"""The recap as people read it: honest about small numbers, and deaf to any markup in what customers wrote."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html as browser

from csat_tui.domain.case import Stage
from csat_tui.domain.concern import recognised_issues
from csat_tui.domain.contact_clock import ContactClock
from csat_tui.domain.ids import SurveyId, TicketId
from csat_tui.domain.reconciliation import KnownCase, ReportLine, reconcile_line
from csat_tui.domain.shift import DecidedCase, Deliveries, ParkedCase, Shift, ShiftFacts, shift_name
from csat_tui.playbook import load_builtin
from csat_tui.reports.markdown import as_html, escaped, quoted_words
from csat_tui.reports.recap import chance, compare_shares, fresh_parts, html_of, mail_of, markdown_of, recap_document
from tests.builders import NOON, a_case, a_survey, the_playbook

EVIL = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> [me](javascript:alert(1)) ![p](http://evil.example/p.png) "
    "# not a heading\n- no item <http://evil.example> &lt;b&gt; *so* `what` \x1b[2J\u202e"
)


def worked(number: int, **over: object) -> DecidedCase:
    one = DecidedCase(
        SurveyId(number), TicketId(7_300_000 + number), "no-response", "low-with-comment", False,
        NOON + timedelta(minutes=4 * number), 1.7, "My box was late again.", "Pat", "Sol",
    )  # fmt: skip
    return replace(one, **over)  # type: ignore[arg-type]


def a_shift(**texts: str) -> Shift:
    return Shift(1, "Ana P.", "AM", NOON, texts={name.replace("_", "-"): text for name, text in texts.items()})


def elements(markdown: str) -> set[str]:
    return {str(one.tag) for one in browser.fromstring(f"<body>{as_html(markdown)}</body>").iter()} - {"body", "html"}


@pytest.mark.parametrize(
    "text", [EVIL, "- " + EVIL, "1. x", "# x", "> x", "| a | b |\n|---|---|", "===", "~~~\nx", "    x"]
)
def test_quoted_words_are_words_and_nothing_else(text: str) -> None:
    page = browser.fromstring(f"<body>{as_html(f'- {escaped(text)}')}</body>")
    assert {one.tag for one in page.iter()} <= {"body", "ul", "li"}
    for word in text.split()[:3]:
        if word.isalpha():
            assert word in page.text_content()


def test_what_a_person_pastes_can_neither_run_nor_load() -> None:
    page = browser.fromstring(f"<body>{as_html(EVIL)}</body>")
    assert not page.xpath("//script|//img|//iframe|//style|//@onerror|//@src")
    assert [link.get("href") for link in page.iter("a")] == ["http://evil.example/p.png", "http://evil.example"]
    assert "\x1b" not in as_html(EVIL)


def test_what_a_person_writes_in_markdown_is_formatted() -> None:
    assert {"ul", "li", "strong", "a"} <= elements("- **Couriers** [again](https://desk.example.com/1)")


def test_a_hostile_comment_is_harmless_in_the_whole_page() -> None:
    facts = ShiftFacts((worked(1, comment=EVIL, customer=EVIL, agent=EVIL, outcome_id="needs-evaluation"),))
    shift = replace(a_shift(), name="AM\r\nBcc: all@example.com")
    recap = recap_document(shift, fresh_parts(facts, [], the_playbook()), the_playbook())
    page = browser.document_fromstring(html_of(recap))
    assert not page.xpath("//script|//img|//iframe|//body//a|//@onerror")
    assert "alert(1)" in page.text_content()
    assert "\n" not in recap.subject


def test_the_mail_says_the_same_in_text_and_html() -> None:
    recap = recap_document(
        a_shift(trends="Couriers **again**."), fresh_parts(ShiftFacts(), [], the_playbook()), the_playbook()
    )
    mail = mail_of(recap)
    assert mail.subject.endswith("2026-03-10 AM")
    assert "Couriers **again**." in mail.body
    assert "<strong>again</strong>" in mail.html
    assert mail.body == markdown_of(recap)


def test_an_edited_part_is_kept_even_when_the_playbook_has_it_no_more() -> None:
    recap = recap_document(a_shift(thanks="To the couriers."), {}, the_playbook())
    assert recap.parts[-1].text == "To the couriers."


def test_highlights_name_the_worst_the_best_and_what_was_put_right() -> None:
    cases = (
        worked(1, rating=1.0, comment="Never again."),
        worked(2, rating=1.2, comment="Charged twice.", outcome_id="follow-up", words={"resolution": "Refunded."}),
        worked(3, rating=4.8, comment="Sol was lovely."),
        worked(4, comment=""),
    )
    said = fresh_parts(ShiftFacts(cases), [], the_playbook())["highlights"]
    assert said.index("Never again") < said.index("Sol was lovely") < said.index("Refunded")
    assert said.count("Charged twice") == 2


def test_every_playbook_says_by_itself_what_is_not_finished() -> None:
    shop = load_builtin("retail")
    going_on = next(one for one in shop.outcomes if one.unfinished)
    finished = next(one for one in shop.outcomes if not one.unfinished)
    last = [field.id for field in going_on.fields if field.required][-1]
    cases = (
        worked(1, outcome_id=going_on.id, words={last: "The warehouse looks for it."}),
        worked(2, outcome_id=finished.id, words={last: "All done."}),
    )
    said = fresh_parts(ShiftFacts(cases), [], shop)["evaluation"]
    assert "warehouse looks" in said
    assert "All done" not in said


def test_trends_say_nothing_of_small_numbers() -> None:
    few = fresh_parts(ShiftFacts((worked(1), worked(2)), before=(worked(3),), shifts_before=1), [], the_playbook())[
        "trends"
    ]
    assert "2 of 2, before 1 of 1: too few cases to compare" in few


def test_trends_tell_a_difference_that_is_one() -> None:
    now = tuple(worked(number) for number in range(10))
    before = tuple(worked(20 + number, comment="Rude answer.") for number in range(30))
    said = fresh_parts(ShiftFacts(now, before=before, shifts_before=3), [], the_playbook())["trends"]
    assert "10 of 10, before 0 of 30: more often than before" in said
    assert said.endswith("Compared with the 3 shifts before.")


def test_chance_is_what_the_exact_test_says() -> None:
    assert chance(3, 4, 1, 4) == pytest.approx(0.4857, abs=1e-4)
    assert compare_shares(3, 10, 9, 30) == "about as often as by chance"
    assert compare_shares(0, 20, 15, 20) == "less often than before"


def test_numbers_name_what_is_still_on_its_way() -> None:
    facts = ShiftFacts((worked(1), worked(2)), Deliveries(2, 1, 1), open=3, snoozed=1)
    said = fresh_parts(facts, [], the_playbook())["numbers"]
    assert "- Follow-ups: 2, of them 1 confirmed as sent" in said
    assert "- Still being sent: 1 effect" in said
    assert "- Left on the desk: 3 open, 1 snoozed, 0 waiting for an answer" in said


def test_numbers_say_how_many_customers_were_contacted_in_time_and_what_is_left_late() -> None:
    clocks = [ContactClock(Stage.DECIDED, NOON, NOON + timedelta(hours=hours)) for hours in (-2, -1, 3, 5)]
    told = [worked(number, contact=clock) for number, clock in enumerate(clocks, start=1)]
    facts = ShiftFacts((*told, worked(9, contact=ContactClock(Stage.DECIDED, NOON))), open=7, overdue=2, due_soon=1)
    said = fresh_parts(facts, [], the_playbook())["numbers"]
    assert "- First contact: 2 met, 2 contacted late, at most 5 h" in said
    assert "- Left on the desk: 7 open (2 overdue, 1 due soon), 0 snoozed" in said


def test_cases_that_wait_from_an_earlier_shift_are_listed() -> None:
    facts = ShiftFacts(parked=(ParkedCase(SurveyId(9), TicketId(7), "Pat", "Was the courier told?"),))
    assert (
        "- Ticket 7, Pat (from an earlier shift): “Was the courier told?”"
        in fresh_parts(facts, [], the_playbook())["evaluation"]
    )


def test_the_list_of_low_scores_is_told_line_by_line() -> None:
    line = ReportLine(1, 1, 0, TicketId(7), "", "")
    decided = KnownCase(SurveyId(1), Stage.DECIDED, "follow-up", "Ana", NOON)
    lines = [
        reconcile_line(line, decided, None, NOON),
        reconcile_line(replace(line, ticket_id=TicketId(8), settled="Another team's."), None, None, NOON),
        reconcile_line(replace(line, ticket_id=TicketId(9)), None, None, NOON),
    ]
    said = fresh_parts(ShiftFacts(), [("morning.csv", lines)], the_playbook())["low-scores"]
    assert "**morning.csv**: 2 of 3 tickets accounted for" in said
    assert "- **Ticket 9 is not accounted for**: it has no case here" in said


def test_words_are_cut_between_quotation_marks() -> None:
    assert quoted_words("a" * 300, 10) == f"“{'a' * 9}…”"
    assert quoted_words(" \n", 10) == "(no words)"


def test_the_names_of_shifts_divide_the_day() -> None:
    local = NOON.astimezone()
    names = [shift_name(("AM", "PM"), local.replace(hour=hour)) for hour in (0, 11, 12, 23)]
    assert names == ["AM", "AM", "PM", "PM"]
    assert shift_name((), NOON) == ""


def test_a_comment_is_read_for_concerns_as_on_the_screen_whatever_its_lines_and_apostrophes() -> None:
    """Patterns see one line with plain apostrophes: the recap and the suggestions count the same concerns."""
    comment = "My\nbox\n\nwas two days\nlate"
    screen = {one.issue.label for one in recognised_issues(a_case(survey=a_survey(comment=comment)), the_playbook())}
    said = fresh_parts(ShiftFacts((worked(1, comment=comment),)), [], the_playbook())["trends"]
    assert screen
    assert all(label in said for label in screen)
