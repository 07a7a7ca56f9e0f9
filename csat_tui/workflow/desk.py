"""What an agent does with a case: read it, answer its checks, write, decide, and take a decision back."""

import os
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from csat_tui.domain.amount_checks import amount_remarks
from csat_tui.domain.case import Answer, Answered, Case, Draft, Stage, Suggestion
from csat_tui.domain.clock import Clock
from csat_tui.domain.composing import NOWHERE, Reach
from csat_tui.domain.conflict import SeenTicket
from csat_tui.domain.decide import Blocker, Decision, Undecidable, blockers, decide, prefill
from csat_tui.domain.drafting import DraftWrite
from csat_tui.domain.effect import EffectEvent, EffectState
from csat_tui.domain.evidence import answer_in_order, suggest
from csat_tui.domain.facts import customer_name
from csat_tui.domain.ids import DecisionId, SurveyId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.recovery.notes import RECOVERY_DECISION
from csat_tui.domain.review.rules import ReviewPolicy, review_policy
from csat_tui.domain.review.steps import REVIEW_DECISION
from csat_tui.language import tell_language
from csat_tui.store import cases, customers, named_values, outbox
from csat_tui.store.cases import drafts, questions, queue, surveys
from csat_tui.store.cases.queue import QueueCounts, QueueRow, QueueView
from csat_tui.store.database import Database, Listener
from csat_tui.store.outbox import attempts
from csat_tui.store.retention import what_waits
from csat_tui.store.review import take_step_back
from csat_tui.store.service_recovery import take_note_back
from csat_tui.workflow.draft_words import RecoveredText, contested_fields, draft_left, other_case

WRITTEN_TO = 3
"""How many customers written to before are looked for in the words for the next one."""

_WIDEST = 2**63
"""No number is as wide as this."""


@dataclass(frozen=True, slots=True)
class TakenDecision:
    """A decision that was taken: until `sends_at` it can be undone."""

    decision_id: DecisionId
    survey_id: SurveyId
    outcome_id: str
    sends_at: datetime


_MOVED_ON = {
    None: "this case is not here any more",
    Stage.DECIDED: "this case is already decided",
    Stage.PARKED: "somebody has asked a question about this case in the meantime; look at it again",
    Stage.SUPERSEDED: "a later survey for the same ticket has replaced this case and has its words",
    Stage.GONE: "somebody else has finished this case in the meantime; look at it again",
}
"""Why a decision is refused, by where the case stands now."""


_NO_MORE = "the playbook has no outcome “{}” any more; choose another one, and your words stay"
"""Why a decision is refused that another playbook knew."""


class TooLate(Exception):
    """What was to be taken back is on its way or done; its text says which."""


class Desk:
    """The agent's desk: every method is one short transaction on the store, none waits for the network."""

    def __init__(
        self,
        database: Database,
        playbook: Playbook,
        clock: Clock,
        agent: str = "",
        reach: Reach = NOWHERE,
        reviewers: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self.playbook = playbook
        self.reach = reach
        self._reviewers = reviewers
        self.writer = f"{os.getpid()}-{secrets.token_hex(4)}"
        """Which process writes: two terminals of one person are two."""
        self.recovered_text = RecoveredText(database, clock, self.writer)
        self.agent = agent
        """Whom decisions and claims are signed by."""
        self.written_to: tuple[str, ...] = ()
        """The customers to whom the last replies went: their names get into the next one by a slip of the hand."""

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear what changes in the store, on the thread that changed it; returns how to stop."""
        return self._database.listen(listener)

    @property
    def folder(self) -> Path:
        """Where the store is."""
        return self._database.file.parent

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    @property
    def review_policy(self) -> ReviewPolicy:
        """By what it is decided whose reviews count."""
        return review_policy(self.playbook.review, self._reviewers)

    # The queue

    def rows_after(self, view: QueueView, key: tuple[float, ...] | None, limit: int) -> list[QueueRow]:
        """Return the rows that follow a key in the view, or the first ones."""
        with self._database.read() as connection:
            rows = queue.after(connection, self._at_moment(view), key, limit)
        return [row.measured(self.playbook) for row in rows]

    def rows_before(self, view: QueueView, key: tuple[float, ...] | None, limit: int) -> list[QueueRow]:
        """Return the rows that precede a key in the view, or the last ones, in the view's order."""
        with self._database.read() as connection:
            rows = queue.before(connection, self._at_moment(view), key, limit)
        return [row.measured(self.playbook) for row in rows]

    def row(self, view: QueueView, survey_id: SurveyId) -> QueueRow | None:
        """Return the row of one case where the view shows it."""
        with self._database.read() as connection:
            row = queue.find(connection, self._at_moment(view), survey_id)
        return None if row is None else row.measured(self.playbook)

    def row_anywhere(self, view: QueueView, survey_id: SurveyId) -> QueueRow | None:
        """Return the row of one case with its place in the view's order, whether the view shows it or not."""
        with self._database.read() as connection:
            row = queue.find_anywhere(connection, view, survey_id)
        return None if row is None else row.measured(self.playbook)

    def _at_moment(self, view: QueueView) -> QueueView:
        return view.at_moment(self.now, self.playbook.business_hours)

    def counts(self) -> QueueCounts:
        """Return how many cases stand where."""
        with self._database.read() as connection:
            return queue.counts(connection, self.now, self.playbook.business_hours)

    def find(self, number: int) -> list[SurveyId]:
        """Return the surveys that carry a ticket number, or have this number themselves."""
        if not 0 < number < _WIDEST:
            return []
        with self._database.read() as connection:
            found = surveys.by_ticket(connection, number)
            own = surveys.survey(connection, SurveyId(number))
            return found or ([SurveyId(number)] if own else [])

    def claim(self, survey_id: SurveyId, *, mine: bool) -> None:
        """Claim a case for the agent, or give it back."""
        self.claim_all([survey_id], mine=mine)

    def claim_all(self, survey_ids: Sequence[SurveyId], *, mine: bool) -> None:
        """Claim cases for the agent, or give them back: all of them or none."""
        with self._database.write("queue", *(f"case:{one}" for one in survey_ids)) as connection:
            for survey_id in survey_ids:
                cases.set_claim(connection, survey_id, self.agent if mine else "")

    def snooze(self, survey_id: SurveyId, span: timedelta | None) -> None:
        """Snooze an open case for a while, or bring it back with None."""
        self.snooze_all([survey_id], span)

    def snooze_all(self, survey_ids: Sequence[SurveyId], span: timedelta | None) -> None:
        """Snooze open cases for a while, or bring them back with None: all of them or none."""
        until = None if span is None else self.now + span
        with self._database.write("queue", *(f"case:{one}" for one in survey_ids)) as connection:
            for survey_id in survey_ids:
                cases.snooze(connection, survey_id, until)

    def wake(self) -> int:
        """Open the cases whose snooze is over; returns how many."""
        with self._database.write() as connection:
            woken = surveys.wake(connection, self.now)
        if woken:
            self._database.announce("queue")
        return woken

    def retention_waits(self) -> str:
        """Return why retention waits for a person, as a sentence; empty if it does not wait."""
        return what_waits(self._database)

    # The case

    def case(self, survey_id: SurveyId) -> Case | None:
        """Return everything on the desk about one survey."""
        with self._database.read() as connection:
            return cases.load_case(connection, survey_id, self.playbook)

    def suggestions(self, case: Case) -> Mapping[str, Suggestion]:
        """Return what the records say about the case's checks, for those that have an evaluator."""
        playbook = self.playbook
        found = {one: suggest(case, one, playbook, tell_language) for one in case.path.checks if one in playbook.checks}
        return {check_id: suggestion for check_id, suggestion in found.items() if suggestion is not None}

    def answer(self, survey_id: SurveyId, check_id: str, answer: Answer | None, *, suggested: bool = False) -> None:
        """Keep an answer to a check; None takes it back."""
        with self._database.write(f"case:{survey_id}") as connection:
            if answer is None:
                cases.drop_answer(connection, survey_id, check_id)
            else:
                cases.put_answer(connection, survey_id, Answered(check_id, answer, self.now, suggested))

    def suggested_answers(self, case: Case, suggestions: Mapping[str, Suggestion]) -> tuple[Answered, ...]:
        """Return the answers that the records suggest for the checks which are still open."""
        return tuple(
            Answered(check_id, suggestion.answer, self.now, suggested=True)
            for check_id, suggestion in suggestions.items()
            if suggestion.answer is not None and check_id not in case.answers
        )

    def answers_in_order(self, case: Case, suggestions: Mapping[str, Suggestion]) -> tuple[Answered, ...]:
        """Return the answers by which nothing is amiss with the checks which are still open.

        What the records do not support stays open for a person to look at, unless the playbook takes their silence for
        enough.
        """
        found = []
        checks = self.playbook.checks
        for check_id in (one for one in case.path.checks if one in checks and one not in case.answers):
            suggestion = suggestions.get(check_id)
            if (answer := answer_in_order(checks[check_id], suggestion, case)) is not None:
                by_records = suggestion is not None and suggestion.answer is not None
                found.append(Answered(check_id, answer, self.now, suggested=by_records))
        return tuple(found)

    def keep_answers(self, survey_id: SurveyId, taken: Sequence[Answered]) -> None:
        """Keep several answers at once."""
        with self._database.write(f"case:{survey_id}") as connection:
            for answered in taken:
                cases.put_answer(connection, survey_id, answered)

    def save_draft(
        self,
        survey_id: SurveyId,
        draft: Draft,
        seen: Mapping[str, str] | None = None,
        settled: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Keep the words so far, by field; what others wrote there stays beside them.

        `seen` are the words over which these were typed: of others' words only those are replaced, and by field the
        texts of `settled`, which the person has weighed.
        """
        saving = DraftWrite(draft, self.agent, self.writing(survey_id), self.now, seen or {}, settled or {})
        with self._database.write(f"draft:{survey_id}") as connection:
            holder = drafts.save_draft(connection, survey_id, saving)
        if holder != survey_id:
            self._database.announce(f"draft:{holder}")

    def writing(self, survey_id: SurveyId) -> str:
        """Return under which name words typed for a case are kept.

        The case is part of it: where another takes its place, words typed on both are two people's as it were.
        """
        return f"{self.writer}:{survey_id}"

    def discard_draft(self, survey_id: SurveyId) -> None:
        """Forget the words that a case still has."""
        with self._database.write("queue", f"case:{survey_id}") as connection:
            drafts.discard(connection, survey_id)

    def draft(self, survey_id: SurveyId) -> Draft:
        """Return the words so far."""
        with self._database.read() as connection:
            return drafts.draft(connection, survey_id)

    def habit(self, name: str) -> str:
        """Return a preference of this person, such as the form of the note; empty if none was saved."""
        with self._database.read() as connection:
            return named_values.recall(connection, f"habit.{name}")

    def keep_habit(self, name: str, value: str) -> None:
        """Save a preference of this person for this and later runs."""
        with self._database.write() as connection:
            named_values.remember(connection, f"habit.{name}", value, self.now)

    # The decision

    def doubts(
        self, case: Case, outcome_id: str, fields: Mapping[str, str], findings: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return what a person has to confirm about the amounts of a decision; empty where nothing is to be said."""
        playbook = self.playbook
        held = amount_remarks(case, playbook.outcome(outcome_id), fields, findings, playbook)
        return tuple(one.sentence for one in held if not one.blocks)

    def lacks(
        self, case: Case, outcome_id: str, fields: Mapping[str, str], findings: Sequence[str] = ()
    ) -> tuple[Blocker, ...]:
        """Return what stands between the case and this outcome, with the findings that were picked."""
        playbook = self.playbook
        try:
            outcome = playbook.outcome(outcome_id)
        except KeyError:
            return (Blocker(_NO_MORE.format(outcome_id)),)
        return blockers(case, outcome, fields, playbook, findings=findings, reach=self.reach, others=self.written_to)

    def prefill(self, case: Case, outcome_id: str, findings: Sequence[str] = ()) -> Mapping[str, str]:
        """Return what stands in the fields of an outcome until somebody types."""
        playbook = self.playbook
        return prefill(case, playbook.outcome(outcome_id), findings, playbook, by=self.agent, at=self.now)

    def preview(self, case: Case, outcome_id: str, fields: Mapping[str, str], findings: Sequence[str] = ()) -> Decision:
        """Return the decision as it would be taken; raises Undecidable."""
        return self._weigh(case, outcome_id, fields, findings, self.playbook)

    def _weigh(
        self, case: Case, outcome_id: str, fields: Mapping[str, str], findings: Sequence[str], playbook: Playbook
    ) -> Decision:
        try:
            outcome = playbook.outcome(outcome_id)
        except KeyError:
            raise Undecidable([Blocker(_NO_MORE.format(outcome_id))]) from None
        return decide(
            case, outcome, fields, playbook, by=self.agent, at=self.now, findings=findings, reach=self.reach,
            others=self.written_to,
        )  # fmt: skip

    def decide(
        self,
        case: Case,
        outcome_id: str,
        fields: Mapping[str, str],
        findings: Sequence[str] = (),
        *,
        written_for: SurveyId | None = None,
        settled: Collection[str] = (),
    ) -> TakenDecision:
        """Take a decision: it and its effects are written in one transaction and cannot be lost from then on.

        `case` is the case as the person saw it: its tickets' stamps are what the writes are checked against.
        `written_for` is the case on which the words were begun; they are refused on any other.
        So are words of a field in which somebody else has written too, beside them or in their place, unless it is
        named by `settled`.
        Raises Undecidable with everything that is missing, also when somebody else has decided meanwhile.
        """
        if written_for is not None and written_for != case.id:
            raise Undecidable([Blocker(other_case(written_for))])
        playbook = self.playbook  # one and the same for all of it: another may be taken over at any moment
        decision = self._weigh(case, outcome_id, fields, findings, playbook)
        now = self.now
        sends_at = now + playbook.undo
        seen = {
            ticket.id: SeenTicket.of(ticket, [one for one in case.messages if one.ticket_id == ticket.id])
            for ticket in (case.survey_ticket, case.source_ticket)
            if ticket is not None
        }
        with self._database.write("queue", "outbox", f"case:{case.id}") as connection:
            wait = playbook.answer_within
            until = None if wait is None else now + wait
            decision_id = cases.put_decision(connection, case, decision, by=self.agent, at=now, until=until)
            if decision_id is None:
                raise Undecidable([Blocker(_MOVED_ON[cases.stage(connection, case.id)])])
            latest, writer = drafts.draft(connection, case.id), self.writing(case.id)
            if contested := contested_fields(case, decision, latest, playbook, settled, writer):
                raise Undecidable(contested)
            outbox.put_effects(connection, case.id, decision_id, decision.effects, seen, at=now, not_before=sends_at)
            drafts.keep_unsent(connection, case.id, decision.fields, draft_left(case, decision, playbook), now, writer)
        if any(effect.read_by_customer for effect in decision.effects):
            self.written_to = tuple(name for name in (customer_name(case), *self.written_to) if name)[:WRITTEN_TO]
        return TakenDecision(decision_id, case.id, outcome_id, sends_at)

    def answer_question(self, survey_id: SurveyId, question_id: int, text: str) -> None:
        """Keep the answer to a question that was asked about a case, and bring the case back to the desk.

        Raises LookupError where no such question is open, ValueError for an answer without a word.
        """
        if not text.strip():
            raise ValueError("the answer is empty")
        with self._database.write("queue", f"case:{survey_id}") as connection:
            if not questions.answer(connection, survey_id, question_id, text.strip(), by=self.agent, at=self.now):
                raise LookupError("this case does not have that open question")

    def undo(self, decision_id: DecisionId) -> SurveyId:
        """Take back a whole decision: nothing of it is sent, and the case is open again with its words.

        Newer words that were typed for the case since then stay instead; `draft` tells which they are.
        Raises TooLate if any of its effects has left the queue, or once did and might have arrived.
        """
        with self._database.write("queue", "outbox", "notes", f"decision:{decision_id}") as connection:
            row = cases.decision(connection, decision_id)
            effects = outbox.of_decision(connection, decision_id)
            if row is None or not effects:
                raise TooLate("there is nothing to undo")
            if any(effect.state is not EffectState.QUEUED for effect in effects):
                raise TooLate("it is already on its way")
            if attempts.ever_lost(connection, decision_id):
                raise TooLate("it was sent once and the answer was lost, so it may have arrived")
            for effect in effects:
                outbox.move(connection, effect, EffectEvent.UNDONE, at=self.now, sentence="undone by the agent")
            survey_id = SurveyId(row.survey_id)
            words = Draft(row.outcome_id, row.fields, tuple(row.findings))
            cases.give_back(connection, survey_id, decision_id, words, self.now)
            if row.outcome_id == REVIEW_DECISION:
                take_step_back(connection, survey_id, row.fields, self.review_policy, self.now)
            if row.outcome_id == RECOVERY_DECISION:
                take_note_back(connection, survey_id, row.fields["recovery_note"], self.now)
            customers.recount_beside(connection, survey_id, self.playbook)
        self._database.announce(f"case:{survey_id}")
        return survey_id

    def stage(self, survey_id: SurveyId) -> Stage | None:
        """Return where a case stands."""
        with self._database.read() as connection:
            return cases.stage(connection, survey_id)
