"""A record beside the tracker, kept in the store: a coaching submission or a correction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from csat_tui.domain.case import Case
from csat_tui.domain.composing import ComposingContext, Reach, effects_of, filled_cells
from csat_tui.domain.effect import Effect
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import CellsTemplate
from csat_tui.domain.sheet import RECORDS, Sheet
from csat_tui.effects.form_entry import FormEntry, also_in_form
from csat_tui.effects.kind import (
    DeliveryMethod,
    EffectKind,
    EffectWords,
    Key,
    KeyType,
    Payload,
    Section,
    TemplateKind,
    cells_in,
)


@dataclass(frozen=True, slots=True)
class Record(Effect):
    """Something put on record beside the tracker: heading to text."""

    kind: Sheet
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecordTemplate(CellsTemplate):
    """A record in a playbook: heading to a text with places; made only with a finding of group `when_finding`."""

    order: ClassVar[int] = 50

    kind: Sheet = Sheet.COACHING
    when_finding: str = ""

    @property
    def sheet(self) -> Sheet:
        """The sheet of its kind of records."""
        return self.kind

    @property
    def finding_group(self) -> str:
        """The group of which a finding must be picked; empty where it waits for none."""
        return self.when_finding


@effects_of.register
def _compose(template: RecordTemplate, context: ComposingContext) -> Iterator[Effect | str]:
    cells = filled_cells(template.cells, context.words)
    yield Record(template.kind, cells)
    if template.sheet in context.reach.forms:
        yield FormEntry(template.sheet.value, cells)


def _destination(_ticket_id: TicketId | None, payload: Payload) -> str:
    return next((sheet.words.row for sheet in RECORDS if sheet == payload.get("kind")), "record")


def _sentence(template: RecordTemplate, _case: Case, reach: Reach) -> str:
    return f"{template.kind.words.planned}{also_in_form(template.sheet, reach)}"


def _line(template: RecordTemplate) -> str:
    found = f", with a finding of “{template.when_finding}”" if template.when_finding else ""
    return f"{template.kind} on record: {', '.join(template.cells)}{found}"


def _section(kind: Sheet) -> Section:
    title = kind.words.in_playbook
    return Section(
        title,
        (
            Key(kind.value, KeyType.HEADINGS, f"{title}: headings and texts with places", "cells"),
            Key("when_finding", KeyType.FINDING_GROUP, "optional: only where a finding of this group is picked"),
        ),
        partial(RecordTemplate, kind=kind),
    )


KIND = EffectKind(
    name="record",
    effect=Record,
    to_row=lambda effect: (None, {"kind": effect.kind.value, "cells": dict(effect.cells)}),
    from_row=lambda _ticket_id, payload: Record(Sheet(payload["kind"]), cells_in(payload)),
    method=DeliveryMethod.KEPT_HERE,
    sheet=lambda payload: Sheet(payload["kind"]),
    words=EffectWords(
        label="record",
        command_line="record",
        destination=_destination,
        goes_to=lambda payload: str(payload.get("kind") or ""),
    ),
    template=TemplateKind(
        template=RecordTemplate,
        sections=tuple(map(_section, RECORDS)),
        sentence=_sentence,
        line=_line,
    ),
)
