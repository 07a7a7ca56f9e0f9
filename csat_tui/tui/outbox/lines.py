"""Draw effects: their state, ticket, age and history."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from csat_tui.domain.effect import EffectEvent, EffectState, OutboxSummary
from csat_tui.store.outbox import OutboxItem
from csat_tui.store.outbox.attempts import Attempt
from csat_tui.tui.base.keymap import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import Line, wrap
from csat_tui.tui.base.text import age, safe, safe_line, stamp

LOOKS: dict[EffectState, tuple[str, str, str]] = {
    EffectState.MISDELIVERED: ("!", "misplaced", "$bad"),
    EffectState.ASKING: ("!", "in doubt", "$bad"),
    EffectState.DAMAGED: ("!", "damaged", "$bad"),
    EffectState.CONFLICT: ("!", "conflict", "$bad"),
    EffectState.REJECTED: ("✘", "refused", "$bad"),
    EffectState.SENDING: ("↑", "sending", "$fair"),
    EffectState.UNKNOWN: ("?", "checking", "$fair"),
    EffectState.QUEUED: ("·", "waiting", "$muted"),
    EffectState.CONFIRMED: ("✔", "delivered", "$good"),
    EffectState.WITHDRAWN: ("–", "withdrawn", "$muted"),
}
"""Glyph, word and colour of each state."""

EVENTS = {
    EffectEvent.CLAIMED: "sent",
    EffectEvent.LANDED: "arrived",
    EffectEvent.NOT_SENT: "could not be sent",
    EffectEvent.LOST: "no answer came",
    EffectEvent.STALE: "stopped: the ticket had changed",
    EffectEvent.REBASED: "sent again: nothing important had changed",
    EffectEvent.REFUSED: "refused",
    EffectEvent.FOUND: "found there",
    EffectEvent.MISDELIVERED: "arrived, but with the wrong visibility",
    EffectEvent.ABSENT: "not found there",
    EffectEvent.UNDONE: "undone",
    EffectEvent.RETRIED: "sent again by you",
    EffectEvent.ACCEPTED_AS_SENT: "marked as delivered by you",
    EffectEvent.GIVEN_UP: "withdrawn by you",
}
"""The words for each event in an effect's history."""

GROUPS: tuple[tuple[str, frozenset[EffectState]], ...] = (
    (
        "Needs you",
        frozenset(
            {
                EffectState.MISDELIVERED,
                EffectState.DAMAGED,
                EffectState.ASKING,
                EffectState.CONFLICT,
                EffectState.REJECTED,
            }
        ),
    ),
    ("On its way", frozenset({EffectState.SENDING, EffectState.UNKNOWN})),
    ("Waiting", frozenset({EffectState.QUEUED})),
    ("Settled", frozenset({EffectState.CONFIRMED, EffectState.WITHDRAWN})),
)
"""The groups of the list in their order: effects that need the person come first."""

ADVICE: dict[EffectState, str] = {
    EffectState.MISDELIVERED: "It has arrived, but with the wrong visibility. Correct it at the help desk, then "
    "{outbox.seen} marks it as done and lets the rest of the decision go on.",
    EffectState.ASKING: "It was sent, no answer came, and it was not found there. Look at the ticket: "
    "{outbox.seen} if you see it there, "
    "{outbox.retry} sends it again, {outbox.withdraw} withdraws it.",
    EffectState.DAMAGED: "It is not sent, and the later effects of its decision wait. End csat-tui and run "
    "“csat-tui doctor --repair”, which restores it from the ledger; or {outbox.withdraw} withdraws it.",
    EffectState.CONFLICT: "The ticket has changed since you looked at it. {outbox.settle} shows both sides.",
    EffectState.REJECTED: "The help desk refused it. Correct the cause, then {outbox.retry} tries again, "
    "or {outbox.withdraw} withdraws it.",
    EffectState.UNKNOWN: "It was sent and no answer came. "
    "csat-tui asks the help desk whether it is there before anything is sent again.",
    EffectState.QUEUED: "It waits for its turn. {outbox.withdraw} withdraws it.",
}
"""What the person can do, by state."""


ELSEWHERE: dict[EffectState, str] = {
    EffectState.ASKING: "It may or may not have arrived. Look where it goes: {outbox.seen} if you see it there, "
    "{outbox.retry} sends it again, {outbox.withdraw} withdraws it.",
    EffectState.REJECTED: "It was refused. Correct the cause, then {outbox.retry} tries again, "
    "or {outbox.withdraw} withdraws it.",
}
"""The same for effects that do not go to the help desk."""

HELD = ("·", "held", "$muted")
"""Glyph, word and colour of an effect that waits for an earlier effect of its decision that needs a person."""

HELD_ADVICE = "It waits behind {}, which needs you first. {{outbox.withdraw}} withdraws it."


def summary_line(summary: OutboxSummary) -> Content:
    """Return the number of effects in each state; those that need the person come first."""
    parts = [
        (summary.needs_person, "needs you" if summary.needs_person == 1 else "need you", "bold $bad"),
        (summary.sending, "sending", "$fair"),
        (summary.unknown, "being checked", "$fair"),
        (summary.waiting, "waiting", ""),
        (summary.held, "waiting behind what needs you", "$muted"),
    ]
    counts = [Content.styled(f"{count:,} {words}", style) for count, words, style in parts if count]
    if not counts:
        return Content.styled("Everything has arrived.", "$muted")
    return Content.styled(" · ", "$faint").join(counts)


def held(items: Sequence[OutboxItem]) -> dict[int, OutboxItem]:
    """Return, by id of each effect that waits, the earlier effect of its decision that needs a person first."""
    blocked: dict[int, OutboxItem] = {}
    for item in items:
        if item.state.needs_person and item.declaration.holds_back:
            first = blocked.setdefault(item.decision_id, item)
            if item.position < first.position:
                blocked[item.decision_id] = item
    return {
        item.id: before
        for item in items
        if item.state is EffectState.QUEUED
        and (before := blocked.get(item.decision_id)) is not None
        and item.position > before.position
    }


def named(item: OutboxItem, customer: str = "") -> str:
    """Return a phrase that names an effect: its kind, its destination, and its case."""
    words = item.declaration.words
    where = f" {words.onto} ticket #{item.ticket_id}" if item.ticket_id else ""
    if not where and words.names_destination:
        where = f" ({_destination(item)})"
    whose = f" for {customer}" if customer else ""
    return f"the {words.label}{where}{whose} (case {item.survey_id})"


def arranged(items: Sequence[OutboxItem]) -> list[OutboxItem]:
    """Return the effects group by group, oldest first; effects with the wrong visibility come before all others."""
    groups = [[item for item in items if item.state in states] for _, states in GROUPS]
    groups[0].sort(key=lambda item: item.state is not EffectState.MISDELIVERED)
    return [item for group in groups for item in group]


def list_lines(items: Sequence[OutboxItem], width: int, now: datetime, *, more: str = "") -> list[Line]:
    """Return the lines of the list: a heading for each group, one or two lines for each effect, and the text `more`."""
    if not items:
        return [Line(Content.styled("The outbox is empty: everything has arrived.", "$muted"))]
    lines: list[Line] = []
    heading = ""
    blocked = held(items)
    for index, item in enumerate(items):
        title = next(name for name, states in GROUPS if item.state in states)
        if title != heading:
            heading = title
            count = sum(other.state in dict(GROUPS)[title] for other in items)
            if lines:
                lines.append(Line(Content("")))
            lines.append(Line(Content.assemble((title, "bold"), (f"  {count}", "$muted"))))
        lines += [Line(line, index) for line in _row(item, blocked.get(item.id), width, now)]
    if more:
        lines.append(Line(Content("")))
        lines += [Line(line) for line in wrap(safe_line(more, "$muted", 200), width, indent=0)]
    return lines


def _row(item: OutboxItem, blocked_by: OutboxItem | None, width: int, now: datetime) -> list[Content]:
    glyph, word, colour = LOOKS[item.state] if blocked_by is None else HELD
    kind = Content.styled(f"{item.declaration.words.short:<8}", "$public" if item.public else "")
    left = Content.assemble((f"{glyph} ", f"bold {colour}"), (f"{word:<10}", colour), kind, " ")
    parts = [_destination(item)] if item.ticket_id else [_destination(item), f"case {item.survey_id}"]
    left = left + safe_line(" · ".join(filter(None, parts)), "$muted", width)
    when = age(item.changed_at, now)
    line = left.truncate(max(width - 5, 8), ellipsis=True, pad=True) + Content.styled(f"{when:>5}", "$muted")
    rows = [line]
    if blocked_by is not None:
        rows += wrap(safe_line(f"behind {_short(blocked_by)}, which needs you", "$muted", 300), width)
    elif item.reason and not item.state.settled:
        rows += wrap(safe_line(item.reason, "$muted", 300), width)
    return rows


def _short(item: OutboxItem) -> str:
    return named(item).removesuffix(f" (case {item.survey_id})")


def detail_lines(
    item: OutboxItem,
    history: Sequence[Attempt],
    width: int,
    now: datetime,
    *,
    blocked_by: OutboxItem | None = None,
    keys: InKeys = DEFAULT_KEYS,
) -> list[Line]:
    """Return the details of one effect: what the person can do, its destination, its text and its history.

    `blocked_by` is an earlier effect of the same decision that needs a person first.
    """
    glyph, word, colour = HELD if blocked_by else LOOKS[item.state]
    blocks: list[list[Content]] = [
        wrap(Content.assemble((word, f"bold {colour}"), "  ", _where(item)), width, Content.styled(glyph, colour))
    ]
    if item.reason:
        blocks.append(wrap(safe(item.reason, colour), width))
    held_advice = HELD_ADVICE.format(_short(blocked_by)) if blocked_by else ""
    advice = keys(held_advice or (ADVICE if item.ticket_id else ADVICE | ELSEWHERE).get(item.state, ""))
    if item.state in (EffectState.QUEUED, EffectState.UNKNOWN) and not blocked_by and item.not_before > now:
        advice = f"{advice} Next at {item.not_before.astimezone():%H:%M:%S}."
    if advice:
        blocks.append([Content(""), *wrap(safe(advice), width, indent=0)])
    words = _words(item)
    bar = Content.styled("▌", "$public" if item.public else "$internal")
    blocks.append([Content(""), *(bar + Content(" ") + line for line in words.wrap(max(width - 2, 4)))])
    if item.reference:
        receipt = safe_line(f"Receipt {item.reference}", "$muted")
        if item.landed_at is not None:
            receipt = receipt + Content(" ") + safe_line(f"· arrived {stamp(item.landed_at, now)}", "$muted")
        blocks.append([Content(""), *wrap(receipt, width, indent=0)])
    blocks.append([Content(""), Content.styled("What happened", "bold")])
    for attempt in history:
        event = EVENTS[EffectEvent(attempt.event)] if attempt.event in set(EffectEvent) else attempt.event
        if attempt.event == EffectEvent.ABSENT and item.ticket_id is None:
            event = "you must look for it"  # csat-tui cannot ask there
        head = f"{stamp(attempt.at, now)}  {event}"
        if attempt.event == EffectEvent.CLAIMED and attempt.attempt > 1:
            head += f", attempt {attempt.attempt}"
        blocks.append(wrap(safe_line(head, "$muted"), width, indent=0))
        if attempt.sentence:
            blocks.append(wrap(safe(attempt.sentence), width))
    if not history:
        blocks.append([Content.styled("nothing yet", "$muted")])
    blocks.append([Content(""), *wrap(safe_line(f"Operation {item.op_id}", "$faint"), width, indent=0)])
    return [Line(line) for block in blocks for line in block]


def _where(item: OutboxItem) -> Content:
    words = item.declaration.words
    text = words.label
    if item.ticket_id:
        text += f" {words.onto} ticket #{item.ticket_id}"
    elif destination := _destination(item):
        text += f" · {destination}"
    if item.status is not None:
        text += f" · sets {item.status}"
    if item.add_tags:
        text += f" · tags {' '.join(item.add_tags)}"
    where = safe_line(text)
    return where + Content.styled("  the customer sees this", "bold $public") if item.public else where


def _destination(item: OutboxItem) -> str:
    """Return an effect's destination: a ticket, a channel, a form, the address of a mail."""
    return item.declaration.words.destination(item.ticket_id, item.details)


def _words(item: OutboxItem) -> Content:
    """Return the content of an effect: a text, a mail with its subject, or cells with their headings."""
    if item.cells:
        room = max(len(heading) for heading in item.cells)
        return safe("\n".join(f"{heading:<{room}}  {text}" for heading, text in item.cells.items()))
    words = item.declaration.words
    text = words.text(item.body, item.details)
    heading = words.heading(item.details)
    return safe(heading, "bold") + safe(f"\n\n{text}") if heading else safe(text)
