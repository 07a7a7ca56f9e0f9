"""The list of low scores that the survey tool sends every morning: its rows, its files, and the reports to download.

It knows more than the view: surveys that never became a ticket there. One row stands twice, and one is damaged.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from csat_tui.demo import people, plan, responses, story
from csat_tui.demo.names import BRAND
from csat_tui.demo.requests import world_of
from csat_tui.demo.world import World, unprocessable
from csat_tui.file_access import write_atomically

LOW = 2
"""The highest overall rating that the list takes in."""
DAMAGED = "9.31E+06"
"""A ticket's number as a spreadsheet shows it in too narrow a column."""
MISSING = 2
"""The number of tickets on the list without a survey in the view; another ticket is not at the desk either."""


@dataclass(frozen=True)
class LowScore:
    """One row: the ticket as it stands in its cell, when the survey came in, and what it says."""

    ticket: str
    at: datetime
    rating: int
    comment: str
    agent: str
    link: str


@dataclass(frozen=True)
class LowScores:
    """A list: the rows of surveys in the view, newest first, and those of surveys that are not there."""

    title: str
    until: datetime
    rows: tuple[LowScore, ...]
    missing: tuple[LowScore, ...]

    @property
    def whole(self) -> tuple[LowScore, ...]:
        """Give every row as the sheet has them: a missing one here and there, one twice, and one damaged."""
        if not self.rows:
            return self.missing
        third = len(self.rows) // 3
        twice = replace(self.rows[0], ticket=f"#{self.rows[0].ticket}")
        return (*self.rows[:third], *self.missing, *self.rows[third:], twice, self.damaged)

    @property
    def damaged(self) -> LowScore:
        """Give the row whose ticket cannot be told any more."""
        return replace(self.rows[-1], ticket=DAMAGED, link="", comment="(this row was cut off)")


def derive_low_scores(world: World, url: str, day: date | None = None) -> LowScores:
    """List the low scores of a day in UTC, or of the day up to now; url is where the desk's tickets are opened."""
    until = world.anchor if day is None else datetime.combine(day, time(), world.anchor.tzinfo) + timedelta(days=1)
    since = until - timedelta(days=1)
    rows = []
    for index in range(world.size):
        told = world.story(index)
        if told.created < since:
            break
        if told.created < until and told.ratings[0] <= LOW:
            rows.append(_row(told, url))
    spare = _missing(world, url, since)
    title = f"Low scores, {since:%d %b %H:%M} to {until:%d %b %Y %H:%M} UTC"
    return LowScores(title, until, tuple(rows), spare)


def _row(told: story.Story, url: str) -> LowScore:
    number = str(told.source_ticket_id)
    return LowScore(number, told.created, told.ratings[0], told.comment, told.case.facts["agent"], _link(url, number))


def _link(url: str, number: str) -> str:
    return f"{url}/agent/tickets/{number}"


def _missing(world: World, url: str, since: datetime) -> tuple[LowScore, ...]:
    """Give surveys whose tickets never reached the view: of resolved tickets, and of one that is not there any more."""
    numbers = [*_resolved(world), plan.ticket_number("source", world.size + plan.SOURCE_LAG)]
    said = ("Still nobody has told me where the meal went.", "Half an answer again.", "")
    return tuple(
        LowScore(str(number), since + timedelta(hours=3 + place), 1, said[place], "", _link(url, str(number)))
        for place, number in enumerate(numbers)
    )


def _resolved(world: World) -> Iterator[int]:
    found = 0
    for index in range(min(world.size, plan.BLOCK)):
        told = world.merging(index)
        for number in told.beside if told else ():
            record = world.ticket(number)
            if number != world.case(index).ticket and record and record["status"] == "solved" and found < MISSING:
                found += 1
                yield number


NAME = "low-scores"
HEADINGS = ("Ticket number", "Survey date", "Overall rating", "Comment", "Agent", "Link to ticket")
SENDER, TEAM = "reports@example.com", "csat-strike-team@example.com"


def _cells(row: LowScore) -> tuple[str, ...]:
    return row.ticket, f"{row.at:%Y-%m-%d %H:%M}", str(row.rating), row.comment, row.agent, row.link


def _in_mail(listed: LowScores) -> tuple[LowScore, ...]:
    """Give the rows of the mail's table; the missing ones stand in the mail that it quotes."""
    return (*listed.rows, listed.damaged) if listed.rows else ()


def as_csv(listed: LowScores) -> bytes:
    """Write the list as spreadsheets save it: a mark before UTF-8, and comments with their line breaks in quotes."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    writer.writerows(_cells(row) for row in listed.whole)
    return written.getvalue().encode("utf-8-sig", "replace")


def as_workbook(listed: LowScores) -> bytes:
    """Write the list as a workbook, with a title above its headings and real numbers, dates and links."""
    from openpyxl import Workbook  # only here: it takes its time to be imported
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    sheet = book.active
    sheet.title = "Low scores"
    sheet.append([listed.title])
    sheet.append([])
    sheet.append(HEADINGS)
    for line, row in enumerate(listed.whole, start=4):
        number = int(row.ticket) if row.ticket.isdigit() else row.ticket
        values = (number, row.at.replace(tzinfo=None), row.rating, row.comment, row.agent, row.link)
        for column, value in enumerate(values, start=1):
            said = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            cell = sheet.cell(line, column, said)
            if isinstance(value, str):
                cell.data_type = "s"  # whatever a comment begins with, it is no formula
        if row.link:
            sheet.cell(line, len(values)).hyperlink = row.link
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_text(listed: LowScores) -> bytes:
    """Write the mail as it looks pasted from a browser: a table by tabs, then a quoted mail, amid the usual noise."""
    table = ["\t".join(HEADINGS)]
    table += ["\t".join(" ".join(cell.split()) for cell in _cells(row)) for row in _in_mail(listed)]
    return "\n".join([*_greeting(listed), "", *table, "", *_closing(listed), ""]).encode("utf-8", "replace")


def as_mail(listed: LowScores) -> bytes:
    """Write the mail itself: one row a line in its text, and a table in its HTML."""
    mail = EmailMessage()
    mail["From"] = f"Survey reports <{SENDER}>"
    mail["To"] = f"Strike team <{TEAM}>"
    mail["Subject"] = listed.title
    mail["Date"] = format_datetime(listed.until)
    mail["Message-ID"] = "<low-scores@example.com>"
    lines = [line for row in _in_mail(listed) for line in _said(row)]
    mail.set_content(_sendable("\n".join([*_greeting(listed), "", *lines, "", *_closing(listed), ""])))
    mail.add_alternative(_sendable(_html(listed)), subtype="html")
    return mail.as_bytes()


def _sendable(text: str) -> str:
    """Give a text without what no mail may hold between its lines."""
    kept = "".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text)
    return kept.encode("utf-8", "replace").decode()


def _said(row: LowScore) -> list[str]:
    first = f"Ticket {row.ticket} | rated {row.rating} on {row.at:%d %b %H:%M} | {row.agent} | {row.link}"
    return [first, *(f"    {line}" for line in row.comment.split("\n") if line.strip()), ""]


def _greeting(listed: LowScores) -> list[str]:
    return [
        listed.title,
        "",
        "Good morning,",
        "",
        f"{len(listed.rows)} customers gave {BRAND} a 1 or a 2. Please see to each of them today.",
    ]


def _closing(listed: LowScores) -> list[str]:
    lead = people.LEAD
    quoted = [f"> - {row.link} (rated {row.rating}) {row.comment}".rstrip() for row in listed.missing]
    twice = [f"> - #{row.ticket}, I think that one is in the view as well" for row in listed.rows[:1]]
    return [
        "Kind regards,",
        "Survey reports",
        "You get this mail because you are on the strike team. Questions: extension 417.",
        "",
        f"{lead.name} <{lead.email}> wrote:",
        "> These came in by phone survey, so the view will not show them:",
        ">",
        *quoted,
        *twice,
    ]


def _html(listed: LowScores) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in HEADINGS)
    rows = (
        "".join(f"<td>{escape(cell).replace(chr(10), '<br>')}</td>" for cell in _cells(row)[:-1])
        + (f'<td><a href="{escape(row.link)}">open</a></td>' if row.link else "<td></td>")
        for row in _in_mail(listed)
    )
    above = "".join(f"<p>{escape(line)}</p>\n" for line in _greeting(listed) if line)
    below = "".join(f"<p>{escape(line)}</p>\n" for line in _closing(listed) if line)
    table = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f"<html><body>\n{above}<table>\n<tr>{head}</tr>\n{table}\n</table>\n{below}</body></html>\n"


KINDS: dict[str, tuple[str, Callable[[LowScores], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook),
    "txt": ("text/plain; charset=utf-8", as_text),
    "eml": ("message/rfc822", as_mail),
}
"""The media type of each kind of file, and the function that writes it."""


def write_all(listed: LowScores, folder: Path) -> list[Path]:
    """Write every kind of file into a folder, which is made where it is missing; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for kind, (_, write) in KINDS.items():
        file = folder / f"{NAME}.{kind}"
        write_atomically(file, write(listed))
        files.append(file)
    return files


def download(request: Request) -> Response:
    """Give the list of low scores of a day as a file; without a day, of the one up to now."""
    found = KINDS.get(request.path_params["kind"])
    if found is None:
        raise responses.no_endpoint()
    media_type, write = found
    asked = request.query_params.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else None
    except ValueError as problem:
        raise unprocessable(f"The day should be written as 2026-11-18, and is {asked[:40]!r}.") from problem
    content = write(derive_low_scores(world_of(request), responses.base_url(request), day))
    name = f"{NAME}.{request.path_params['kind']}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


ROUTES = [Route(f"/reports/{NAME}.{{kind}}", download)]
