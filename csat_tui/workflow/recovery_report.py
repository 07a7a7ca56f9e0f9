"""Gather what the Service Recovery Report says: of the surveys of one alert, or of one group and day."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.recovery.report import GroupInReport, RecoveryReport, ReportedFactor, UnhappyCustomer
from csat_tui.domain.recovery.rules import SupportGroup
from csat_tui.store.database import Database
from csat_tui.store.service_recovery.placement import keep_places
from csat_tui.store.service_recovery.reported import ReportedSurvey, surveys_by_source, surveys_of_groups

TicketLink = Callable[[TicketId], str]
"""Returns the address at which a ticket opens in a browser; empty without a help desk."""


def report_of_surveys(
    database: Database,
    playbook: Playbook,
    link: TicketLink,
    recipient: str,
    begins: datetime,
    ends: datetime,
    sources: Iterable[str],
) -> RecoveryReport:
    """Return the report about some surveys, as an alert has named them, with the notes that there are by now."""
    with database.read() as connection:
        found = surveys_by_source(connection, sources)
    # A survey that was moved to another group meanwhile is reported in its place there.
    groups = [group for group in playbook.recovery.groups if any(one.group == group.id for one in found)]
    return _report(playbook, link, recipient, begins, ends, groups, found)


def report_of_day(
    database: Database,
    playbook: Playbook,
    link: TicketLink,
    group: SupportGroup,
    day: date,
    recipient: str,
    now: datetime,
) -> RecoveryReport:
    """Return the report about one support group and one day in the playbook's time zone of recovery."""
    rules = playbook.recovery
    keep_places(database, rules, now)
    begins, ends = (datetime.combine(one, time(), rules.zone) for one in (day, day + timedelta(days=1)))
    with database.read() as connection:
        found = surveys_of_groups(connection, [group.id], begins, ends)
    return _report(playbook, link, recipient or group.lead.name, begins, ends, [group], found)


def _report(
    playbook: Playbook,
    link: TicketLink,
    recipient: str,
    begins: datetime,
    ends: datetime,
    groups: Iterable[SupportGroup],
    found: Iterable[ReportedSurvey],
) -> RecoveryReport:
    surveys = list(found)
    reported = [
        GroupInReport(
            group.id, group.label, [_customer(one, playbook, link) for one in surveys if one.group == group.id]
        )
        for group in groups
    ]
    unplaced = [_customer(one, playbook, link) for one in surveys if playbook.recovery.group(one.group) is None]
    if unplaced:
        # An alert named them while they had a group: they are not left out of its report.
        reported.append(GroupInReport("", "No support group", unplaced))
    return RecoveryReport(recipient, begins, ends, playbook.recovery.zone, reported)


def _customer(one: ReportedSurvey, playbook: Playbook, link: TicketLink) -> UnhappyCustomer:
    survey = one.survey
    ticket = survey.source_ticket_id or survey.survey_ticket_id
    labels = {factor.id: factor.label for factor in playbook.factors}
    return UnhappyCustomer(
        received_at=survey.received_at,
        ticket_id=ticket,
        customer=survey.customer,
        segment=one.segment,
        agent=survey.agent,
        rating=survey.rating,
        factors=[ReportedFactor(labels.get(factor, factor), rating) for factor, rating in survey.ratings.items()],
        comment=survey.comment,
        ticket_url=link(ticket) if ticket is not None else "",
        notes=one.notes,
    )
