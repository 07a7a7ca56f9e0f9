"""The report of an alert: its surveys as they are now, as the file that goes with the mail."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from csat_tui.domain.effect import AttachedFile
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.recovery.alert_plan import alert_recipients
from csat_tui.domain.recovery.report import GroupInReport, RecoveryReport, ReportedFactor, UnhappyCustomer
from csat_tui.store import alerts
from csat_tui.store.alerts import KeptAlert, SurveyInReport
from csat_tui.store.database import Database

if TYPE_CHECKING:
    from csat_tui.reports.service_recovery.pdf import Paper

_LETTER_ZONES = ("America/", "US/", "Canada/")
"""How the names of time zones begin whose offices print on Letter."""


def recovery_report(
    surveys: Sequence[SurveyInReport], one: KeptAlert, playbook: Playbook, link: Callable[[TicketId], str]
) -> RecoveryReport:
    """Return the report for one recipient over all of their groups, those without an unhappy customer included."""
    rules = playbook.recovery
    theirs = next((each.groups for each in alert_recipients(rules) if each.key == one.recipient), ())
    moved_to = dict.fromkeys(survey.group for survey in surveys if survey.group not in theirs)
    labels = {group.id: group.label for group in rules.groups}
    groups = tuple(
        GroupInReport(
            group,
            labels.get(group, group),
            tuple(_customer(survey, playbook, link) for survey in surveys if survey.group == group),
        )
        for group in (*theirs, *moved_to)
    )
    return RecoveryReport(one.name, one.begins, one.ends, rules.zone, groups)


def report_files(
    database: Database, playbook: Playbook, link: Callable[[TicketId], str], one: KeptAlert
) -> Sequence[AttachedFile]:
    """Return the report of an alert as the file that goes with its mail; takes as long as typesetting does."""
    from csat_tui.reports.service_recovery.pdf import pdf_report

    with database.read() as connection:
        surveys = alerts.reported_surveys(connection, one.surveys)
    report = recovery_report(surveys, one, playbook, link)
    day = one.ends.astimezone(playbook.recovery.zone)
    part = f" {one.part}" if one.part else ""
    content = pdf_report(report, _paper(playbook.recovery.zone)).content
    return [AttachedFile(f"Service Recovery Report {day:%Y-%m-%d}{part}.pdf", content)]


def _paper(zone: tzinfo) -> "Paper":
    from csat_tui.reports.service_recovery.pdf import Paper

    return Paper.LETTER if str(zone).startswith(_LETTER_ZONES) else Paper.A4


def _customer(survey: SurveyInReport, playbook: Playbook, link: Callable[[TicketId], str]) -> UnhappyCustomer:
    labels: dict[str, str] = {factor.id: factor.label for factor in playbook.factors}
    ticket = TicketId(survey.ticket_id or 0)
    return UnhappyCustomer(
        received_at=survey.received_at,
        ticket_id=ticket,
        customer=survey.customer,
        segment=survey.segment,
        agent=survey.agent,
        rating=survey.rating,
        factors=tuple(ReportedFactor(labels.get(factor, factor), rating) for factor, rating in survey.ratings.items()),
        comment=survey.comment,
        ticket_url=link(ticket) if ticket else "",
    )
