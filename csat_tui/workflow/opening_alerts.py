"""From a workplace to its alerts: mail, text messages and reports behind them."""

from collections.abc import Mapping
from functools import partial

from csat_tui.domain.clock import Clock, SystemClock
from csat_tui.sync.send_alerts import AlertSender
from csat_tui.targets.channels import TEXT_MESSAGES
from csat_tui.targets.opening import open_channels, open_mailer
from csat_tui.workflow.alert_report import report_files
from csat_tui.workflow.alerting import Alerting
from csat_tui.workflow.opening import Workplace

NO_TEXTS = (
    f"No text messages are sent: there is no channel “{TEXT_MESSAGES}”. Keep the address of a service for them with "
    f"`csat-tui channel set {TEXT_MESSAGES}`, with {{phone}} where the telephone's number belongs."
)


def open_alerting(workplace: Workplace, environ: Mapping[str, str], clock: Clock | None = None) -> Alerting:
    """Return the alerts of a workplace; nothing goes over the network yet."""
    clock = clock or SystemClock()
    config, paths, rules = workplace.config, workplace.paths, workplace.playbook.recovery
    channels = open_channels(config, environ, paths, clock)
    mailer = open_mailer(config, environ, paths, clock)

    def sender() -> AlertSender:
        report = partial(report_files, workplace.database, workplace.playbook, workplace.link)
        return AlertSender(workplace.database, clock, mailer, channels, rules.zone, report)

    texts = TEXT_MESSAGES in config.channels
    return Alerting(
        workplace.database, rules, clock, sender, texts=texts, author=workplace.desk.agent,
        no_texts="" if texts or not any(one.phone for group in rules.groups for one in group.contacts) else NO_TEXTS,
    )  # fmt: skip
