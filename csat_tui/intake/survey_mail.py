"""Read the survey in a survey ticket, line by line, as Qualtrics wrote it (source document 000, overview).

`plain_text` makes the text plain, `survey_items` classifies its lines, and `survey_layout` decides over the whole
survey which figure answers which question. What is not certain is held and reported, never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from csat_tui.domain.ids import FactorId, TicketId
from csat_tui.domain.playbook import Factor, Playbook
from csat_tui.domain.survey import Arrival, Survey, as_arrival, overall_rating
from csat_tui.domain.ticket import Ticket
from csat_tui.intake.plain_text import plain_line, plain_lines, unquoted
from csat_tui.intake.question_line import Certainty, QuestionRecogniser, asks_for_comment, comment_behind
from csat_tui.intake.survey_heading import is_debris, is_footer, is_mail_header, is_rule
from csat_tui.intake.survey_items import SurveyItem, survey_items
from csat_tui.intake.survey_layout import SurveyLayout, lay_out

LONGEST_SURVEY = 256 * 1024
"""Characters of a survey ticket; a help desk takes a quarter of that, and a survey is a hundredth."""

_MOST_TOLD = 4
"""The most problems that are listed for a survey; with more, a person reads it anyway."""
_FEWEST_HEADERS = 2
"""Lines such as “To: …” that make headers of a mail; a single one may be somebody's words."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of a survey names, and the places of its lines."""

    tickets: tuple[int, ...] = ()
    customer: str = ""
    agent: str = ""
    used: frozenset[int] = frozenset()


def source_of(ticket_id: TicketId) -> str:
    """Return the unique key of the survey in a ticket."""
    return f"ticket:{ticket_id}"


def arrival_of(ticket: Ticket, playbook: Playbook) -> Arrival:
    """Return the survey of a ticket with its path and due time, with the customer's name from the ticket."""
    survey = parse_survey(ticket, playbook)
    if ticket.requester_name and survey.customer.casefold() == ticket.requester_email.casefold():
        survey = replace(survey, customer=ticket.requester_name)
    return as_arrival(survey, playbook)


def parse_survey(ticket: Ticket, playbook: Playbook) -> Survey:
    """Return the survey of a survey ticket; what cannot be read is named in `problem`, never dropped.

    Never raises. Ratings are found by the playbook's fragments, beside their question or on lines of their own.
    """
    text = ticket.description
    if len(text) > LONGEST_SURVEY:
        return _held(ticket, f"it is longer than {LONGEST_SURVEY // 1024:,} KiB, which no survey is")
    lines = plain_lines(text, [fragment for factor in playbook.factors for fragment in factor.match])
    items = survey_items(lines, QuestionRecogniser(playbook.factors))
    indents = [_indent(lines[item.first]) for item in items]
    laid = lay_out(items, playbook.factors, indents)
    first, last = (min(laid.used), max(laid.used)) if laid.used else (len(items), -1)
    head = _head(items, last)
    tickets = [number for number in head.tickets if number != ticket.id] or list(head.tickets)
    ratings = {
        factor.id: token.value
        for factor in playbook.factors
        if (token := laid.answers.get(factor.id)) is not None and token.value is not None
    }
    return Survey(
        source=source_of(ticket.id),
        received_at=ticket.created_at,
        survey_ticket_id=ticket.id,
        source_ticket_id=TicketId(tickets[0]) if len(tickets) == 1 else None,
        customer=head.customer,
        agent=head.agent,
        ratings=ratings,
        rating=overall_rating(ratings, playbook),
        comment=_comment(lines, items, laid, head, first, last),
        problem=_problem(tickets, items[: last + 1], laid, ratings, playbook.factors),
        raw=text,
    )


def _held(ticket: Ticket, why: str) -> Survey:
    """Return the survey of a ticket that is not read at all."""
    return Survey(
        source=source_of(ticket.id),
        received_at=ticket.created_at,
        survey_ticket_id=ticket.id,
        problem=f"could not be read: {why}",
        raw=ticket.description[:LONGEST_SURVEY],
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _head(items: Sequence[SurveyItem], last: int) -> _Head:
    """Return what the lines above the comment name: those before the last rating, or a block right behind it."""
    above = [place for place, item in enumerate(items) if item.heading and (place < last or last < 0)]
    below: list[int] = []
    for place in range(last + 1, len(items) if last >= 0 else 0):
        if items[place].what not in ("heading", "debris", "rule"):
            break
        below.append(place)
    head = _named(items, above)
    behind = _named(items, below)
    if not head.tickets and behind.tickets and (behind.customer or behind.agent):
        return _named(items, [*above, *below])
    return head


def _named(items: Sequence[SurveyItem], places: Sequence[int]) -> _Head:
    found = [(place, heading) for place in places if (heading := items[place].heading)]
    tickets = dict.fromkeys(number for _, heading in found for number in heading.tickets)
    customer = next((heading.customer for _, heading in found if heading.customer), "")
    agent = next((heading.agent for _, heading in found if heading.agent), "")
    used = {
        place
        for place, heading in found
        # A second “Customer …” that says something else is rather a customer's sentence.
        if heading.customer in (None, customer) and heading.agent in (None, agent)
    }
    return _Head(tuple(tickets), customer, agent, frozenset(used))


def _comment(
    lines: Sequence[str], items: Sequence[SurveyItem], laid: SurveyLayout, head: _Head, first: int, last: int
) -> str:
    """Return the customer's words as they stand: whatever is neither heading, question, rating nor debris."""
    quoted = _quoted(lines, items, laid)
    kept = [unquoted(line) if quoted else line for line in lines]
    parts = _words_above(kept, items, laid, head, first, last)
    behind = max((items[place].last for place in {*laid.used, *(one for one in head.used if one > last)}), default=-1)
    parts.append(_words_behind(kept[behind + 1 :]) if last >= 0 else "")
    return "\n\n".join(filter(None, parts))


def _quoted(lines: Sequence[str], items: Sequence[SurveyItem], laid: SurveyLayout) -> bool:
    """Return whether the survey is quoted in the mail, so that the marks are no part of what was said."""
    marks = [lines[items[place].first].lstrip().startswith(">") for place in laid.used]
    return sum(marks) * 2 > len(marks)


def _words_above(
    lines: Sequence[str], items: Sequence[SurveyItem], laid: SurveyLayout, head: _Head, first: int, last: int
) -> list[str]:
    """Return the words before and among the ratings, those that stood together in one piece."""
    end = last if last >= 0 else len(items)
    headers = [place for place in range(min(first, end)) if is_mail_header(items[place].text)]
    outside = frozenset(headers) if len(headers) >= _FEWEST_HEADERS else frozenset()
    pieces: list[list[str]] = []
    before = -1
    for place in range(end):
        item = items[place]
        if place in laid.used or place in head.used or place in outside or not _is_words(items, place, first):
            continue
        said = list(lines[item.first : item.last + 1])
        if place == before + 1 and pieces:
            pieces[-1].extend([""] * item.gap)
            pieces[-1].extend(said)
        else:
            pieces.append(_uninvited(said))
        before = place
    return ["\n".join(piece).rstrip() for piece in pieces]


def _is_words(items: Sequence[SurveyItem], place: int, first: int) -> bool:
    """Return whether a line that was not read as anything is somebody's words."""
    item = items[place]
    if item.what == "question" and item.asked is not None and place < first:
        if is_debris(item.text):
            return False
        title = item.asked.kind is Certainty.SURE and item.asked.blank
        return not title or (place + 1 < len(items) and items[place + 1].what == "words" and not items[place + 1].gap)
    if item.what == "heading":
        return not (item.heading and item.heading.wants)
    return item.what in ("words", "question", "figure") or bool(comment_behind(item.text))


def _words_behind(lines: Sequence[str]) -> str:
    """Return the words below the ratings, without the invitation to write them and what stands below everything."""
    start, end = 0, len(lines)
    while end and (not lines[end - 1].strip() or is_footer(plain_line(lines[end - 1]))):
        end -= 1
    while start < end and _introduces(lines[start], rest=any(line.strip() for line in lines[start + 1 : end])):
        start += 1
    return "\n".join(_uninvited(list(lines[start:end]))).rstrip()


def _introduces(line: str, *, rest: bool) -> bool:
    text = plain_line(line)
    return not text or asks_for_comment(text) or (rest and is_rule(text))


def _uninvited(lines: list[str]) -> list[str]:
    """Return lines without the invitation on the first of them."""
    if lines and (said := comment_behind(plain_line(lines[0]))):
        return [said, *lines[1:]]
    return lines


def _problem(
    tickets: Sequence[int],
    items: Sequence[SurveyItem],
    laid: SurveyLayout,
    ratings: dict[FactorId, int],
    factors: Sequence[Factor],
) -> str:
    """Say in one sentence what could not be read; empty where everything was."""
    lacking = []
    if not tickets:
        lacking.append("no ticket number")
    elif len(tickets) > 1:
        lacking.append("two ticket numbers, " + " and ".join(f"#{number}" for number in tickets[:4]))
    odd = [
        f"{factor.label} rated {token.odd}"
        for factor in factors
        if (token := laid.answers.get(factor.id)) is not None and token.odd
    ]
    said = [item.problem for item in items if item.problem]
    unclear = [*odd, *laid.problems, *dict.fromkeys(said)]
    if not ratings:
        lacking.append("no ratings")
    elif missing := [factor.label for factor in factors if factor.id not in laid.answers and not _told(factor, laid)]:
        lacking.append("no rating for " + ", ".join(missing))
    lacking.extend(unclear[:_MOST_TOLD])
    if len(unclear) > _MOST_TOLD:
        lacking.append(f"and {len(unclear) - _MOST_TOLD} more")
    return f"could not be read: {'; '.join(lacking)}" if lacking else ""


def _told(factor: Factor, laid: SurveyLayout) -> bool:
    return any(factor.label in problem for problem in laid.problems)
