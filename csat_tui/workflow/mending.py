"""A survey that could not be read, or was read wrongly, mended by a person: with who, when and what it was before."""

from collections.abc import Mapping
from dataclasses import replace

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.ids import FactorId, SurveyId, TicketId
from csat_tui.domain.survey import (
    InvalidMending,
    Mending,
    Survey,
    SurveyReading,
    as_arrival,
    candidate_tickets,
    missing_part,
    overall_rating,
    parse_rating,
    parse_ticket,
    reading_changes,
)
from csat_tui.store import cases
from csat_tui.store.cases import ON_THE_DESK, surveys
from csat_tui.store.database import Database
from csat_tui.workflow.desk import Desk

TICKET, COMMENT = "ticket", "comment"
"""The names of what can be mended beside the factors."""

_REFUSED = {
    Stage.DECIDED: "It is already decided, based on the earlier reading",
    Stage.SUPERSEDED: "Another survey for the same ticket replaces it",
    Stage.GONE: "Somebody else has finished it",
}


class NotMended(Exception):
    """A survey was not mended; its text says why, and that nothing was changed."""


class MendingDesk:
    """Mends surveys; every method is one short transaction on the store."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    def reason_not_to(self, case: Case) -> str:
        """Return why a case's survey cannot be mended; empty where it can."""
        return "" if case.stage in ON_THE_DESK else _REFUSED[case.stage]

    def offered(self, case: Case) -> tuple[TicketId, ...]:
        """Return the tickets that a survey may be about, read from its ticket's subject and its text."""
        subject = "" if case.survey_ticket is None else case.survey_ticket.subject
        return candidate_tickets(subject, case.survey.raw, case.survey.survey_ticket_id)

    def typed(self, survey: Survey, texts: Mapping[str, str]) -> SurveyReading:
        """Return what a person read, from typed texts by name; what has no text stays as it is.

        Raises NotMended for what cannot be right.
        """
        reading = SurveyReading.of(survey)
        ratings = dict(reading.ratings)
        labels = {one.id: one.label for one in self._desk.playbook.factors}
        try:
            for name, text in texts.items():
                if name == TICKET:
                    reading = replace(reading, source_ticket_id=parse_ticket(text))
                elif name == COMMENT:
                    reading = replace(reading, comment=text.strip("\n").rstrip())
                elif (factor := FactorId(name)) in labels:
                    figure = parse_rating(text, labels[factor])
                    ratings.pop(factor, None)
                    ratings |= {} if figure is None else {factor: figure}
                else:
                    raise InvalidMending(f"the playbook has no factor “{name}”; it has {', '.join(labels)}")
        except InvalidMending as error:
            raise NotMended(f"The survey was not fixed: {error}. Nothing was changed.") from error
        ordered = {factor: ratings[factor] for factor in (*labels, *ratings) if factor in ratings}
        return replace(reading, ratings=ordered)

    def preview(self, case: Case, reading: SurveyReading) -> tuple[str, ...]:
        """Return what mending would change; raises NotMended where it cannot be done, or would change nothing."""
        if reason := self.reason_not_to(case):
            raise NotMended(f"The survey of case {case.id} was not fixed: {reason[0].lower()}{reason[1:]}.")
        changes = reading_changes(SurveyReading.of(case.survey), reading, self._desk.playbook.factors)
        if not changes and not case.survey.problem:
            raise NotMended(f"The survey of case {case.id} already says this. Nothing was changed.")
        own = case.survey.survey_ticket_id
        if reading.source_ticket_id is not None and reading.source_ticket_id == own:
            raise NotMended(f"#{own} is the survey's own ticket. Nothing was changed; name the one that it rates.")
        return changes

    def mend(self, survey_id: SurveyId, reading: SurveyReading, seen: Survey) -> Mending:
        """Keep what a person read in a survey and send it on its way; raises NotMended.

        `seen` is the survey as the person saw it: one that was read or mended anew meanwhile is looked at again first.
        """
        playbook = self._desk.playbook
        with self._database.write("queue", f"case:{survey_id}", "case") as connection:
            case = cases.load_case(connection, survey_id, playbook)
            if case is None:
                raise NotMended(f"There is no case {survey_id} here any more. Nothing was changed.")
            self.preview(case, reading)
            there = case.survey
            if (SurveyReading.of(there), there.raw) != (SurveyReading.of(seen), seen.raw):
                raise NotMended(
                    f"The survey of case {survey_id} was changed in the meantime, so this was not saved. "
                    "Look at it again."
                )
            one = Mending(self._desk.now, self._desk.agent, reading, SurveyReading.of(there), there.problem, there.raw)
            surveys.put_mending(connection, survey_id, one)
            after = replace(
                there, source_ticket_id=reading.source_ticket_id, ratings=dict(reading.ratings),
                comment=reading.comment, rating=overall_rating(reading.ratings, playbook),
                problem=missing_part(reading),
            )  # fmt: skip
            surveys.put_mended(connection, as_arrival(after, playbook))
        return one
