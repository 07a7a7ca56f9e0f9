"""From a workplace to its alerts: mail, text messages and reports behind them."""

import logging
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING

from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.domain.effect import AttachedFile
from csat_tui.store.alerts import KeptAlert
from csat_tui.sync.send_alerts import AlertSender
from csat_tui.targets.channels import TEXT_MESSAGES
from csat_tui.targets.opening import open_channels, open_mailer
from csat_tui.workflow.alerting import Alerting
from csat_tui.workflow.opening import Workplace

if TYPE_CHECKING:
    from csat_tui.reports.service_recovery.pdf import Paper

log = logging.getLogger(__name__)

NO_TEXTS = (
    f"No text messages are sent: there is no channel “{TEXT_MESSAGES}”. Keep the address of a service for them with "
    f"`csat-tui channel set {TEXT_MESSAGES}`, with {{phone}} where the telephone's number belongs."
)
_LETTER_ZONES = ("America/", "US/", "Canada/")
"""How the names of time zones begin whose offices print on Letter."""


def open_alerting(workplace: Workplace, environ: Mapping[str, str], clock: Clock | None = None) -> Alerting:
    """Return the alerts of a workplace; nothing goes over the network yet."""
    clock = clock or SystemClock()
    config, paths, rules = workplace.config, workplace.paths, workplace.playbook.recovery
    channels = open_channels(config, environ, paths, clock)
    mailer = open_mailer(config, environ, paths, clock)

    def sender() -> AlertSender:
        return AlertSender(workplace.database, clock, mailer, channels, rules.zone, partial(_report_files, workplace))

    texts = TEXT_MESSAGES in config.channels
    return Alerting(
        workplace.database, rules, clock, sender, texts=texts, author=workplace.desk.agent,
        no_texts="" if texts or not any(one.phone for group in rules.groups for one in group.contacts) else NO_TEXTS,
    )  # fmt: skip


def _report_files(workplace: Workplace, one: KeptAlert) -> Sequence[AttachedFile]:
    """Return the report of an alert as the file that goes with its mail; takes as long as typesetting does."""
    from csat_tui.reports.service_recovery.pdf import pdf_report
    from csat_tui.reports.service_recovery.typesetting import PdfNotMade
    from csat_tui.reports.service_recovery.web_page import web_page
    from csat_tui.workflow.recovery_report import report_of_surveys

    zone = workplace.playbook.recovery.zone
    report = report_of_surveys(
        workplace.database, workplace.playbook, workplace.link, one.name, one.begins, one.ends, one.surveys
    )
    part = f" {one.part}" if one.part else ""
    name = f"Service Recovery Report {one.ends.astimezone(zone):%Y-%m-%d}{part}"
    try:
        return [AttachedFile(f"{name}.pdf", pdf_report(report, _paper(zone)).content)]
    except PdfNotMade as error:
        # The customers are to be called today: the same words go as a web page.
        log.error("%s.pdf was not made: %s", name, error)
        return [AttachedFile(f"{name}.html", "".join(web_page(report)).encode(), "text/html; charset=utf-8")]


def _paper(zone: tzinfo) -> "Paper":
    from csat_tui.reports.service_recovery.pdf import Paper

    return Paper.LETTER if str(zone).startswith(_LETTER_ZONES) else Paper.A4
