"""A row of the team's tracker: kept in the store, repeated in a web form where one is configured.

When its case is removed, it keeps only what quotes nobody: ticket, date, outcome and agents.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from csat_tui.domain.case import Case
from csat_tui.domain.composing import ComposingContext, Reach, effects_of, filled_cells
from csat_tui.domain.effect import Effect
from csat_tui.domain.ids import TicketId
from csat_tui.domain.places import fill, places
from csat_tui.domain.playbook import CellsTemplate, Playbook
from csat_tui.domain.sheet import Sheet
from csat_tui.effects.form_entry import FormEntry, also_in_form
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Key, KeyType, Section, TemplateKind, cells_in


@dataclass(frozen=True, slots=True)
class TrackerRow(Effect):
    """A row of the team's tracker: column letter to cell."""

    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TrackerTemplate(CellsTemplate):
    """A tracker row in a playbook: column letter to a text with places."""

    order: ClassVar[int] = 40


@effects_of.register
def _compose(template: TrackerTemplate, context: ComposingContext) -> Iterator[Effect | str]:
    cells = filled_cells(template.cells, context.words)
    yield TrackerRow(cells)
    if Sheet.TRACKER in context.reach.forms:
        yield FormEntry(Sheet.TRACKER.value, cells)


def columns(letters: Iterable[str]) -> str:
    """Return column letters, three and more neighbours as a range: `A–D F`."""
    runs: list[list[str]] = []
    for letter in letters:
        follows = bool(runs) and len(letter) == 1 and len(runs[-1][-1]) == 1 and ord(letter) == ord(runs[-1][-1]) + 1
        if follows:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    return " ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else " ".join(run) for run in runs)


def _sentence(template: TrackerTemplate, _case: Case, reach: Reach) -> str:
    return f"tracker row {columns(template.cells)}{also_in_form(Sheet.TRACKER, reach)}"


KIND = EffectKind(
    name="tracker",
    effect=TrackerRow,
    to_row=lambda effect: (None, {"cells": dict(effect.cells)}),
    from_row=lambda _ticket_id, payload: TrackerRow(cells_in(payload)),
    method=DeliveryMethod.KEPT_HERE,
    sheet=lambda _payload: Sheet.TRACKER,
    words=EffectWords(label=Sheet.TRACKER.words.row, in_list="tracker", command_line="tracker row"),
    template=TemplateKind(
        template=TrackerTemplate,
        sections=(
            Section(
                "a row of the tracker",
                (
                    Key(
                        "tracker",
                        KeyType.COLUMNS,
                        "a row of the tracker: column letters and texts with places",
                        "cells",
                    ),
                ),
                TrackerTemplate,
            ),
        ),
        sentence=_sentence,
        line=lambda template: (
            "tracker row: " + ", ".join(f"{column} = {text}" for column, text in template.cells.items())
        ),
    ),
)


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


def retained_cells(playbook: Playbook, retained: RetainedRow, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a row that say only what stays of it.

    A cell stays only if the playbook fills it from these facts alone and it really holds the result:
    an earlier playbook may have had a customer's words in the same column.
    """
    outcome = next((one for one in playbook.outcomes if one.id == retained.outcome_id), None)
    if outcome is None:
        return {}
    kept: dict[str, str] = {}
    for facts in _facts(retained, outcome.label):
        for effect in outcome.effects:
            if not isinstance(effect, CellsTemplate) or effect.sheet is not Sheet.TRACKER:
                continue
            for heading, text in effect.cells.items():
                if set(places(text)) <= set(facts) and cells.get(heading) == fill(text, facts):
                    kept[heading] = cells[heading]
    return kept


def _facts(retained: RetainedRow, outcome: str) -> tuple[dict[str, str], ...]:
    """Return the facts with each possible form of the day: in UTC and in this machine's zone."""
    ticket, survey = (str(one or "") for one in (retained.source_ticket_id, retained.survey_ticket_id))
    known = {
        "ticket": ticket, "survey-ticket": survey, "reference": ticket or survey, "agent": retained.agent,
        "by": retained.decided_by, "outcome": outcome,
    }  # fmt: skip
    days = {retained.decided_at.date().isoformat(), retained.decided_at.astimezone().date().isoformat()}
    return tuple(known | {"date": day} for day in sorted(days))
