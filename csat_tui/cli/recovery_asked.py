"""What the options of `csat-tui recovery` ask for: days in the time zone of the rules, groups, and filters."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from csat_tui.cli.console import day_asked_for
from csat_tui.cli.exits import Exit, Failure
from csat_tui.domain.recovery.filters import WITHOUT_NOTES, RecoveryFilter

if TYPE_CHECKING:
    from csat_tui.store.service_recovery import RecoveryList
    from csat_tui.workflow.opening import Workplace


def recovery_list(filter_: str, group: str, since: str, until: str, workplace: "Workplace") -> "RecoveryList":
    """Return the list that options mean. Raises Failure."""
    from csat_tui.store.service_recovery import RecoveryList

    letters = [one.value for one in RecoveryFilter]
    if filter_ not in (*letters, WITHOUT_NOTES):
        raise Failure(Exit.USAGE, f"“{filter_[:20]}” is no filter; there is {', '.join(letters)} and {WITHOUT_NOTES}.")
    begins, ends = recovery_period(since, until, workplace)
    wanted = RecoveryFilter.ALL if filter_ == WITHOUT_NOTES else RecoveryFilter(filter_)
    return RecoveryList(wanted, group_asked_for(group, workplace) or None, begins, ends)


def group_asked_for(group: str, workplace: "Workplace") -> str:
    """Return a group's code. Raises Failure where the playbook has no such group."""
    from csat_tui.workflow.recovery_lists import NotRecovered

    try:
        if group:
            workplace.paperwork.recovery.require_group(group)
    except NotRecovered as error:
        raise Failure(Exit.USAGE, str(error)) from error
    return group


def recovery_period(since: str, until: str, workplace: "Workplace") -> tuple[datetime | None, datetime | None]:
    """Return the first moment of a period of days and the first one after it, in the time zone of the rules."""
    desk = workplace.paperwork.recovery
    begins = desk.day(recovery_day(since, workplace))[0] if since else None
    return begins, desk.day(recovery_day(until, workplace))[1] if until else None


def recovery_day(said: str, workplace: "Workplace") -> date:
    """Return a day that was asked for; today and yesterday are those in the time zone of the rules."""
    words = {"today": 0, "yesterday": 1}
    now = workplace.desk.now
    if said in words:
        return now.astimezone(workplace.playbook.recovery.zone).date() - timedelta(days=words[said])
    return day_asked_for(said, now).date()
