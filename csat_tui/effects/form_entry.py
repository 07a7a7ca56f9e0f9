"""An entry in a web form: it repeats the cells of a tracker row or record, so that nothing waits for it."""

from csat_tui.domain.effect import FormEntry
from csat_tui.domain.ids import TicketId
from csat_tui.effects import record, tracker_row
from csat_tui.effects.kind import Carriage, Kind, Payload, Words, cells_in

_FORMS = {tracker_row.SHEET: tracker_row.KIND.words.label, **record.LABELS}


def _destination(_ticket_id: TicketId | None, payload: Payload) -> str:
    form = str(payload.get("form", ""))
    return _FORMS.get(form, form)


KIND = Kind(
    name="form",
    effect=FormEntry,
    to_row=lambda effect: (None, {"form": effect.form, "cells": dict(effect.cells)}),
    from_row=lambda _ticket_id, payload: FormEntry(str(payload["form"]), cells_in(payload)),
    carriage=Carriage.ERRAND,
    look_at="the form's answers",
    holds_back=False,
    words=Words(
        label="web form",
        in_list="form",
        command_line="entry in a web form",
        destination=_destination,
        names_destination=True,
        goes_to=lambda payload: str(payload.get("form") or ""),
    ),
)
