"""Scoring a note: which lines the machine fails, and the whole card as accepting or sending back would fill it in.

Nothing is guessed in silence: what is filled in is named, and counts only once the person has seen and confirmed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from csat_tui.domain.audit import Verdict
from csat_tui.domain.review.scorecard import LineScore, Scorecard, ScoreResult, score
from csat_tui.domain.review.suggested_scores import SuggestedScore


@dataclass(frozen=True, slots=True)
class FilledCard:
    """A scorecard with an answer on every line that needs one.

    `taken_over` are the lines answered as the machine suggests, `assumed` those of which it says nothing: they have
    their full answer, and the person vouches for them. Both are ids, in the card's order.
    """

    scores: Mapping[str, LineScore]
    taken_over: tuple[str, ...]
    assumed: tuple[str, ...]
    result: ScoreResult

    @property
    def as_scored(self) -> bool:
        """Whether the person has answered every line: nothing is filled in."""
        return not self.taken_over and not self.assumed


def failing_lines(
    card: Scorecard, scores: Mapping[str, LineScore], suggestions: Mapping[str, SuggestedScore]
) -> tuple[str, ...]:
    """Return the open lines whose rule the note fails, by id: the person scores each of them."""
    return tuple(
        line.id
        for line in card.lines
        if not _answered(scores, line.id)
        and line.id in suggestions
        and suggestions[line.id].verdict.verdict is Verdict.FAILS
    )


def filled_card(
    card: Scorecard, scores: Mapping[str, LineScore], suggestions: Mapping[str, SuggestedScore]
) -> FilledCard:
    """Return the card with its open lines filled in; an open bonus line of which the machine says nothing stays open.

    Raises ValueError while a line is open whose rule the note fails, and for answers that the card does not have.
    """
    if failing_lines(card, scores, suggestions):
        raise ValueError("a line that the machine fails is to be scored by a person")
    filled = dict(scores)
    taken_over: list[str] = []
    assumed: list[str] = []
    for line in card.lines:
        if _answered(scores, line.id) or (line.bonus and line.id not in suggestions):
            continue
        suggestion = suggestions.get(line.id)
        answer = line.scale.full if suggestion is None else suggestion.answer
        filled[line.id] = replace(filled.get(line.id, LineScore()), answer=answer)
        (assumed if suggestion is None else taken_over).append(line.id)
    return FilledCard(filled, tuple(taken_over), tuple(assumed), score(card, filled))


def _answered(scores: Mapping[str, LineScore], line_id: str) -> bool:
    return line_id in scores and scores[line_id].answer is not None
