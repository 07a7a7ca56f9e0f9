"""Scores of a scorecard's lines as they are typed: `--line summary=yes --cause summary=… --comment summary=…`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from csat_tui.cli.exits import Exit, Failure

if TYPE_CHECKING:
    from csat_tui.domain.review.scorecard import LineScore


def line_scores(lines: list[str], causes: list[str], comments: list[str]) -> "dict[str, LineScore]":
    """Return answers with their causes and comments by line; Failure for what is no answer, or said twice."""
    from csat_tui.domain.review.scorecard import LineAnswer, LineScore

    scores = {}
    for line_id, answer in _pairs(lines).items():
        try:
            scores[line_id] = LineScore(LineAnswer(answer.strip().lower().replace("n/a", "na")))
        except ValueError:
            answers = ", ".join(one.value for one in LineAnswer)
            raise Failure(
                Exit.USAGE, f"“{answer[:40]}” is no answer; there are {answers}. Nothing was saved."
            ) from None
    for line_id, cause in _pairs(causes).items():
        scores[line_id] = replace(_answered(scores, line_id), cause=cause.strip())
    for line_id, text in _pairs(comments).items():
        scores[line_id] = replace(_answered(scores, line_id), comment=text.strip())
    return scores


def _answered(scores: "Mapping[str, LineScore]", line_id: str) -> "LineScore":
    if line_id not in scores:
        raise Failure(Exit.USAGE, f"“{line_id[:40]}” has no answer yet; say it with --line as well. Nothing was saved.")
    return scores[line_id]


def _pairs(said: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in said:
        line_id, equals, text = one.partition("=")
        line_id = line_id.strip()
        if not equals or not line_id or line_id in found:
            raise Failure(
                Exit.USAGE, f"“{one[:40]}” is not understood: name each line once, as summary=yes. Nothing was saved."
            )
        found[line_id] = text
    return found
