"""The windows that choose which customers are listed: by the letters of source document 003, a group, or a day."""

from dataclasses import replace
from datetime import date, datetime

from csat_tui.domain.recovery.filters import WITHOUT_NOTES, RecoveryFilter
from csat_tui.store.service_recovery import RecoveryList
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, TextPrompt
from csat_tui.workflow.recovery import RecoveryDesk


async def choose_customers(
    dialog: Dialog, view: RecoveryList, recovery: RecoveryDesk, now: datetime, *, notes: bool
) -> tuple[RecoveryList, bool] | None:
    """Ask for one thing to filter by; return the view and whether it shows notes, or None if nothing changes."""
    choices = [Choice(one.value, one.label, one, "now" if view.filter is one else "") for one in RecoveryFilter]
    said = "All surveys, without notes" if notes else "With the newest notes again"
    choices.append(Choice(WITHOUT_NOTES, said, WITHOUT_NOTES))
    if recovery.rules.groups:
        group = "" if view.group is None else recovery.group_label(view.group) or "no known group"
        choices.append(Choice("g", "of a support group…", "group", group))
    choices.append(Choice("d", "of a day…", "day"))
    chosen = await dialog.ask(ChoiceScreen("Show customers", choices))
    if chosen is None:
        return None
    if isinstance(chosen, RecoveryFilter):
        return replace(view, filter=chosen, oldest_first=False), notes
    if chosen == WITHOUT_NOTES:
        return (RecoveryList(RecoveryFilter.ALL), False) if notes else (view, True)
    found = await (_of_group(dialog, view, recovery) if chosen == "group" else _of_day(dialog, view, recovery, now))
    return None if found is None else (found, notes)


async def _of_group(dialog: Dialog, view: RecoveryList, recovery: RecoveryDesk) -> RecoveryList | None:
    choices = [Choice(str(place), one.label, one.id) for place, one in enumerate(recovery.rules.groups[:9], 1)]
    every = [Choice("a", "all groups", "all"), Choice("0", "no known group", "")]
    chosen = await dialog.ask(ChoiceScreen("Of which support group", [*choices, *every]))
    return None if chosen is None else replace(view, group=None if chosen == "all" else chosen)


async def _of_day(dialog: Dialog, view: RecoveryList, recovery: RecoveryDesk, now: datetime) -> RecoveryList | None:
    async def take(text: str) -> str:
        try:
            recovery.day(date.fromisoformat(text.strip() or "2000-01-01"))
        except (ValueError, OverflowError):
            return f"“{text.strip()[:20]}” is no day; write it as 2026-11-30, or nothing for every day"
        return ""

    zone = recovery.rules.zone
    say = f"As the help desk counts days, in {zone.key}; empty for every day."
    said = await dialog.ask(TextPrompt("Customers of a day", say, str(now.astimezone(zone).date()), take=take))
    if said is None:
        return None
    if not said.strip():
        return replace(view, since=None, until=None, oldest_first=False)
    since, until = recovery.day(date.fromisoformat(said.strip()))
    return replace(view, since=since, until=until, oldest_first=True)
