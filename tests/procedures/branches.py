"""What a procedure demands, as lines that somebody in operations can hold against its document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from csat_tui.domain.case import Answer, Answered, Case
from csat_tui.domain.composing import Reach
from csat_tui.domain.decide import blockers, decide
from csat_tui.domain.effect import Effect, Mail
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import path_of
from csat_tui.effects.channel_question import Question
from csat_tui.effects.form_entry import FormEntry
from csat_tui.effects.merge import Merge
from csat_tui.effects.private_note import PrivateNote
from csat_tui.effects.public_reply import PublicReply
from csat_tui.effects.record import Record
from csat_tui.effects.told_finding import FindingMessage
from csat_tui.effects.tracker_row import TrackerRow
from csat_tui.playbook import load_builtin
from tests.builders import NOON, SURVEY_TICKET, a_case, a_survey

EVERYWHERE = Reach(channels=frozenset({"qa", "experts", "hr", "colleagues"}))
"""A place where every channel that the playbooks ask in is configured."""


@cache
def playbook(name: str) -> Playbook:
    """Return a playbook that ships, read once."""
    return load_builtin(name)


@dataclass(frozen=True)
class Branch:
    """One branch of a document by its name: a situation, a decision, and what is demanded of it.

    `refused` are parts of the sentences that stand in the way, all of them; where there are none, `does` are the
    effects in order.
    """

    name: str
    outcome: str
    answers: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[str] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    refused: Sequence[str] = ()
    does: Sequence[str] = ()
    situation: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def case_of(name: str, answers: Mapping[str, str], **situation: Any) -> Case:
    """Return a case on the path that a playbook gives it."""
    survey = situation.pop("survey", None) or a_survey()
    given = {check: Answered(check, Answer(answer), NOON) for check, answer in answers.items()}
    return a_case(**{"survey": survey, "path": path_of(survey, playbook(name)), "answers": given} | situation)


def hold(name: str, branch: Branch) -> None:
    """Hold a playbook to what a branch demands."""
    book = playbook(name)
    case, outcome = case_of(name, branch.answers, **branch.situation), book.outcome(branch.outcome)
    found = [
        lack.sentence
        for lack in blockers(case, outcome, branch.words, book, findings=branch.findings, reach=EVERYWHERE)
    ]
    if branch.refused:
        assert len(found) == len(branch.refused), found
        for part in branch.refused:
            assert any(part in sentence for sentence in found), (part, found)
        return
    assert found == []
    decision = decide(
        case, outcome, branch.words, book, by="Kim Lee", at=NOON, findings=branch.findings, reach=EVERYWHERE
    )
    assert [told(effect) for effect in decision.effects] == list(branch.does)
    assert decision.parks == outcome.parks


def told(effect: Effect) -> str:
    """Say an effect in one line: lines of a text are parted by “ / ”, empty cells left out."""
    match effect:
        case PrivateNote():
            return f"note on {_where(effect.ticket_id)}{_changes(effect)}: {_text(effect.body)}"
        case PublicReply():
            return f"reply on {_where(effect.ticket_id)}{_changes(effect)}: {_text(effect.body)}"
        case TrackerRow(cells):
            return f"tracker: {_cells(cells)}"
        case Record(kind, cells):
            return f"{kind}: {_cells(cells)}"
        case FormEntry(form, cells):
            return f"form {form}: {_cells(cells)}"
        case Question(channel, text):
            return f"question to {channel}: {_text(text)}"
        case Mail(to, subject, body):
            return f"mail to {', '.join(to)}, “{subject}”: {_text(body)}"
        case FindingMessage(whom, by, address, subject, text):
            return f"finding to {whom} by {by} {address}, “{subject}”: {_text(text)}"
        case Merge():
            return f"merge into #{effect.ticket_id}"


def _where(ticket_id: TicketId) -> str:
    return "survey" if ticket_id == SURVEY_TICKET else "source"


def _changes(effect: PrivateNote | PublicReply) -> str:
    status = f", {effect.status}" if effect.status is not None else ""
    return status + "".join(f" +{tag}" for tag in effect.add_tags)


def _text(text: str) -> str:
    return " / ".join(line.strip() for line in text.splitlines() if line.strip())


def _cells(cells: Mapping[str, str]) -> str:
    return " | ".join(f"{key} {value}" for key, value in cells.items() if value)
