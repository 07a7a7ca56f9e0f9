"""The note as text: it has the words of the fields, and parsing it gives them back without a loss."""

from dataclasses import replace
from pathlib import Path

import pytest

from csat_tui.domain.case import Draft
from csat_tui.domain.composing import asked_fields
from csat_tui.tui.triage.composer.note_words import known_words, parse_text, texts_of, written
from tests.builders import an_aligned_case, the_playbook
from tests.tui.desk_fixture import settled, workstation
from tests.tui.pane_host import host, shown

WORDS = {"summary": "Box two days late.\nOften.", "rationale": "Credited within the guide.", "outcome": "A credit"}


@pytest.mark.parametrize("outcome_id", [one.id for one in the_playbook().outcomes])
def test_every_text_of_every_outcome_is_read_back_as_it_was_written(outcome_id: str) -> None:
    case, playbook = an_aligned_case(), the_playbook()
    outcome = playbook.outcome(outcome_id)
    findings = tuple(one.id for one in playbook.findings.values() if one.group in outcome.findings)
    asked = asked_fields(case, outcome, findings, playbook)
    texts = texts_of(case, outcome, findings, asked, playbook)
    known = known_words(case, outcome, findings, playbook, texts, "Ana", None)
    words = {one.id: f"words for {one.id}" for one in asked}
    for text in texts:
        read = parse_text(text, known, written(text, known, words))
        assert read.problems == ()
        assert read.fields == {field.id: words[field.id] for field in text.fields}
        empty = parse_text(text, known, written(text, known, {}))
        assert {name: value for name, value in empty.fields.items() if name not in known} == {
            field.id: "" for field in text.fields if field.id not in known
        }


async def test_ctrl_t_shows_the_note_as_text_and_its_fields_again_with_every_word() -> None:
    app, screen = host(an_aligned_case(draft=Draft("no-response", WORDS)))
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter()
        await pilot.press("ctrl+t")
        await pilot.pause()
        text = shown(app)
        assert "Private note as text" in text
        assert "Why: Credited within the guide." in text
        area = screen.composer._form.areas["text:nrn"]
        area.load_text(area.text.replace("A credit", "A credit of 15"))
        await pilot.pause()
        assert screen.composer.fields["outcome"] == "A credit of 15"
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert screen.composer._form.texts["outcome"] == "A credit of 15"
        assert screen.composer._form.texts["summary"] == WORDS["summary"]
        assert not screen.composer.as_text


async def test_words_that_belong_to_no_field_keep_the_text_as_it_is_and_are_kept_with_the_draft() -> None:
    case = an_aligned_case(draft=Draft("no-response", WORDS))
    app, screen = host(case)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        screen.composer.enter()
        await pilot.press("ctrl+t")
        await pilot.pause()
        area = screen.composer._form.areas["text:nrn"]
        odd = "Nobody knows where this belongs\n" + area.text
        area.load_text(odd)
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert "stays in text form" in shown(app)
        assert area.text == odd
        assert any("belongs to no line of this note" in one.sentence for one in screen.composer.blockers)
        kept = screen.composer.draft
        screen.give(replace(case, id=case.id + 1, draft=Draft()))
        await pilot.pause()
        screen.give(replace(case, id=case.id + 2, draft=kept))
        await pilot.pause()
        assert screen.composer._form.areas["text:nrn"].text == odd


async def test_the_workstation_remembers_how_this_person_writes(tmp_path: Path) -> None:
    with workstation(tmp_path) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot)
            await pilot.press("e", "n")
            await settled(pilot)
            await pilot.press("ctrl+t")
            await settled(pilot)
            assert app.session.desk.habit("composer") == "text"


async def test_a_text_that_cannot_be_read_back_waits_while_another_outcome_is_written() -> None:
    app, screen = host(an_aligned_case(draft=Draft("no-response", WORDS)))
    async with app.run_test(size=(120, 40)) as pilot:
        screen.composer.enter()
        await pilot.press("ctrl+t")
        await pilot.pause()
        area = screen.composer._form.areas["text:nrn"]
        odd = "Nobody knows where this belongs\n" + area.text
        area.load_text(odd)
        await pilot.pause()
        screen.composer.start("needs-evaluation")
        await pilot.pause()
        assert "text:nrn" not in screen.composer._form.areas
        assert not any("belongs to no line" in one.sentence for one in screen.composer.blockers)
        assert screen.composer.draft.unread == {"text:nrn": odd}
        screen.composer.start("no-response")
        await pilot.pause()
        assert screen.composer._form.areas["text:nrn"].text == odd
