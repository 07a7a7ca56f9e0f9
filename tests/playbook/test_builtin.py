"""The strike team's playbook, as it ships."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.domain.composing import Reach, asked_fields
from csat_tui.domain.concern import best_issues
from csat_tui.domain.decide import blockers, decide
from csat_tui.domain.evidence import EVALUATORS
from csat_tui.domain.facts import FACTS, facts
from csat_tui.domain.playbook import Band, Target
from csat_tui.domain.survey import path_of
from csat_tui.domain.ticket import Status
from csat_tui.effects.private_note import NoteTemplate
from csat_tui.effects.public_reply import ReplyTemplate
from csat_tui.effects.tracker_row import TrackerTemplate
from csat_tui.playbook import PlaybookError, builtin_names, load_builtin, load_playbook, resolve_playbook
from tests.builders import NOON, a_case, a_message, a_survey, an_aligned_case, the_playbook


def test_it_ships_and_loads():
    assert "strike-team" in builtin_names()
    assert load_builtin("strike-team").title == "CSAT strike team"


@pytest.mark.parametrize(
    ("figures", "comment", "path"),
    [
        ((1, 2, 3, 1, 1, 2), "late", "low-with-comment"),
        ((2, 2, 2, 2, 2, 2), "", "low-without-comment"),
        ((2, 3, 3, 3, 3, 3), "hm", "low-with-comment"),
        ((3, 3, 3, 3, 3, 3), "", "acceptable"),
        ((5, 5, 5, 5, 5, 5), "thanks", "acceptable"),
        ((), "who knows", "needs-fixing"),
    ],
)
def test_a_survey_takes_the_path_of_its_ratings_and_comment(figures, comment, path):
    from csat_tui.domain.survey import overall_rating
    from tests.builders import ratings

    own = ratings(*figures)
    survey = a_survey(ratings=own, rating=overall_rating(own, the_playbook()), comment=comment)
    assert path_of(survey, the_playbook()).id == path


def test_a_survey_that_could_not_be_read_is_one_to_fix_whatever_its_rating():
    assert path_of(a_survey(problem="could not be read: no ticket number"), the_playbook()).id == "needs-fixing"


@given(
    st.one_of(st.none(), st.floats(1, 5)),
    st.text(max_size=5),
    st.sampled_from(["", "could not be read"]),
)
def test_every_survey_has_a_path(rating, comment, problem):
    assert path_of(a_survey(rating=rating, comment=comment, problem=problem), the_playbook()) in the_playbook().paths


def test_every_path_is_some_survey_s():
    taken = {
        path_of(a_survey(rating=rating, comment=comment), the_playbook()).id
        for rating, comment in product((1.0, 2.0, 3.0, 5.0, None), ("", "words"))
    }
    assert taken == {path.id for path in the_playbook().paths}


def test_outcomes_have_the_letters_people_learn():
    assert {outcome.key: outcome.id for outcome in the_playbook().outcomes} == {
        "n": "no-response",
        "f": "follow-up",
        "e": "acknowledge",
        "x": "non-actionable",
        "v": "needs-evaluation",
        "q": "ask-channel",
    }


@pytest.mark.parametrize("outcome", the_playbook().outcomes, ids=lambda outcome: outcome.id)
def test_every_outcome_can_be_taken_on_an_aligned_case(outcome):
    case, playbook = an_aligned_case(), the_playbook()
    findings = [finding.id for finding in playbook.findings.values() if finding.group in outcome.findings]
    asked = asked_fields(case, outcome, findings, playbook)
    words = {field.id: f"words for {field.id}" for field in asked if field.required}
    reach = Reach(channels=frozenset(["qa"]))
    decision = decide(case, outcome, words, playbook, by="Kim", at=NOON, findings=findings, reach=reach)
    written = " ".join(str(effect) for effect in decision.effects)
    assert all(text in written for text in words.values())


def test_an_aligned_case_needs_no_more_than_two_fields():
    outcome = the_playbook().outcome("no-response")
    asked = asked_fields(an_aligned_case(), outcome, (), the_playbook())
    assert [field.id for field in asked if field.required] == ["summary", "rationale"]


def test_no_response_needed_is_a_private_note_that_solves_the_survey_ticket():
    note, row, _coaching = the_playbook().outcome("no-response").effects
    assert isinstance(note, NoteTemplate)
    assert (note.on, note.status, note.add_tags) == (Target.SURVEY, Status.SOLVED, ("csat_nrn",))
    assert isinstance(row, TrackerTemplate)
    assert row.cells["E"] == "{rationale}"


def test_only_the_two_follow_ups_are_seen_by_the_customer():
    assert [outcome.id for outcome in the_playbook().outcomes if outcome.replies] == ["follow-up", "acknowledge"]
    reply = the_playbook().outcome("follow-up").effects[0]
    assert isinstance(reply, ReplyTemplate)
    assert (reply.on, reply.when_closed) == (Target.SOURCE, Target.SURVEY)


def test_needs_evaluation_keeps_the_survey_ticket_open():
    assert the_playbook().outcome("needs-evaluation").effects[0].status is Status.OPEN


@pytest.mark.parametrize("check", ["issue-logged", "within-guide", "promise-kept", "mail-after-chat"])
def test_no_response_cannot_be_said_before_its_checks_are_answered(check):
    outcome = the_playbook().outcome("no-response")
    words = {"summary": "s", "rationale": "r"}
    assert check in {lack.check_id for lack in blockers(a_case(), outcome, words, the_playbook())}


def test_every_evaluator_is_used_but_the_one_for_a_repeated_concern_which_has_no_check():
    used = {check.suggest for name in builtin_names() for check in load_builtin(name).checks.values()}
    assert used - {""} == set(EVALUATORS) - {"repeated-concern"}


def test_bands_are_all_covered():
    assert {path.band for path in the_playbook().paths} == set(Band)


@pytest.mark.parametrize(
    ("words", "issue"),
    [
        ("My box was two days late.", "late-delivery"),
        ("The delivery didn’t arrive at all", "late-delivery"),
        ("Where is my order?", "late-delivery"),
        ("the chicken was warm and smelled sour", "spoiled-food"),
        ("The ice packs had all\nmelted", "spoiled-food"),
        ("There was a meal missing", "missing-item"),
        ("my pasta is not in the box", "missing-item"),
        ("You sent me the wrong meals", "wrong-item"),
        ("Got the trout instead", "wrong-item"),
        ("I cancelled last week and you still billed me", "cancellation"),
        ("Please pause my account", "cancellation"),
        ("I was charged twice this month", "double-charge"),
        ("The promo code did not work", "promo-code"),
        ("You kept my old address", "address-change"),
        ("I asked you to swap two meals", "subscription-change"),
        ("My son has a peanut allergy", "allergen"),
        ("The box was crushed and leaking", "damaged-box"),
        ("The chicken was dry and the portions tiny", "quality"),
        ("How long does it go in the oven?", "general-question"),
    ],
)
def test_a_concern_is_recognised_in_a_customer_s_words(words, issue):
    case = a_case(survey=a_survey(comment=words), messages=())
    assert best_issues(case, the_playbook())[0][0].id == issue


@pytest.mark.parametrize(
    "words",
    [
        "Chocolate on a plate",
        "It was not late.",
        "It is never late, I admit",
        "I will write later",
        "Thank you",
        "",
        "The agent was polite and quick",
        "He answered late",
    ],
)
def test_nothing_is_recognised_where_nothing_is_said(words):
    assert best_issues(a_case(survey=a_survey(comment=words), messages=()), the_playbook()) == ()


def test_a_pasted_diary_is_skimmed_quickly():
    import time

    case = a_case(messages=tuple(a_message(body="hour after hour the page says on its way " * 1500) for _ in range(20)))
    began = time.perf_counter()
    best_issues(case, the_playbook())
    assert time.perf_counter() - began < 1.0


def test_a_copy_of_it_is_a_playbook_of_one_s_own(tmp_path: Path):
    copy = tmp_path / "ours.toml"
    builtin = Path(__file__).parents[2] / "csat_tui/playbook/builtin/strike-team.toml"
    copy.write_text(builtin.read_text("utf-8"), "utf-8")
    assert load_playbook(copy) == the_playbook()
    assert resolve_playbook("ours.toml", tmp_path) == the_playbook()
    assert resolve_playbook(str(copy), Path("/nowhere")) == the_playbook()
    assert resolve_playbook("strike-team", tmp_path) == the_playbook()


def test_a_name_that_nothing_has_is_refused_with_the_nearest(tmp_path: Path):
    with pytest.raises(PlaybookError, match="no playbook of that name ships; did you mean “strike-team”\\?"):
        resolve_playbook("strike-taem", tmp_path)


def test_the_facts_that_formats_may_use_are_those_that_a_decision_knows():
    known = facts(a_case(), the_playbook().outcomes[0], (), the_playbook(), wanted=FACTS)
    assert set(FACTS) <= set(known)
