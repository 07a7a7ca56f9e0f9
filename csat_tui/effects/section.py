"""How a playbook writes an effect: the key that names it, and the keys beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from csat_tui.domain.playbook import EffectTemplate


class KeyType(StrEnum):
    """What the value of a key is; `playbook.effect_section` reads and checks it, and writes its part of the schema."""

    FORMAT = "format"
    """The id of a format."""
    TARGET = "target"
    """The ticket that it lands on."""
    OTHER_TARGET = "other target"
    """The other one of the two tickets; may be left out."""
    STATUS = "status"
    """A status that an effect may set; may be left out."""
    TAGS = "tags"
    """Tags, which may hold places; may be left out."""
    COLUMNS = "columns"
    """Column letters of the tracker and texts with places."""
    HEADINGS = "headings"
    """Headings and texts with places, at least one."""
    FINDING_GROUP = "finding group"
    """A group of findings; may be left out."""
    IDENTIFIER = "identifier"
    """A name in lower-case letters."""
    ADDRESS = "address"
    """A mail address, or a text with places."""
    TEXT = "text"
    """A text with places."""


OPTIONAL = frozenset({KeyType.OTHER_TARGET, KeyType.STATUS, KeyType.TAGS, KeyType.FINDING_GROUP})
"""What may be left out."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an effect: its name, what its value is, and what editors say of it."""

    name: str
    reads: KeyType
    description: str
    field: str = ""
    """The template's field that takes the value; empty where it has the key's name."""


@dataclass(frozen=True, slots=True)
class Section:
    """One way to write an effect; the first key names it, and every effect may have a “when” besides."""

    title: str
    keys: tuple[Key, ...]
    make: Callable[..., EffectTemplate]
    """Makes the template, from the keys' values and `when` by their fields' names."""

    @property
    def key(self) -> str:
        """The key that names the effect."""
        return self.keys[0].name


ON_A_TICKET = (
    Key(
        "on",
        KeyType.TARGET,
        "the ticket that it lands on: the one that carries the survey, or the one that the customer rated",
    ),
    Key("when_closed", KeyType.OTHER_TARGET, "optional: the ticket to use where the first takes no more updates"),
    Key("status", KeyType.STATUS, "optional: the status that the same write sets"),
    Key(
        "add_tags",
        KeyType.TAGS,
        "optional: tags that the same write adds; they may hold places, as in `reviewed-by-{by}`",
    ),
)
"""The keys of every message on a ticket."""
