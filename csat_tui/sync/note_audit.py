"""Audit the delivered notes beside the sync, so that the risky ones stand first before anybody looks at them."""

import asyncio
import hashlib
from collections.abc import Sequence

from csat_tui.domain.audit import AuditedNote, audit
from csat_tui.domain.clock import Clock
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Playbook
from csat_tui.key_priority import wait_for_keys
from csat_tui.language import tell_language
from csat_tui.store import named_values
from csat_tui.store.database import Database
from csat_tui.store.review import forget_audits_of, load_note, not_audited, put_audit
from csat_tui.sync.case_fetch import CaseFetcher
from csat_tui.transport.pace import Urgency, acting_for

NOTES_PER_TRANSACTION = 25
"""Notes that are audited between two transactions."""

AUDITED_WITH = "audited_with"
"""Under this name, the version of the playbook that the notes were audited with."""

NOTHING_FOUND = AuditedNote()


class NoteAuditor:
    """Audits the notes once the accounts of what came are here."""

    def __init__(self, database: Database, playbook: Playbook, clock: Clock, fetcher: CaseFetcher) -> None:
        self._database = database
        self._playbook = playbook
        self._clock = clock
        self._fetcher = fetcher
        self._begun = False
        self._wanted: list[SurveyId] = []

    def want_accounts(self, arrived: Sequence[SurveyId]) -> None:
        """Look up the accounts of these surveys' customers before the next audit."""
        self._wanted += arrived

    async def run(self) -> None:
        """Look up accounts, and audit what is not audited with what is known then. Raises StoreError.

        Where the admin system does not answer, the notes are audited without; the next round asks again.
        """
        if not self._begun:
            self._begin_anew_with_another_playbook()
            self._begun = True
        with acting_for(Urgency.SYNC):
            while self._wanted:
                await self._fetcher.account_of(self._wanted[0])
                if self._fetcher.admin_problem:
                    break
                del self._wanted[0]
        await audit_notes(self._database, self._playbook)

    def _begin_anew_with_another_playbook(self) -> None:
        """Have every note audited again where the last audit was made by another version of the playbook."""
        version = hashlib.sha256(repr(self._playbook).encode()).hexdigest()
        with self._database.read() as connection:
            if named_values.recall(connection, AUDITED_WITH) == version:
                return
        with self._database.write("notes") as connection:
            forget_audits_of(connection)
            named_values.remember(connection, AUDITED_WITH, version, self._clock.now())


async def audit_notes(database: Database, playbook: Playbook) -> int:
    """Audit every note that is not audited with what is known by now; returns how many. Raises StoreError.

    A note whose case or words are not here has no risk until they come.
    """
    done = 0
    while True:
        with database.read() as connection:
            waiting = not_audited(connection, NOTES_PER_TRANSACTION)
        if not waiting:
            return done
        found = []
        for note in waiting:
            wait_for_keys()
            with database.read() as connection:
                loaded = load_note(connection, note, playbook)
            audited = NOTHING_FOUND if loaded is None else audit(loaded.subject, playbook, tell_language)
            found.append((note.id, audited))
            await asyncio.sleep(0)
        with database.write("notes") as connection:
            for note_id, audited in found:
                put_audit(connection, note_id, audited)
        done += len(found)
