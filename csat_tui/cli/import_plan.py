"""What an import would do to the store: which surveys are new, known already, or take another's place."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from csat_tui.domain.arrival import as_arrival
from csat_tui.domain.ids import TicketId
from csat_tui.domain.survey import Survey
from csat_tui.store.cases import surveys

if TYPE_CHECKING:
    from csat_tui.domain.playbook import Playbook
    from csat_tui.workflow.opening import Workplace


@dataclass(frozen=True, slots=True)
class Plan:
    """Surveys by what becomes of them; `replacing` are the new ones that take an open case's place and words."""

    new: tuple[Survey, ...]
    known: tuple[Survey, ...]
    replacing: tuple[Survey, ...]
    by_path: dict[str, int]
    """How many of the new ones take each path."""


def plan_import(connection: Connection, found: Sequence[Survey], playbook: "Playbook") -> Plan:
    """Return what importing these surveys would do; nothing is written."""
    here = surveys.sources_known(connection, [survey.source for survey in found])
    new = tuple(survey for survey in found if survey.source not in here)
    taken = surveys.tickets_on_desk(connection, [one.source_ticket_id for one in new if one.source_ticket_id])
    by_path = Counter(as_arrival(survey, playbook).path for survey in new)
    return Plan(
        new=new,
        known=tuple(survey for survey in found if survey.source in here),
        replacing=tuple(_replacing(new, taken)),
        by_path={path.id: by_path[path.id] for path in playbook.paths if by_path[path.id]},
    )


def write_import(workplace: "Workplace", found: Sequence[Survey]) -> Plan:
    """Write the surveys, all of them in one transaction or none; returns what that did."""
    with workplace.database.write("queue") as connection:
        plan = plan_import(connection, found, workplace.playbook)
        surveys.put_surveys(connection, [as_arrival(survey, workplace.playbook) for survey in found])
    return plan


def _replacing(new: Sequence[Survey], taken: set[TicketId]) -> Iterator[Survey]:
    """Yield the surveys whose ticket has an open case here, or another survey before them in the file."""
    for survey in new:
        if survey.source_ticket_id is not None:
            if survey.source_ticket_id in taken:
                yield survey
            taken.add(survey.source_ticket_id)
