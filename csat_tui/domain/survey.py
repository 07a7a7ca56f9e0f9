"""A survey: one customer's ratings and comment about one ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from csat_tui.domain.ids import TicketId

FactorId = NewType("FactorId", str)
"""A rated question, by its id in the playbook."""

FROM_A_LIST = "low-scores:"
"""The prefix of a survey's source if it is known only from a list of low scores."""

LISTED = FactorId("on-the-list")
"""The only figure of a survey that is known only from a list of low scores."""

LOWEST, HIGHEST = 1, 5
"""The ends of the rating scale (source document 000)."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A response as it came in, before anybody has worked on it.

    `rating` is calculated from the factors by the playbook's `rating` rule, 1.0 to 5.0,
    or None if no factor could be read. `problem` says why a survey needs fixing; such a survey is
    shown, never dropped. `raw` is the text that it was read from.
    """

    source: str
    """Its origin and its number there, unique: `ticket:9912345` or `qualtrics:R_1abc`."""
    received_at: datetime
    survey_ticket_id: TicketId | None = None
    source_ticket_id: TicketId | None = None
    customer: str = ""
    agent: str = ""
    ratings: Mapping[FactorId, int] = field(default_factory=dict)
    rating: float | None = None
    comment: str = ""
    problem: str = ""
    raw: str = ""

    @property
    def headline(self) -> str:
        """The customer's comment as a line; empty where there is none."""
        return " ".join(self.comment.split())
