"""The heart of the desk: from a case, an outcome and the words typed to the effects they have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from csat_tui.domain.asking import asked_fields
from csat_tui.domain.case import Case, Stage
from csat_tui.domain.check import Answer
from csat_tui.domain.effect import Effect, PrivateNote, PublicReply, TrackerRow
from csat_tui.domain.formats import fill, render
from csat_tui.domain.ids import TicketId
from csat_tui.domain.playbook import NoteTemplate, Outcome, Playbook, ReplyTemplate, Target, TrackerTemplate
from csat_tui.domain.ticket import Ticket

BODY_LIMIT = 60_000
"""Characters (and bytes, whichever is more) of one note; help desks cut at 64 kB without a word (zendesk.md)."""

FACTS = ("ticket", "survey-ticket", "customer", "agent", "rating", "outcome", "issue", "by", "date")
"""What a format may refer to besides the fields of its outcome."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that stands between a case and a decision, and where to mend it."""

    sentence: str
    field_id: str = ""
    check_id: str = ""
    message_id: int = 0
    """The message that has to be read first; 0 where nothing came meanwhile."""


class Undecidable(Exception):
    """The decision cannot be taken yet; `lacks` lists everything that is missing, not only the first."""

    def __init__(self, lacks: Iterable[Lack]) -> None:
        self.lacks = tuple(lacks)
        super().__init__("; ".join(lack.sentence for lack in self.lacks))


@dataclass(frozen=True, slots=True)
class Reach:
    """What is configured here beside the help desk, by name: web forms to fill in, channels to ask in."""

    forms: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome with its words and its effects, in the order in which they are delivered."""

    outcome_id: str
    fields: Mapping[str, str]
    effects: tuple[Effect, ...]
    findings: tuple[str, ...] = ()


def lacks(
    case: Case, outcome: Outcome, fields: Mapping[str, str], playbook: Playbook, *, findings: Sequence[str] = ()
) -> tuple[Lack, ...]:
    """Return what is missing for a decision: answers, words, a ticket to write on; empty where it can be taken."""
    found: list[Lack] = []
    if case.stage is Stage.DECIDED:
        found.append(Lack("this case is already decided"))
    found.extend(_unmet_needs(case, outcome, playbook))
    found.extend(
        Lack(f"{field.label.lower()} is empty", field_id=field.id)
        for field in asked_fields(case, outcome, findings, playbook)
        if field.required and not fields.get(field.id, "").strip()
    )
    for template in outcome.effects:
        if isinstance(template, NoteTemplate | ReplyTemplate):
            if landing(case, template) is None:
                found.append(Lack(_no_ticket(case, template)))
            body = render(playbook.formats[template.format], _words(case, outcome, fields))
            if len(body.encode("utf-8", "replace")) > BODY_LIMIT:
                found.append(Lack(f"the text is longer than {BODY_LIMIT:,} bytes, which the help desk would cut"))
    return tuple(dict.fromkeys(found))


def decide(
    case: Case,
    outcome: Outcome,
    fields: Mapping[str, str],
    playbook: Playbook,
    *,
    by: str,
    at: datetime,
    findings: Sequence[str] = (),
) -> Decision:
    """Return the decision and its effects, public reply first so that a note never claims what was not sent.

    Raises Undecidable with everything that is missing. `by` is the deciding agent's name, for the tracker.
    """
    missing = lacks(case, outcome, fields, playbook, findings=findings)
    if missing:
        raise Undecidable(missing)
    words = _words(case, outcome, fields) | {"by": by, "date": at.date().isoformat()}
    effects: list[Effect] = []
    for template in sorted(outcome.effects, key=_delivery_order):
        match template:
            case TrackerTemplate():
                effects.append(TrackerRow({column: fill(text, words) for column, text in template.cells.items()}))
            case NoteTemplate() | ReplyTemplate():
                ticket = landing(case, template)
                if ticket is None:  # pragma: no cover - lacks() has just ruled it out
                    raise AssertionError("an effect without a ticket")
                kind = PublicReply if isinstance(template, ReplyTemplate) else PrivateNote
                body = render(playbook.formats[template.format], words)
                # A note that stands in on the source ticket says nothing about how that conversation stands.
                status = None if _stands_in(case, template) else template.status
                effects.append(kind(ticket.id, body, status, template.add_tags))
    return Decision(outcome.id, dict(fields), tuple(effects), tuple(findings))


def _delivery_order(template: NoteTemplate | ReplyTemplate | TrackerTemplate) -> int:
    """Replies first, then notes, then rows."""
    return [ReplyTemplate, NoteTemplate, TrackerTemplate].index(type(template))


def _unmet_needs(case: Case, outcome: Outcome, playbook: Playbook) -> Iterable[Lack]:
    """Yield a sentence for each check on the case's path whose answer the outcome needs and does not have."""
    for check_id, wanted in outcome.needs.items():
        if check_id not in case.path.checks:
            continue
        given = case.answers.get(check_id)
        ask = playbook.checks[check_id].ask
        if given is None:
            yield Lack(f"“{ask}” is not answered", check_id=check_id)
        elif given.answer.value not in wanted.split("|"):
            said = _said(given.answer.value)
            needed = " or ".join(_said(answer) for answer in wanted.split("|"))
            yield Lack(f"“{ask}” is answered {said}, and “{outcome.label}” wants {needed}", check_id=check_id)


def _said(answer: str) -> str:
    """Return an answer as a person says it."""
    return "n/a" if answer == Answer.NOT_APPLICABLE else answer


def landing(case: Case, template: NoteTemplate | ReplyTemplate) -> Ticket | None:
    """Return the ticket that an effect lands on, or None where none takes updates or it is not here yet.

    A reply falls back to another ticket only from one that is known to take none: one that has only not been
    fetched yet may well take it.
    """
    ticket = case.source_ticket if _stands_in(case, template) else _ticket(case, template.on)
    if isinstance(template, ReplyTemplate) and template.when_closed:
        there_is_none = ticket is None and _number(case, template.on) is None
        if there_is_none or (ticket is not None and not ticket.takes_updates):
            ticket = _ticket(case, template.when_closed)
    return ticket if ticket is not None and ticket.takes_updates else None


def _stands_in(case: Case, template: NoteTemplate | ReplyTemplate) -> bool:
    """Tell whether the source ticket takes a note for want of a survey ticket: an imported survey has none."""
    return isinstance(template, NoteTemplate) and template.on is Target.SURVEY and case.survey.survey_ticket_id is None


def _ticket(case: Case, target: Target) -> Ticket | None:
    return case.survey_ticket if target is Target.SURVEY else case.source_ticket


def _number(case: Case, target: Target) -> TicketId | None:
    return case.survey.survey_ticket_id if target is Target.SURVEY else case.survey.source_ticket_id


def _no_ticket(case: Case, template: NoteTemplate | ReplyTemplate) -> str:
    """Say why an effect has no ticket to land on."""
    what = "reply" if isinstance(template, ReplyTemplate) else "note"
    ticket = case.source_ticket if _stands_in(case, template) else _ticket(case, template.on)
    if ticket is None:
        number = _number(case, template.on)
        if number is not None:
            return f"ticket #{number}, where the {what} belongs, is not here yet"
        return f"there is no {template.on} ticket here to put the {what} on"
    return f"ticket #{ticket.id} is {ticket.status} and takes no {what}"


def _words(case: Case, outcome: Outcome, fields: Mapping[str, str]) -> dict[str, str]:
    """Return every name that a format may use: the case's facts, then the typed fields over them."""
    survey = case.survey
    facts = {
        "ticket": str(survey.source_ticket_id or ""),
        "survey-ticket": str(survey.survey_ticket_id or ""),
        "customer": survey.customer,
        "agent": survey.agent,
        "rating": "" if survey.rating is None else f"{survey.rating:g}",
        "outcome": outcome.label,
        "issue": ", ".join(issue.category for issue in case.account.issues[:1]) if case.account else "",
    }
    return facts | {name: text.strip() for name, text in fields.items() if text.strip()}
