"""The windows that choose which notes are listed: what to filter by, and then which of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from csat_tui.domain.review.steps import ReviewState
from csat_tui.store.review import FREE, NoteFilter, NoteInList
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.session import Session
from csat_tui.tui.review.lines import RISKY
from csat_tui.tui.windows.picker import Pick, Picker
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen
from csat_tui.workflow.calibration import CalibrationState
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review import ReviewDesk


async def choose_filter(
    dialog: Dialog, view: NoteFilter, note: NoteInList | None, session: Session
) -> NoteFilter | None:
    """Ask for one thing to filter by, beside what is filtered already; None if the person changes nothing."""
    desk, review = session.desk, session.paperwork.review
    reviewer = await asyncio.to_thread(session.paperwork.samples.reviewer_id)
    choices = _choices(view, note, desk)
    if reviewer is not None:
        choices.insert(2, Choice("m", "my sample", "my sample"))
    calibrations = await asyncio.to_thread(session.paperwork.calibration.open_to_me)
    if calibrations:
        choices.append(Choice("c", "of a calibration…", "calibration", view.calibration_name))
    chosen = await dialog.ask(ChoiceScreen("Show notes", choices))
    if chosen is None:
        return None
    if chosen == "calibration":
        return await _by_calibration(dialog, view, calibrations)
    if chosen == "agent":
        return await _by_agent(dialog, view, review)
    if chosen == "outcome":
        return await _by_outcome(dialog, view, desk)
    if chosen == "since":
        return await _by_date(dialog, view, desk)
    if chosen == "risk":
        return await _by_risk(dialog, view)
    if chosen == "my sample":
        return NoteFilter(order=view.order, sampled_by=reviewer)
    if chosen == "to do":
        return replace(view, to_do=True, states=(), sampled_by=None)
    if chosen == "state":
        return await _by_state(dialog, view)
    if chosen == "reviewer":
        return await _by_reviewer(dialog, view, review)
    if chosen == "this agent" and note is not None:
        return replace(view, author=note.author)
    return NoteFilter(order=view.order)


def _choices(view: NoteFilter, note: NoteInList | None, desk: Desk) -> list[Choice]:
    outcome = "free notes" if view.outcome == FREE else desk.playbook.label_of(view.outcome) if view.outcome else ""
    since = f"since {view.since.astimezone():%d %b}" if view.since is not None else ""
    risk = f"{view.least_risk} or more" if view.least_risk else ""
    choices = [Choice("t", "what is to do", "to do", "yes" if view.to_do else ""), Choice("x", "all of them", "all")]
    if note is not None and note.author:
        choices.append(Choice("g", f"by {note.author}", "this agent"))
    return [
        *choices,
        Choice("a", "by an agent…", "agent", view.author),
        Choice("o", "of an outcome…", "outcome", outcome),
        Choice("d", "by date…", "since", since),
        Choice("s", "by state…", "state", " or ".join(state.value for state in view.states)),
        Choice("w", "by reviewer…", "reviewer", view.reviewer),
        Choice("r", "by risk…", "risk", risk),
    ]


async def _by_calibration(
    dialog: Dialog, view: NoteFilter, calibrations: Sequence[CalibrationState]
) -> NoteFilter | None:
    """Ask for a session: its notes, and nothing else of the filter, so that each of them is there to be scored."""
    picks = [
        Pick(one.session.id, f"{one.session.name} · {len(one.own)} of {len(one.session.notes)} scored")
        for one in calibrations
    ]
    picked = await dialog.ask(Picker("Score blind for", picks, several=False))
    if not picked:
        return None
    name = next(one.session.name for one in calibrations if one.session.id == picked[0])
    return NoteFilter(order=view.order, calibration=picked[0], calibration_name=name)


async def _by_agent(dialog: Dialog, view: NoteFilter, review: ReviewDesk) -> NoteFilter | None:
    names = await asyncio.to_thread(review.authors)
    picked = await dialog.ask(
        Picker("Notes by", [Pick("", "everybody"), *(Pick(name, name) for name in names)], several=False)
    )
    return None if picked is None else replace(view, author=picked[0] if picked else "")


async def _by_outcome(dialog: Dialog, view: NoteFilter, desk: Desk) -> NoteFilter | None:
    outcomes = desk.playbook.outcomes
    choices = [
        Choice("x", "every outcome", ""), Choice("f", "free notes", FREE),
        *(Choice(outcome.key.upper(), outcome.label, outcome.id) for outcome in outcomes),
    ]  # fmt: skip
    chosen = await dialog.ask(ChoiceScreen("Notes of", choices))
    return None if chosen is None else replace(view, outcome=chosen)


async def _by_date(dialog: Dialog, view: NoteFilter, desk: Desk) -> NoteFilter | None:
    today = datetime.combine(desk.now.astimezone().date(), time()).astimezone()
    days = {"t": ("today", 0), "y": ("since yesterday", 1), "w": ("the last 7 days", 6), "m": ("the last 30 days", 29)}
    choices = [Choice("x", "at any time", -1)]
    choices += [Choice(key, label, number) for key, (label, number) in days.items()]
    chosen = await dialog.ask(ChoiceScreen("Notes written", choices))
    if chosen is None:
        return None
    return replace(view, since=None if chosen < 0 else today - timedelta(days=chosen), until=None)


STATES: Mapping[str, tuple[str, tuple[ReviewState, ...]]] = {
    "u": ("not reviewed", (ReviewState.NOT_REVIEWED,)),
    "c": ("accepted", (ReviewState.ACCEPTED,)),
    "b": ("sent back", (ReviewState.SENT_BACK,)),
    "w": ("answered", (ReviewState.TAKEN, ReviewState.AMENDED, ReviewState.TALK)),
    "d": ("disputed", (ReviewState.DISPUTED,)),
    "e": ("settled", (ReviewState.SETTLED,)),
}
"""The states to filter by, with their keys."""


async def _by_state(dialog: Dialog, view: NoteFilter) -> NoteFilter | None:
    choices = [Choice("x", "in every state", ())]
    choices += [Choice(key, label, states) for key, (label, states) in STATES.items()]
    chosen = await dialog.ask(ChoiceScreen("Notes that are", choices))
    return None if chosen is None else replace(view, states=chosen, to_do=False)


async def _by_reviewer(dialog: Dialog, view: NoteFilter, review: ReviewDesk) -> NoteFilter | None:
    names = await asyncio.to_thread(review.reviewers)
    picks = [Pick("", "anybody, or nobody"), *(Pick(name, name) for name in names)]
    picked = await dialog.ask(Picker("Notes reviewed by", picks, several=False))
    if picked is None:
        return None
    name = picked[0] if picked else ""
    return replace(view, reviewer=name, to_do=view.to_do and not name)


async def _by_risk(dialog: Dialog, view: NoteFilter) -> NoteFilter | None:
    choices = [Choice("x", "of any risk", 0), Choice("f", "that fail a rule", 1), Choice("h", "of high risk", RISKY)]
    chosen = await dialog.ask(ChoiceScreen("Notes", choices))
    return None if chosen is None else replace(view, least_risk=chosen)
