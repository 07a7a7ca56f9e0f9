"""One organisation's procedure as values: what `playbook/` reads from TOML and the rules work from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from csat_tui.domain.account import Money
from csat_tui.domain.survey import FactorId
from csat_tui.domain.ticket import Status


class RatingRule(StrEnum):
    """How a survey's single rating is taken from its factors."""

    MEAN = "mean"
    LOWEST = "lowest"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Factor:
    """One rated question; `match` are lower-case fragments by which its wording is recognised."""

    id: FactorId
    label: str
    short: str
    match: tuple[str, ...]


class Band(StrEnum):
    """Which side of the playbook's threshold a rating falls on; `NONE` where it could not be read."""

    LOW = "low"
    HIGH = "high"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Path:
    """The way that a kind of survey takes through the desk: which surveys, and which checks they need.

    `comment` is None where the path does not care whether the customer wrote something.
    """

    id: str
    label: str
    band: Band
    comment: bool | None
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the validation checklist; `suggest` names an evaluator of `domain.evidence`, or is empty."""

    id: str
    ask: str
    suggest: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """One thing that the accommodation guide allows for an issue; no `up_to` means no money is involved."""

    kind: str
    up_to: Money | None = None
    once_per: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """A kind of concern: how it is recognised in the customer's words, and what the guide allows for it.

    `match` are compiled, case-insensitive patterns; `category` is its name in the admin system.
    """

    id: str
    label: str
    category: str
    match: tuple[re.Pattern[str], ...]
    allows: tuple[Allowance, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """A note's form: `lines` are literal text with `{field}` places."""

    id: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing the person types for an outcome; `multiline` opens several lines for it."""

    id: str
    label: str
    required: bool = True
    multiline: bool = False
    hint: str = ""


class Target(StrEnum):
    """Which ticket an effect lands on."""

    SURVEY = "survey"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class NoteTemplate:
    """A private note, and what the same write does to the ticket's status and tags."""

    format: str
    on: Target
    status: Status | None = None
    add_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A public reply; `when_closed` names the ticket to use where `on` takes no more updates."""

    format: str
    on: Target
    when_closed: Target | None = None
    status: Status | None = None
    add_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackerTemplate:
    """A tracker row: column letter to a text with `{field}` places."""

    cells: Mapping[str, str]


EffectTemplate = NoteTemplate | ReplyTemplate | TrackerTemplate


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision that can be taken, the letter that takes it, and everything that it does.

    `needs` are the check answers (check id to "yes", "no", "na", or several as "yes|na") without which it
    cannot be taken; a need counts only on paths that have the check.
    """

    id: str
    key: str
    label: str
    summary: str
    fields: tuple[Field, ...]
    effects: tuple[EffectTemplate, ...]
    needs: Mapping[str, str] = field(default_factory=dict)

    @property
    def replies(self) -> bool:
        """Whether the customer will see something of it."""
        return any(isinstance(effect, ReplyTemplate) for effect in self.effects)


@dataclass(frozen=True, slots=True)
class Playbook:
    """Everything that one organisation's procedure says, checked and ready to use."""

    id: str
    title: str
    rating: RatingRule
    rating_factor: FactorId | None
    low: float
    undo: timedelta
    contact_within: timedelta
    factors: tuple[Factor, ...]
    paths: tuple[Path, ...]
    checks: Mapping[str, Check]
    issues: tuple[Issue, ...]
    outcomes: tuple[Outcome, ...]
    formats: Mapping[str, Format]
    tracker_columns: Mapping[str, str]

    def outcome(self, outcome_id: str) -> Outcome:
        """Return the outcome of that id; KeyError where the playbook has none."""
        for outcome in self.outcomes:
            if outcome.id == outcome_id:
                return outcome
        raise KeyError(outcome_id)
