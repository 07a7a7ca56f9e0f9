"""The person at the workstation, as the help desk knows them."""

from dataclasses import dataclass

from csat_tui.domain.ids import UserId


@dataclass(frozen=True, slots=True)
class Agent:
    """Who the credential belongs to and what they may write."""

    id: UserId
    name: str
    email: str
    may_reply: bool = True
