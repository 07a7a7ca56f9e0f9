"""Draw the head of another ticket of the customer: its state, and that it is not the case's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from csat_tui.domain.merge_plan import status_word
from csat_tui.domain.merging import Advice, MergeVerdict
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Message, Ticket
from csat_tui.tui.base.keys import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import hang
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.base.time_text import age, day

VERDICTS = {
    MergeVerdict.MERGE: ("⇥", "merge", "bold $good"),
    MergeVerdict.LOOK: ("?", "look yourself", "$fair"),
    MergeVerdict.APART: ("·", "do not merge", "$muted"),
    MergeVerdict.MERGED: ("✔", "already merged", "$muted"),
}
"""Glyph, words and colour of each verdict."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another ticket of a case's customer, the `number`th of `of`; `messages` is empty until it is here."""

    ticket: Ticket
    messages: Sequence[Message]
    number: int
    of: int
    advice: Advice | None = None


def beside_lines(
    beside: Beside, playbook: Playbook, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS
) -> list[Content]:
    """Return the head of another ticket: that it is one, its state, and what the rules say about it."""
    ticket = beside.ticket
    count = f" ({beside.number} of {beside.of})" if beside.of > 1 else ""
    title = Content.assemble(
        (" Another ticket of this customer ", "bold $background on $accent"), (f"{count} read only · ", "$muted"),
        (keys("{transcript.own-ticket}"), "bold $accent"), (" goes back", "$muted"),
    )  # fmt: skip
    lines = hang(title, width, indent=0)
    lines += hang(safe_line(f"#{ticket.id} {ticket.subject}", "bold"), width, indent=0)
    lines += hang(safe_line(state_words(ticket, playbook, now), "$muted"), width, indent=0)
    if beside.advice is not None:
        glyph, words, style = VERDICTS[beside.advice.verdict]
        other = f" with #{beside.advice.beside.id}" if beside.advice.verdict is MergeVerdict.MERGE else ""
        reasons = "; ".join(beside.advice.reasons)
        said = Content.assemble((f"{words}{other}", style), ("  ", ""), safe_line(reasons, "$muted"))
        lines += hang(said, width, Content.styled(glyph, style))
    return lines


def state_words(ticket: Ticket, playbook: Playbook, now: datetime) -> str:
    """Return a ticket's status in the organisation's word, its age, owner and channel."""
    parts = [
        status_word(ticket.status, playbook), f"{age(ticket.created_at, now)} old, of {day(ticket.created_at, now)}",
        ticket.assignee_name or ("somebody's" if ticket.assignee_id else "nobody's"), ticket.channel.replace("_", " "),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)
