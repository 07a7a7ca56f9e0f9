"""Ticket histories: what else a customer has written, in every way that source document 004 has a rule for."""

from csat_tui.demo.histories.model import Said, Situation, Sketch
from csat_tui.demo.histories.together import TOGETHER
from csat_tui.demo.histories.unlike import UNLIKE

SITUATIONS: dict[str, Situation] = {situation.id: situation for situation in (*TOGETHER, *UNLIKE)}

__all__ = ["SITUATIONS", "Said", "Situation", "Sketch"]
