"""A survey: one customer's ratings and comment about one ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from csat_tui.domain.ids import TicketId

FactorId = NewType("FactorId", str)
"""One rated question, named by the playbook."""

FROM_A_LIST = "low-scores:"
"""What the source of a survey begins with of which only a list of low scores has told."""

LISTED = FactorId("on-the-list")
"""The one figure of a survey that is known from a list of low scores alone."""

LOWEST, HIGHEST = 1, 5
"""The ends of the rating scale (source document 000)."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One response as it came in, before anybody has worked on it.

    `rating` is the single figure that the playbook takes from the factors (its `rating` rule), 1.0 to 5.0,
    or None where no factor could be read. `problem` says why a survey needs fixing; such a survey is
    shown, never dropped. `raw` is the text that it was read from.
    """

    source: str
    """Where it came from and its number there, unique: `ticket:9912345` or `qualtrics:R_1abc`."""
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
        """The customer's concern in their own words, as one line; empty where there is no comment."""
        return " ".join(self.comment.split())
