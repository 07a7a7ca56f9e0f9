"""A strike team's day before the demo listens: forty notes on survey tickets, ten of them with a planted fault each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from csat_tui.demo import people, writes
from csat_tui.demo.delivered_texts import CLOSING, FINDINGS, HEADS, NEEDLESS, REFUSED, TAGS, WORDS
from csat_tui.demo.people import Staff
from csat_tui.demo.plan import dice
from csat_tui.demo.story import Story
from csat_tui.demo.wire import Json
from csat_tui.demo.world import World

NOTES, FAULTY = 40, 10
LOOKED_AT = 60
"""So many of the newest surveys are looked at for those whose ticket a review finishes."""
CONTACT_WITHIN = timedelta(hours=24)
MUCH = "35.00"
"""A credit beyond the guide, whatever it is for."""
PLAIN_KINDS = ("low-comment", "rated-3-5", "low-silent")
TWO_SIDED = ("chat-left-open", "late-over-guide", "meals-not-changed")
"""Plots in whose follow-up the records can be read in two ways: a fault in them would not stand alone."""
CREDITED = ("promo-not-applied", "credit-promised", "plan-not-updated", "late-not-logged")

FREE, NO_REASON, EMPTY_SUMMARY, COPIED = "free-note", "empty-field", "empty-summary", "copied-rationale"
AGAINST_RECORDS, NO_TAG, NO_REPLY, NEEDLESS_REPLY = "against-records", "no-tag", "no-reply", "needless-reply"
REFUSED_WORDS, BEYOND_GUIDE, LATE, UNFOUNDED = "refused-words", "beyond-guide", "late-contact", "unfounded-finding"
ALWAYS = (FREE, COPIED)
"""The faults that are somebody's habit."""
KINDS = (
    FREE, COPIED, UNFOUNDED, LATE, AGAINST_RECORDS, BEYOND_GUIDE, REFUSED_WORDS, NO_REPLY, NO_REASON, EMPTY_SUMMARY,
    NO_TAG, NEEDLESS_REPLY,
)  # fmt: skip
"""Every fault that is planted, those first for which the fewest notes will do."""


@dataclass(frozen=True)
class Note:
    """A note before it is written: `lines` are its labelled lines, `head` stands above them."""

    story: Story
    author: Staff
    at: datetime
    outcome: str
    head: str
    lines: tuple[tuple[str, str], ...]
    reply: str
    tags: tuple[str, ...]
    free: str = ""
    """The whole text, where it is in no format."""

    @property
    def text(self) -> str:
        """The text as its author types it."""
        return self.free or _typed(self)

    @property
    def replied_at(self) -> datetime:
        """When the reply goes out: minutes before the note, and after the survey."""
        return self.at - min(timedelta(minutes=4), (self.at - self.story.created) / 3)

    def with_line(self, label: str, text: str) -> "Note":
        """Return the note with other words behind a label."""
        return replace(self, lines=tuple((name, text if name == label else words) for name, words in self.lines))


def deliver(world: World) -> list[Note]:
    """Write the day's notes and replies, oldest first, and tell the world where faults are planted.

    Returns the notes.
    """
    notes, world.planted = _written(world)
    for at, ticket_id, person, asked in sorted(_writes(world, notes), key=lambda one: one[:2]):
        held = world.hold(ticket_id)
        if held is None:
            continue
        tags = [*held.ticket["tags"], *asked.pop("more_tags", ())]
        writes.apply(writes.Change(world, person, asked | {"tags": tags}, at, world.new_id()), held)
    return notes


def _written(world: World) -> tuple[list[Note], dict[int, str]]:
    told = [world.story(index) for index in range(min(world.size, LOOKED_AT))]
    told = [one for one in told if one.expects in HEADS and one.kind != "repeat"][:NOTES]
    by_outcome = sorted(told, key=lambda one: one.expects)  # so that everybody has some of each outcome
    authors = _authors(world, len(told))
    notes = {one.index: _note(world, one, author) for one, author in zip(by_outcome, authors, strict=True)}
    planted: dict[int, str] = {}
    for kind in _in_turn(world.seed):
        found = _fit(world, kind, notes, planted) if len(planted) < min(len(told) // 4, FAULTY) else None
        if found is not None:
            notes[found.story.index] = found
            planted[found.story.index] = kind
    return list(notes.values()), planted


def _authors(world: World, count: int) -> Iterator[Staff]:
    """Yield the authors in turns, in another order in each round."""
    for round_ in range(count // len(people.STRIKE_TEAM) + 1):
        turn = list(people.STRIKE_TEAM)
        dice(world.seed, "authors", round_).shuffle(turn)
        yield from turn[: count - round_ * len(turn)]


def _in_turn(seed: int) -> list[str]:
    """Return the faults to plant: of the twelve, two come last and rest, one of them a fault of replies.

    Which two it is depends on the seed; they are planted where another finds no note.
    """
    first = (NO_REPLY, NEEDLESS_REPLY)[seed % 2]
    others = [kind for kind in KINDS if kind not in (*ALWAYS, NO_REPLY, NEEDLESS_REPLY)]
    second = others[(seed // 2 + 4) % len(others)]
    return [*(kind for kind in KINDS if kind not in (first, second)), second, first]


def _note(world: World, told: Story, author: Staff) -> Note:
    """Write what a careful reviewer of these habits writes, some hours after the survey came."""
    words, verdict = WORDS[told.plot], told.verdict
    chance = dice(world.seed, "note", told.index)
    waited = min((world.anchor - told.created) * chance.uniform(0.35, 0.85), CONTACT_WITHIN * chance.uniform(0.6, 0.95))
    summary = words.short if author in (people.TERSE, people.COPYING) else words.full
    lines = [("Summary", summary)]
    if verdict.outcome == "no-response":
        lines += [("Outcome", words.outcome), ("Why", words.why)]
        if not verdict.coaching:
            lines.append(("Review", "Nothing for {agent} to improve, and nothing to follow up with the customer."))
    elif verdict.outcome == "non-actionable":
        lines += [("Ground", FINDINGS[verdict.ground]), *words.lines, ("Why", words.why)]
    else:
        corrections = ("Put right", "; ".join(FINDINGS[one] for one in verdict.corrections))
        lines += [("Missed", "; ".join(FINDINGS[one] for one in verdict.findings))]
        before = [line for line in words.lines if line[0] not in CORRECTED]
        after = [line for line in words.lines if line[0] in CORRECTED]
        lines += [*before, corrections, *after, ("Resolution", words.resolution)]
    reply = f"Hi {{first}},\n\n{words.reply}\n\n{CLOSING}\n\nKind regards\n{{by}}" if words.reply else ""
    note = Note(
        told, author, told.created + timedelta(seconds=int(waited.total_seconds())), verdict.outcome,
        HEADS[verdict.outcome], tuple(line for line in lines if line[1]), reply, (TAGS[verdict.outcome],),
    )  # fmt: skip
    return replace(note, lines=tuple(_chatty(note))) if author is people.CHATTY else note


CORRECTED = ("Logged now as", "Refund", "Credit")
"""The lines about what was corrected in the account."""


def _chatty(note: Note) -> Iterator[tuple[str, str]]:
    for label, text in note.lines:
        if label == "Summary":
            yield label, f"{text}\nI read every mail of it twice, and I do see why {{first}} was upset."
        elif label in ("Why", "Resolution"):
            yield label, f"{text} I would do the same for anybody else in {{city}}."
        else:
            yield label, text


def _typed(note: Note) -> str:
    """Type the lines as the author does: by hand the labels come in another order, and in capitals or without."""
    head, lines = note.head, list(note.lines)
    if note.author is people.BY_HAND:
        capitals = note.story.index % 2 == 0
        head = head if capitals else head.capitalize()
        lines = [(label.upper() if capitals else label.lower(), text) for label, text in reversed(lines)]
    return "\n".join([head, *(f"{label}: {text}".rstrip().replace("\n", "\n  ") for label, text in lines)])


def _fit(world: World, kind: str, notes: Mapping[int, Note], planted: Mapping[int, str]) -> Note | None:
    """Return the first note that a fault can be planted in, with the fault in it; None where none will do.

    A fault that is somebody's habit may come beside a survey in another script, where they have no plain one.
    """
    free = [note for index, note in sorted(notes.items(), reverse=kind == LATE) if index not in planted]
    candidates = [note for note in free if note.story.kind in PLAIN_KINDS]
    if kind in ALWAYS:
        candidates += [note for note in free if note not in candidates]
    found = (_plant(world, kind, note, free) for note in candidates)
    return next((note for note in found if note is not None), None)


def _plant(world: World, kind: str, note: Note, others: Sequence[Note]) -> Note | None:
    told = note.story
    if kind == LATE:
        spare = world.anchor - told.created - CONTACT_WITHIN
        return replace(note, at=told.created + CONTACT_WITHIN + spare * 0.6) if spare > timedelta(hours=1) else None
    if note.outcome == "follow-up":
        return _plant_in_follow_up(kind, note)
    if note.outcome == "no-response":
        return _plant_in_no_response(kind, note, others)
    return None


def _plant_in_follow_up(kind: str, note: Note) -> Note | None:
    told = note.story
    if told.plot in TWO_SIDED:
        return None
    if kind == AGAINST_RECORDS and told.plot in ("cancel-not-done", "double-charge-missed"):
        said = (
            ("Summary", WORDS[told.plot].short),
            ("Outcome", "Explained"),
            ("Why", "All promised is done, {order}."),
        )
        return replace(note, outcome="no-response", head=HEADS["no-response"], lines=said, reply="", tags=("csat_nrn",))
    if kind == UNFOUNDED and told.plot == "refund-still-due":
        before = dict(note.lines).get("Missed", "")
        missed = "; ".join(filter(None, (before, FINDINGS["chat-left-no-mail"])))
        others = tuple(line for line in note.lines if line[0] != "Missed")
        place = [label for label, _ in others].index("Put right")
        unfounded = (("Missed", missed), ("Left open", "When the refund comes"))
        return replace(note, lines=(*others[:place], *unfounded, *others[place:]))
    if kind == BEYOND_GUIDE and told.plot in CREDITED:
        given = dict(note.lines)["Credit"].partition(" ")[0]
        resolution = dict(note.lines)["Resolution"].replace(given, MUCH)
        more = note.with_line("Credit", f"{MUCH} USD").with_line("Resolution", resolution)
        return replace(more, reply=note.reply.replace(given, MUCH))
    if kind == NO_REPLY:
        return replace(note, reply="")
    if kind == REFUSED_WORDS:
        return replace(note, reply=note.reply.replace(CLOSING, REFUSED))
    return None


def _plant_in_no_response(kind: str, note: Note, others: Sequence[Note]) -> Note | None:
    if kind == FREE and note.author is people.FREE_HANDED:
        words = WORDS[note.story.plot]
        return replace(
            note, free=f"Had a look at #{{ticket}}. {words.short} {words.why} Nothing more to do here. {{by}}"
        )
    if kind == COPIED and note.author is people.COPYING:
        before = [
            one for one in others if one.author is note.author and one.outcome == note.outcome and one.at < note.at
        ]
        if before:
            latest = max(before, key=lambda one: one.at)
            return note.with_line("Why", _filled(latest, dict(latest.lines)["Why"]))
    if kind == NO_REASON:
        return note.with_line("Why", "")
    if kind == EMPTY_SUMMARY:
        return note.with_line("Summary", "Checked, everything in order.")
    if kind == NO_TAG:
        return replace(note, tags=())
    if kind == NEEDLESS_REPLY:
        return replace(note, reply=f"Hi {{first}},\n\n{NEEDLESS}\n\nKind regards\n{{by}}")
    return None


def _filled(note: Note, text: str) -> str:
    behind = note.story.case
    credited = sum(Decimal(given.amount) for given in behind.plot.given if given.amount[:1].isdigit())
    more = {
        "rest": str(Decimal(behind.facts["total"]) - credited),
        "by": note.author.name.split()[0],
        "ticket": str(note.story.source_ticket_id),
    }
    return text.format(**behind.facts, **more)


def _writes(world: World, notes: Sequence[Note]) -> Iterator[tuple[datetime, int, Staff, Json]]:
    """Yield when who writes what to which ticket: a reply goes to the survey ticket where its source is closed."""
    for note in notes:
        survey = note.story.survey_ticket_id
        if note.reply:
            source = world.ticket(note.story.source_ticket_id)
            to = survey if source is None or source["status"] == "closed" else note.story.source_ticket_id
            yield note.replied_at, to, note.author, {"comment": {"body": _filled(note, note.reply), "public": True}}
        said = {"comment": {"body": _filled(note, note.text), "public": False}, "status": "solved"}
        yield note.at, survey, note.author, said | {"more_tags": note.tags}
