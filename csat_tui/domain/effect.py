"""What a decision does to the outside world, one effect at a time; `csat_tui.effects` has a class a kind."""

from dataclasses import dataclass
from typing import ClassVar

from csat_tui.domain.ids import TicketId
from csat_tui.domain.ticket import Status


class Effect:
    """One thing that a decision does."""

    __slots__ = ()

    noun: ClassVar[str] = "effect"
    """What sentences call it."""
    read_by_customer: ClassVar[bool] = False
    """Whether it is written to the customer."""

    @property
    def written(self) -> str | None:
        """The text that it is sent with, which must not be empty; None where it has none."""
        return None

    def answers(self, address: str) -> bool:  # noqa: ARG002
        """Tell whether it is an answer to the customer with this mail address."""
        return False


@dataclass(frozen=True, slots=True)
class TicketMessage(Effect):
    """A message on a ticket, and what the same write does to the ticket's status and tags."""

    ticket_id: TicketId
    body: str
    status: Status | None = None
    add_tags: tuple[str, ...] = ()

    @property
    def written(self) -> str | None:
        """The message."""
        return self.body


@dataclass(frozen=True, slots=True)
class Mail(Effect):
    """A mail in plain text, such as a shift's recap; `html`, where given, says the same for those who read it so."""

    noun: ClassVar[str] = "mail"
    read_by_customer: ClassVar[bool] = True

    to: tuple[str, ...]
    subject: str
    body: str
    html: str = ""

    @property
    def written(self) -> str | None:
        """Its plain text."""
        return self.body

    def answers(self, address: str) -> bool:
        """It answers the customer where it goes to their address."""
        return address in self.to
