"""Agreement at this home: the machine beside reviewers and agents, and each reviewer's own record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.audit import audit
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.machine_agreement import (
    CheckAgreement,
    CheckAnswer,
    ReviewerRecord,
    RuleAgreement,
    RuleAnswer,
    check_agreements,
    reviewer_records,
    rule_agreements,
    rules_together,
)
from csat_tui.domain.review.steps import Review, ReviewThread
from csat_tui.domain.review.suggested_scores import suggested
from csat_tui.domain.statistics.reported_agreement import ReportedAgreement
from csat_tui.language import tell_language
from csat_tui.store import cases
from csat_tui.store.database import Database
from csat_tui.store.review import delivered_note, load_note, steps_between, thread_of_note
from csat_tui.workflow.desk import Desk


@dataclass(frozen=True, slots=True)
class AgreementOverview:
    """How far the machine and people agree in a period, and how reviewers' reviews fared.

    `reviewed` counts the notes with a review that counts, `not_here` those of them whose words or whose scorecard are
    not here any more, so that the machine cannot look at them.
    """

    rules: tuple[RuleAgreement, ...]
    rules_together: ReportedAgreement
    reviewed: int
    not_here: int
    checks: tuple[CheckAgreement, ...]
    decided: int
    reviewers: tuple[ReviewerRecord, ...]


class AgreementDesk:
    """Compares what the machine says now with what people said then. Works offline; may raise StoreError."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def overview(self, since: datetime | None, until: datetime | None, most: int) -> AgreementOverview:
        """Return the agreement over the latest reviews and decided cases of a period, at most so many of each."""
        threads = self._threads(since, until, most)
        reviewed = [thread.review for thread in threads if thread.review is not None]
        answers, not_here = [], 0
        for review in reviewed:
            told = self._of_review(review)
            not_here += told is None
            answers += told or []
        with self._database.read() as connection:
            decided = cases.decided_between(connection, since, until, most)
        checked = [answer for survey_id in decided for answer in self._of_case(survey_id)]
        return AgreementOverview(
            rule_agreements(answers), rules_together(answers), len(reviewed), not_here, check_agreements(checked),
            len(decided), reviewer_records(threads),
        )  # fmt: skip

    def _threads(self, since: datetime | None, until: datetime | None, most: int) -> list[ReviewThread]:
        """Return the conversations about the notes that were reviewed in the period, the latest reviews first."""
        with self._database.read() as connection:
            steps = steps_between(connection, since, until)
        notes = list(dict.fromkeys(one.note for one in reversed(steps) if isinstance(one, Review)))[:most]
        threads = []
        for note in notes:
            with self._database.read() as connection:
                threads.append(thread_of_note(connection, note, self._desk.review_policy))
        return threads

    def _of_review(self, review: Review) -> list[RuleAnswer] | None:
        """Return what the rules suggest for a reviewed note now, beside the review; None where they cannot look."""
        playbook = self._desk.playbook
        card = next((one for one in playbook.scorecards if one.id == review.card_id), None)
        with self._database.read() as connection:
            found = delivered_note(connection, review.note)
            loaded = None if found is None else load_note(connection, found, playbook)
        if card is None or loaded is None:
            return None
        suggestions = suggested(card, audit(loaded.subject, playbook, tell_language))
        answers = []
        for line in card.lines:
            given = review.lines[line.id].answer if line.id in review.lines else None
            if line.audit and given is not None:
                answer = suggestions[line.id].answer if line.id in suggestions else None
                answers.append(RuleAnswer(review.note, card.id, line, answer, given))
        return answers

    def _of_case(self, survey_id: SurveyId) -> Iterator[CheckAnswer]:
        """Yield what is suggested for the answered checks of a case now, beside the answers."""
        with self._database.read() as connection:
            case = cases.load_case(connection, survey_id, self._desk.playbook)
        if case is None:
            return
        for check_id, suggestion in self._desk.suggestions(case).items():
            given = case.answers.get(check_id)
            if given is not None:
                yield CheckAnswer(case.id, check_id, suggestion.answer, given.answer, given.suggested)
