"""Keep of a tracker row what quotes nobody when its case is removed: ticket, date, outcome and agents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.ids import TicketId
from csat_tui.domain.places import fill, places
from csat_tui.domain.playbook import CellsTemplate, Playbook
from csat_tui.domain.sheet import Sheet


@dataclass(frozen=True, slots=True)
class RetainedRow:
    """What stays of a tracker row: nobody's words; `agent` is rated by the survey, `decided_by` decided the case."""

    source_ticket_id: TicketId | None
    survey_ticket_id: TicketId | None
    agent: str
    decided_by: str
    decided_at: datetime
    outcome_id: str

    @property
    def ticket_id(self) -> TicketId | None:
        """The ticket that identifies the case."""
        return self.source_ticket_id or self.survey_ticket_id


def retained_cells(playbook: Playbook, shell: RetainedRow, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a row that say only what stays of it.

    A cell stays only if the playbook fills it from these facts alone and it really holds the result:
    an earlier playbook may have had a customer's words in the same column.
    """
    outcome = next((one for one in playbook.outcomes if one.id == shell.outcome_id), None)
    if outcome is None:
        return {}
    kept: dict[str, str] = {}
    for facts in _facts(shell, outcome.label):
        for effect in outcome.effects:
            if not isinstance(effect, CellsTemplate) or effect.sheet is not Sheet.TRACKER:
                continue
            for heading, text in effect.cells.items():
                if set(places(text)) <= set(facts) and cells.get(heading) == fill(text, facts):
                    kept[heading] = cells[heading]
    return kept


def _facts(shell: RetainedRow, outcome: str) -> tuple[dict[str, str], ...]:
    """Return the facts with each possible form of the day: in UTC and in this machine's zone."""
    ticket, survey = (str(one or "") for one in (shell.source_ticket_id, shell.survey_ticket_id))
    known = {
        "ticket": ticket, "survey-ticket": survey, "reference": ticket or survey, "agent": shell.agent,
        "by": shell.decided_by, "outcome": outcome,
    }  # fmt: skip
    days = {shell.decided_at.date().isoformat(), shell.decided_at.astimezone().date().isoformat()}
    return tuple(known | {"date": day} for day in sorted(days))
