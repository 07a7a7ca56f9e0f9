"""The reviewer's samples: drawn after a preview, with a note replaced for a reason, listed, and coverage by agent."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import uuid_utils
from sqlalchemy import Connection

from csat_tui.domain.ids import UserId
from csat_tui.domain.review.sample import (
    LARGEST_SAMPLE,
    LARGEST_SEED,
    QUOTA_PERIOD,
    Candidate,
    SampleMethod,
    draw_sample,
    next_in_stratum,
)
from csat_tui.store.database import Database
from csat_tui.store.review import NoteInList, delivered_note
from csat_tui.store.review import samples as kept
from csat_tui.store.review.population import DrawnBy, NotesToDraw, notes_to_draw, notes_to_draw_then
from csat_tui.store.review.samples import AgentCoverage, ItemState, Sample, SampleItem
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.review_loop import ReviewLoop

DUE_IN = timedelta(days=7)
"""Until when a sample is to be reviewed if nobody says."""

LONGEST_REASON = 1_000
"""Characters of a reason for a replacement."""

_NEW_SEEDS = 2**32
"""New seeds are below this, so that a person can type one again."""


class NotSampled(Exception):
    """A sample was not drawn, or a note not replaced; its text says why, and that nothing was changed."""


@dataclass(frozen=True, slots=True)
class SampleWish:
    """What to draw: `size` notes, or for a quota so many of each agent; from a period, to be reviewed until a time."""

    method: SampleMethod
    size: int
    since: datetime
    until: datetime
    due_at: datetime
    seed: int


@dataclass(frozen=True, slots=True)
class AgentShare:
    """How many notes of one agent a sample has, how many could be drawn, and how many are covered already."""

    agent: str
    drawn: int
    free: int
    covered: int


@dataclass(frozen=True, slots=True)
class SamplePreview:
    """A sample before it is drawn; `population_hash` says from what, so that it can be drawn from just that."""

    wish: SampleWish
    notes: tuple[NoteInList, ...]
    population: int
    population_hash: str
    agents: tuple[AgentShare, ...]
    not_audited: int
    """How many notes that can be drawn have no risk yet."""


@dataclass(frozen=True, slots=True)
class SampleProgress:
    """A sample, and how many of its notes stand where."""

    sample: Sample
    open: int
    done: int
    replaced: int
    gone: int
    overdue: int


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """What a sample is drawn from if it is drawn again, and whether that gives the same notes."""

    population: int
    population_hash: str
    same_notes: bool

    def same_population(self, sample: Sample) -> bool:
        """Whether the notes are those from which the sample was drawn."""
        return self.population_hash == sample.population_hash


class SamplesDesk:
    """What a reviewer does with samples: every method is one short transaction on the store. Works offline."""

    def __init__(self, database: Database, desk: Desk, loop: ReviewLoop) -> None:
        self._database = database
        self._desk = desk
        self._loop = loop

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self._desk.now

    def wish(self, method: SampleMethod, size: int) -> SampleWish:
        """Return the wish of somebody who says nothing else: the last seven days, due in seven, a new seed."""
        now = self._desk.now
        return SampleWish(
            method, size, now - QUOTA_PERIOD, now, end_of_day(now + DUE_IN), secrets.randbelow(_NEW_SEEDS)
        )

    def reviewer_id(self) -> UserId | None:
        """Return the person's number at the help desk; None until the first sync. Raises StoreError."""
        return self._loop.person().id

    def preview(self, wish: SampleWish) -> SamplePreview:
        """Return what would be drawn. Raises NotSampled, StoreError."""
        self._check(wish)
        reviewer = self._reviewer("Nothing was drawn")
        with self._database.read() as connection:
            return _drawn(connection, reviewer, wish)

    def draw(self, wish: SampleWish, seen: str = "") -> Sample:
        """Draw a sample and keep it; `seen` is the population's hash that the person saw in a preview.

        Raises NotSampled where there is nothing to draw or the notes have changed since, StoreError.
        """
        self._check(wish)
        number, name = reviewer = self._reviewer("Nothing was drawn")
        with self._database.write("notes") as connection:
            drawn = _drawn(connection, reviewer, wish)
            if seen and seen != drawn.population_hash:
                raise NotSampled(
                    "Notes have come or were reviewed since the preview. Nothing was drawn; look at it again."
                )
            if not drawn.notes:
                raise NotSampled(_why_nothing(drawn))
            sample = Sample(
                str(uuid_utils.uuid7()), number, name, self._desk.now, wish.method, wish.seed, wish.size, wish.since,
                wish.until, drawn.population, drawn.population_hash, wish.due_at,
            )  # fmt: skip
            kept.put_sample(connection, sample, drawn.notes)
        return sample

    def replace(self, comment_id: int, reason: str) -> tuple[SampleItem, NoteInList | None]:
        """Replace a note of a sample by the next of its stratum; returns its item and what took its place.

        Raises NotSampled, StoreError.
        """
        reason = reason.strip()
        if not reason or len(reason) > LONGEST_REASON:
            raise NotSampled(
                f"A replacement needs a reason, in at most {LONGEST_REASON:,} characters. Nothing was replaced."
            )
        author = self._reviewer("Nothing was replaced")
        with self._database.write("notes") as connection:
            item = _replaceable(kept.items_of(connection, comment_id), comment_id)
            sample = kept.sample_of(connection, item)
            there = notes_to_draw(connection, _draw_of(sample))
            earlier = {one.comment_id for one in kept.sample_items(connection, [sample.id])}
            free = [one for one in there.population.notes if one.comment_id not in earlier]
            found = next_in_stratum(free, sample.method, sample.seed, item.stratum)
            successor = None if found is None else delivered_note(connection, found.comment_id)
            kept.replace_item(connection, item, successor, reason, author, self._desk.now)
        return item, successor

    def samples(self, limit: int, beginning: str = "") -> list[SampleProgress]:
        """Return the samples that were drawn last with their progress, the latest first. Raises StoreError.

        On request only those whose id has a beginning.
        """
        with self._database.read() as connection:
            found = kept.samples(connection, limit, beginning)
            items = kept.sample_items(connection, [one.id for one in found])
        states = Counter((item.sample_id, item.state) for item in items)
        late = Counter(item.sample_id for item in items if self.overdue(item))
        return [
            SampleProgress(
                one, states[one.id, ItemState.OPEN], states[one.id, ItemState.DONE],
                states[one.id, ItemState.REPLACED], states[one.id, ItemState.GONE], late[one.id],
            )
            for one in found
        ]  # fmt: skip

    def items(self, sample: Sample) -> list[SampleItem]:
        """Return the notes of a sample in the order in which they came into it. Raises StoreError."""
        with self._database.read() as connection:
            return kept.sample_items(connection, [sample.id])

    def check(self, sample: Sample) -> SampleCheck:
        """Draw a sample again from the notes that could be drawn then, as far as they are here. Raises StoreError."""
        with self._database.read() as connection:
            policy = self._desk.review_policy
            then = notes_to_draw_then(connection, _draw_of(sample), sample.at, policy).population
            items = kept.sample_items(connection, [sample.id])
        again = [one.comment_id for one in draw_sample(then, sample.method, sample.size, sample.seed)]
        first = [item.comment_id for item in items if item.at == sample.at]
        return SampleCheck(len(then.notes), then.digest(sample.method), again == first)

    def overdue(self, item: SampleItem) -> bool:
        """Whether a note of a sample still waits for its review after its time."""
        return item.state is ItemState.OPEN and item.due_at < self._desk.now

    def coverage(self, since: datetime, until: datetime) -> list[AgentCoverage]:
        """Return how much of each agent's notes of a period is reviewed. Raises StoreError."""
        with self._database.read() as connection:
            return kept.coverage(connection, since, until, self._desk.now)

    def _reviewer(self, nothing: str) -> tuple[UserId, str]:
        """Return the person's number and name. Raises NotSampled where they are not known, or may not review."""
        person = self._loop.person()
        if (why := self._loop.why_no_reviewer()) or person.id is None:
            raise NotSampled(f"{nothing}: {why}.")
        return person.id, person.name

    def _check(self, wish: SampleWish) -> None:
        nothing = "Nothing was drawn."
        if not 1 <= wish.size <= LARGEST_SAMPLE:
            raise NotSampled(f"A sample has from 1 to {LARGEST_SAMPLE:,} notes, not {wish.size:,}. {nothing}")
        if not 0 <= wish.seed <= LARGEST_SEED:
            raise NotSampled(f"A seed is a whole number from 0 to {LARGEST_SEED}. {nothing}")
        if wish.since >= wish.until:
            raise NotSampled(f"The period ends before it begins. {nothing}")
        if wish.due_at < self._desk.now:
            raise NotSampled(f"The day by which the sample is due is over. {nothing}")


def end_of_day(moment: datetime) -> datetime:
    """Return the last moment of a day of this machine's zone."""
    return moment.astimezone().replace(hour=23, minute=59, second=59, microsecond=999_000)


def due_day_words(due_at: datetime, now: datetime) -> str:
    """Return in words until when a note is to be reviewed, by days of this machine's zone."""
    days = (due_at.astimezone().date() - now.astimezone().date()).days
    if due_at < now:
        late = max(-days, 1)
        return f"overdue by {late} {'day' if late == 1 else 'days'}"
    return "due today" if not days else "due tomorrow" if days == 1 else f"due in {days} days"


def _drawn(connection: Connection, reviewer: tuple[UserId, str], wish: SampleWish) -> SamplePreview:
    there = notes_to_draw(connection, DrawnBy(*reviewer, wish.since, wish.until))
    drawn = draw_sample(there.population, wish.method, wish.size, wish.seed)
    notes = [delivered_note(connection, one.comment_id) for one in drawn]
    return SamplePreview(
        wish, tuple(note for note in notes if note is not None), len(there.population.notes),
        there.population.digest(wish.method), _shares(there, drawn), there.not_audited,
    )  # fmt: skip


def _draw_of(sample: Sample) -> DrawnBy:
    return DrawnBy(sample.author_id, sample.author, sample.since, sample.until)


def _shares(there: NotesToDraw, drawn: Sequence[Candidate]) -> tuple[AgentShare, ...]:
    """Return what a sample has of each agent with notes of the period, by their names."""
    free = Counter(one.agent for one in there.population.notes)
    taken = Counter(one.agent for one in drawn)
    covered = there.population.covered
    shares = [
        AgentShare(name, taken[agent], free[agent], covered.get(agent, 0)) for agent, name in there.agents.items()
    ]
    return tuple(sorted(shares, key=lambda one: one.agent.casefold()))


def _why_nothing(preview: SamplePreview) -> str:
    if preview.population:
        return f"Each agent has its quota of {preview.wish.size} already. Nothing was drawn."
    return (
        "There are no notes of others in this period that are neither reviewed nor in a sample. "
        "Nothing was drawn; choose an earlier beginning, or run “csat-tui sync” for new ones."
    )


def _replaceable(items: Sequence[SampleItem], comment_id: int) -> SampleItem:
    """Return the place in a sample that a note can leave. Raises NotSampled with the reason where there is none."""
    for item in items:
        if item.state in (ItemState.OPEN, ItemState.GONE):
            return item
    raise NotSampled(f"Note {comment_id} {_why_not_replaceable(items)}. Nothing was replaced.")


def _why_not_replaceable(items: Sequence[SampleItem]) -> str:
    if not items:
        return "is in no sample"
    if items[0].state is ItemState.DONE:
        return "is reviewed already, so that it stays in its sample"
    if items[0].replaced_by is None:
        return "was replaced already; its stratum had no other note"
    return f"was replaced already, by note {items[0].replaced_by}"
