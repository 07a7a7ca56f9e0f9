"""What a table's rows survive: declared beside the table, and followed by the ledger, recovery and retention."""

from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.schema import sort_tables
from sqlmodel import SQLModel


class InLedger(StrEnum):
    """Which rows of a table the ledger keeps, so that a rebuilt database has them again."""

    NOTHING = "nothing: it is fetched, counted or found out again"
    EVERY_ROW = "every row"
    WORKED_ON = "surveys from a file and those that a person has worked on, with their cases; the others come again"
    BY_NAME = "the rows of some names"


class WhenOld(StrEnum):
    """What retention does with a table's rows, and what a removal keeps of them for a week."""

    STAYS = "nothing: it holds no words of customers"
    GOES = "the survey itself"
    WITH_SURVEY = "they go with their survey (`survey_id`)"
    WITH_EFFECT = "they go with their effect (`outbox_id`)"
    LEAVES_SHELL = "they go with their survey (`survey_id`) but for a shell without the customer's words"
    CUSTOMER = "they go when no survey of the customer is left"
    SHIFT = "a completed shift"
    LIST = "a list of low scores that is accounted for"
    WITH_LIST = "they go with their list (`report_id`)"


def lifetime(ledger: InLedger, retention: WhenOld) -> dict[str, Any]:
    """Return the `__table_args__` that declare what the ledger and retention do with a table."""
    return {"info": {"in_ledger": ledger, "when_old": retention}}


def in_ledger(table: Table) -> InLedger:
    """Return what the ledger keeps of a table. Raises TypeError where its class does not declare a lifetime."""
    return InLedger(_declared(table, "in_ledger"))


def when_old(table: Table) -> WhenOld:
    """Return what retention does with a table's rows. Raises TypeError where its class does not declare a lifetime."""
    return WhenOld(_declared(table, "when_old"))


@cache
def all_tables() -> tuple[Table, ...]:
    """Return every table of the database, each after those that it refers to."""
    return tuple(sort_tables(SQLModel.metadata.tables.values()))


def kept_tables(*kinds: InLedger) -> tuple[str, ...]:
    """Return the names of the tables of which the ledger keeps this, in the order of `all_tables`."""
    return tuple(table.name for table in all_tables() if in_ledger(table) in kinds)


def removed_tables(*fates: WhenOld) -> tuple[str, ...]:
    """Return the names of the tables whose rows retention treats so, in the order of `all_tables`."""
    return tuple(table.name for table in all_tables() if when_old(table) in fates)


def _declared(table: Table, what: str) -> str:
    try:
        return str(table.info[what])
    except KeyError:
        raise TypeError(
            f"table “{table.name}” does not say what the ledger and retention do with its rows: give its class "
            "`__table_args__ = lifetime(…)`"
        ) from None
