"""The checklist: answer checks by one key each, move on, look at the evidence."""

from dataclasses import replace
from unittest.mock import patch

from csat_tui import browser
from csat_tui.domain.account import LoggedIssue
from csat_tui.domain.case import Answer, Stage
from csat_tui.domain.decide import Blocker
from csat_tui.tui.triage.checklist.evidence import EvidenceView
from csat_tui.tui.triage.checklist.pane import ChecklistPane
from tests.builders import (
    NOON,
    a_case,
    a_survey,
    a_ticket,
    an_account,
    an_aligned_case,
    an_issue,
    answered,
    the_playbook,
)
from tests.tui.desk_fixture import comes_about
from tests.tui.pane_host import HOSTILE, controls, host, shown


async def test_each_answer_key_answers_and_moves_on_to_the_next_open_check() -> None:
    app, screen = host(a_case(answers=answered(issue_logged="yes")))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("y", "n", "x", "w")
        said = [(one.check_id, one.answer) for one in screen.posted if isinstance(one, ChecklistPane.Answered)]
    assert said == [
        ("concern-read", Answer.YES),
        ("mail-after-chat", Answer.NO),
        ("within-guide", Answer.NOT_APPLICABLE),
        ("promise-kept", Answer.UNSURE),
    ]


async def test_the_cursor_opens_on_the_first_check_that_is_not_answered() -> None:
    app, screen = host(a_case(answers=answered(concern_read="yes", mail_after_chat="na", issue_logged="no")))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        assert screen.checklist.current is not None
        assert screen.checklist.current.id == "within-guide"


async def test_a_refresh_of_the_same_case_leaves_the_cursor_where_it_is() -> None:
    case = a_case()
    app, screen = host(case)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("j", "j")
        screen.give(replace(case, answers=answered(concern_read="yes")))
        await pilot.pause()
        assert screen.checklist.current is not None
        assert screen.checklist.current.id == "issue-logged"
        assert screen.checklist.state == "Low, with a comment · 1 of 6"


async def test_an_answer_can_be_taken_back() -> None:
    app, screen = host(a_case(answers=answered(concern_read="yes")))
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("k", "backspace")
        assert screen.posted == [ChecklistPane.Answered("concern-read", None)]


async def test_taking_back_an_answer_that_was_not_given_says_why_nothing_happens() -> None:
    app, screen = host(a_case())
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await pilot.press("backspace")
        await pilot.pause()
        assert screen.posted == []
        assert "this check is not answered" in shown(app)


async def test_a_decided_case_takes_no_answers_and_says_so() -> None:
    app, screen = host(an_aligned_case(stage=Stage.DECIDED))
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await pilot.press("y")
        await pilot.pause()
        assert screen.posted == []
        assert "this case is decided" in shown(app)


async def test_suggestions_show_their_evidence_and_are_accepted_by_one_key() -> None:
    app, screen = host(a_case())
    async with app.run_test(size=(120, 40)) as pilot:
        text = shown(app)
        assert "logged: late-delivery by Sol" in text
        assert "suggested yes  a to accept" in text
        await pilot.press("a")
        assert len(screen.posted) == 1
        assert isinstance(screen.posted[0], ChecklistPane.SuggestionsAccepted)


async def test_without_a_suggestion_accepting_says_why_not() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert screen.posted == []
        assert "no open check has a suggested answer" in shown(app)


async def test_an_answer_against_the_records_keeps_their_word_beside_it() -> None:
    app, _ = host(a_case(answers=answered(issue_logged="no")))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "the records suggest yes" in shown(app)


async def test_every_answer_has_its_own_glyph() -> None:
    given = answered(mail_after_chat="na", issue_logged="no", within_guide="yes", promise_kept="unsure")
    app, _ = host(a_case(answers=given))
    async with app.run_test(size=(120, 40)):
        text = shown(app)
    for line in (
        "· Concern read and understood?", "✘ Issue logged correctly?  no", "✔ Accommodation within the guide?  yes",
        "? Everything promised was carried out?  unsure", "· Coaching for the first agent?",
    ):  # fmt: skip
        assert line in text


async def test_no_to_coaching_is_good_and_yes_is_not_a_cross() -> None:
    for answer, line in (
        ("no", "✔ Coaching for the first agent?  no"),
        ("yes", "! Coaching for the first agent?  yes"),
    ):
        app, screen = host(a_case(answers=answered(coaching_needed=answer)))
        async with app.run_test(size=(120, 40)):
            screen.checklist.go_to_check("coaching-needed")
            assert line in shown(app)


async def test_a_plain_fact_is_neither_good_nor_bad() -> None:
    book = the_playbook()
    plain = replace(book.checks["issue-logged"], in_order="either")
    app, _ = host(
        a_case(answers=answered(issue_logged="no")), playbook=replace(book, checks={**book.checks, plain.id: plain})
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "▪ Issue logged correctly?  no" in shown(app)


async def test_which_check_a_letter_answers_is_said_under_it_while_letters_answer_it() -> None:
    app, screen = host(a_case(answers=answered(concern_read="yes", mail_after_chat="na")))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before, after = shown(app).split("y yes  n no  x n/a  w unsure")
        assert "Issue logged correctly?" in before
        assert "Accommodation within the guide?" in after
        await pilot.press("n")
        await pilot.pause()
        before, _ = shown(app).split("y yes  n no  x n/a  w unsure")
        assert "Accommodation within the guide?" in before
        screen.set_focus(None)
        await pilot.pause()
        assert "y yes  n no" not in shown(app)


async def test_accepting_goes_to_the_first_open_check_and_shows_it() -> None:
    app, screen = host(a_case())
    async with app.run_test(size=(60, 16)) as pilot:
        await pilot.press("j", "j", "j", "j", "a")
        await pilot.pause()
        assert screen.checklist.current is not None
        assert screen.checklist.current.id == "concern-read"
        assert "Concern read and" in shown(app)


async def test_going_back_to_the_checks_stands_on_the_first_open_one() -> None:
    app, screen = host(a_case(answers=answered(concern_read="yes", issue_logged="yes")))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("k")
        assert screen.checklist.current is not None
        assert screen.checklist.current.id == "concern-read"
        screen.set_focus(None)
        screen.checklist.enter()
        await pilot.pause()
        assert screen.checklist.current.id == "mail-after-chat"
        screen.checklist.go_to_check("concern-read")
        assert screen.checklist.current.id == "concern-read"


async def test_what_silence_answers_is_said_and_what_the_records_leave_open() -> None:
    app, _ = host(a_case())
    async with app.run_test(size=(120, 50)):
        text = " ".join(" ".join(line.split("││")[0].strip("│▌ ") for line in shown(app).splitlines()).split())
        assert "no record: r answers yes" in text
        assert "the records do not answer it" in text


async def test_without_an_account_the_reason_is_said_once_and_the_checks_still_stand() -> None:
    app, _ = host(a_case(account=None))
    async with app.run_test(size=(120, 40)):
        text = shown(app)
    assert text.count("the admin system has not answered yet") == 1
    assert "Issue logged correctly?" in text


async def test_a_survey_that_needs_fixing_says_what_is_wrong_with_it() -> None:
    survey = a_survey(ratings={}, rating=None, problem="no factor could be read")
    app, screen = host(a_case(survey=survey))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "this survey needs fixing: no factor could be read" in shown(app)
        assert screen.checklist.state == "Could not be read · 0 of 1"


async def test_without_a_case_the_pane_says_so_and_keys_do_no_harm() -> None:
    app, screen = host(None)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("y", "j", "a", "enter")
        assert screen.posted == []
        assert "No case is open." in shown(app)


async def test_enter_opens_everything_the_records_hold_and_escape_closes_it() -> None:
    app, _ = host(a_case())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, EvidenceView)
        text = shown(app)
        for part in (
            "Logged issues (1)",
            "Accommodations given (1)",
            "Orders (1)",
            "Lentil stew",
            "credit up to 15.00",
        ):
            assert part in text
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, EvidenceView)


async def test_hostile_records_show_as_symbols_in_the_checklist_and_in_the_evidence() -> None:
    issue = an_issue(category=HOSTILE, logged_by=HOSTILE, text=HOSTILE)
    account = an_account(name=HOSTILE, plan=HOSTILE, issues=(issue,))
    case = a_case(account=account, survey=a_survey(comment=f"late {HOSTILE} delivery", problem=HOSTILE))
    app, _ = host(case)
    async with app.run_test(size=(120, 40)) as pilot:
        assert controls(app) == []
        await pilot.press("enter")
        await pilot.pause()
        assert controls(app) == []
        assert "[bold]x[/]" in shown(app)


async def test_a_long_account_opens_at_once_and_scrolls() -> None:
    issues = tuple(
        LoggedIssue(f"I-{number}", "late-delivery", "Sol", NOON, text="word " * 200) for number in range(300)
    )
    app, _ = host(a_case(account=an_account(issues=issues)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "j", "j", "ctrl+d")
        await pilot.pause()
        assert app.focused is not None
        assert app.focused.scroll_y == 12


async def test_a_step_that_is_done_folds_away_but_for_what_was_amiss_and_unfolds_under_the_cursor() -> None:
    given = answered(concern_read="yes", mail_after_chat="no")
    app, _ = host(a_case(answers=given))
    async with app.run_test(size=(120, 40)) as pilot:
        text = shown(app)
        assert "✔ Read the concern ──" in text
        assert "▸ Validate in the admin system" in text
        assert "Concern read and understood?" not in text
        assert "✘ E-mail sent after an abandoned chat?" in text
        await pilot.press("k", "k")
        await pilot.pause()
        assert "✔ Concern read and understood?" in shown(app)


async def test_the_last_steps_say_how_to_decide_then_what_was_decided_and_what_is_missing() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        assert "e decides" in shown(app).split("· Decide")[1].splitlines()[0]
        screen.checklist.outcome = the_playbook().outcome("no-response")
        screen.checklist.blockers = (Blocker("summary is empty", field_id="summary"),)
        await pilot.pause()
        text = shown(app)
        assert "No response needed" in text.split("✔ Decide")[1].splitlines()[0]
        assert "1 missing, m lists" in text


async def test_the_article_behind_a_check_is_one_key_away_and_a_check_without_one_says_so() -> None:
    known = the_playbook()
    check = replace(known.checks["concern-read"], link="https://kb.example.com/concerns")
    app, _ = host(a_case(), playbook=replace(known, checks={**known.checks, check.id: check}))
    with patch.object(browser, "opens", return_value=True) as opened:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await pilot.press("enter", "o")
            await comes_about(lambda: "o opens the article" in shown(app))
            await pilot.press("escape", "j", "enter", "o")
            await pilot.pause()
            assert "this check has no link to open" in shown(app)
    assert [call.args[0] for call in opened.call_args_list] == ["https://kb.example.com/concerns"]


async def test_of_several_links_the_chosen_one_is_opened_and_one_of_the_ticket_is_shown_before() -> None:
    known = the_playbook()
    check = replace(known.checks["concern-read"], link="https://kb.example.com/concerns", link_field=77)
    case = a_case(source_ticket=a_ticket(fields={77: "https://calls.example.com/r/9"}))
    app, _ = host(case, playbook=replace(known, checks={**known.checks, check.id: check}))
    opened: list[str] = []
    with patch("csat_tui.browser.opens", lambda url, _environ: opened.append(url) or True):
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press("enter")
            await comes_about(lambda: "from ticket #7300001: https://calls.example.com/r/9" in shown(app))
            await pilot.press("o")
            await comes_about(lambda: "Open a link" in shown(app))
            await pilot.press("2")
            await comes_about(lambda: opened)
    assert opened == ["https://calls.example.com/r/9"]


async def test_a_field_without_a_link_is_said_and_nothing_is_opened() -> None:
    known = the_playbook()
    check = replace(known.checks["concern-read"], link_field=77)
    case = a_case(source_ticket=a_ticket(fields={77: "ftp://calls.example.com/r/9"}))
    app, _ = host(case, playbook=replace(known, checks={**known.checks, check.id: check}))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("enter")
        await comes_about(lambda: "does not begin with https://: ftp://calls.example.com/r/9" in shown(app))
        await pilot.press("o")
        await comes_about(lambda: "this check has no link to open" in shown(app))
