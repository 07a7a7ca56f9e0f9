"""No question that a hot path asks walks through a table that grows with the history: each is found by an index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from csat_tui.domain.case import Draft
from csat_tui.domain.ids import TicketId, UserId
from csat_tui.store import customers, outbox
from csat_tui.store.cases import surveys
from csat_tui.store.cases.queue import QueueView
from csat_tui.store.database import Database
from csat_tui.store.outbox import damaged_effects, delivery_turns
from csat_tui.store.retention import known_time
from csat_tui.store.sheets import SheetView
from tests.builders import NOON
from tests.sync.bench import Bench, source_ticket, survey_ticket

GROWING = ("outbox", "delivery_attempt", "decision", "survey", "case", "ticket", "message", "answer", "tracker_row",
           "record", "question", "account", "requester", "purged")  # fmt: skip
"""Tables that grow with the history."""


class Asked:
    """The statements that a database was asked, each with one set of its parameters."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.statements: dict[str, Any] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        def hear(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
            self.statements.setdefault(statement, parameters[0] if many and parameters else parameters)

        event.listen(self._database._engine, "before_cursor_execute", hear)
        try:
            yield
        finally:
            event.remove(self._database._engine, "before_cursor_execute", hear)

    def walks(self) -> dict[str, list[str]]:
        """Return the statements whose plan walks a growing table without an index, with what it says."""
        found = {}
        with self._database.read(ledger=True) as connection:
            for statement, parameters in self.statements.items():
                if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)", statement):
                    continue
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).mappings().all()
                # The latest few are read from the end.
                if re.search(r"ORDER BY outbox.id DESC\s+LIMIT", statement):
                    continue
                bad = [step["detail"] for step in plan if _walks(step["detail"])]
                if bad:
                    found[statement] = bad
        return found


def _walks(detail: str) -> bool:
    named = re.match(r"SCAN (\w+)(?!.* INDEX | VIRTUAL TABLE)", detail)
    return named is not None and named[1] in (*GROWING, "earlier", "other", "outbox_1", "blocker")


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench.temporary()
    yield made
    made.clear()


async def test_a_decision_its_delivery_and_all_that_is_looked_at_meanwhile(bench: Bench) -> None:
    asked = Asked(bench.database)
    with asked.listening():
        first, second = bench.arrive(1), bench.arrive(2)
        bench.desk.rows_after(QueueView(), None, 50)
        bench.desk.counts()
        bench.desk.save_draft(first, Draft("follow-up", {"summary": "late"}))
        taken = bench.follow_up(first)
        bench.ask(second)
        bench.dispatch.summary()
        bench.dispatch.unsettled()
        bench.dispatch.recent()
        bench.dispatch.history(bench.effects(taken)[0].id)
        bench.dispatch.conflict(bench.effects(taken)[0].id)
        await bench.after_grace()
        await bench.run_down()
        await bench.errands.run_once()
        damaged_effects.check(bench.database, bench.clock.now())
        with bench.database.read() as connection:
            customers.with_unsettled_effects(connection, [source_ticket(1), survey_ticket(2)])
            customers.survey_tickets_among(connection, [source_ticket(1)])
            customers.tickets_of(connection, UserId(11))
            customers.history_fetched_at(connection, UserId(11))
            customers.cases_of(connection, UserId(11))
            customers.recount(connection, UserId(11), bench.desk.playbook)
            customers.recount_known(connection, [first, second], bench.desk.playbook)
            delivery_turns.other_owners(connection, UserId(901))
            delivery_turns.next_due(connection)
            known_time.known_time(connection, NOON)
        bench.deliverer.end_pauses()
        bench.desk.snooze_all([first, second], None)
        bench.desk.claim_all([first, second], mine=True)
    assert len(asked.statements) > 60
    assert asked.walks() == {}


def test_what_is_still_to_be_written_on_a_ticket_is_found_among_what_is_not_settled(bench: Bench) -> None:
    asked = Asked(bench.database)
    bench.ask(bench.arrive(1))
    with asked.listening(), bench.database.read() as connection:
        assert customers.with_unsettled_effects(connection, [survey_ticket(1), TicketId(5)]) == {survey_ticket(1)}
    [statement] = [one for one in asked.statements if "outbox" in one]
    with bench.database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", asked.statements[statement]).mappings()
        assert any("ix_outbox_unsettled" in step["detail"] or "ix_outbox_ticket_id" in step["detail"] for step in plan)


def test_the_tracker_is_read_in_windows(bench: Bench) -> None:
    from csat_tui.store import sheets

    asked = Asked(bench.database)
    with asked.listening(), bench.database.read() as connection:
        sheets.older(connection, SheetView(since=NOON), None, 50)
        outbox.recent(connection)
    assert asked.walks() == {}


def test_the_desk_is_gone_through_in_the_order_of_its_numbers_without_sorting_it_for_each_batch(bench: Bench) -> None:
    asked = Asked(bench.database)
    bench.arrive(1)
    with asked.listening(), bench.database.read() as connection:
        assert len(surveys.on_the_desk(connection, 0, 50)) == 1
    [(statement, parameters)] = asked.statements.items()
    with bench.database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).mappings().all()
    assert not [step for step in plan if "TEMP B-TREE" in step["detail"]]
