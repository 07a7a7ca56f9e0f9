"""Which case is on the desk: it changes only by what the person does, and what happens to it elsewhere is said."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.ids import SurveyId

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen

SLOW = 0.4
"""Seconds of that; shorter than a key waits for the case that it is meant for."""


AHEAD = 3
"""Following cases that the sync is asked for, so that they are here when their turn comes."""


def begun(screen: "TriageScreen") -> bool:
    """Whether the person has begun to work on the case on the screen: then another view does not take it away."""
    case = screen.case
    if case is None or case.id != screen.wanted:
        return False
    if case.stage is Stage.DECIDED and not screen.composer.draft.typed:
        return False
    return screen.front is not screen.queue or bool(case.answers) or not screen.composer.draft.empty


def has_changed(screen: "TriageScreen") -> bool:
    """Whether the queue tells something of the case on the screen that the screen does not know yet."""
    case, row = screen.case, screen.queue.list.window.cursor
    if case is None or row is None or row.id != case.id:
        return False
    return (row.stage, row.claimed_by) != (case.stage, case.claimed_by)


async def read(screen: "TriageScreen") -> None:
    """Read the wanted case beside the screen, and show it if it is still the wanted one."""
    wanted = screen.wanted
    if wanted is None:
        screen.suggestions, screen.case = {}, None
        return
    screen.set_timer(SLOW, partial(put_away_another, screen, wanted))
    case = await asyncio.to_thread(screen.desk.case, wanted)
    suggestions = await asyncio.to_thread(screen.desk.suggestions, case) if case is not None else {}
    if wanted != screen.wanted or wanted in screen.acting_on:
        return
    before = screen.case
    if before is None or before.id != wanted:
        screen.transcript.history = None
    screen.suggestions, screen.case = suggestions, case
    screen.tell_news()
    _say_what_happened(screen, before, case)
    screen.read_history()
    if wanted == screen.to_the_note:
        screen.to_the_note = None
        screen.composer.arriving = True
        screen.call_after_refresh(screen.go_to, screen.composer)
    if case is None:
        screen.want_nothing()
    elif screen.background is not None:
        window = screen.queue.list.window
        following = [row.id for row in window.rows[window.index + 1 : window.index + 1 + AHEAD]]
        screen.background.want([wanted, *following])


def _say_what_happened(screen: "TriageScreen", before: Case | None, case: Case | None) -> None:
    """Say once that the case on the screen has left the queue without the person; the note goes on saying it."""
    if before is None or case is None or before.id != case.id or before.stage is case.stage:
        return
    if case.stage is not Stage.OPEN and (happened := screen.composer.happened):
        screen.notify(f"{happened} What you typed here is kept.", severity="warning", markup=False, timeout=12)


def put_away_another(screen: "TriageScreen", wanted: SurveyId) -> None:
    """Show no case where another one is still there than the wanted; its words are kept."""
    if screen.wanted == wanted and screen.case is not None and screen.case.id != wanted:
        screen.suggestions, screen.case = {}, None
