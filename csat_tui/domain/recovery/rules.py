"""What a playbook says of service recovery: the threshold, the alerts, and the support groups with their leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class AlertContact:
    """Somebody who is alerted: the lead of a support group, or one of its also-alerts.

    Without a phone there is no text message; the report goes by mail.
    """

    name: str
    mail: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SupportGroup:
    """A group of the help desk that answers for its tickets; `id` is its code in commands and links.

    `match` are the help desk's names of it.
    """

    id: str
    label: str
    match: tuple[str, ...]
    lead: AlertContact
    also_alert: tuple[AlertContact, ...] = ()

    @property
    def contacts(self) -> tuple[AlertContact, ...]:
        """Everybody who is alerted, the lead first."""
        return (self.lead, *self.also_alert)

    def is_called(self, name: str) -> bool:
        """Whether this is one of the help desk's names of the group, compared without case."""
        return folded(name) in {folded(one) for one in self.match}


@dataclass(frozen=True, slots=True)
class RecoveryRules:
    """The section `[recovery]` and the support groups of a playbook.

    A survey that is rated at or below the `threshold` needs recovery. `segments` are the customer segments that there
    are; empty for any. The segment of a survey is read from a custom field of its source ticket (`segment_field`, its
    number), or of the customer's organisation (`segment_organization_field`, its key).
    """

    threshold: float = 1.0
    time_zone: str = "UTC"
    alert_time: time = time(9)
    weekend_alerts: bool = True
    segments: tuple[str, ...] = ()
    segment_field: int | None = None
    segment_organization_field: str = ""
    groups: tuple[SupportGroup, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and alerts are due."""
        return ZoneInfo(self.time_zone)

    @property
    def segmented(self) -> bool:
        """Whether each survey should have a segment: the playbook says where it stands."""
        return self.segment_field is not None or bool(self.segment_organization_field)

    def group(self, group_id: str) -> SupportGroup | None:
        """Return the support group of a code; None where the playbook has none."""
        return next((one for one in self.groups if one.id == group_id), None)

    def group_called(self, name: str) -> SupportGroup | None:
        """Return the support group that the help desk calls so."""
        return next((one for one in self.groups if one.is_called(name)), None)

    def segment_called(self, name: str) -> str:
        """Return a segment in the playbook's spelling; empty where it lists others."""
        return spelled(name, self.segments) if self.segments else " ".join(name.split())


def folded(name: str) -> str:
    """Return a name as names are compared: without case and without surplus spaces."""
    return " ".join(name.split()).casefold()


def spelled(name: str, known: Iterable[str]) -> str:
    """Return a name as it is spelled among the known ones; empty where it is none of them."""
    return next((one for one in known if folded(one) == folded(name)), "")
