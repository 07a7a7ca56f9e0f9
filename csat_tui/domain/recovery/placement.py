"""Where a survey belongs: whether it needs recovery, its support group and its customer's segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from csat_tui.domain.ids import SurveyId, UserId
from csat_tui.domain.recovery.rules import RecoveryRules
from csat_tui.domain.ticket import Ticket


class PlacementLack(StrEnum):
    """What keeps a survey from alerting anybody until somebody fixes it (source document 003)."""

    NO_GROUP = "its group is missing"
    UNKNOWN_GROUP = "its group is unknown"
    NO_SEGMENT = "its segment is missing"
    UNKNOWN_SEGMENT = "its segment is unknown"


class FixKind(StrEnum):
    """Why somebody set the group or segment of a survey by hand."""

    FIXED = "fixed"
    """It was missing or unknown."""
    REASSIGNED = "reassigned"
    """Another group is to answer for it."""


@dataclass(frozen=True, slots=True)
class PlacementFix:
    """A group or segment that was set by hand; never changed. An empty value leaves it as it was."""

    id: str
    """A UUIDv7."""
    survey_id: SurveyId
    at: datetime
    author: str
    author_id: UserId | None
    kind: FixKind
    group: str = ""
    segment: str = ""
    before: str = ""
    """The group that answered for it until then, by its code."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """The support group and segment of a survey, by code and name; empty where there is none that is known.

    `group_name` and `segment_name` are what the help desk has.
    """

    group: str = ""
    segment: str = ""
    group_name: str = ""
    segment_name: str = ""
    lacks: tuple[PlacementLack, ...] = ()


def needs_recovery(rating: float | None, rules: RecoveryRules) -> bool:
    """Whether a survey is rated at or below the threshold."""
    return rating is not None and rating <= rules.threshold


def placement_of(ticket: Ticket | None, fixes: Sequence[PlacementFix], rules: RecoveryRules) -> Placement:
    """Return where a survey belongs by its source ticket and by what people have set by hand, oldest first.

    What was set by hand stands, whatever the ticket says since. Without support groups nothing lacks a group, and
    without a field for segments nothing lacks a segment.
    """
    group_name = "" if ticket is None else " ".join(ticket.group_name.split())
    found = rules.group_called(group_name) if group_name else None
    group = "" if found is None else found.id
    segment_name = "" if ticket is None else _segment_name(ticket, rules)
    segment = rules.segment_called(segment_name) if segment_name else ""
    for fix in fixes:
        group = fix.group if fix.group and (rules.group(fix.group) or not rules.groups) else group
        segment = rules.segment_called(fix.segment) or segment if fix.segment else segment
    lacks = []
    if rules.groups and not group:
        lacks.append(PlacementLack.UNKNOWN_GROUP if group_name else PlacementLack.NO_GROUP)
    if rules.segmented and not segment:
        lacks.append(PlacementLack.UNKNOWN_SEGMENT if segment_name else PlacementLack.NO_SEGMENT)
    return Placement(group, segment, group_name, segment_name, tuple(lacks))


def _segment_name(ticket: Ticket, rules: RecoveryRules) -> str:
    """Return the segment as the help desk has it; the ticket's field counts before the organisation's."""
    written: list[object] = []
    if rules.segment_field is not None:
        written.append(ticket.fields.get(rules.segment_field))
    if rules.segment_organization_field:
        written.append(ticket.organization_fields.get(rules.segment_organization_field))
    return next((name for value in written if (name := _as_name(value))), "")


def _as_name(value: object) -> str:
    """Return a field's value as a name; a list of several choices, a table or a tick is none."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
