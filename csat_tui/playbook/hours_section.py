"""Read the business hours: the hours of each weekday, the holidays, and the time zone that they are in."""

import re
from datetime import date, datetime, timedelta

from csat_tui.domain.business_hours import WEEKDAYS, BusinessHours, OpenSpan
from csat_tui.toml_file import Table

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_EXPECTED = "hours such as “09:00-17:00”"
_MIDNIGHT = timedelta(days=1)


def read_business_hours(table: Table) -> BusinessHours:
    """Return the business hours; a weekday that is left out has none."""
    table.name = "[business_hours]"
    time_zone = table.time_zone("time_zone", "")
    before = table.log.count
    week = tuple(_day(table, weekday) for weekday in WEEKDAYS)
    if not any(week) and table.log.count == before:
        table.log.add(
            table.place, f"{table.name} has a week without hours, so that nothing would ever be due: "
            'write those of a day, such as monday = ["09:00-17:00"]'
        )  # fmt: skip
    holidays = _holidays(table)
    table.finish()
    return BusinessHours(week, holidays, time_zone)


def _day(table: Table, weekday: str) -> tuple[OpenSpan, ...]:
    """Return the hours of a weekday in their order."""
    found: list[tuple[OpenSpan, str]] = []
    for index, text in enumerate(table.texts(weekday, optional=True)):
        span, problem = _span(text)
        if span is not None and not problem:
            problem = next(
                (
                    f"which overlaps “{other_text}”: join the two, or leave a time between them"
                    for other, other_text in found
                    if span.start < other.end and other.start < span.end
                ),
                "",
            )
        if problem or span is None:
            table.log.add((*table.place, weekday, index), f"“{weekday}” of {table.name} has “{text}”, {problem}")
        else:
            found.append((span, text))
    return tuple(sorted((span for span, _ in found), key=lambda span: span.start))


def _span(text: str) -> tuple[OpenSpan | None, str]:
    """Return the hours that a text says, or the end of a sentence about what is wrong."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None, f"expected {_EXPECTED}"
    start, end = (timedelta(hours=int(match[at]), minutes=int(match[at + 1])) for at in (1, 3))
    if int(match[2]) > 59 or int(match[4]) > 59 or start >= _MIDNIGHT or end > _MIDNIGHT:
        return None, "expected times from 00:00 to 24:00"
    if start == end:
        return None, "which begins and ends at the same time; a whole day is “00:00-24:00”"
    if start > end:
        first, last = f"{match[1]}:{match[2]}-24:00", f"00:00-{match[3]}:{match[4]}"
        return None, f"which ends before it begins; over midnight write “{first}” here and “{last}” on the next day"
    return OpenSpan(start, end), ""


def _holidays(table: Table) -> frozenset[date]:
    """Return the holidays: dates, or texts that are dates."""
    if not table.has("holidays"):
        return frozenset()
    written = table.data["holidays"]
    if not isinstance(written, list):
        table.wrong("holidays", f"“holidays” of {table.name} is no list, expected dates such as [2026-12-25]")
        return frozenset()
    found = set()
    for index, one in enumerate(written):
        day = _date(one)
        if day is None:
            table.log.add(
                (*table.place, "holidays", index),
                f"“holidays” of {table.name} has “{one}”, which is no date; expected one such as 2026-12-25",
            )
        else:
            found.add(day)
    return frozenset(found)


def _date(written: object) -> date | None:
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    try:
        return date.fromisoformat(written) if isinstance(written, str) and len(written) == 10 else None
    except ValueError:
        return None
