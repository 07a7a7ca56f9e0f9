"""A playbook that changed while the workstation runs: taken over between two things that the person does."""

import asyncio
from typing import TYPE_CHECKING

from csat_tui.domain.playbook import Playbook
from csat_tui.playbook import PlaybookError
from csat_tui.tui.triage.transcript.survey_lines import first_figure

if TYPE_CHECKING:
    from csat_tui.tui.triage.screen import TriageScreen

AGAIN = 0.5
"""Seconds until another try where the person is just deciding, or has a window open that shows the old one."""


def ways(playbook: Playbook) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the queue calls its ways, and those of them that its rows name."""
    names = {path.id: path.label.lower() for path in playbook.paths}
    return names, {path.id: names[path.id] for path in playbook.paths[1:] if path.comment is not False}


def figures(playbook: Playbook) -> str:
    """Return what the two figures of a queue's row are called, as they stand there."""
    return f"{first_figure(playbook)} ⌀mean"


async def follow(screen: "TriageScreen") -> None:
    """Take over what the playbook's file says now, or say what is wrong with it and go on as before."""
    found = screen.app.reloading.found if screen.app.reloading is not None else None
    if isinstance(found, PlaybookError):
        screen.app.playbook_problem = _wrong(found)
        screen.tell()
    elif isinstance(found, Playbook) and found is not screen.desk.playbook:
        if _is_busy(screen):
            screen.set_timer(AGAIN, lambda: screen.do(follow(screen)))
            return
        await _take_over(screen, found)
    elif screen.app.playbook_problem:
        screen.app.playbook_problem = ""
        screen.tell()


def _is_busy(screen: "TriageScreen") -> bool:
    here = screen.app.current_mode == screen.app.DEFAULT_MODE
    return screen.deciding or (here and screen.app.screen is not screen)


async def _take_over(screen: "TriageScreen", playbook: Playbook) -> None:
    """Work by another playbook: the words are kept first, then desk, panes and case change at once."""
    await screen.save_words()
    before, desk = screen.desk.playbook, screen.desk
    desk.playbook = playbook
    wanted = screen.wanted
    case = None if wanted is None else await asyncio.to_thread(desk.case, wanted)
    suggestions = {} if case is None else await asyncio.to_thread(desk.suggestions, case)
    with screen.app.batch_update():
        names, labels = ways(playbook)
        screen.queue.measure(playbook.low, names, labels)
        screen.queue.explain(figures(playbook))
        screen.transcript.view.follow(playbook)
        if wanted == screen.wanted:
            screen.suggestions, screen.case = suggestions, case
        screen.checklist.follow(playbook)
        screen.composer.follow(playbook)
    screen.app.playbook_problem = ""
    screen.entitle(playbook.title)
    screen.tell()
    if screen.background is not None:
        screen.background.begin_anew()
    _say(screen, before, playbook)


def _say(screen: "TriageScreen", before: Playbook, playbook: Playbook) -> None:
    chosen = screen.composer.draft.outcome_id
    if chosen is not None and chosen not in {outcome.id for outcome in playbook.outcomes}:
        screen.app.notify(
            f"The changed playbook is in use. It no longer has “{before.label_of(chosen)}”: choose another outcome;"
            " your words are kept.",
            severity="warning",
            timeout=12,
        )
    else:
        screen.app.notify("The changed playbook is in use.")


def _wrong(error: PlaybookError) -> str:
    """Return the first mistake with its file and line, and that nothing has changed."""
    first, more = error.problems[0], len(error.problems) - 1
    others = f" (and {more} more, `csat-tui playbook check` lists them)" if more else ""
    return f"The playbook was not changed: {first}{others}"
