"""A row of the team's tracker, kept in the store."""

from csat_tui.domain.effect import TrackerRow
from csat_tui.effects.kind import Carriage, Kind, Words, cells_in

SHEET = "tracker"
"""The sheet of the store that tracker rows are kept in, and the form that repeats them."""

KIND = Kind(
    name="tracker",
    effect=TrackerRow,
    to_row=lambda effect: (None, {"cells": dict(effect.cells)}),
    from_row=lambda _ticket_id, payload: TrackerRow(cells_in(payload)),
    carriage=Carriage.KEPT_HERE,
    sheet=lambda _payload: SHEET,
    words=Words(label="tracker row", in_list="tracker", command_line="tracker row"),
)
