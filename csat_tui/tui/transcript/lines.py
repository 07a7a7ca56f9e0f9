"""Draw the transcript: the survey, the messages, and the head of another ticket of the customer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from csat_tui.domain.case import AskedQuestion, Case
from csat_tui.domain.contact_clock import ContactState, contact_clock
from csat_tui.domain.merge_plan import status_word
from csat_tui.domain.merging import Advice, MergeVerdict
from csat_tui.domain.playbook import Playbook, RatingRule
from csat_tui.domain.survey import FROM_A_LIST, Survey, lowest_rating, mean_rating, reading_changes
from csat_tui.domain.ticket import Author, Message, Status, Ticket
from csat_tui.tui.base.keymap import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import wrap
from csat_tui.tui.base.text import age, day, safe, safe_line, stamp

WORST = 1.5
"""A rating below this has the colour of the worst ratings."""

QUESTIONS_SHOWN = 300
"""Characters shown of a question or an answer."""


def open_question(case: Case) -> AskedQuestion | None:
    """Return the newest open question about a case; None if there is none."""
    return next((question for question in reversed(case.questions) if question.answered_at is None), None)


def question_lines(case: Case, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS) -> list[Content]:
    """Return the lines of each question with its answer, or with the key to enter one."""
    lines: list[Content] = []
    for question in case.questions:
        head = safe_line(f"asked in #{question.channel.lstrip('#')}, {stamp(question.asked_at, now)}: ", "$muted")
        mark = Content.styled("?", "bold $fair") if question.answered_at is None else Content.styled("✔", "$good")
        lines += wrap(head + safe_line(_cut_question(question.text)), width, mark)
        if question.answered_at is None:
            parts = (
                ("not answered yet, ", "$muted"),
                (keys("{case.answer}"), "bold $accent"),
                (" enters the answer", "$muted"),
            )
            lines += wrap(Content.assemble(*parts), width)
        else:
            who = f"{question.answered_by}, " if question.answered_by else ""
            answer = safe_line(f"{who}{stamp(question.answered_at, now)}: ", "$muted") + safe_line(
                _cut_question(question.answer), "bold"
            )
            lines += wrap(answer, width)
    return lines


def _cut_question(text: str) -> str:
    return text if len(text) <= QUESTIONS_SHOWN else f"{text[:QUESTIONS_SHOWN]}…"


MENDINGS_SHOWN = 300
"""Characters shown of an earlier comment or of another survey's comment."""


def mending_lines(case: Case, playbook: Playbook, now: datetime, width: int) -> list[Content]:
    """Return the lines of each mending with author, time and changes, and of the surveys that this one replaced."""
    lines: list[Content] = []
    for mending in case.mendings:
        changes = (
            ", ".join(reading_changes(mending.before, mending.reading, playbook.factors)) or "confirmed as it was read"
        )
        sentence = f"fixed by {mending.by or 'somebody'}, {stamp(mending.at, now)}: {changes}"
        lines += wrap(safe_line(sentence, "$muted"), width, Content.styled("✎", "$fair"))
        if mending.before.comment.strip() and mending.before.comment != mending.reading.comment:
            before = " ".join(mending.before.comment.split())
            lines += wrap(safe_line(f"before: “{before[:MENDINGS_SHOWN]}”", "$muted"), width)
    for number, survey in case.replaced:
        figures = ", ".join(
            f"{factor.short} {survey.ratings[factor.id]}" for factor in playbook.factors if factor.id in survey.ratings
        )
        words = survey.headline or " ".join(survey.raw.split())
        sentence = f"another survey for this ticket, {stamp(survey.received_at, now)}, case {number}"
        if figures:
            sentence += f": {figures}"
        if words:
            sentence += f" “{words[:MENDINGS_SHOWN]}”"
        lines += wrap(safe_line(sentence, "$muted"), width, Content.styled("↩", "$fair"))
    return lines


def spoken_lines(case: Case, width: int) -> list[Content]:
    """Return the lines of the conversations with the client and the employee."""
    lines: list[Content] = []
    for held in case.conversations:
        words = safe_line(f"{held.words}: ", "$muted") + safe_line(_cut_question(" ".join(held.said.split())))
        lines += wrap(words, width, Content.styled("❝", "$accent"))
    return lines


COMMENT_FOLD = 8
"""Lines shown of a long comment until it is unfolded, so that the messages stay visible."""

COMMENT_LIMIT = 6_000
"""Characters shown of a comment or a survey's raw text; the help desk has the rest."""


def survey_lines(
    case: Case, playbook: Playbook, now: datetime, width: int, *, unfolded: bool = True, keys: InKeys = DEFAULT_KEYS
) -> list[Content]:
    """Return the lines of the survey for a width."""
    lines = _factors(case, playbook, width)
    survey = case.survey
    if survey.comment.strip():
        lines += _comment(survey.comment, width, keys, unfolded=unfolded)
    else:
        lines += wrap(Content.styled("— no comment —", "$muted"), width)
    if survey.problem:
        lines.append(Content(""))
        banner = Content.assemble(("! This survey needs fixing: ", "bold $bad"), safe(survey.problem, "$bad"))
        lines += wrap(banner, width, indent=0)
        if survey.raw.strip():
            lines += barred(safe(_cut(survey.raw.strip()), "$muted"), width, "$bad")
    lines += mending_lines(case, playbook, now, width)
    lines += spoken_lines(case, width)
    lines += question_lines(case, now, width, keys)
    lines += _contact_line(case, playbook, now, width)
    for one in case.escalated:
        told = safe_line(f"{one.words}, {stamp(one.at, now)}", "$muted")
        lines += wrap(told, width, Content.styled("↑", "$fair"))
    for sentence in _circumstances(case):
        lines += wrap(safe_line(sentence, "$muted"), width, Content.styled("·", "$muted"))
    for earlier in case.earlier:
        try:
            label = playbook.outcome(earlier.outcome_id).label
        except KeyError:
            label = earlier.outcome_id
        words = safe_line(f"decided before: {label.lower()}, {day(earlier.decided_at, now)}", "$muted")
        lines += wrap(words, width, Content.styled("↩", "$fair"))
    return lines


def is_long_comment(case: Case, width: int) -> bool:
    """Whether a comment is long enough to be folded."""
    return len(_comment(case.survey.comment, width, DEFAULT_KEYS, unfolded=True)) > COMMENT_FOLD + 1


def _comment(comment: str, width: int, keys: InKeys, *, unfolded: bool) -> list[Content]:
    lines = barred(safe(_cut(comment.strip())), width, "$internal")
    # Folding a single line would save nothing.
    if unfolded or len(lines) <= COMMENT_FOLD + 1:
        return lines
    hint = Content.styled(
        f"… {len(lines) - COMMENT_FOLD:,} more lines, {keys('{transcript.unfold}')} to unfold", "$accent"
    )
    return [*lines[:COMMENT_FOLD], hint]


def barred(text: Content, width: int, style: str) -> list[Content]:
    """Return a text wrapped to a width, with a bar before each line."""
    bar = Content.styled("▎ ", style)
    return [bar + line for line in text.wrap(max(4, width - 2))]


def rating_style(rating: float | None, low: float) -> str:
    """Return the style of a rating."""
    if rating is None or rating < WORST:
        return "bold $bad"
    return "bold $fair" if rating <= low else "bold $good"


def _factors(case: Case, playbook: Playbook, width: int) -> list[Content]:
    """Return the rating that counts, the mean, and the factors in few lines; a line never splits a factor."""
    survey = case.survey
    average = mean_rating(survey.ratings)
    first, rating = _that_counts(survey, playbook)
    style = rating_style(survey.rating, playbook.low)
    lines = [Content.assemble(("Survey", "bold"), "  ", (first, "$muted"), (rating, style))]
    if average is not None:
        lines[0] += Content.assemble((" ⌀ mean ", "$muted"), f"{average:.1f}")
    for factor in playbook.factors:
        if factor.id in survey.ratings:
            one = Content.assemble((factor.short, "$muted"), " ", str(survey.ratings[factor.id]))
            if lines[-1].cell_length + 2 + one.cell_length <= width:
                lines[-1] = lines[-1] + "  " + one
            else:
                lines.append(one)
    return lines


def _that_counts(survey: Survey, playbook: Playbook) -> tuple[str, str]:
    """Return the name and the value of the figure before the mean, as in the rows of the queue."""
    if playbook.rating is RatingRule.FACTOR:
        return f"{first_figure(playbook)} ", "?" if survey.rating is None else f"{survey.rating:.0f}"
    worst = lowest_rating(survey.ratings)
    return f"{first_figure(playbook)} ", "?" if worst is None else str(worst)


def first_figure(playbook: Playbook) -> str:
    """Return the name of the figure before the mean: a factor's name, or "lowest"."""
    if playbook.rating is not RatingRule.FACTOR:
        return "lowest"
    return next((factor.short for factor in playbook.factors if factor.id == playbook.rating_factor), "rating")


def _contact_line(case: Case, playbook: Playbook, now: datetime, width: int) -> list[Content]:
    """Return the line about the contact clock; none where nothing is due any more."""
    hours = playbook.business_hours
    clock = contact_clock(case)
    state = clock.state(now, hours)
    if state is ContactState.ENDED:
        return []
    style = {ContactState.OVERDUE: "bold $bad", ContactState.DUE_SOON: "$fair"}.get(state, "$muted")
    what = "" if state is ContactState.LATE else "contact "  # which says “contacted” itself
    told = Content.assemble((what, "$muted"), (clock.words(now, hours), style))
    moment = f", {stamp(case.contacted_at, now)}" if case.contacted_at else f", by {stamp(case.due_at, now)}"
    return wrap(told + Content.styled(moment, "$muted"), width, Content.styled("·", "$muted"))


def _circumstances(case: Case) -> list[str]:
    """Return sentences about circumstances of the case: its claim, and missing, closed, merged or deleted tickets."""
    sentences = [f"claimed by {case.claimed_by}"] if case.claimed_by else []
    if case.survey.source.startswith(FROM_A_LIST):
        sentences.append("the survey itself is not here; this comes from a list of low scores")
    ticket, number = case.source_ticket, case.survey.source_ticket_id
    for kind, candidate in (("survey ticket", case.survey_ticket), ("ticket", ticket)):
        if candidate is None:
            continue
        say: Callable[[str], None] = sentences.append
        if candidate.status is Status.DELETED:
            say(f"the {kind} #{candidate.id} was deleted at the help desk; this is an earlier copy")
        elif candidate.merged:
            say(f"the {kind} #{candidate.id} was merged into another ticket, where the conversation continues")
        elif candidate.status is Status.CLOSED:
            say(f"the {kind} #{candidate.id} is closed, so notes and replies cannot be added")
    if number is None:
        sentences.append("the survey does not name a ticket, so there is no transcript")
    sentences += [sentence for sentence in case.missing if "admin" not in sentence]
    return sentences


def _cut(text: str) -> str:
    return (
        text if len(text) <= COMMENT_LIMIT else f"{text[:COMMENT_LIMIT]}… {len(text) - COMMENT_LIMIT:,} more characters"
    )


FOLD = 40
"""Lines shown of a long message until it is unfolded."""

UNFOLD = 2_000
"""Lines shown of a message at most; the help desk has the rest."""

_CHANNELS = {
    "email": "e-mail", "mail": "e-mail", "native_messaging": "messaging", "chat": "chat", "web": "web form",
    "voice": "call", "phone": "call", "api": "", "system": "",
}  # fmt: skip


def message_lines(
    message: Message,
    now: datetime,
    width: int,
    *,
    unfolded: bool,
    current: bool,
    keys: InKeys = DEFAULT_KEYS,
    about: str = "",
) -> list[Content]:
    """Return the lines of a message for a width, folded if it is long; `about` says what is said of it."""
    if message.author is Author.SYSTEM:
        return [_header(message, now, width, current)]
    lines = [_header(message, now, width, current)]
    if about:
        lines += wrap(safe(about, "bold $accent"), width, Content.styled("▸", "bold $accent"))
    limit = UNFOLD if unfolded else FOLD
    body = message.body.strip("\r\n ")
    # Wrap no more than can be shown.
    head = "\n".join(body.split("\n", limit)[:limit])[: limit * width]
    shown = safe(head) if head else Content.styled("(no words)", "$muted")
    wrapped = shown.wrap(width) if message.public else barred(shown, width, "$internal")
    more = len(wrapped) - limit + _lines_of(body[len(head) :], width, begun=True)
    lines += wrapped[:limit]
    if more > 0:
        hint = "the rest is at the help desk, {case.open} opens it" if unfolded else "{transcript.unfold} to unfold"
        lines.append(Content.styled(f"… {more:,} more lines, {keys(hint)}", "$accent"))
    for attachment in message.attachments:
        name = safe_line(f"⎘ {attachment.name}", "$attachment", max(8, width - 10))
        size = Content.styled(f" {_size(attachment.size)}", "$attachment")
        lines.append(name + size)
        if attachment.remark:
            lines.append(safe_line(f"  {attachment.remark}", "$bad", width))
    return lines


def is_long(message: Message, width: int) -> bool:
    """Whether a message is long enough to be folded."""
    return _lines_of(message.body.strip("\r\n "), max(width, 1)) > FOLD


def _header(message: Message, now: datetime, width: int, current: bool) -> Content:
    quiet = "$accent" if current else "$faint"
    rule = "$accent" if current else "$hairline"
    author, kind, ink = _who(message)
    room = max(8, width - 22)
    parts: list[Content | tuple[str, str]] = [
        (stamp(message.created_at, now), quiet),
        (" ── ", rule),
        safe_line(author, ink, room),
        (" ", ""),
        safe_line(kind, "$internal" if not message.public else "$muted", max(4, room - 4)),
        (" ", ""),
    ]
    header = Content.assemble(*parts)
    rest = width - header.cell_length
    return header + Content.styled("─" * rest, rule) if rest > 0 else header.truncate(width, ellipsis=True)


def _who(message: Message) -> tuple[str, str, str]:
    """Return the author's name, the kind of the message, and the style of the name."""
    channel = _CHANNELS.get(message.channel, message.channel)
    through = f" · {channel}" if channel else ""
    match message.author:
        case Author.SYSTEM:
            return message.author_name, message.body or "an event", "bold"
        case Author.CUSTOMER:
            return message.author_name or "Customer", f"customer{through}", "bold"
        case Author.AGENT if message.public:
            return message.author_name or "Agent", f"public{through}", "bold $accent"
        case _:
            return message.author_name or "Agent", "internal note", "bold $internal"


def _lines_of(text: str, width: int, *, begun: bool = False) -> int:
    """Return an estimate of a text's lines; with `begun`, its first line continues an earlier one."""
    return sum(1 + len(line) // width for line in text.split("\n")) - begun if text else 0


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


VERDICTS = {
    MergeVerdict.MERGE: ("⇥", "merge", "bold $good"),
    MergeVerdict.LOOK: ("?", "look yourself", "$fair"),
    MergeVerdict.APART: ("·", "do not merge", "$muted"),
    MergeVerdict.MERGED: ("✔", "already merged", "$muted"),
}
"""Glyph, words and colour of each verdict about a merge."""


@dataclass(frozen=True, slots=True)
class OtherTicket:
    """Another ticket of the case's customer, the `number`th of `of`; `messages` is empty until it is fetched."""

    ticket: Ticket
    messages: Sequence[Message]
    number: int
    of: int
    advice: Advice | None = None


def other_ticket_lines(
    other_ticket: OtherTicket, playbook: Playbook, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS
) -> list[Content]:
    """Return the head of another ticket: a title that says so, its state, and the advice about it."""
    ticket = other_ticket.ticket
    count = f" ({other_ticket.number} of {other_ticket.of})" if other_ticket.of > 1 else ""
    title = Content.assemble(
        (" Another ticket of this customer ", "bold $background on $accent"), (f"{count} read only · ", "$muted"),
        (keys("{transcript.own-ticket}"), "bold $accent"), (" goes back", "$muted"),
    )  # fmt: skip
    lines = wrap(title, width, indent=0)
    lines += wrap(safe_line(f"#{ticket.id} {ticket.subject}", "bold"), width, indent=0)
    lines += wrap(safe_line(state_words(ticket, playbook, now), "$muted"), width, indent=0)
    if other_ticket.advice is not None:
        glyph, words, style = VERDICTS[other_ticket.advice.verdict]
        other = f" with #{other_ticket.advice.beside.id}" if other_ticket.advice.verdict is MergeVerdict.MERGE else ""
        reasons = "; ".join(other_ticket.advice.reasons)
        advice = Content.assemble((f"{words}{other}", style), ("  ", ""), safe_line(reasons, "$muted"))
        lines += wrap(advice, width, Content.styled(glyph, style))
    return lines


def state_words(ticket: Ticket, playbook: Playbook, now: datetime) -> str:
    """Return a ticket's status in the organisation's words, its age, owner and channel."""
    parts = [
        status_word(ticket.status, playbook), f"{age(ticket.created_at, now)} old, of {day(ticket.created_at, now)}",
        ticket.assignee_name or ("somebody's" if ticket.assignee_id else "nobody's"), ticket.channel.replace("_", " "),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)
