"""One organisation's procedure as values; `csat_tui.playbook` reads it from TOML, and the rules work from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from csat_tui.domain.account import Money
from csat_tui.domain.addressee import Addressee
from csat_tui.domain.business_hours import BusinessHours
from csat_tui.domain.escalation import EscalationStep
from csat_tui.domain.ids import FactorId
from csat_tui.domain.merge_rules import MergeRules
from csat_tui.domain.recap import Recap
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.domain.review.audit_rule import AuditRule
from csat_tui.domain.review.rules import ReviewRules
from csat_tui.domain.review.scorecard import Scorecard
from csat_tui.domain.sheet import Sheet
from csat_tui.domain.ticket import Status
from csat_tui.domain.wording import SavedReply, WordingRule


class RatingRule(StrEnum):
    """How the rating that counts is calculated from a survey's factors."""

    MEAN = "mean"
    LOWEST = "lowest"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Factor:
    """A rated question; `match` are lower-case fragments by which its wording is recognised."""

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
    """A path through the procedure: which surveys take it, and which checks they need.

    `comment` is None if the path does not depend on whether the customer wrote something.
    """

    id: str
    label: str
    band: Band
    comment: bool | None
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the procedure, as its document numbers it; checks belong to steps."""

    id: str
    label: str
    source: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the validation checklist; `suggest` names an evaluator of `domain.evidence`, or is empty.

    `step` is the step of the procedure that it belongs to, `link` a knowledge-base article's address, `in_order` the
    answer ("yes", "no" or "na") that says that nothing is amiss, or "either" where no answer does. With `silence` it is
    in order, too, where the records say nothing of it. `link_field` is the number of a field of the source ticket that
    has an address, such as the call recording's.
    """

    id: str
    ask: str
    suggest: str = ""
    help: str = ""
    step: str = ""
    link: str = ""
    in_order: str = "yes"
    silence: bool = False
    link_field: int | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """Something that the accommodation guide allows for an issue; without `up_to` no money is involved."""

    kind: str
    up_to: Money | None = None
    once_per: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """A kind of concern: how it is recognised in the customer's words, and what the guide allows for it.

    `match` are compiled, case-insensitive patterns for the playbook's own language, `match_in` those for others by the
    language's code; `category` is its name in the admin system. `in_notes` are patterns for how notes speak of it, in
    the playbook's own language.
    """

    id: str
    label: str
    category: str
    match: tuple[re.Pattern[str], ...]
    allows: tuple[Allowance, ...]
    match_in: Mapping[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)
    in_notes: tuple[re.Pattern[str], ...] = ()

    def patterns(self, language: str = "", own: str = "en") -> tuple[re.Pattern[str], ...]:
        """Return the patterns for a text in a language; all patterns if its language is not known."""
        if not language:
            return (*self.match, *(pattern for several in self.match_in.values() for pattern in several))
        return self.match if language == own else self.match_in.get(language, ())


@dataclass(frozen=True, slots=True)
class Format:
    """The format of a note: `lines` are literal text with `{field}` places."""

    id: str
    label: str
    lines: tuple[str, ...]


Condition = Mapping[str, str]
"""Answers on which something depends: check id to "yes", "no", "na", "unsure", or several as "yes|na".

A check that is not on the case's path, or not answered, meets no condition.
"""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a person types for an outcome; `multiline` gives it several lines.

    It is asked for only under `when`; `fill` is a text with places that is its default. A field with an
    `amount` takes money of that kind, such as "refund", which is compared with the guide and the order.
    """

    id: str
    label: str
    required: bool = True
    multiline: bool = False
    hint: str = ""
    when: Condition = field(default_factory=dict)
    fill: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A named result of the review: a missed opportunity, a ground, a correction (source documents 000, 001).

    `group` is its kind, in words; `fields` are asked for when it is picked. It is told to the addressees `to`, and to
    the addressee that is typed into the field `to_field`.
    """

    id: str
    group: str
    label: str
    fields: tuple[Field, ...] = ()
    help: str = ""
    to: tuple[Addressee, ...] = ()
    to_field: str = ""

    @property
    def addressed(self) -> bool:
        """Whether it is told to anybody."""
        return bool(self.to or self.to_field)


class Target(StrEnum):
    """The ticket that an effect is written to."""

    SURVEY = "survey"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class EffectTemplate:
    """An outcome's template of an effect, for the answers `when`; `csat_tui.effects` has a class for each kind."""

    order: ClassVar[int] = 0
    """Its place in the order of delivery: what the customer sees goes first, so that no note claims what was not sent,
    and a question comes last."""
    read_by_customer: ClassVar[bool] = False
    """Whether the customer may read it."""
    tells_findings: ClassVar[bool] = False
    """Whether it tells the picked findings to their addressees."""

    when: Condition = field(default_factory=dict, kw_only=True)

    @property
    def format_id(self) -> str:
        """The format of its text; empty where it has none."""
        return ""

    @property
    def finding_group(self) -> str:
        """The group of findings on which it depends; empty where it depends on none."""
        return ""

    @property
    def wording_sort(self) -> str:
        """The sort of its text for wording rules; empty where no rule applies."""
        return ""

    @property
    def own_texts(self) -> tuple[str, ...]:
        """Its texts with places, except the lines of its format."""
        return ()

    def texts(self, formats: Mapping[str, Format]) -> tuple[str, ...]:
        """Return all of its texts that may have places; an unknown format adds none."""
        return self.own_texts + (formats[self.format_id].lines if self.format_id in formats else ())


@dataclass(frozen=True, slots=True)
class TextTemplate(EffectTemplate):
    """An effect that is a text in one of the playbook's formats."""

    format: str

    @property
    def format_id(self) -> str:
        """The format that its text is written in."""
        return self.format


@dataclass(frozen=True, slots=True)
class TicketTemplate(TextTemplate):
    """A message on a ticket, and what the same write does to the ticket's status and tags.

    `when_closed` names the ticket to use where `on` takes no more updates.
    """

    noun: ClassVar[str] = "message"
    """What sentences call it."""
    stands_in: ClassVar[bool] = False
    """Whether it goes to the source ticket if a survey has no ticket of its own."""

    on: Target
    status: Status | None = None
    add_tags: tuple[str, ...] = ()
    """Tags; their places are filled in a form that is valid in a tag, as in `reviewed-by-{by}`."""
    when_closed: Target | None = None

    @property
    def wording_sort(self) -> str:
        """The same word that sentences use."""
        return self.noun

    @property
    def own_texts(self) -> tuple[str, ...]:
        """Its tags."""
        return self.add_tags


@dataclass(frozen=True, slots=True)
class CellsTemplate(EffectTemplate):
    """A row of a sheet; `cells` maps a column letter or heading to a text with places."""

    cells: Mapping[str, str]

    @property
    def sheet(self) -> Sheet:
        """The sheet of the row."""
        return Sheet.TRACKER

    @property
    def own_texts(self) -> tuple[str, ...]:
        """Its cells."""
        return tuple(self.cells.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome that a case can be decided with: the letter that chooses it, and everything that it does.

    `needs` are the check answers (check id to "yes", "no", "na", or several as "yes|na") without which it
    cannot be taken; a need counts only on paths that have the check. `findings` are the groups of findings that are
    offered with it, `needs_findings` those of them of which at least one must be picked. An outcome that `parks`
    puts the case away until its question is answered. `step` is the step of the procedure that takes it.
    One that `needs_conversations` is for a case about which client and employee were spoken to, with prevention.
    """

    id: str
    key: str
    label: str
    summary: str
    fields: tuple[Field, ...]
    effects: tuple[EffectTemplate, ...]
    needs: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    needs_findings: tuple[str, ...] = ()
    parks: bool = False
    step: str = ""
    needs_conversations: bool = False

    @property
    def unfinished(self) -> bool:
        """Whether something remains to be done after it: it asks a question, or leaves a ticket open."""
        going_on = (Status.OPEN, Status.PENDING, Status.HOLD)
        return self.parks or any(
            isinstance(effect, TicketTemplate) and effect.status in going_on for effect in self.effects
        )

    @property
    def replies(self) -> bool:
        """Whether the customer will see an effect of it."""
        return any(effect.read_by_customer for effect in self.effects)


@dataclass(frozen=True, slots=True)
class StatusGuard:
    """Conditions for setting a status (source document 004: statuses).

    `label` is what the organisation calls the status. `only_with_reply`: never without a public reply in the same
    decision. `not_from`: statuses out of which it may not be set without one. A write that adds one of the tags
    `unless_tagged` is free: such tags distinguish cases that the help desk keeps under one status. What the system sets
    itself (`by_system`) no decision may set; a playbook that tries is refused.
    """

    status: Status
    label: str
    on: Target
    only_with_reply: bool = False
    not_from: tuple[Status, ...] = ()
    unless_tagged: tuple[str, ...] = ()
    by_system: bool = False


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
    steps: tuple[Step, ...] = ()
    findings: Mapping[str, Finding] = field(default_factory=dict)
    addressees: Mapping[str, Addressee] = field(default_factory=dict)
    wording: tuple[WordingRule, ...] = ()
    saved_replies: tuple[SavedReply, ...] = ()
    guards: tuple[StatusGuard, ...] = ()
    merging: MergeRules | None = None
    recap: Recap | None = None
    audit: tuple[AuditRule, ...] = ()
    scorecards: tuple[Scorecard, ...] = ()
    review: ReviewRules = field(default_factory=ReviewRules)
    recovery: RecoveryRules = field(default_factory=RecoveryRules)
    language: str = "en"
    """The ISO 639 code of the language of `match`."""
    answer_within: timedelta | None = None
    """How long a parked case waits for its answer before it comes back by itself; None means for ever."""
    escalations: tuple[EscalationStep, ...] = ()
    """Who hears of a case that nobody has contacted, the earliest step first."""
    business_hours: BusinessHours | None = None
    """The hours in which the contact clock runs; None means around the clock."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which its patterns recognise concerns."""
        return frozenset({self.language}.union(*(issue.match_in for issue in self.issues)))

    def outcome(self, outcome_id: str) -> Outcome:
        """Return the outcome of that id; KeyError where the playbook has none."""
        for outcome in self.outcomes:
            if outcome.id == outcome_id:
                return outcome
        raise KeyError(outcome_id)

    def label_of(self, outcome_id: str) -> str:
        """Return the label of an outcome; its id if the playbook no longer has it."""
        return next((outcome.label for outcome in self.outcomes if outcome.id == outcome_id), outcome_id)
