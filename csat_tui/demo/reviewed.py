"""What people have said of the day's notes before the demo listens: reviews, disputes, and a review that is forged.

The texts are those that a workstation writes, typed out here: the demo shares no code with it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from csat_tui.demo import delivered, people, writes
from csat_tui.demo.delivered import Note
from csat_tui.demo.people import Staff
from csat_tui.demo.plan import dice
from csat_tui.demo.world import World

SCORECARD = "Strike team note [note c6c93c7d1b22]"
"""The scorecard of the built-in playbook, with its version."""
PASSES_FROM = 85

YES, FULL = "yes", "4"
QUARTERS = {YES: 4, "no": 0} | {str(points): points for points in range(5)}


@dataclass(frozen=True)
class Line:
    """A line of the scorecard: its words, its weight and its best answer; `only` names the outcomes that it is for."""

    label: str
    weight: int
    best: str = YES
    critical: bool = False
    only: tuple[str, ...] = ()


REPLIED = ("follow-up",)
REASONED = ("no-response", "non-actionable")

LINES = {
    "concern-named": Line("Main concern named in the summary", 8),
    "contact-read": Line("Everything the customer wrote considered", 8, FULL),
    "issue-checked": Line("Logged issue compared with the concern", 5),
    "guide-checked": Line("What was given compared with the guide", 5),
    "promises-checked": Line("Promises checked in the account", 8),
    "chat-checked": Line("Abandoned chat recognised", 4),
    "right-outcome": Line("Right outcome by the records", 15, critical=True),
    "findings-right": Line("Missed opportunities found, none made up", 6, FULL, only=REPLIED),
    "correction-right": Line("Correction due and within the guide", 10, critical=True, only=REPLIED),
    "in-time": Line("Customer contacted in time", 5),
    "format-kept": Line("Note in its format", 2),
    "note-complete": Line("Required fields filled in", 4),
    "status-right": Line("Status and tags right", 3),
    "reason-given": Line("Rationale is this case's own", 6, only=REASONED),
    "reply-sent": Line("Reply sent if promised, and only then", 8, critical=True),
    "reply-answers": Line("Reply answers the concern", 10, FULL, only=REPLIED),
    "reply-safe": Line("Reply has nothing that must not be sent", 8, critical=True, only=REPLIED),
    "reply-tone": Line("Reply warm, plain and personal", 5, FULL, only=REPLIED),
    "coaching-recognised": Line("Need for coaching judged rightly", 5),
    "coaching-useful": Line("Coaching says what to do instead", 5, FULL, only=("nobody",)),
}
"""The lines of that scorecard; the bonus line is left out, as it needs no answer."""


@dataclass(frozen=True)
class Doubt:
    """What a review finds wanting in one line."""

    answer: str
    cause: str
    comment: str


@dataclass(frozen=True)
class Said:
    """What is said of a note: a review, and the dispute of its doubtful lines, where there is one."""

    note: Note
    by: Staff
    verdict: str
    comment: str
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    dispute: str = ""

    def at(self, share: float, until: datetime) -> datetime:
        """Return a moment between the note and another one, in whole seconds."""
        return self.note.at + timedelta(seconds=int((until - self.note.at).total_seconds() * share))


REVIEWED_AFTER, DISPUTED_AFTER = 0.4, 0.75
"""Shares of the time between a note and now."""


def review(world: World, notes: Sequence[Note]) -> None:
    """Write what was said of delivered notes: three of them are sent back, two of these disputed, one review is forged.

    In a small world some of it finds no note.
    """
    told = [(one.at(REVIEWED_AFTER, world.anchor), one) for one in _said(world, notes)]
    for at, said in sorted(told, key=lambda one: one[0]):
        ticket_id = said.note.story.survey_ticket_id
        number = next(
            (one["id"] for one in reversed(world.comments(ticket_id)) if one["author_id"] == said.note.author.id), None
        )
        if number is None:
            continue
        reference = _reference(world, at, ticket_id)
        tag = "csat_sent_back" if said.verdict == "sent back" else "csat_reviewed"
        _write(world, said.by, ticket_id, at, _review_text(said, number, reference), tag)
        if said.dispute:
            later = said.at(DISPUTED_AFTER, world.anchor)
            text = _dispute_text(said, number, reference, _reference(world, later, ticket_id))
            _write(world, said.note.author, ticket_id, later, text)


def _said(world: World, notes: Sequence[Note]) -> Iterator[Said]:
    """Yield a note sent back that its author has still to answer, two disputes of which the records bear out one, and
    a review by somebody who may not review."""
    lead = people.SIGN_INS["admin"]
    by_kind = {kind: note for note in notes for index, kind in world.planted.items() if note.story.index == index}
    if free := by_kind.get(delivered.FREE):
        yield Said(
            free, lead, "sent back",
            "Please write the note in its format.\nAs it stands, nobody can find it by its outcome.",
            {"format-kept": Doubt("no", "Typed without the format", ""),
             "note-complete": Doubt("no", "Field left empty", "Outcome and rationale are missing.")},
        )  # fmt: skip
    vague, unreasoned = by_kind.get(delivered.EMPTY_SUMMARY), by_kind.get(delivered.NO_REASON)
    if vague:
        yield Said(
            vague, lead, "sent back", "Name the concern, please.",
            {"concern-named": Doubt("no", "Too vague to tell", "This summary would fit any survey.")},
            "The customer's comment stands on this very ticket. I see no use in writing it down again.",
        )  # fmt: skip
    elif unreasoned:
        yield Said(
            unreasoned, lead, "sent back", "Say why, please.",
            {"note-complete": Doubt("no", "Field left empty", "“Why” is empty.")},
            "With this outcome there is nothing to explain.",
        )  # fmt: skip
    spoken_of = {people.FREE_HANDED, people.COPYING, *(one.author for one in (vague or unreasoned,) if one)}
    if timely := _timely(world, notes, spoken_of):
        hours = (timely.replied_at - timely.story.created) / timedelta(hours=1)
        yield Said(
            timely, lead, "sent back", "The customer waited too long for us.",
            {"in-time": Doubt("no", "Opened too late", "More than a day after the survey.")},
            f"The survey came on {timely.story.created:%-d %B at %H:%M} and my reply went out on "
            f"{timely.replied_at:%-d %B at %H:%M} (UTC). That is {hours:.1f} hours, and not a day.",
        )  # fmt: skip
    if copied := by_kind.get(delivered.COPIED):
        yield Said(copied, copied.author, "accepted", "Checked, all fine.")


def _timely(world: World, notes: Sequence[Note], spoken_of: Collection[Staff]) -> Note | None:
    """Return a note without a fault whose reply came in time, by somebody whom nothing else is said of."""
    free = (one for one in notes if one.story.index not in world.planted and one.author not in spoken_of)
    return next((one for one in free if one.reply), None)


def _write(world: World, person: Staff, ticket_id: int, at: datetime, text: str, *tags: str) -> None:
    held = world.hold(ticket_id)
    if held is None:
        return
    asked = {"comment": {"body": text, "public": False}, "tags": [*held.ticket["tags"], *tags]}
    writes.apply(writes.Change(world, person, asked, at, world.new_id()), held)


def _review_text(said: Said, number: int, reference: str) -> str:
    answers = {
        name: said.doubts[name].answer if name in said.doubts else _best(line, said.note)
        for name, line in LINES.items()
    }
    lines = [text for name, answer in answers.items() for text in _line_texts(name, answer, said.doubts.get(name))]
    return "\n".join(
        [
            "CSAT review", f"Note: {number}", f"Verdict: {said.verdict}", f"Scorecard: {SCORECARD}",
            f"Score: {_score(answers)}", f"Comment: {_continued(said.comment)}", f"Reference: {reference}",
            "Lines of the scorecard", *lines,
        ]
    )  # fmt: skip


def _dispute_text(said: Said, number: int, review_reference: str, reference: str) -> str:
    lines = [f"{LINES[name].label} [{name}] = {_best(LINES[name], said.note)}" for name in said.doubts]
    return "\n".join(
        [
            "CSAT answer to a review", f"Note: {number}", f"Review: {review_reference}", "Answer: disputes",
            f"Words: {_continued(said.dispute)}", f"Reference: {reference}", "Lines of the scorecard", *lines,
        ]
    )  # fmt: skip


def _best(line: Line, note: Note) -> str:
    return "n/a" if line.only and note.outcome not in line.only else line.best


def _line_texts(name: str, answer: str, doubt: Doubt | None) -> Iterator[str]:
    yield f"{LINES[name].label} [{name}] = {answer}"
    if doubt is not None:
        yield f"· cause: {doubt.cause}"
        if doubt.comment:
            yield f"· comment: {doubt.comment}"


def _continued(text: str) -> str:
    return text.replace("\n", "\n  ")


def _score(answers: Mapping[str, str]) -> str:
    counted = [(LINES[name], QUARTERS[answer]) for name, answer in answers.items() if answer in QUARTERS]
    reached = sum(line.weight * quarters for line, quarters in counted)
    whole = 4 * sum(line.weight for line, _ in counted)
    failed = any(line.critical and not quarters for line, quarters in counted)
    ending = "fails" if failed or 100 * reached < PASSES_FROM * whole else "passes"
    return f"{1000 * reached // whole / 10:.1f} %, {ending}"


def _reference(world: World, at: datetime, ticket_id: int) -> str:
    """Return a UUIDv7 that is the same in each world of this seed and time."""
    chance = dice(world.seed, "reference", ticket_id, at.isoformat())
    number = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64
    return str(UUID(int=number | 0b10 << 62 | chance.getrandbits(62)))
