"""The composer: write a note, see where it goes, and send it."""

import asyncio
from dataclasses import replace

import pytest
from textual import events
from textual.widget import AwaitMount

from csat_tui.domain.case import Draft, Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.ticket import Status
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage.composer.form import Form
from csat_tui.tui.triage.composer.pane import ComposerPane
from tests.builders import a_case, a_ticket, an_aligned_case, the_playbook
from tests.tui.desk_fixture import comes_about
from tests.tui.pane_host import HOSTILE, Host, HostScreen, controls, host, shown

MISSED = Draft("follow-up", findings=("better-solution",))
NRN = Draft("no-response", {"summary": "Box two days late.", "rationale": "Credited within the guide."})


def drafts(screen: HostScreen) -> list[ComposerPane.DraftChanged]:
    return [one for one in screen.posted if isinstance(one, ComposerPane.DraftChanged)]


def field(app: Host) -> FieldArea:
    assert isinstance(app.focused, FieldArea)
    return app.focused


async def test_before_an_outcome_is_chosen_the_pane_says_how_to_choose_and_what_is_open() -> None:
    app, _ = host(a_case())
    async with app.run_test(size=(120, 40)):
        text = shown(app)
    assert "e decides" in text
    assert "n  No response needed" in text
    assert "! 6 of 6 checks are open" in text


async def test_the_pane_says_where_the_note_goes_and_what_else_the_decision_does() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(200, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        text = shown(app)
    assert "Goes to survey ticket #9900001 as a private note · sets solved · tags csat_nrn" in text
    assert "tracker row A–H" in text
    assert "customer will see this" not in text


async def test_a_public_reply_is_unmistakable_in_words_and_frame() -> None:
    app, screen = host(an_aligned_case(draft=MISSED))
    async with app.run_test(size=(200, 40)) as pilot:
        screen.composer.start("follow-up")
        await pilot.pause()
        text = shown(app)
        assert screen.composer.has_class("-public")
    assert "customer will see this" in text
    assert "Goes to the customer Pat on ticket #7300001 as a public reply" in text
    assert "┏" in text


async def test_a_closed_source_ticket_sends_the_reply_over_the_survey_ticket_and_says_so() -> None:
    app, screen = host(an_aligned_case(draft=MISSED, source_ticket=a_ticket(status=Status.CLOSED)))
    async with app.run_test(size=(200, 40)) as pilot:
        screen.composer.start("follow-up")
        await pilot.pause()
        assert "Goes to the customer Pat on survey ticket #9900001" in shown(app)


async def test_what_is_missing_is_listed_until_the_note_is_ready() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        assert "! summary and why are empty" in shown(app)
        await pilot.press(*"late")
        await pilot.press("tab")
        await pilot.press(*"fine")
        await pilot.pause()
        assert "✔ ready — ctrl+s send" in shown(app)


async def test_whether_the_draft_is_safe_is_said_also_where_the_outcome_finds_no_room() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(160, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.press("a")
        screen.composer.saved(SurveyId(1), screen.composer.draft)
        await comes_about(lambda: drafts(screen))
        screen.composer.saved(SurveyId(1), screen.composer.draft)
        await pilot.pause()
        assert "private · No response needed · draft saved" in shown(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "─ private · draft saved ─" in shown(app)


async def test_send_posts_the_words_of_the_outcome_after_its_draft() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"late", "tab", *"fine", "ctrl+s")
        await pilot.pause()
    assert [type(one).__name__ for one in screen.posted[-2:]] == ["DraftChanged", "SendRequested"]
    sent = screen.posted[-1]
    assert isinstance(sent, ComposerPane.SendRequested)
    assert (sent.survey_id, sent.outcome_id) == (1, "no-response")
    assert sent.fields["summary"] == "late"
    assert sent.fields["rationale"] == "fine"


async def test_an_unready_note_is_not_sent_and_the_cursor_goes_to_what_is_missing() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"late", "ctrl+s")
        await pilot.pause()
        assert field(app).field.id == "rationale"
        assert "Not sent: why is empty" in shown(app)
    assert not any(isinstance(one, ComposerPane.SendRequested) for one in screen.posted)


async def test_sending_without_an_outcome_says_why_not() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen.composer.enter()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "the note has no outcome yet" in shown(app)


async def test_every_keystroke_is_posted_within_a_second_also_while_typing_goes_on() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() - began < 0.7:
            await pilot.press("a")
        posted = drafts(screen)
        typed = field(app).text
    assert len(posted) >= 2
    assert len(posted[-1].draft.fields["summary"]) > len(typed) / 3


async def test_a_letter_is_saved_also_where_the_playbook_asks_for_fewer_fields_in_the_same_moment() -> None:
    app, screen = host(an_aligned_case())
    playbook = the_playbook()
    asks_less = [replace(one, fields=one.fields[:1]) for one in playbook.outcomes]
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await comes_about(lambda: drafts(screen))
        field(app).insert("late")
        screen.composer.follow(replace(playbook, outcomes=tuple(asks_less)))
        await comes_about(lambda: drafts(screen)[-1].draft.fields.get("summary") == "late")


async def test_moving_to_another_case_posts_the_words_at_once_and_never_mixes_cases() -> None:
    first, second = an_aligned_case(), an_aligned_case(id=SurveyId(2), draft=NRN)
    app, screen = host(first)
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"first")
        screen.give(second)
        await pilot.pause()
        assert drafts(screen)[-1].survey_id == SurveyId(1)
        assert drafts(screen)[-1].draft.fields["summary"] == "first"
        assert screen.composer.draft.fields["summary"] == "Box two days late."
        await asyncio.sleep(0.4)
        assert all(one.survey_id == 1 for one in drafts(screen))


async def test_coming_back_before_the_store_has_the_words_still_shows_them() -> None:
    first, second = an_aligned_case(), an_aligned_case(id=SurveyId(2))
    app, screen = host(first)
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"first")
        screen.give(second)
        await pilot.pause()
        screen.give(first)
        await pilot.pause()
        assert screen.composer.draft.fields["summary"] == "first"


async def test_a_refresh_of_the_same_case_never_touches_what_is_typed_nor_the_cursor() -> None:
    case = an_aligned_case(draft=NRN)
    app, screen = host(case)
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter()
        await pilot.pause()
        await pilot.press("home", *"XY")
        place = field(app).cursor_location
        screen.give(replace(case, claimed_by="Ana"))
        await pilot.pause()
        assert field(app).text == "XYBox two days late."
        assert field(app).cursor_location == place


async def test_leaving_posts_the_words_and_tells_the_screen() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"abc", "escape")
        await pilot.pause()
        assert isinstance(screen.posted[-1], ComposerPane.Left)
        assert drafts(screen)[-1].draft.fields["summary"] == "abc"


async def test_taking_the_pane_off_the_screen_posts_the_words() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"kept")
        await screen.composer.remove()
        await pilot.pause()
        assert drafts(screen)[-1].draft.fields["summary"] == "kept"


async def test_words_of_fields_that_both_outcomes_have_are_carried_over_and_none_are_lost() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"sum", "tab", *"why")
        screen.composer.start("needs-evaluation")
        await pilot.pause()
        assert screen.composer.draft.fields["summary"] == "sum"
        screen.composer.start("no-response")
        await pilot.pause()
        assert screen.composer.draft.fields["rationale"] == "why"


async def test_undo_works_within_the_field_and_does_not_reach_another_case() -> None:
    app, screen = host(an_aligned_case(draft=NRN))
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter()
        await pilot.pause()
        await pilot.press("end", *"!", "ctrl+z")
        assert field(app).text == "Box two days late."
        screen.give(an_aligned_case(id=SurveyId(2), draft=Draft("no-response", {"summary": "other"})))
        await pilot.pause()
        await pilot.press("ctrl+z", "ctrl+z")
        assert screen.composer.draft.fields["summary"] == "other"


async def test_enter_leaves_a_field_of_one_line_and_breaks_the_line_in_others() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press("a", "enter", "b")
        assert field(app).text == "a\nb"
        await pilot.press("tab", "c", "enter")
        await pilot.pause()
        assert field(app).field.id == "outcome"
        await pilot.press("shift+tab", "up")
        await pilot.pause()
        assert field(app).field.id == "summary"


async def test_a_hostile_paste_becomes_symbols_on_the_screen_and_in_the_draft() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        field(app).post_message(events.Paste(HOSTILE))
        await comes_about(lambda: drafts(screen) and drafts(screen)[-1].draft.fields["summary"])
        assert controls(app) == []
        kept = drafts(screen)[-1].draft.fields["summary"]
        assert "\x1b" not in kept
        assert "␛]0;owned␇" in kept
        assert "‹U+202E›" in kept
        kept.encode()


async def test_a_hostile_draft_from_the_store_shows_as_symbols() -> None:
    app, _ = host(an_aligned_case(draft=Draft("follow-up", {"reply": HOSTILE, "summary": HOSTILE})))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert controls(app) == []


async def test_a_paste_that_no_note_holds_is_refused_whole_with_its_size() -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        await pilot.press(*"mine")
        field(app).post_message(events.Paste("x" * 1_000_000))
        await pilot.pause()
        assert field(app).text == "mine"
        assert "1,000,000 bytes" in shown(app)


async def test_a_long_text_says_how_much_of_the_note_it_takes() -> None:
    app, _ = host(an_aligned_case(draft=Draft("no-response", {"summary": "word " * 8_000, "rationale": "y"})))
    async with app.run_test(size=(120, 40)):
        await comes_about(lambda: "of 60,000 bytes" in shown(app))


async def test_the_cursor_stays_on_the_screen_while_a_long_reply_is_written() -> None:
    app, screen = host(an_aligned_case(draft=MISSED))
    async with app.run_test(size=(80, 18)) as pilot:
        screen.composer.start("follow-up")
        await pilot.pause()
        field(app).post_message(events.Paste("\n".join(f"line{number}" for number in range(29))))
        await pilot.pause()
        await pilot.press("enter", *"line29")
        await comes_about(lambda: "line29" in shown(app))
        text = shown(app)
    assert "Goes to the customer Pat on" in text


async def test_a_decided_case_takes_no_words() -> None:
    app, screen = host(an_aligned_case(stage=Stage.DECIDED))
    async with app.run_test(size=(120, 40)):
        await comes_about(lambda: "This case is decided" in shown(app))
        assert not screen.composer.query(FieldArea)


async def test_words_that_a_decided_case_still_has_are_shown_and_cannot_be_sent() -> None:
    app, screen = host(an_aligned_case(stage=Stage.DECIDED, draft=NRN))
    async with app.run_test(size=(120, 40)) as pilot:
        await comes_about(lambda: "This case is decided" in shown(app) and NRN.fields["summary"] in shown(app))
        screen.composer.enter()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not [one for one in screen.posted if isinstance(one, ComposerPane.SendRequested)]
        await comes_about(lambda: "Cannot be sent" in shown(app))


async def test_after_an_undo_the_words_are_back() -> None:
    app, screen = host(an_aligned_case(stage=Stage.DECIDED))
    async with app.run_test(size=(120, 40)) as pilot:
        screen.give(an_aligned_case(draft=NRN))
        await pilot.pause()
        assert screen.composer.draft.fields["summary"] == "Box two days late."


async def test_the_note_fits_the_smallest_screen() -> None:
    app, screen = host(an_aligned_case(draft=NRN))
    async with app.run_test(size=(80, 24)) as pilot:
        screen.checklist.display = False
        await pilot.pause()
        text = shown(app)
    assert "Box two days late." in text
    assert "✔ ready — ctrl+s send" in text
    assert all(len(line) <= 80 for line in text.splitlines())


async def test_words_that_another_workstation_has_typed_arrive_unless_there_are_own_ones() -> None:
    begun = an_aligned_case(draft=Draft("needs-evaluation", {"summary": "", "question": ""}))
    app, screen = host(begun)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen.give(replace(begun, draft=Draft("needs-evaluation", {"summary": "Charged twice", "question": ""})))
        await pilot.pause()
        assert screen.composer.fields["summary"] == "Charged twice"
        screen.composer.enter()
        await pilot.press(*"who")
        screen.give(replace(begun, draft=Draft("needs-evaluation", {"summary": "Charged twice", "question": "what?"})))
        await pilot.pause()
        assert screen.composer.fields["question"] == "who"


async def test_fields_that_change_while_the_workstation_closes_are_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    app, screen = host(an_aligned_case())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("no-response")
        await pilot.pause()
        form = screen.composer.query_one(Form)
        # In a workstation that closes, Textual takes a new widget and does nothing with it.
        monkeypatch.setattr(form, "mount", lambda *_, **__: AwaitMount(form, []))
        screen.composer.start("follow-up")
        assert form.areas["reply"] not in form.query(FieldArea)
