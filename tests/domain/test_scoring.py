"""A card is filled in only with what the person can see: what fails is theirs to score, what nobody says is named."""

import pytest

from csat_tui.domain.audit import AuditedNote, AuditVerdict, Verdict
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.review.scorecard import LineAnswer, LineScore, Scale, Scorecard, ScorecardLine, ScorecardSection
from csat_tui.domain.review.scoring import failing_lines, filled_card
from csat_tui.domain.review.suggested_scores import suggested

YES, NO, FOUR = LineAnswer.YES, LineAnswer.NO, LineAnswer.FOUR
CARD = Scorecard(
    "note", "Note", 80,
    (ScorecardSection("all", "All", (
        ScorecardLine("format", "Format", 2, audit="format"),
        ScorecardLine("records", "Records", 4, critical=True, audit="records"),
        ScorecardLine("tone", "Tone", 4, Scale.ZERO_TO_FOUR),
        ScorecardLine("extra", "Extra", 5, bonus=True),
    )),),
)  # fmt: skip


def suggestions(**verdicts: Verdict):
    told = [(AuditRule(name, name, name), AuditVerdict(found, "Because.")) for name, found in verdicts.items()]
    return suggested(CARD, AuditedNote(tuple(told)))


def test_what_the_machine_says_is_taken_over_and_what_it_does_not_say_is_named_as_ones_own() -> None:
    filled = filled_card(CARD, {}, suggestions(format=Verdict.PASSES, records=Verdict.CANNOT_TELL))
    assert (filled.taken_over, filled.assumed) == (("format",), ("records", "tone"))
    assert {one: given.answer for one, given in filled.scores.items()} == {"format": YES, "records": YES, "tone": FOUR}
    assert (filled.result.percent, filled.result.passes) == (100.0, True)


def test_what_a_person_has_scored_stays_with_its_words_and_nothing_else_is_filled_in() -> None:
    scored = {"format": LineScore(NO, comment="No head."), "records": LineScore(YES), "tone": LineScore(LineAnswer.TWO)}
    filled = filled_card(CARD, scored, suggestions(format=Verdict.PASSES))
    assert filled.as_scored
    assert filled.scores == scored
    assert filled.result.percent == 60.0


def test_a_comment_without_an_answer_leaves_the_line_open_and_stays_with_it() -> None:
    filled = filled_card(CARD, {"tone": LineScore(comment="Warm.")}, suggestions())
    assert "tone" in filled.assumed
    assert filled.scores["tone"] == LineScore(FOUR, comment="Warm.")


def test_a_line_that_the_machine_fails_is_never_filled_in() -> None:
    told = suggestions(format=Verdict.FAILS, records=Verdict.PASSES)
    assert failing_lines(CARD, {}, told) == ("format",)
    with pytest.raises(ValueError, match="scored by a person"):
        filled_card(CARD, {}, told)
    overruled = {"format": LineScore(YES)}
    assert failing_lines(CARD, overruled, told) == ()
    assert filled_card(CARD, overruled, told).result.passes
