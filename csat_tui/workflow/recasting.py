"""Surveys on the desk: rated, sent on their ways and given their times anew when the playbook measures otherwise."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from csat_tui.domain.arrival import Arrival, measured_again
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import Survey
from csat_tui.domain.ticket import Ticket
from csat_tui.giving_way import give_way
from csat_tui.intake.survey_mail import arrival_of, source_of
from csat_tui.store import customers, memory, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database

AT_ONCE = 50
"""Surveys in one transaction, so that nobody waits long for the store."""
MEASURED_AS = 9
"""The schema since which surveys are measured as they are now."""

_MEASURED = "playbook.measure"


def measure(playbook: Playbook) -> str:
    """Return everything of a playbook by which surveys are rated, sent on their ways and due."""
    # The last figure changes where this program itself measures otherwise, as in the order of the worst.
    paths = [(path.id, path.band.value, path.comment) for path in playbook.paths]
    factors = [(factor.id, factor.match) for factor in playbook.factors]
    return repr(
        (
            playbook.rating.value,
            playbook.rating_factor,
            playbook.low,
            factors,
            paths,
            playbook.contact_within,
            _merged_by(playbook),
            MEASURED_AS,
        )
    )


def _merged_by(playbook: Playbook) -> object:
    """Return everything of a playbook by which tickets are to be merged; patterns whole, as their own text is cut."""
    rules = playbook.merging
    if rules is None:
        return None
    issues = [
        (one.id, _texts(one.match), [(language, _texts(several)) for language, several in one.match_in.items()])
        for one in playbook.issues
    ]
    return replace(rules, order=()), _texts(rules.order), issues


def _texts(patterns: Iterable[re.Pattern[str]]) -> list[tuple[str, int]]:
    return [(one.pattern, one.flags) for one in patterns]


def recast_if_measured_otherwise(
    database: Database, playbook: Playbook, clock: Clock, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Recast what is on the desk where it was measured by another playbook before; returns how many have changed.

    What the desk was measured by is kept only at the end, so that a round that was `stopped` is begun again.
    """
    wanted = measure(playbook)
    with database.read() as connection:
        known = memory.recall(connection, _MEASURED)
    if known == wanted:
        return 0
    changed = recast(database, playbook, stopped)
    if not stopped():
        with database.write() as connection:
            memory.remember(connection, _MEASURED, wanted, clock.now())
    return changed


def recast(database: Database, playbook: Playbook, stopped: Callable[[], bool] = lambda: False) -> int:
    """Rate every survey on the desk anew, reading again what its ticket says; returns how many have changed."""
    changed, after = 0, 0
    while not stopped():
        give_way()
        with database.write() as connection:
            batch = surveys.on_the_desk(connection, after, AT_ONCE)
            carrying = [one.survey.survey_ticket_id for one in batch if one.survey.survey_ticket_id is not None]
            there = tickets.kept(connection, carrying)
            anew = [_anew(one.survey, there, playbook) for one in batch]
            pairs = zip(batch, surveys.as_mended(connection, anew), strict=True)
            differing = [new for old, new in pairs if not old.stands_as(new)]
            surveys.put_surveys(connection, differing)
            counted = customers.recount_known(connection, [one.id for one in batch], playbook)
        if differing or counted:
            changed += len(differing)
            database.announce("queue", "case")
        if len(batch) < AT_ONCE:
            break
        after = batch[-1].id
    return changed


def _anew(survey: Survey, there: Mapping[TicketId, Ticket], playbook: Playbook) -> Arrival:
    """Read a survey again from its ticket; one from a file keeps the figures that the file gave it."""
    ticket = there.get(survey.survey_ticket_id) if survey.survey_ticket_id is not None else None
    if ticket is not None and survey.source == source_of(ticket.id):
        return arrival_of(ticket, playbook)
    return measured_again(survey, playbook)
