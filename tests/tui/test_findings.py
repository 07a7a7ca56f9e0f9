"""Findings: picked by a few letters, with fields of their own, saved with the draft."""

from dataclasses import replace
from functools import cache

from csat_tui.domain.case import Draft
from csat_tui.domain.playbook import Field, Finding, Playbook
from csat_tui.tui.triage.composer.pane import ComposerPane
from csat_tui.tui.windows.picker import Pick, Picker, matches
from tests.builders import a_case, an_aligned_case, answered, the_playbook
from tests.tui.desk_fixture import comes_about
from tests.tui.pane_host import host, shown

FOUND = (
    Finding("not-cancelled", "missed opportunity", "Cancellation promised and not done"),
    Finding("no-mail", "missed opportunity", "Chat left and no mail sent", (Field("owed", "Owed to them"),)),
    Finding("wrong-issue", "correction", "Logged under the wrong issue", (Field("right-issue", "Right issue"),)),
)


@cache
def playbook() -> Playbook:
    """Return the strike team's playbook whose follow-up asks for a missed opportunity."""
    known = the_playbook()
    groups = ("missed opportunity", "correction")
    outcomes = tuple(
        replace(one, findings=groups, needs_findings=groups[:1])
        if one.id == "follow-up"
        else replace(
            one,
            findings=(),
            needs_findings=(),
            fields=(Field("summary", "Summary"), Field("coaching", "Coaching", when={"coaching-needed": "yes"})),
        )
        for one in known.outcomes
    )
    return replace(known, outcomes=outcomes, findings={one.id: one for one in FOUND})


def test_a_few_letters_find_a_thing_by_its_words_or_its_group_the_best_first() -> None:
    picks = [Pick(one.id, one.label, one.group) for one in FOUND]
    assert [one.pick.id for one in matches(picks, "chat")] == ["no-mail"]
    assert [one.pick.id for one in matches(picks, "correction")] == ["wrong-issue"]
    assert [one.pick.id for one in matches(picks, "wrong iss")] == ["wrong-issue"]
    assert [one.pick.id for one in matches(picks, "")] == [one.id for one in FOUND]
    assert matches(picks, "zzz") == []


async def test_an_outcome_that_needs_a_finding_asks_for_it_and_its_fields_come_with_it() -> None:
    app, screen = host(an_aligned_case(), playbook=playbook())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.start("follow-up")
        await pilot.pause()
        assert isinstance(app.screen, Picker)
        assert "Missed opportunity" in shown(app)
        await pilot.press(*"chat", "tab", *"wrong", "enter")
        await pilot.pause()
        text = shown(app)
        assert "▪ Chat left and no mail sent" in text
        assert "Owed to them" in text
        assert "Right issue" in text
        assert screen.composer.draft.findings == ("no-mail", "wrong-issue")
        await comes_about(
            lambda: any(
                isinstance(one, ComposerPane.DraftChanged) and one.draft.findings == ("no-mail", "wrong-issue")
                for one in screen.posted
            )
        )


async def test_what_was_typed_for_a_finding_waits_for_it_and_never_goes_out_without_it() -> None:
    draft = Draft("follow-up", {"reply": "Hello", "summary": "s", "resolution": "r", "owed": "a mail"}, ("no-mail",))
    app, screen = host(an_aligned_case(draft=draft), playbook=playbook())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter_field("owed")
        await pilot.pause()
        await pilot.press("f2", *"cancel", "tab", *"chat", "tab", "enter")
        await pilot.pause()
        assert "Owed to them" not in shown(app)
        assert "owed" not in screen.composer.fields
        assert screen.composer.draft.fields["owed"] == "a mail"
        assert screen.composer._form.focused() is not None
        await pilot.press("f2", *"chat", "enter")
        await pilot.pause()
        assert screen.composer.fields["owed"] == "a mail"


async def test_a_decision_is_asked_for_with_its_findings() -> None:
    draft = Draft("follow-up", {"reply": "Hello", "summary": "s", "resolution": "r"}, ("not-cancelled",))
    app, screen = host(an_aligned_case(draft=draft), playbook=playbook())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter()
        await pilot.press("ctrl+s")
        await pilot.pause()
    sent = screen.posted[-1]
    assert isinstance(sent, ComposerPane.SendRequested)
    assert sent.findings == ("not-cancelled",)


async def test_leaving_the_window_changes_nothing_and_escape_clears_the_letters_first() -> None:
    draft = Draft("follow-up", {"reply": "Hello"}, ("not-cancelled",))
    app, screen = host(an_aligned_case(draft=draft), playbook=playbook())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter()
        await pilot.press("f2", *"wrong", "tab", *"x", "escape")
        assert isinstance(app.screen, Picker)
        await pilot.press("escape")
        await pilot.pause()
        assert screen.composer.findings == ("not-cancelled",)


async def test_coaching_is_asked_for_only_while_the_check_says_so_and_typing_goes_on_meanwhile() -> None:
    case = a_case(draft=Draft("no-response", {"summary": "late"}))
    app, screen = host(case, playbook=playbook())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter_field("summary")
        await pilot.press("x")
        assert list(screen.composer.fields) == ["summary"]
        screen.give(replace(case, answers=answered(coaching_needed="yes")))
        await pilot.pause()
        await pilot.press("y", "tab", *"listen")
        assert screen.composer.fields == {"summary": "latexy", "coaching": "listen"}
        screen.give(replace(case, answers=answered(coaching_needed="no")))
        await pilot.pause()
        await pilot.press("!")
        assert screen.composer.fields == {"summary": "latexy!"}
        screen.give(replace(case, answers=answered(coaching_needed="yes")))
        await pilot.pause()
        assert screen.composer.fields["coaching"] == "listen"


async def test_a_space_in_the_letters_parts_words_and_marks_nothing() -> None:
    app, screen = host(an_aligned_case(draft=Draft("follow-up", {})), playbook=playbook())
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter()
        await pilot.press("f2", *"promised", "space", *"not", "enter")
        await pilot.pause()
        assert screen.composer.findings == ("not-cancelled",)
