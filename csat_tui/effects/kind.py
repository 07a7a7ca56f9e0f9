"""What a kind of effect declares: its payload, how it is delivered, its words, and how a playbook writes it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from csat_tui.domain.case import Case
from csat_tui.domain.composing import Reach, effects_of
from csat_tui.domain.effect import Effect
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import EffectTemplate, TextTemplate
from csat_tui.domain.sheet import Sheet
from csat_tui.domain.ticket import Status


class KeyType(StrEnum):
    """What the value of a key is; `playbook.outcome_section` reads and checks it, and writes its part of the schema."""

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
    FIELDS = "fields"
    """Ids of fields; may be left out."""


OPTIONAL = frozenset({KeyType.OTHER_TARGET, KeyType.STATUS, KeyType.TAGS, KeyType.FINDING_GROUP, KeyType.FIELDS})
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


E = TypeVar("E", bound=Effect)
T = TypeVar("T", bound=EffectTemplate)

Payload = Mapping[str, Any]
"""What an effect says, as JSON in its row of the outbox. `body`, `cells`, `status`, `add_tags`, `assignee_id` and
`sources` mean the same in every kind."""

_NAME = re.compile(r"[a-z][a-z_]*")


class DeliveryMethod(StrEnum):
    """How an effect gets to where it goes, and how a lost answer is cleared up."""

    TICKET_WRITE = "ticket write"
    """One atomic write to a ticket (`sync.ticket_sender`); it carries its operation id and is read back by it."""
    TICKET_MERGE = "ticket merge"
    """A merge of tickets (`sync.merger`); it is read back in the tickets that went."""
    ERRAND = "errand"
    """Handed over once to a form, a channel or a mail server (`sync.effect_sender`); nobody can be asked, so that the
    person is."""
    KEPT_HERE = "kept here"
    """Written into a sheet of the store in the same transaction as its receipt (`sync.effect_sender`)."""


def _nowhere(_payload: Payload) -> str:
    return ""


def _on_its_ticket(ticket_id: TicketId | None, _payload: Payload) -> str:
    return f"#{ticket_id}" if ticket_id else ""


def _body(body: str, _payload: Payload) -> str:
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectWords:
    """What a kind is called, and how its effects say where they go; payloads may be empty where a row is damaged."""

    label: str
    """Its name on the screen, such as “private note”."""
    in_list: str = ""
    """A shorter name for lists; empty where `label` is short enough."""
    command_line: str
    """Its name on the command line, with who else reads it."""
    onto: str = "on"
    """The word between its name and its ticket."""
    destination: Callable[[TicketId | None, Payload], str] = _on_its_ticket
    """Where it goes, in a few words for the screen; empty where its case says enough."""
    names_destination: bool = False
    """Whether a sentence about it names its destination, as there is no ticket to name."""
    heading: Callable[[Payload], str] = _nowhere
    """A line above its text, such as a mail's subject."""
    text: Callable[[str, Payload], str] = _body
    """What it says, from its body and payload; cells are shown as cells."""
    goes_to: Callable[[Payload], str] = _nowhere
    """Where it goes beside its ticket, on the command line."""

    @property
    def short(self) -> str:
        """Its name in a list."""
        return self.in_list or self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateKind(Generic[T]):
    """How a playbook writes effects of a kind, and what is said of them before they are decided.

    The template itself is composed by what is registered for it with `composing.effects_of`.
    """

    template: type[T]
    sections: tuple[Section, ...]
    sentence: Callable[[T, Case, Reach], str]
    """What the effect will do, as the composer says it; a whole sentence where the customer reads it."""
    line: Callable[[T], str]
    """What the playbook says of it, as `csat-tui playbook show` prints it."""
    as_text: str = ""
    """What its text is called where it is written as a whole, such as “Mail as text”; empty where it has no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectKind(Generic[E]):
    """Everything that the program knows of one kind of effect."""

    name: str
    """What it is called in the outbox and the ledger; it never changes once a version has shipped."""
    effect: type[E]
    to_row: Callable[[E], tuple[TicketId | None, dict[str, Any]]]
    """The ticket that an effect is written to, and its payload."""
    from_row: Callable[[TicketId | None, Payload], E]
    """The effect of a row that is whole."""
    method: DeliveryMethod
    words: EffectWords
    public: bool = False
    """Whether it is a message that the customer reads on the ticket; it is never sent twice without the person."""
    leaves_message: bool = False
    """Whether it leaves a message on its ticket, whose visibility is checked against `public`."""
    reaches_customer: bool = False
    """Whether it counts as an answer to the customer in a shift's figures."""
    holds_back: bool = True
    """Whether later effects of the decision wait for it."""
    look_at: str = ""
    """Where the person finds out whether an errand arrived."""
    sheet: Callable[[Payload], Sheet] | None = None
    """Which sheet of the store an effect that is kept here is a row of."""
    template: TemplateKind[Any] | None = None
    """How playbooks write it; None for what comes about otherwise."""

    @property
    def asks(self) -> bool:
        """Whether the person is asked before it goes once more after its answer was lost."""
        return self.public or self.method is DeliveryMethod.ERRAND


def missing_parts(kind: EffectKind[Any], known: Collection[str] = ()) -> tuple[str, ...]:
    """Say in sentences which parts a declaration lacks, so that a half-declared kind never gets into the registry."""
    about = f"effect kind “{kind.name}”"
    found = []
    if not _NAME.fullmatch(kind.name):
        found.append(f"{about} needs a name of lower-case letters, as the outbox stores it")
    if kind.name in known:
        found.append(f"{about} is registered twice")
    if not kind.words.label.strip():
        found.append(f"{about} has no label for the screen (EffectWords.label)")
    if not kind.words.command_line.strip():
        found.append(f"{about} has no name on the command line (EffectWords.command_line)")
    if kind.method is DeliveryMethod.ERRAND and not kind.look_at:
        found.append(f"{about} is an errand and does not say where a person looks for it (EffectKind.look_at)")
    if kind.method is DeliveryMethod.KEPT_HERE and kind.sheet is None:
        found.append(f"{about} is kept here and does not say in which sheet (EffectKind.sheet)")
    if kind.public and not kind.leaves_message:
        found.append(f"{about} is public and leaves no message (EffectKind.leaves_message)")
    if kind.template is not None:
        found += _missing_of_template(about, kind.template)
    return tuple(found)


def _missing_of_template(about: str, declared: TemplateKind[Any]) -> list[str]:
    found = []
    template = declared.template
    if not declared.sections:
        found.append(f"{about} has a template and no key in the playbook (TemplateKind.sections)")
    if effects_of.dispatch(template) is effects_of.dispatch(object):
        found.append(f"{about} does not say how {template.__name__} is composed (composing.effects_of.register)")
    if not template.order:
        found.append(f"{about} has no place in the order of delivery ({template.__name__}.order)")
    if issubclass(template, TextTemplate) and not declared.as_text:
        found.append(f"{about} has a text and no name for it (TemplateKind.as_text)")
    return found


def status_in(payload: Payload) -> Status | None:
    """Return the status that an effect sets; None for none, or one that a damaged payload made up."""
    status = payload.get("status")
    return Status(status) if isinstance(status, str) and status in _STATUSES else None


def cells_in(payload: Payload) -> dict[str, str]:
    """Return the cells of a row, by column or heading."""
    return dict(payload["cells"])


_STATUSES = frozenset(Status)
