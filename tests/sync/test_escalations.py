"""Who should hear of a customer whom nobody has contacted does, in business hours, each step once, whatever happens."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.composing import Reach
from csat_tui.domain.contact_clock import ContactWay, in_time_zone
from csat_tui.domain.effect import EffectState, Mail
from csat_tui.domain.errors import Uncertain, Unreachable
from csat_tui.domain.escalation import LEAD, EscalatedBy, EscalationStep
from csat_tui.domain.ids import ViewId
from csat_tui.domain.recovery.rules import AlertContact, RecoveryRules, SupportGroup
from csat_tui.effects.channel_question import Question
from csat_tui.store import contact, escalations, named_values, outbox
from csat_tui.store.cases import surveys
from csat_tui.store.database import Database
from csat_tui.sync.engine import Engine
from csat_tui.workflow.playbook_changes import in_help_desk_zone
from tests.store.shelf import value
from tests.sync.bench import Bench, survey_ticket
from tests.sync.escalating import HOUR, HOURS, STEPS, ZONE, Escalated, escalating, local, shown

LEAD_MAIL, PHONE, MANAGERS = "lead@example.com", "lead-phone", "managers"


@pytest.fixture
def desk(bench: Bench) -> Escalated:
    bench.clock.at = local("Mon 08:00")
    made = Escalated(bench)
    made.run()  # the steps are known from here on
    return made


WEEK = [
    ("Mon 09:00", {LEAD_MAIL: "Mon 13:00", PHONE: "Mon 17:00", MANAGERS: "Wed 17:00"}),
    ("Mon 15:00", {LEAD_MAIL: "Tue 11:00", PHONE: "Tue 15:00", MANAGERS: "Fri 15:00"}),  # over nights and the holiday
    ("Tue 22:00", {LEAD_MAIL: "Wed 13:00", PHONE: "Wed 17:00", MANAGERS: "Mon 17:00"}),  # from the next morning
    ("Wed 16:00", {LEAD_MAIL: "Fri 12:00", PHONE: "Fri 16:00", MANAGERS: "Tue 16:00"}),
    ("Thu 12:00", {LEAD_MAIL: "Fri 13:00", PHONE: "Fri 17:00", MANAGERS: "Tue 17:00"}),  # on the holiday
    ("Fri 16:30", {LEAD_MAIL: "Mon 12:30", PHONE: "Mon 16:30", MANAGERS: "Wed 16:30"}),  # over the weekend
    ("Sat 12:00", {LEAD_MAIL: "Mon 13:00", PHONE: "Mon 17:00", MANAGERS: "Wed 17:00"}),
    ("Sun 23:00", {LEAD_MAIL: "Mon 13:00", PHONE: "Mon 17:00", MANAGERS: "Wed 17:00"}),
]


def test_a_week_with_a_holiday_and_a_weekend(desk: Escalated) -> None:
    came = {number: local(text) for number, (text, _) in enumerate(WEEK, start=1)}
    there: set[int] = set()
    heard: dict[int, dict[str, str]] = {number: {} for number in came}
    told = 0

    async def live() -> None:
        nonlocal told
        while desk.bench.clock.at <= local("Fri 09:00", week=1):
            for number, at in came.items():
                if number not in there and at <= desk.bench.clock.at:
                    there.add(number)
                    desk.arrive(number, at)
            await desk.round()
            for whom, number in desk.heard()[told:]:
                assert whom not in heard[number], "each step once"
                heard[number][whom] = shown(desk.bench.clock.at)
            told = len(desk.heard())
            desk.bench.clock.at += timedelta(minutes=30)

    asyncio.run(live())
    assert heard == {number: times for number, (_, times) in enumerate(WEEK, start=1)}


def test_a_contact_ends_it_wherever_it_happened(desk: Escalated) -> None:
    _, recorded, *_ = (desk.arrive(one, local("Mon 09:00")) for one in (1, 2, 3, 4))
    with desk.bench.database.write() as connection:
        contact.note_contact(connection, recorded, local("Mon 10:00"), ContactWay.CONVERSATION)
        surveys.put_away(connection, [survey_ticket(3)])
    desk.bench.clock.at = local("Mon 12:59")
    desk.contact(1)  # nobody here knows of it until it is looked for
    desk.bench.clock.at = local("Mon 13:00")
    desk.run()
    assert desk.heard() == [(LEAD_MAIL, 4)]


def test_good_ratings_and_surveys_that_could_not_be_read_are_nobodys_alarm(desk: Escalated) -> None:
    desk.arrive(1, local("Mon 09:00"), rating=5)
    desk.arrive(2, local("Mon 09:00"), problem="no ratings", ratings={})
    desk.bench.clock.at = local("Mon 14:00")
    desk.run()
    assert desk.heard() == []


def test_a_mail_goes_to_all_readers_at_once_and_a_text_message_names_nobody(desk: Escalated) -> None:
    desk.arrive(1, local("Mon 09:00"), comment="@channel *Nobody* called.\nBcc: all@example.com")
    desk.bench.clock.at = local("Mon 17:00")
    desk.run()
    mail, text = desk.bench.elsewhere.arrived()
    assert isinstance(mail, Mail)
    assert isinstance(text, Question)
    assert mail.to == ("lead@example.com", "deputy@example.com")
    assert mail.subject == "Not contacted for 4 h: ticket #7300001, rated 1"
    assert "https://desk.example/7300001" in mail.body
    assert "> @channel *Nobody* called." in mail.body
    assert "called" not in text.text
    assert "pat@example.com" not in text.text
    assert len(text.text) <= 160


def test_what_is_long_past_when_a_step_is_first_known_is_not_raised(bench: Bench) -> None:
    bench.clock.at = local("Fri 12:00", week=2)
    desk = Escalated(bench)
    for number in range(1, 30):
        desk.arrive(number, local("Mon 09:00") + number * HOUR)
    desk.arrive(40, local("Thu 16:00", week=2))
    desk.run()
    assert desk.heard() == [(LEAD_MAIL, 40)]


def test_a_step_that_is_changed_is_the_same_step_and_another_id_is_another(desk: Escalated) -> None:
    desk.arrive(1, local("Mon 09:00"))
    desk.bench.clock.at = local("Mon 13:00")
    desk.run()
    sooner = replace(STEPS[0], after=HOUR, to=("other@example.com",))
    desk.playbook = escalating(escalations=(sooner, replace(sooner, id="again", to=("again@example.com",))))
    desk.run()
    assert desk.heard() == [(LEAD_MAIL, 1), ("again@example.com", 1)]


def test_a_step_waits_until_its_channel_is_configured(desk: Escalated) -> None:
    desk.arrive(1, local("Mon 09:00"))
    desk.bench.clock.at = local("Mon 17:00")
    desk.channels = ()
    desk.run()
    assert desk.heard() == [(LEAD_MAIL, 1)]
    desk.channels = ("lead-phone",)
    desk.run()
    assert desk.heard() == [(LEAD_MAIL, 1), (PHONE, 1)]


def test_two_machines_on_one_store_escalate_once(desk: Escalated) -> None:
    for number in range(1, 20):
        desk.arrive(number, local("Mon 09:00"))
    desk.bench.clock.at = local("Mon 17:00")

    async def both() -> None:
        await asyncio.gather(*(desk.escalator().run() for _ in range(4)))
        await asyncio.gather(*(desk.bench.new_errands(f"process {one}").run_once() for one in range(4)))
        await desk.round()

    asyncio.run(both())
    assert sorted(desk.heard()) == sorted((whom, one) for whom in (LEAD_MAIL, PHONE) for one in range(1, 20))


def test_a_channel_that_gives_no_answer_waits_for_a_person_and_holds_back_no_other(desk: Escalated) -> None:
    desk.playbook = escalating(escalations=(EscalationStep("all", HOUR, EscalatedBy.CHANNEL, ("one", "two")),))
    survey_id = desk.arrive(1, local("Mon 09:00"))
    desk.bench.elsewhere.fail_next(Uncertain("no clear answer"), arrives=True)
    desk.bench.clock.at = local("Mon 10:00")
    desk.run()
    desk.run()
    assert sorted(desk.heard()) == [("one", 1), ("two", 1)]
    with desk.bench.database.read() as connection:
        found = escalations.escalated(connection, survey_id)
        (asking,) = outbox.unsettled(connection)
    assert [one.words for one in found] == ["escalated to one by channel (in doubt)", "escalated to two by channel"]
    assert (asking.kind, asking.state) == ("escalation", EffectState.ASKING)
    desk.bench.dispatch.give_up(asking.id)
    desk.run()
    assert len(desk.heard()) == 2
    assert desk.bench.case(survey_id).escalated[0].words == "escalated to one by channel (withdrawn)"


def test_where_the_help_desk_is_away_it_waits_an_hour_for_it_and_no_longer(desk: Escalated) -> None:
    desk.arrive(1, local("Mon 09:00"))
    for text, heard in (("Mon 13:30", []), ("Mon 14:00", [(LEAD_MAIL, 1)])):
        desk.bench.clock.at = local(text)
        desk.bench.memory.fail_reads(*[Unreachable("away")] * 9)
        desk.run()
        assert desk.heard() == heard


def test_the_lead_is_the_one_of_the_surveys_group(desk: Escalated) -> None:
    group = SupportGroup("billing", "Billing", ("Billing",), AlertContact("Ana", "ana@example.com"))
    step = EscalationStep("lead", HOUR, EscalatedBy.MAIL, (LEAD,))
    desk.playbook = escalating(escalations=(step,), recovery=RecoveryRules(groups=(group,)))
    known, unknown = desk.arrive(1, local("Mon 09:00")), desk.arrive(2, local("Mon 09:00"))
    put_in_group(desk.bench.database, known, "billing")
    put_in_group(desk.bench.database, unknown, "")
    desk.bench.clock.at = local("Mon 10:00")
    desk.run()
    assert desk.heard() == [("ana@example.com", 1)]
    put_in_group(desk.bench.database, unknown, "billing")
    desk.run()
    assert desk.heard() == [("ana@example.com", 1), ("ana@example.com", 2)], "once its group is known"


def put_in_group(database: Database, survey_id: int, group: str) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM recovery_survey WHERE survey_id = ?", (survey_id,))
        columns = {row[1]: row for row in connection.exec_driver_sql("PRAGMA table_info(recovery_survey)").all()}
        values = {name: "" if row[2] == "TEXT" else 0 for name, row in columns.items() if row[3]}
        values |= {"survey_id": survey_id, "group_id": group}
        marks = ", ".join("?" for _ in values)
        connection.exec_driver_sql(
            f"INSERT INTO recovery_survey ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
        )


DYING = """
    import asyncio, os, signal, sys
    from datetime import datetime
    from pathlib import Path
    from sqlalchemy import event
    from csat_tui.store.database import Database
    from tests.store.shelf import ManualClock
    from tests.sync.bench import Bench, source_ticket, survey_ticket
    from tests.sync.escalating import Escalated

    file, now, arrived, commits = sys.argv[1:]
    bench = Bench(Database.open(Path(file)), clock=ManualClock(datetime.fromisoformat(now)))
    for ticket in (survey_ticket, source_ticket):
        bench.memory.add_ticket(ticket(1))
    left = int(commits)

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def executed(_connection, _cursor, statement, *_):
        global left
        if statement != "COMMIT":
            return
        left -= 1
        if left == 0:
            die()

    def taken(handed):
        with open(arrived, "a") as out:
            out.write(type(handed).__name__ + "\\n")
        if commits == "0":
            die()

    bench.elsewhere.before = taken
    event.listen(bench.database._engine, "after_cursor_execute", executed)
    asyncio.run(Escalated(bench).round())
"""


@pytest.mark.parametrize("commits", [*range(7), 99])
def test_a_process_that_is_killed_at_any_commit_or_while_it_sends_escalates_once(tmp_path: Path, commits: int) -> None:
    """0 kills it once the mail has arrived and before its answer; 99 never."""
    bench = Bench.temporary()
    try:
        bench.clock.at = local("Mon 08:00")
        desk = Escalated(bench)
        desk.run()
        survey_id = desk.arrive(1, local("Mon 09:00"))
        bench.clock.at = local("Mon 13:00")
        arrived = tmp_path / "arrived"
        died = subprocess.run(
            [
                sys.executable, "-c", textwrap.dedent(DYING), str(bench.database.file), bench.clock.at.isoformat(),
                str(arrived), str(commits),
            ],
            cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=False,
        )  # fmt: skip
        assert died.returncode == (0 if commits == 99 else -signal.SIGKILL)
        bench.clock.at += timedelta(minutes=10)  # whoever held the lease is gone
        desk.run()
        desk.run()
        before = arrived.read_text().split() if arrived.exists() else []
        sent = len(before) + len(desk.heard())
        with bench.database.read() as connection:
            (item,) = escalations.escalated(connection, survey_id)
        assert value(bench.database, "SELECT count(*) FROM escalation") == 1
        assert sent <= 1
        if item.state is EffectState.ASKING:
            return  # a person looks whether it arrived
        assert (sent, item.state) == (1, EffectState.CONFIRMED)
    finally:
        bench.clear()


async def test_one_sync_escalates_and_sends_in_the_time_zone_that_the_help_desk_tells(bench: Bench) -> None:
    bench.clock.at = local("Mon 14:00")
    bench.memory.agent = replace(bench.memory.agent, time_zone=ZONE)
    bench.memory.add_view(ViewId(42), "Bad surveys", [])
    playbook = escalating(business_hours=replace(HOURS, time_zone=""))
    desk = Escalated(bench, in_time_zone(playbook, ZONE))
    desk.arrive(1, local("Mon 09:00"))
    reach = Reach(channels=frozenset([PHONE, MANAGERS]))
    targets = bench.elsewhere.targets
    engine = Engine(
        bench.database, bench.memory, NoAdmin(), playbook, bench.clock, view="Bad surveys", targets=targets, reach=reach
    )
    bench.clock.at = local("Mon 12:59")
    bench.memory.add_view(ViewId(42), "Bad surveys", [survey_ticket(1)])
    await engine.run_once()
    assert desk.heard() == []
    bench.clock.at = local("Mon 13:00")
    await engine.run_once()
    assert desk.heard() == [(LEAD_MAIL, 1)]
    with bench.database.read() as connection:
        assert named_values.recall(connection, "agent_zone") == ZONE
    assert in_help_desk_zone(bench.database, playbook).business_hours == HOURS


async def test_a_sync_that_goes_on_escalates_while_it_runs(bench: Bench) -> None:
    bench.clock.at = local("Mon 12:00")
    desk = Escalated(bench)
    desk.arrive(1, local("Mon 09:00"))
    bench.memory.add_view(ViewId(42), "Bad surveys", [survey_ticket(1)])
    engine = Engine(
        bench.database, bench.memory, NoAdmin(), desk.playbook, bench.clock, view="Bad surveys",
        targets=bench.elsewhere.targets, poll_seconds=0.05,
    )  # fmt: skip
    running = asyncio.create_task(engine.run())
    async with asyncio.timeout(30):
        while engine.status.synced_at is None:
            await asyncio.sleep(0.01)
        bench.clock.at = local("Mon 13:00")
        await bench.elsewhere.reached.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert desk.heard() == [(LEAD_MAIL, 1)]
