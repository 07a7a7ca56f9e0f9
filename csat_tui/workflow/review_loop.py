"""What people say to each other about a delivered note: review it, answer a review, settle a dispute.

Every step is a private note on the survey ticket, which goes through the outbox and can be taken back for a moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import uuid_utils
from sqlalchemy import Connection

from csat_tui.domain.composing import tags_of, too_long
from csat_tui.domain.conflict import SeenTicket
from csat_tui.domain.ids import OpId, SurveyId, UserId
from csat_tui.domain.review.rules import HelpDeskUser
from csat_tui.domain.review.scorecard import LineScore, Scorecard, score, score_mistakes
from csat_tui.domain.review.step_notes import write_step
from csat_tui.domain.review.steps import (
    REVIEW_DECISION,
    JudgedStep,
    Review,
    ReviewAnswer,
    ReviewAnswerKind,
    ReviewState,
    ReviewStep,
    ReviewThread,
    ReviewVerdict,
    Settlement,
    SettlementKind,
    why_no_dispute,
)
from csat_tui.domain.ticket import Ticket
from csat_tui.effects.review_note import ReviewNote
from csat_tui.store import cases, named_values, outbox, tickets
from csat_tui.store.database import Database
from csat_tui.store.retention.known_time import known_time
from csat_tui.store.review import (
    NoteInList,
    ReviewDraft,
    delivered_note,
    drop_review_draft,
    keep_scorecard,
    notes_of_survey,
    put_review_draft,
    put_step,
    refresh_states,
    review_draft,
    scorecard_in_version,
    thread_of_note,
)
from csat_tui.workflow.desk import Desk, TakenDecision

NEVER_SEEN = "its scorecard is of a version that this home has never seen: the lines stand as the review has them"
"""What is said of a review by such a scorecard."""


class NotReviewed(Exception):
    """A step of a review was not taken; its text says why, as a sentence for the person, and nothing was written."""


@dataclass(frozen=True, slots=True)
class NoteConversation:
    """A delivered note with its words, and what people say to each other about it."""

    note: NoteInList
    body: str
    thread: ReviewThread


class ReviewLoop:
    """The person's part in the conversations about delivered notes. Works offline; the outbox sends."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def thread(self, note: int) -> ReviewThread:
        """Return the conversation about a delivered note, by the number of its comment. Raises StoreError."""
        with self._database.read() as connection:
            return self._thread(connection, note)

    def _thread(self, connection: Connection, note: int) -> ReviewThread:
        """Return a conversation; a review by a scorecard that is not known here says so."""
        thread = thread_of_note(connection, note, self._desk.review_policy)

        def told(judged: JudgedStep) -> JudgedStep:
            step = judged.step
            version = step.card_version if isinstance(step, Review) else ""
            if not version or scorecard_in_version(connection, version, self._desk.playbook.scorecards) is not None:
                return judged
            return replace(judged, step=replace(step, problems=(*step.problems, NEVER_SEEN)))

        return replace(thread, steps=tuple(map(told, thread.steps)))

    def conversations(self, survey_id: SurveyId) -> tuple[NoteConversation, ...]:
        """Return the notes on a case's survey ticket about which somebody says something. Raises StoreError."""
        found = []
        with self._database.read() as connection:
            for note in notes_of_survey(connection, survey_id):
                thread = self._thread(connection, note.comment_id)
                if thread.steps:
                    told = tickets.messages(connection, note.ticket_id)
                    body = next((one.body for one in told if one.id == note.comment_id), "")
                    found.append(NoteConversation(note, body, thread))
        return tuple(found)

    def person(self) -> HelpDeskUser:
        """Return the person at this home, as the help desk last told. Raises StoreError."""
        with self._database.read() as connection:
            return signed_in_person(connection)

    def why_no_reviewer(self) -> str:
        """Return why the person may review nothing at all, as a clause; empty where they may. Raises StoreError."""
        return self._why_no_reviewer(self.person())

    def _why_no_reviewer(self, person: HelpDeskUser) -> str:
        if person.id is None:
            return _NOBODY_YET
        return "" if self._desk.review_policy.reviewers.may_review(person) else _MAY_NOT

    def why_not(self, note: int) -> str:
        """Return why the person may not review a note, as a sentence; empty where they may. Raises StoreError."""
        with self._database.read() as connection:
            found = delivered_note(connection, note)
            return _GONE if found is None else self._why_not(connection, found)

    def draft(self, note: int) -> ReviewDraft | None:
        """Return the review of a note as far as it is; None where nobody has begun. Raises StoreError."""
        with self._database.read() as connection:
            return review_draft(connection, note)

    def save_draft(self, note: int, draft: ReviewDraft) -> None:
        """Keep a review that is not finished. Raises StoreError, NotReviewed where the note is not here."""
        with self._database.write(f"review:{note}") as connection:
            found = _present(connection, note)
            put_review_draft(connection, found.survey_id, note, draft, self._desk.now)

    def review(
        self,
        note: int,
        verdict: ReviewVerdict,
        card: Scorecard,
        scores: Mapping[str, LineScore],
        comment: str = "",
        *,
        seconds: int = 0,
        seen: str = "",
    ) -> TakenDecision:
        """Accept a note or send it back, with its scores; it can be taken back until `sends_at`.

        `seen` is the id of the review that stood when the person looked. Raises NotReviewed, StoreError.
        """
        if mistakes := score_mistakes(card, scores):
            raise NotReviewed(f"The note was not reviewed: {' '.join(mistakes)}")
        result = score(card, scores)
        if verdict is ReviewVerdict.ACCEPTED and result.unanswered:
            raise NotReviewed(
                f"The note was not accepted: {len(result.unanswered)} of the scorecard's lines are not answered."
            )
        if verdict is ReviewVerdict.SENT_BACK and not comment.strip():
            raise NotReviewed("The note was not sent back: say in a comment what the agent is to do.")
        with self._database.write(*_topics(note)) as connection:
            found = _present(connection, note)
            if why_not := self._why_not(connection, found):
                raise NotReviewed(f"The note was not reviewed: {why_not}.")
            stands = thread_of_note(connection, note, self._desk.review_policy).review
            if stands is not None and stands.id != seen:
                raise NotReviewed(
                    f"The note was not reviewed: {stands.by.called} has reviewed it meanwhile ({stands.verdict}). "
                    "Your scores are kept; look at that review first."
                )
            person, now = signed_in_person(connection), self._desk.now
            step = Review(
                id=str(uuid_utils.uuid7()), note=note, ticket_id=found.ticket_id, by=person, at=now,
                text=comment.strip(), lines={line.id: scores[line.id] for line in card.lines if line.id in scores},
                labels={line.id: line.label for line in card.lines if line.id in scores}, verdict=verdict,
                card_id=card.id, card_label=card.label, card_version=keep_scorecard(connection, card, now),
                percent=result.percent, passes=result.passes, seconds=seconds,
            )  # fmt: skip
            drop_review_draft(connection, note)
            return self._put(connection, found, step, self._tags(verdict, person))

    def answer(
        self, note: int, kind: ReviewAnswerKind, text: str = "", lines: Mapping[str, LineScore] | None = None
    ) -> TakenDecision:
        """Answer the review of one's own note: accept it, amend the note, dispute lines, or ask to talk.

        `lines` are the disputed lines with the scores that are proposed. Raises NotReviewed, StoreError.
        """
        if not text.strip() and kind in (ReviewAnswerKind.AMENDS, ReviewAnswerKind.DISPUTES):
            what = "what you add to the note" if kind is ReviewAnswerKind.AMENDS else "why you dispute it"
            raise NotReviewed(f"The review was not answered: write {what}.")
        with self._database.write(*_topics(note)) as connection:
            found = _present(connection, note)
            thread = thread_of_note(connection, note, self._desk.review_policy)
            person, at = signed_in_person(connection), known_time(connection, self._desk.now).moment
            if why_not := _why_no_answer(thread, person, found, kind, lines or {}, at, self._desk):
                raise NotReviewed(f"The review was not answered: {why_not}.")
            review = thread.review
            step = ReviewAnswer(
                id=str(uuid_utils.uuid7()), note=note, ticket_id=found.ticket_id, by=person, at=self._desk.now,
                text=text.strip(), lines=dict(lines or {}), labels=_labels(review, lines or {}),
                review_id="" if review is None else review.id, kind=kind,
            )  # fmt: skip
            _drop_words(connection, note)
            return self._put(connection, found, step, ())

    def settle(
        self, note: int, kind: SettlementKind, reason: str, lines: Mapping[str, LineScore] | None = None
    ) -> TakenDecision:
        """Settle a dispute; an accepted one takes the scores that were proposed, a partly accepted one `lines`.

        Raises NotReviewed, StoreError.
        """
        if not reason.strip():
            raise NotReviewed("The dispute was not settled: give the reason.")
        with self._database.write(*_topics(note)) as connection:
            found = _present(connection, note)
            thread = thread_of_note(connection, note, self._desk.review_policy)
            if why_not := self._why_not(connection, found):
                raise NotReviewed(f"The dispute was not settled: {why_not}.")
            disputed = thread.answer
            if disputed is None or thread.state is not ReviewState.DISPUTED:
                raise NotReviewed("The dispute was not settled: nothing is disputed about this note, or not any more.")
            settled = _settled(kind, disputed, lines or {})
            step = Settlement(
                id=str(uuid_utils.uuid7()), note=note, ticket_id=found.ticket_id, by=signed_in_person(connection),
                at=self._desk.now, text=reason.strip(), lines=settled, labels=_labels(thread.review, settled),
                answer_id=disputed.id, kind=kind,
            )  # fmt: skip
            _drop_words(connection, note)
            return self._put(connection, found, step, ())

    def undo(self, taken: TakenDecision) -> SurveyId:
        """Take a step back before it is sent; its words and scores are a draft again. Raises TooLate, StoreError."""
        survey_id = self._desk.undo(taken.decision_id)
        with self._database.read() as connection:
            row = cases.decision(connection, taken.decision_id)
        if row is not None:
            self._database.announce(f"review:{row.fields['note']}")
        return survey_id

    def _tags(self, verdict: ReviewVerdict, person: HelpDeskUser) -> tuple[str, ...]:
        rules = self._desk.playbook.review
        tags = rules.reviewed_tags if verdict is ReviewVerdict.ACCEPTED else rules.sent_back_tags
        return tuple(dict.fromkeys(tags_of(tags, {"by": person.name})))

    def _why_not(self, connection: Connection, found: NoteInList) -> str:
        person = signed_in_person(connection)
        if person.is_same(HelpDeskUser(found.author_id, found.author)):
            return "it is your own note, and nobody reviews their own"
        return self._why_no_reviewer(person) or why_unwritable(tickets.ticket(connection, found.ticket_id))

    def _put(self, connection: Connection, found: NoteInList, step: ReviewStep, tags: Sequence[str]) -> TakenDecision:
        """Write a step and its effect in one transaction; nothing of it can be lost from then on."""
        ticket = tickets.ticket(connection, found.ticket_id)
        why_not = why_unwritable(ticket)
        if ticket is None or why_not:
            raise NotReviewed(f"Nothing was sent: {why_not}.")
        body = write_step(step)
        for sentence in too_long(body):
            raise NotReviewed(f"Nothing was sent: {sentence}.")
        now, sends_at = self._desk.now, self._desk.now + self._desk.playbook.undo
        fields = {"note": str(found.comment_id), "step": step.id}
        by = self._desk.agent
        decision_id = cases.put_beside(connection, found.survey_id, REVIEW_DECISION, fields, by=by, at=now)
        seen = {ticket.id: SeenTicket.of(ticket, tickets.messages(connection, ticket.id))}
        effect = ReviewNote(ticket.id, body, None, tuple(tags))
        op_id = outbox.put_effects(
            connection, found.survey_id, decision_id, [effect], seen, at=now, not_before=sends_at
        )[0]
        put_step(connection, found.survey_id, replace(step, op_id=OpId(op_id)))
        refresh_states(connection, [found.comment_id], self._desk.review_policy)
        return TakenDecision(decision_id, found.survey_id, REVIEW_DECISION, sends_at)


def _drop_words(connection: Connection, note: int) -> None:
    """Forget the words of an answer or settlement that was taken back; a review that is begun stays."""
    draft = review_draft(connection, note)
    if draft is not None and not draft.card_id:
        drop_review_draft(connection, note)


_NOBODY_YET = "the help desk has not said yet who you are; the next sync asks"
_MAY_NOT = "you may not review: no administrator of the help desk, and on no list of reviewers"
_GONE = "this note is not here, or not any more"


def _topics(note: int) -> tuple[str, ...]:
    return "notes", "queue", "outbox", f"review:{note}"


def _present(connection: Connection, note: int) -> NoteInList:
    found = delivered_note(connection, note)
    if found is None:
        raise NotReviewed(f"Nothing was written: {_GONE}.")
    return found


def signed_in_person(connection: Connection) -> HelpDeskUser:
    """Return the person at this home, as the help desk last told."""
    told = {name: named_values.recall(connection, name) for name in ("agent_id", "agent", "agent_email", "agent_role")}
    number = told["agent_id"]
    return HelpDeskUser(UserId(int(number)) if number else None, told["agent"], told["agent_email"], told["agent_role"])


def why_unwritable(ticket: Ticket | None) -> str:
    """Return why a survey ticket takes no note, as a clause; empty where it takes one."""
    if ticket is None:
        return "the survey ticket is not here"
    return "" if ticket.takes_updates else f"#{ticket.id} is {ticket.status} and takes no more notes"


def _why_no_answer(
    thread: ReviewThread,
    person: HelpDeskUser,
    found: NoteInList,
    kind: ReviewAnswerKind,
    lines: Mapping[str, LineScore],
    at: datetime,
    desk: Desk,
) -> str:
    review = thread.review
    if review is None:
        return "nobody has reviewed this note"
    if not person.is_same(HelpDeskUser(found.author_id, found.author)):
        return f"only {found.author or 'whoever wrote the note'} can answer it"
    if kind is ReviewAnswerKind.DISPUTES:
        if not lines:
            return "name the lines that you dispute, each with the score that you propose"
        strange = [line_id for line_id in lines if line_id not in review.lines]
        if strange:
            return f"the review has no line “{strange[0][:40]}”"
        return why_no_dispute(kind, review, at, desk.review_policy.dispute_within)
    return ""


def _labels(review: Review | None, lines: Mapping[str, LineScore]) -> dict[str, str]:
    return {} if review is None else {line_id: review.labels.get(line_id, "") for line_id in lines}


def _settled(kind: SettlementKind, disputed: ReviewAnswer, lines: Mapping[str, LineScore]) -> Mapping[str, LineScore]:
    """Return the scores that a settlement leaves. Raises NotReviewed where some of them were not disputed."""
    if kind is SettlementKind.REJECTED:
        return {}
    if kind is SettlementKind.ACCEPTED:
        return {line_id: LineScore(given.answer) for line_id, given in disputed.lines.items()}
    if not lines:
        raise NotReviewed("The dispute was not settled: name the lines that you accept, with their scores.")
    strange = [line_id for line_id in lines if line_id not in disputed.lines]
    if strange:
        raise NotReviewed(f"The dispute was not settled: line “{strange[0][:40]}” is not disputed.")
    return lines
