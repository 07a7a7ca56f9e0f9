"""Pull the view of finished survey tickets, and keep the notes on them: what there is to review.

Notes of people who do not use csat-tui come along: the survey ticket is the shared record. A survey that this home has
never had is kept as finished elsewhere, so that its case can be read and is in nobody's queue.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.ids import SurveyId, TicketId, ViewId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.review.delivered_note import DeliveredNote, delivered_notes, review_steps
from csat_tui.domain.review.rules import review_policy
from csat_tui.domain.survey import Arrival
from csat_tui.domain.ticket import Message, Ticket
from csat_tui.helpdesk.port import HelpDesk, Page, ViewOrder, find_view
from csat_tui.intake.survey_mail import arrival_of, source_of
from csat_tui.key_priority import wait_for_keys
from csat_tui.store import named_values, tickets
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.store.review import (
    notes_spoken_of,
    notes_with_steps,
    put_delivered_notes,
    put_read_step,
    refresh_states,
    surveys_of,
)
from csat_tui.sync.case_fetch import Prefetcher
from csat_tui.sync.fetched_tickets import FetchedTicket
from csat_tui.sync.note_audit import NoteAuditor
from csat_tui.sync.pull import ChangeOrder
from csat_tui.sync.status import error_sentence

log = logging.getLogger(__name__)

READ_UP_TO = "review_view_read"
"""Under this name, the view and the latest change of it up to which everything was read."""

OVERLAP = timedelta(minutes=10)
"""How far behind that a poll reads: a list may be answered from a copy that lags behind."""

TRIES = 3
"""How many polls read back to a ticket whose transcript cannot be read."""

JUDGED_BY = "reviews_judged_by"
"""Under this name, the version of the rules by which the steps of reviews were last judged, and for whom."""

NOTES_PER_TRANSACTION = 50
"""Notes whose conversations are looked at between two transactions."""


class ReviewPuller:
    """Keeps the delivered notes of a view in step with the help desk, and has them audited; without a view it rests."""

    def __init__(
        self,
        database: Database,
        helpdesk: HelpDesk,
        playbook: Playbook,
        clock: Clock,
        prefetcher: Prefetcher,
        auditor: NoteAuditor,
        view: int | str,
        reviewers: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._helpdesk = helpdesk
        self._playbook = playbook
        self._clock = clock
        self._prefetcher = prefetcher
        self._auditor = auditor
        self._configured_view = view
        self._policy = review_policy(playbook.review, reviewers)
        self._view: ViewId | None = None
        self._tried: Counter[TicketId] = Counter()
        """How many polls have found a ticket's transcript unreadable."""
        self.problem = ""
        """A sentence about what could not be fetched in the last pull; empty if all was."""

    @property
    def rests(self) -> bool:
        """Whether nobody reviews here: no view is configured."""
        return not self._configured_view

    async def pull(self) -> None:
        """Pull what is new to review; an error goes to `problem`, and the queue goes on without it."""
        self._judge_anew_by_another_policy()
        try:
            if self._view is None:
                self._view = await find_view(self._helpdesk, self._configured_view, "review.view")
            problems = await self._pull(self._view)
        except HelpDeskError as error:
            log.warning("sync: the notes to review: %s", error)
            self.problem = f"The notes to review could not be fetched: {error_sentence(error)}"
        else:
            self.problem = _unread_sentence(problems)

    def _judge_anew_by_another_policy(self) -> None:
        """Judge the steps again where others may review by now, a dispute has another window, or another person works
        here, for whom other notes wait.
        """
        with self._database.read() as connection:
            person = named_values.recall(connection, "agent_id")
            policy = repr((sorted(self._policy.reviewers.listed), self._policy.dispute_within, person))
            version = hashlib.sha256(policy.encode()).hexdigest()
            known = named_values.recall(connection, JUDGED_BY) == version
        after = 0
        while not known and (notes := self._notes_with_steps(after)):
            with self._database.write("notes", "queue") as connection:
                refresh_states(connection, notes, self._policy)
            after = notes[-1]
        if not known:
            with self._database.write() as connection:
                named_values.remember(connection, JUDGED_BY, version, self._clock.now())

    def _notes_with_steps(self, after: int) -> list[int]:
        with self._database.read() as connection:
            return notes_with_steps(connection, after, NOTES_PER_TRANSACTION)

    async def _pull(self, view: ViewId) -> list[str]:
        """Read from the latest change to what was read before: one request where nothing happens.

        The first time the view is read to its end, and always where the help desk ignores the order: a page then says
        nothing about those behind it. A poll that breaks off counts as none: what was behind has its turn in the next.
        Returns a sentence for each ticket that cannot be read.
        """
        problems: list[str] = []
        order = ChangeOrder()
        latest = before = self._read_up_to(view)
        async for page in self._helpdesk.view(view, order=ViewOrder.CHANGED):
            problems += page.problems
            changed = await self._take(page)
            stamps = [ticket.updated_at for ticket in page.tickets]
            latest = max([*stamps, *filter(None, [latest])], default=None)
            known = before is not None and (not stamps or min(stamps) < before - OVERLAP)
            if order.kept_by(page) and not changed and known:
                break
        if latest is not None and latest != before and not self._tries_again():
            with self._database.write() as connection:
                named_values.remember(connection, READ_UP_TO, f"{view} {latest.isoformat()}", self._clock.now())
        return problems

    def _tries_again(self) -> bool:
        """Return whether a transcript that could not be read is still asked for."""
        return any(tried < TRIES for tried in self._tried.values())

    def _read_up_to(self, view: ViewId) -> datetime | None:
        """Return the change up to which a view was read; None where it has never been read to its end."""
        with self._database.read() as connection:
            number, _, moment = named_values.recall(connection, READ_UP_TO).partition(" ")
        return datetime.fromisoformat(moment) if number == str(view) and moment else None

    async def _take(self, page: Page) -> bool:
        """Save what is new of a page with its notes; return whether anything was.

        A transcript can be here already: whoever opened the case or ran into a conflict on the ticket fetched it.
        """
        ids = [ticket.id for ticket in page.tickets]
        with self._database.read() as connection:
            stamps = tickets.stamps(connection, ids)
            removed = surveys.purged_among(connection, [source_of(ticket_id) for ticket_id in ids])
        there = [ticket for ticket in page.tickets if source_of(ticket.id) not in removed]
        outdated = [ticket for ticket in there if stamps.get(ticket.id, (None, None))[1] != ticket.updated_at]
        arrived = self._put_surveys(there)
        self._prefetcher.want(arrived)
        self._auditor.want_accounts(arrived)
        read: set[TicketId] = set()

        def put_notes(connection: Connection, told: Sequence[FetchedTicket]) -> None:
            self._put_notes(connection, told)
            read.update(one.ticket.id for one in told)

        await self._prefetcher.transcripts(outdated, put_notes)
        for ticket in outdated:
            if ticket.id in read:
                self._tried.pop(ticket.id, None)
            else:
                self._tried[ticket.id] += 1
        with self._database.read() as connection:
            unread = tickets.notes_unread(connection, [one.id for one in there if one not in outdated])
        self._put_notes_of([ticket for ticket in there if ticket.id in unread])
        return bool(outdated or unread)

    def _put_surveys(self, there: Sequence[Ticket]) -> list[SurveyId]:
        """Keep the surveys that are not here yet as finished elsewhere; those that are here stay as they stand."""
        with self._database.read() as connection:
            known = surveys.sources_known(connection, [source_of(ticket.id) for ticket in there])
        fresh = [ticket for ticket in there if source_of(ticket.id) not in known]
        arrived = [self._arrival(ticket) for ticket in fresh]
        if not fresh:
            return []
        with self._database.write("queue") as connection:
            tickets.put_tickets(connection, fresh, self._clock.now())
            return surveys.put_surveys(connection, arrived, finished=True)

    def _arrival(self, ticket: Ticket) -> Arrival:
        wait_for_keys()
        return arrival_of(ticket, self._playbook)

    def _notes(self, ticket: Ticket, messages: Sequence[Message]) -> Sequence[DeliveredNote]:
        wait_for_keys()
        return delivered_notes(ticket, messages, self._playbook)

    def _put_notes(self, connection: Connection, told: Sequence[FetchedTicket]) -> None:
        """Keep the notes of tickets whose transcripts are being saved."""
        self._put(connection, [(one.ticket, one.messages or ()) for one in told])

    def _put_notes_of(self, unread: Sequence[Ticket]) -> None:
        """Keep the notes of tickets whose transcripts came by another way."""
        if unread:
            with self._database.write("notes", "queue") as connection:
                self._put(connection, [(one, tickets.messages(connection, one.id)) for one in unread])

    def _put(self, connection: Connection, told: Sequence[tuple[Ticket, Sequence[Message]]]) -> None:
        """Keep the delivered notes of transcripts, and what people say of them."""
        notes = [(ticket.id, self._notes(ticket, said)) for ticket, said in told]
        put_delivered_notes(connection, notes)
        there = surveys_of(connection, [ticket.id for ticket, _ in told])
        for ticket, said in told:
            if (survey_id := there.get(ticket.id)) is not None:
                for step in review_steps(said):
                    put_read_step(connection, survey_id, step)
        spoken_of = notes_spoken_of(connection, [note.comment_id for _, of_ticket in notes for note in of_ticket])
        refresh_states(connection, spoken_of, self._policy)
        tickets.mark_notes_read(connection, [ticket.id for ticket, _ in told])


def _unread_sentence(problems: Sequence[str]) -> str:
    if not problems:
        return ""
    some = (
        "A ticket of the view of finished surveys is"
        if len(problems) == 1
        else (f"{len(problems)} tickets of the view of finished surveys are")
    )
    return f"{some} not here: {problems[0]}."
