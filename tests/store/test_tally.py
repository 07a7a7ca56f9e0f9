"""The counts that the queue shows are the real ones, whatever happened before."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csat_tui.domain.case import Stage
from csat_tui.domain.decide import Decision
from csat_tui.domain.ids import TicketId
from csat_tui.store import cases
from csat_tui.store.cases import queue, surveys
from csat_tui.store.database import Database
from tests.builders import NOON, the_playbook
from tests.store.shelf import Shelf, arriving, put

NUMBERS = st.integers(1, 6)
STEPS = st.one_of(
    st.tuples(st.just("arrive"), NUMBERS, st.sampled_from([1.0, 4.0, None]), st.integers(1, 3)),
    st.tuples(st.just("decide"), NUMBERS),
    st.tuples(st.just("reopen"), NUMBERS),
    st.tuples(st.just("snooze"), NUMBERS),
    st.tuples(st.just("wake"), st.integers(0, 9)),
    st.tuples(st.just("put away"), NUMBERS),
)


def take(database: Database, name: str, number: int, *more: object) -> None:
    """Do one thing that can happen to a case."""
    if name == "arrive":
        rating, source = more
        put(database, arriving(number, rating=rating, problem="" if rating else "?", source_ticket_id=TicketId(source)))  # type: ignore[call-overload]
        return
    with database.write() as connection:
        if name == "wake":
            surveys.wake(connection, NOON + timedelta(hours=number))
            return
        if name == "put away":
            surveys.put_away(connection, [TicketId(9_900_000 + number)])
            return
        found = surveys.by_ticket(connection, 9_900_000 + number)
        case = cases.load_case(connection, found[0], the_playbook()) if found else None
        if case is None:
            return
        if name == "decide" and case.stage in (Stage.OPEN, Stage.SNOOZED):
            cases.put_decision(connection, case, Decision("no-response", {}, ()), by="Ana", at=NOON)
        elif name == "reopen" and case.decision_id is not None:
            cases.reopen(connection, case.id, case.decision_id)
        elif name == "snooze":
            cases.snooze(connection, case.id, NOON + timedelta(hours=number))


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=25))
def test_the_counts_are_the_real_ones_after_anything(steps: list[tuple[object, ...]]) -> None:
    with Shelf() as database:
        for name, *arguments in steps:
            take(database, str(name), *arguments)  # type: ignore[arg-type]
        with database.read() as connection:
            counted = queue.counts(connection, NOON + timedelta(days=1, minutes=4))
            real = connection.exec_driver_sql('SELECT stage, path, count(*) FROM "case" GROUP BY 1, 2').all()
            tally = connection.exec_driver_sql("SELECT stage, path, cases FROM tally WHERE cases <> 0").all()
            due = connection.exec_driver_sql(
                "SELECT count(*) FROM \"case\" WHERE stage = 'open' AND due_at <= ?",
                (int((NOON + timedelta(days=1, minutes=4)).timestamp() * 1000),),
            ).scalar()
        assert sorted(map(tuple, tally)) == sorted(map(tuple, real))
        assert counted.open == sum(count for stage, _, count in real if stage == Stage.OPEN)
        assert counted.overdue == due
        assert sum(counted.by_stage.values()) == sum(count for _, _, count in real)
