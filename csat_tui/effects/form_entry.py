"""An entry in a web form: it repeats the cells of a tracker row or record, so that nothing waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from csat_tui.domain.composing import Reach
from csat_tui.domain.effect import Effect
from csat_tui.domain.ids import TicketId
from csat_tui.domain.sheet import Sheet
from csat_tui.effects.kind import DeliveryMethod, EffectKind, EffectWords, Payload, cells_in


@dataclass(frozen=True, slots=True)
class FormEntry(Effect):
    """The same cells as a tracker row or record, for the web form that is configured under this name.

    `form` is the name of the sheet that the cells are a row of.
    """

    form: str
    cells: Mapping[str, str]


def also_in_form(sheet: str, reach: Reach) -> str:
    """Say that a row goes into a web form, too, where one is configured for its sheet."""
    return " and its web form" if sheet in reach.forms else ""


def _destination(_ticket_id: TicketId | None, payload: Payload) -> str:
    form = str(payload.get("form", ""))
    return next((sheet.words.row for sheet in Sheet if sheet == form), form)


KIND = EffectKind(
    name="form",
    effect=FormEntry,
    to_row=lambda effect: (None, {"form": effect.form, "cells": dict(effect.cells)}),
    from_row=lambda _ticket_id, payload: FormEntry(str(payload["form"]), cells_in(payload)),
    method=DeliveryMethod.ERRAND,
    look_at="the form's answers",
    holds_back=False,
    words=EffectWords(
        label="web form",
        in_list="form",
        command_line="entry in a web form",
        destination=_destination,
        names_destination=True,
        goes_to=lambda payload: str(payload.get("form") or ""),
    ),
)
