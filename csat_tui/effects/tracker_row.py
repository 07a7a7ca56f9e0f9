"""A row of the team's tracker, kept in the store, and repeated in a web form where one is configured."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.case import Case
from csat_tui.domain.composing import ComposingContext, Reach, effects_of, filled_cells
from csat_tui.domain.effect import Effect
from csat_tui.domain.playbook import CellsTemplate
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
