"""Whom findings are told to: an addressee that the playbook names, or one that a person types."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from csat_tui.domain.mailbox import is_mailbox


class AddressedBy(StrEnum):
    """How something gets to an addressee."""

    MAIL = "mail"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to whom findings are told, such as human resources; `address` is a mail address, or a channel's name."""

    id: str
    label: str
    by: AddressedBy
    address: str

    @property
    def shown(self) -> str:
        """Who it is and where it goes, as a person reads it before it is sent."""
        where = f"#{self.address}" if self.by is AddressedBy.CHANNEL else self.address
        return where if self.label == self.address else f"{self.label} ({where})"


def addressee_named(text: str, known: Iterable[Addressee]) -> Addressee | None:
    """Return the addressee that a person has typed: a name or an id of the playbook's, or a mail address."""
    said = " ".join(text.split())
    for one in known:
        if said.casefold() in (one.id.casefold(), one.label.casefold()):
            return one
    return Addressee("", said, AddressedBy.MAIL, said) if is_mailbox(said) else None
