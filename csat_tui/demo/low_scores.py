"""The list of low scores that the survey tool sends every morning: who was unhappy, and a few rows that need care.

It knows more than the view: surveys that never became a ticket there. One row stands twice, and one is damaged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from csat_tui.demo import plan, story
from csat_tui.demo.world import World

LOW = 2
"""The highest overall rating that the list takes in."""
DAMAGED = "9.31E+06"
"""What a spreadsheet makes of a ticket's number when its column is too narrow."""
MISSING = 2
"""How many tickets of the desk are on the list that the view has no survey for; one more is not on the desk either."""


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


def low_scores(world: World, url: str, day: date | None = None) -> LowScores:
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
