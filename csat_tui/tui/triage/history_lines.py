"""Draw a customer's tickets: the list with the advice for each, and the one under the cursor in full."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from csat_tui.domain.merge_plan import merge_sentences, status_word
from csat_tui.domain.merging import Advice, MergeVerdict
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Ticket
from csat_tui.store.customers import CustomerHistory
from csat_tui.tui.base.keys import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import Line, hang
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.base.time_text import age, ago
from csat_tui.tui.triage.transcript.other_ticket_lines import VERDICTS, state_words

WIDE = 90
"""Cells from which on a ticket takes one line of the list instead of two."""


def list_lines(known: CustomerHistory, playbook: Playbook, now: datetime, width: int) -> list[Line]:
    """Return the case's own ticket as a heading, then one item for each other ticket."""
    lines = [Line(line) for line in _own(known, playbook, now, width)]
    for index, one in enumerate(known.others):
        lines += [Line(line, index) for line in _row(one.ticket, known, playbook, now, width)]
    if not known.others:
        nothing = "No other tickets of this customer." if known.asked_at else "The help desk was not asked yet."
        lines.append(Line(Content.styled(nothing, "$muted")))
    if known.asked_at is not None:
        lines.append(Line(Content.styled(f"from the help desk, {ago(known.asked_at, now)}", "$faint")))
    return lines


def detail_lines(
    known: CustomerHistory, index: int, playbook: Playbook, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS
) -> list[Line]:
    """Return everything about one ticket: state, verdict with its reasons, what a merge would do."""
    if not 0 <= index < len(known.others):
        return []
    ticket = known.others[index].ticket
    blocks = [
        hang(safe_line(f"#{ticket.id} {ticket.subject}", "bold"), width, indent=0),
        hang(safe_line(state_words(ticket, playbook, now), "$muted"), width, indent=0),
    ]
    if ticket.requester_email:
        blocks.append(hang(safe_line(f"{ticket.requester_name} <{ticket.requester_email}>", "$muted"), width, indent=0))
    if ticket.id in known.moving:
        blocks.append(
            hang(
                Content.styled(keys("Something is being sent to it; the outbox ({app.outbox}) has it."), "$fair"), width
            )
        )
    advice = known.advised(ticket.id)
    if advice is None:
        blocks.append([Content.styled("The playbook has no rules for merging.", "$muted")])
    else:
        blocks += _advised(advice, playbook, width)
    return [Line(line) for block in blocks for line in block]


def _advised(advice: Advice, playbook: Playbook, width: int) -> list[list[Content]]:
    glyph, words, style = VERDICTS[advice.verdict]
    heading = Content.assemble((words.capitalize(), style), (f" · {advice.rule}", "$muted"))
    blocks = [[Content("")], hang(heading, width, Content.styled(glyph, style))]
    blocks += [hang(safe(_sentence(reason)), width, Content.styled("·", "$muted")) for reason in advice.reasons]
    if advice.plan is not None:
        would = "A merge does this:" if advice.verdict is MergeVerdict.MERGE else "If you merge them anyway:"
        blocks += [[Content("")], [Content.styled(would, "$muted")]]
        blocks += [
            hang(safe(line), width, Content.styled("→", "$muted")) for line in merge_sentences(advice.plan, playbook)
        ]
    return blocks


def _own(known: CustomerHistory, playbook: Playbook, now: datetime, width: int) -> list[Content]:
    if known.hand is None:
        return [Content.styled("No ticket of this case is here yet.", "$muted")]
    ticket = known.hand.ticket
    state = f"{status_word(ticket.status, playbook)} · {age(ticket.created_at, now)}"
    return hang(safe_line(f"The case's own: #{ticket.id} {state} · {ticket.subject}", "$muted", width), width)[:1]


def _row(ticket: Ticket, known: CustomerHistory, playbook: Playbook, now: datetime, width: int) -> Sequence[Content]:
    advice = known.advised(ticket.id)
    glyph, words, style = VERDICTS[advice.verdict] if advice is not None else (" ", "", "$muted")
    state = status_word(ticket.status, playbook)
    owner = ticket.assignee_name or ("—" if ticket.assignee_id is None else "somebody")
    head = Content.styled(f"{glyph} ", style) + Content(f"#{ticket.id:<9} ")
    head += _column(state, 15, "") + Content.styled(f"{age(ticket.created_at, now):>4}  ", "$muted")
    head += _column(owner, 16, "$muted")
    verdict = Content.styled(words, style)
    if width < WIDE:
        first = (head + verdict).truncate(width, ellipsis=True)
        return [first, Content("  ") + safe_line(ticket.subject, "$muted", width - 2)]
    room = max(width - head.cell_length - 18, 8)
    subject = safe_line(ticket.subject, "", room)
    line = head + Content(" ") + subject + Content(" " * max(room - subject.cell_length + 1, 1)) + verdict
    return [line.truncate(width, ellipsis=True)]


def _column(text: str, width: int, style: str) -> Content:
    """Return a text cut or padded to a column, and a space behind it."""
    shown = safe_line(text, style, width - 1)
    return shown.pad_right(width - shown.cell_length)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
