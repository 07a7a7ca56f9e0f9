"""Sending the messages of alerts: each is kept as being sent before a byte leaves, and never goes twice by itself.

An alert is no case, so its messages do not go through the outbox; the promise is the same.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import tzinfo

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import AttachedFile, Mail
from csat_tui.domain.errors import HelpDeskError, Limited, TooLarge, Uncertain, Unreachable
from csat_tui.domain.recovery.alert_plan import part_in_words, report_mail, text_message
from csat_tui.domain.recovery.alerting import AlertKind, AlertState
from csat_tui.domain.recovery.report import day_notes_link
from csat_tui.store import alerts
from csat_tui.store.alerts import AlertMoved, KeptAlert
from csat_tui.store.database import Database
from csat_tui.store.errors import StoreError
from csat_tui.store.leases import holder_name
from csat_tui.sync.delivery_rounds import DeliveryLease
from csat_tui.targets.port import Delivered, Mailer, TextMessenger, blocking_call

log = logging.getLogger(__name__)

REPORT_TIMEOUT = 600.0
"""Seconds for making one report."""
MOST_HALVINGS = 3
"""How often a report is halved for a mail server that takes little; a server that refuses an eighth refuses all."""

_INTERRUPTED = "csat-tui ended while it was being sent, so it may or may not have gone"

ReportFiles = Callable[[KeptAlert], Sequence[AttachedFile]]
"""Makes the files of a report; blocks."""


class AlertSender:
    """Sends what is due, one message after the other; one process at a time does."""

    def __init__(
        self, database: Database, clock: Clock, mailer: Mailer, texts: TextMessenger, zone: tzinfo, report: ReportFiles
    ) -> None:
        self._database = database
        self._clock = clock
        self._mailer = mailer
        self._texts = texts
        self._zone = zone
        self._report = report
        self._lease = DeliveryLease(database, clock, holder_name(), "alerts")

    async def send_due(self) -> bool:
        """Send every message that is due, the oldest first; False where another process is sending."""
        with self._database.write() as connection:
            if not self._lease.holds(connection):
                return False
            # Whoever was sending has ended: this process has the lease now.
            for one in alerts.open_alerts(connection):
                if one.state is AlertState.SENDING:
                    alerts.add_step(connection, one, AlertState.IN_DOUBT, self._clock.now(), sentence=_INTERRUPTED)
        try:
            async with self._lease.kept():
                tried: set[int] = set()
                while due := self._due(tried):
                    for one in due:
                        tried.add(one.id)
                        if not await self._send(one):
                            return False
        finally:
            self._lease.release()
        return True

    def _due(self, tried: set[int]) -> list[KeptAlert]:
        """Return the messages that are due and were not tried in this round: at first all, then halves of reports."""
        now = self._clock.now()
        with self._database.read() as connection:
            waiting = alerts.open_alerts(connection)
        return [one for one in waiting if one.is_due(now) and one.id not in tried]

    async def _send(self, waiting: KeptAlert) -> bool:
        """Take one message through; False where the lease has gone to another process."""
        files = await self._files(waiting)
        if files is None:
            return True
        try:
            with self._database.write() as connection:
                if not self._lease.holds(connection):
                    return False
                sending = alerts.add_step(connection, waiting, AlertState.SENDING, self._clock.now())
        except AlertMoved:
            return True  # a person has settled it meanwhile
        state, sentence, reference = AlertState.IN_DOUBT, _INTERRUPTED, ""
        try:
            delivered = await self._hand_over(sending, files)
            state, sentence, reference = AlertState.SENT, delivered.remark, delivered.reference
            if _is_report(sending) and self._mailer.folder is not None:
                state = AlertState.SAVED
        except Uncertain as error:
            sentence = str(error)
        except (Unreachable, Limited) as error:
            state, sentence = AlertState.WAITING, str(error)
        except TooLarge as error:
            return self._halve(sending, str(error))
        except HelpDeskError as error:
            state, sentence = AlertState.REFUSED, str(error)
        except Exception as error:
            # An error in csat-tui does not tell what was sent.
            log.exception("alert %s: unexpected while sending", sending.id)
            sentence = f"unexpected {type(error).__name__} while sending, so it may or may not have gone"
        self._ends(sending, state, sentence, reference)
        return True

    async def _files(self, waiting: KeptAlert) -> Sequence[AttachedFile] | None:
        """Return the files that go with a message; None where they cannot be made now, which holds up no other."""
        if not _is_report(waiting):
            return ()
        try:
            return await blocking_call(lambda: self._report(waiting), REPORT_TIMEOUT)
        except StoreError:
            raise
        except Exception as error:
            log.exception("alert %s: the report could not be made", waiting.id)
            sentence = f"the report could not be made ({type(error).__name__}); nothing was sent, and the log says more"
            self._ends(waiting, AlertState.WAITING, sentence, "")
            return None

    def _ends(self, one: KeptAlert, state: AlertState, sentence: str, reference: str) -> None:
        try:
            with self._database.write() as connection:
                alerts.add_step(connection, one, state, self._clock.now(), sentence=sentence, reference=reference)
        except AlertMoved as error:
            log.warning("what became of it was known already: %s", error)

    def _halve(self, sending: KeptAlert, sentence: str) -> bool:
        """Put two halves in the place of a report that is too large; a person must look where that is of no help."""
        if len(sending.surveys) < 2 or len(sending.part) >= MOST_HALVINGS:
            self._ends(sending, AlertState.REFUSED, sentence, "")
            return True
        with self._database.write() as connection:
            alerts.split(connection, sending, sentence, self._clock.now())
        return True

    async def _hand_over(self, one: KeptAlert, files: Sequence[AttachedFile]) -> Delivered:
        begins, ends = (moment.astimezone(self._zone) for moment in (one.begins, one.ends))
        if _is_report(one):
            part = part_in_words(one.part)
            subject, body = report_mail(one.name, begins, ends, one.customers, one.survey_count, part)
            return await self._mailer.send(Mail((one.address,), subject, body), one.op_id, files)
        text = text_message(
            begins, ends, one.customers, one.survey_count, report="@" in one.recipient, link=self._notes_link(one)
        )
        return await self._texts.text(one.address, text, one.op_id)

    def _notes_link(self, one: KeptAlert) -> str:
        """Return the link to the notes of the earliest survey's group and day; empty where it has no group now."""
        with self._database.read() as connection:
            place = alerts.place_of(connection, one.surveys[0])
        return day_notes_link(place[0], place[1].astimezone(self._zone).date()) if place and place[0] else ""


def _is_report(one: KeptAlert) -> bool:
    return one.kind is AlertKind.REPORT
