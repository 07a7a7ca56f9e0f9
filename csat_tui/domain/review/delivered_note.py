"""Delivered notes: the private notes on a survey ticket as the help desk has them, read back through the formats.

Notes of people who do not use csat-tui count as well. A note in no format is *free*: it has no outcome and no fields,
and can be reviewed all the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from csat_tui.domain.formats import ParsedNote, fixed_text_around, parse_note, reads_as
from csat_tui.domain.ids import OpId, TicketId, UserId
from csat_tui.domain.playbook import Format, Outcome, Playbook, Target, TicketTemplate
from csat_tui.domain.review.step_notes import is_step, read_step
from csat_tui.domain.review.steps import ReviewStep
from csat_tui.domain.ticket import Author, Message, Ticket

COACHING_FIELD = "coaching"
"""The field in which an agent says what the agent who was rated could do better."""


@dataclass(frozen=True, slots=True)
class DeliveredNote:
    """A private note on a survey ticket; author and time are the help desk's and never the text's."""

    comment_id: int
    ticket_id: TicketId
    at: datetime
    author_id: UserId | None
    author: str
    body: str
    format_id: str = ""
    """The format that it is in; empty for a free note."""
    outcome_ids: tuple[str, ...] = ()
    """The outcomes whose note it can be: one, or several that share a format and cannot be told apart by the tags."""
    fields: Mapping[str, str] = field(default_factory=dict)
    remainder: str = ""
    """Text of a note in a format that belongs to none of its lines."""
    problems: tuple[str, ...] = ()
    """Sentences about lines that are not as the format has them."""
    op_id: OpId | None = None

    @property
    def free(self) -> bool:
        """Whether it is in no format."""
        return not self.format_id

    @property
    def outcome_id(self) -> str | None:
        """Its outcome; None for a free note, and where its format and the tags leave several."""
        return self.outcome_ids[0] if len(self.outcome_ids) == 1 else None


def delivered_notes(ticket: Ticket, messages: Sequence[Message], playbook: Playbook) -> tuple[DeliveredNote, ...]:
    """Return the private notes that people wrote on a survey ticket, oldest first.

    Reviews, and what answers them, are not among them; one that cannot be read is, and says so.
    """
    there = {message.id for message in messages}
    return tuple(
        _read(message, ticket.tags, playbook, there)
        for message in messages
        if not message.public
        and message.author is Author.AGENT
        and message.body.strip()
        and not isinstance(_step(message, there), ReviewStep)
    )


def review_steps(messages: Sequence[Message]) -> tuple[ReviewStep, ...]:
    """Return the reviews, answers and settlements among the messages of a survey ticket, in their order."""
    there = {message.id for message in messages}
    read = (_step(message, there) for message in messages if is_step(message))
    return tuple(step for step in read if isinstance(step, ReviewStep))


def _step(message: Message, there: Collection[int]) -> ReviewStep | str:
    """Return the step that a message is, or why it is none; a copy on another ticket than the note's is none."""
    step = read_step(message)
    if isinstance(step, ReviewStep) and step.note not in there:
        return "it is about a note that is not on this ticket"
    return step


def note_formats(playbook: Playbook) -> Mapping[str, tuple[Outcome, ...]]:
    """Return the formats in which outcomes leave a private note on the survey ticket, each with its outcomes."""
    found: dict[str, list[Outcome]] = {}
    for outcome in playbook.outcomes:
        for template in survey_notes(outcome):
            if outcome not in found.setdefault(template.format, []):
                found[template.format].append(outcome)
    return {format_id: tuple(outcomes) for format_id, outcomes in found.items()}


def survey_notes(outcome: Outcome) -> Iterator[TicketTemplate]:
    """Yield the private notes that an outcome leaves on the survey ticket."""
    for template in outcome.effects:
        if isinstance(template, TicketTemplate) and not template.read_by_customer and template.on is Target.SURVEY:
            yield template


def _read(message: Message, tags: Collection[str], playbook: Playbook, there: Collection[int]) -> DeliveredNote:
    found = None if is_step(message) else _format_of(message.body, playbook)
    if found is None:
        unread = _step(message, there) if is_step(message) else ""
        problem = f"This calls itself a step of a review and counts nowhere: {unread}." if unread else ""
        return DeliveredNote(
            message.id, message.ticket_id, message.created_at, message.author_id, message.author_name, message.body,
            problems=(problem,) if problem else (), op_id=message.op_id,
        )  # fmt: skip
    form, read = found
    return DeliveredNote(
        message.id, message.ticket_id, message.created_at, message.author_id, message.author_name, message.body,
        form.id, _outcomes_of(form, tags, playbook), read.fields, read.remainder,
        tuple(problem.sentence for problem in read.problems), message.op_id,
    )  # fmt: skip


def _format_of(text: str, playbook: Playbook) -> tuple[Format, ParsedNote] | None:
    """Return the format that a text is in, with what it says: of several, the one that leaves least unread.

    Of two that leave the same, it is the one that writes more of the text itself: “source: call ({phone})” counts
    before “source: {source}”.
    """
    candidates = [playbook.formats[format_id] for format_id in note_formats(playbook)]
    read = [(form, parse_note(form, text)) for form in candidates if reads_as(form, text)]
    return min(read, key=_distance, default=None)


def _distance(read: tuple[Format, ParsedNote]) -> tuple[int, int, int]:
    form, note = read
    return len(note.remainder), len(note.problems), -fixed_text_around(form, list(note.fields))


def _outcomes_of(form: Format, tags: Collection[str], playbook: Playbook) -> tuple[str, ...]:
    """Return the outcomes of a format; where there are several, those whose tags the ticket has."""
    outcomes = note_formats(playbook)[form.id]
    if len(outcomes) > 1:
        tagged = tuple(outcome for outcome in outcomes if _tags_fit(outcome, form, tags))
        outcomes = tagged or outcomes
    return tuple(outcome.id for outcome in outcomes)


def _tags_fit(outcome: Outcome, form: Format, tags: Collection[str]) -> bool:
    wanted = fixed_tags(note for note in survey_notes(outcome) if note.format == form.id)
    return bool(wanted) and all(tag in tags for tag in wanted)


def fixed_tags(notes: Iterable[TicketTemplate]) -> tuple[str, ...]:
    """Return the tags that notes set whoever writes them: those without places."""
    return tuple(dict.fromkeys(tag for note in notes for tag in note.add_tags if "{" not in tag))


def outcome_words(outcome_ids: Sequence[str], playbook: Playbook) -> str:
    """Return what a note decided, in words; several where its format does not tell which."""
    return " or ".join(playbook.label_of(one) for one in outcome_ids) or "free note"
