"""What is shown while a case is long on its way from the store: no other one, which the keys would then be for."""

from typing import TYPE_CHECKING

from csat_tui.domain.ids import SurveyId

if TYPE_CHECKING:
    from csat_tui.tui.screens.triage import TriageScreen

SLOW = 0.4
"""Seconds of that; shorter than a key waits for the case that it is meant for."""


def put_away_another(screen: "TriageScreen", wanted: SurveyId) -> None:
    """Show no case where another one is still there than the wanted; its words are kept."""
    if screen.wanted == wanted and screen.case is not None and screen.case.id != wanted:
        screen.suggestions, screen.case = {}, None
