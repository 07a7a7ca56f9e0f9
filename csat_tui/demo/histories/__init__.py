"""Ticket histories: the other tickets of a customer, for each rule of source document 004."""

from csat_tui.demo.histories.model import Said, Situation, Sketch
from csat_tui.demo.histories.situations import TOGETHER, UNLIKE

SITUATIONS: dict[str, Situation] = {situation.id: situation for situation in (*TOGETHER, *UNLIKE)}

__all__ = ["SITUATIONS", "Said", "Situation", "Sketch"]
