"""A desk whose leads are alerted: surveys of three support groups, a clock, and places that take messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from csat_tui.domain.effect import AttachedFile, Mail
from csat_tui.domain.ids import OpId, TicketId
from csat_tui.domain.recovery.rules import AlertContact, RecoveryRules, SupportGroup
from csat_tui.store import tickets
from csat_tui.store.alerts import KeptAlert
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.sync.send_alerts import AlertSender
from csat_tui.targets.port import Delivered, Mailer, TextMessenger
from csat_tui.workflow.alerting import Alerting
from tests.builders import a_ticket
from tests.store.shelf import ManualClock, arriving

JOSS = AlertContact("Joss", "joss@example.net", "+15550100")
IMKE = AlertContact("Imke", "imke@example.net", "+15550101")
TAREK = AlertContact("Tarek", "tarek@example.net", "+15550102")
BEA = AlertContact("Bea", "bea@example.net")
RULES = RecoveryRules(
    threshold=2,
    time_zone="Europe/Berlin",
    alert_time=time(9),
    weekend_alerts=False,
    groups=(
        SupportGroup("care", "Care", ("Care",), JOSS),
        SupportGroup("orders", "Orders", ("Orders",), IMKE, (JOSS,)),
        SupportGroup("billing", "Billing", ("Billing",), TAREK, (BEA,)),
    ),
)
TUESDAY = datetime(2026, 3, 10, 8, tzinfo=UTC)
"""The alert time of a Tuesday: nine o'clock in Berlin."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Places:
    """A mailbox and telephones that take everything, but for what is to fail next."""

    clock: ManualClock
    mails: list[tuple[Mail, OpId, Sequence[AttachedFile]]] = field(default_factory=list)
    texts: list[tuple[str, str, OpId]] = field(default_factory=list)
    mishaps: list[BaseException] = field(default_factory=list)
    folder: Path | None = None

    async def send(self, mail: Mail, op_id: OpId, attachments: Sequence[AttachedFile] = ()) -> Delivered:
        self._befall()
        self.mails.append((mail, op_id, attachments))
        return Delivered(f"<{op_id}>", self.clock.at)

    async def text(self, phone: str, text: str, op_id: OpId) -> Delivered:
        self._befall()
        self.texts.append((phone, text, op_id))
        return Delivered(f"text {op_id}", self.clock.at)

    def _befall(self) -> None:
        if self.mishaps:
            raise self.mishaps.pop(0)


@dataclass
class AlertDesk:
    """Everything that alerts need, over one database."""

    database: Database
    clock: ManualClock
    mailer: Mailer
    phones: TextMessenger
    rules: RecoveryRules = RULES
    texts: bool = True
    numbers: int = 0

    @property
    def alerting(self) -> Alerting:
        return Alerting(self.database, self.rules, self.clock, self.sender, texts=self.texts, author="Robin Vale")

    def sender(self) -> AlertSender:
        return AlertSender(
            self.database, self.clock, self.mailer, self.phones, self.rules.zone, lambda one: [self.report(one)]
        )

    def report(self, one: KeptAlert) -> AttachedFile:
        return AttachedFile("report.pdf", b"%PDF " + b"survey " * 400 * len(one.surveys))

    def comes(self, at: datetime, group: str = "Care", rating: int = 1) -> str:
        """Let a survey come in about a ticket of a group; returns its source."""
        self.numbers += 1
        ticket = TicketId(7_400_000 + self.numbers)
        survey = arriving(
            self.numbers, source_ticket_id=ticket, received_at=at, customer=f"c{self.numbers}@example.org",
            rating=rating,
        )  # fmt: skip
        with self.database.write() as connection:
            surveys.put_surveys(connection, [survey])
            tickets.put_tickets(connection, [a_ticket(id=ticket, group_name=group, updated_at=at)], at)
        return survey.survey.source

    def moves_to(self, group: str, number: int, at: datetime) -> None:
        """Have the help desk say later that a survey's ticket is another group's."""
        with self.database.write() as connection:
            moved = a_ticket(id=TicketId(7_400_000 + number), group_name=group, updated_at=at)
            tickets.put_tickets(connection, [moved], at)

    def with_rules(self, **changes: object) -> "AlertDesk":
        return replace(self, rules=replace(self.rules, **changes))  # type: ignore[arg-type]
