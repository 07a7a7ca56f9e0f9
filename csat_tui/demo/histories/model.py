"""The parts of a ticket history: tickets of one customer, and whether they belong together."""

from dataclasses import dataclass

MAIN, MARKET = "main", "market"
"""The two stores that customers write to."""
SAME, SECOND_ADDRESS, SECOND_ACCOUNT, NEIGHBOUR = "same", "second-address", "second-account", "neighbour"
"""The authors: the customer, the customer with another address or another account, and somebody else."""
PEOPLE = (SAME, SECOND_ACCOUNT, NEIGHBOUR)
"""Those of them who are users of their own, in the order of their user ids."""


@dataclass(frozen=True)
class Said:
    """One message: customer or agent, and how many minutes after the newest ticket came in (before it, if negative)."""

    who: str
    minutes: int
    text: str


@dataclass(frozen=True)
class Sketch:
    """One ticket of a history, its first message first."""

    status: str
    subject: str
    said: tuple[Said, ...]
    store: str = MAIN
    writer: str = SAME


@dataclass(frozen=True)
class Situation:
    """A history that source document 004 has a rule for; its last ticket is the new one that came in.

    `beside_rated`: the new one stands beside the rated ticket itself. `mentioned` and `answered` are what a reader
    finds out about the new one's concern in the other tickets: whether it was raised there, and whether it was dealt
    with (None: as the rated ticket's plot tells). `status` is the status of the merged ticket afterwards; None where
    nothing is merged, or where it is up to whoever merges. `notify`: its owner is told.
    """

    id: str
    sketches: tuple[Sketch, ...]
    merge: bool
    why: str
    status: str | None = None
    notify: bool = False
    mentioned: bool = True
    answered: bool | None = False
    beside_rated: bool = False
