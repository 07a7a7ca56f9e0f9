"""Alerts from surveys to messages at a real mail server and a real endpoint: each once, whatever happens."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import trustme

from csat_tui.config import MailConfig, Security
from csat_tui.domain.effect import AttachedFile
from csat_tui.domain.errors import Limited, Refused, Unreachable
from csat_tui.domain.recovery.alerting import MOST_PERIODS, AlertState
from csat_tui.domain.recovery.rules import RecoveryRules, SupportGroup
from csat_tui.store.alerts import KeptAlert
from csat_tui.targets.channels import TEXT_MESSAGES, Channels
from csat_tui.targets.mail import MailFiles, SmtpMail
from csat_tui.workflow.alerting import NotAlerted
from tests.helpdesk.raw_server import RawServer, raw_server, reply
from tests.store.shelf import ManualClock, new_database
from tests.targets.conftest import authority, trusted  # noqa: F401 - fixtures
from tests.targets.smtp_server import PASSWORD, USER, Postbox, Running, mail_server, server_context
from tests.workflow.alert_desk import BEA, DAY, HOUR, RULES, TUESDAY, AlertDesk, Places


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AlertDesk]:
    database, clock = new_database(tmp_path), ManualClock(TUESDAY)
    places = Places(clock)
    yield AlertDesk(database, clock, places, places)
    database.close()


def places(desk: AlertDesk) -> Places:
    assert isinstance(desk.mailer, Places)
    return desk.mailer


def mailed(desk: AlertDesk) -> list[str]:
    return [mail.to[0].split("@")[0] for mail, _, _ in places(desk).mails]


def told(desk: AlertDesk) -> list[str]:
    return [f"{phone[-2:]}: {text.split('.')[0]}" for phone, text, _ in places(desk).texts]


def over_the_wire(desk: AlertDesk, server: Running, raw: RawServer, *, secure: bool = False) -> AlertDesk:
    """Have mails and text messages go through real sockets."""
    security = Security.STARTTLS if secure else Security.NONE
    config = MailConfig("127.0.0.1", server.port, security, USER if secure else "", "csat@example.com")
    desk.mailer = SmtpMail(config, lambda: PASSWORD, desk.clock)
    desk.phones = Channels({TEXT_MESSAGES: lambda: f"json://127.0.0.1:{raw.port}/{{phone}}"}, desk.clock)
    return desk


def texts_at(raw: RawServer) -> list[str]:
    return [json.loads(one.partition(b"\r\n\r\n")[2])["message"] for one in raw.requests]


async def test_each_lead_gets_one_text_message_and_one_report_over_all_their_groups(desk: AlertDesk) -> None:
    for group in ("Care", "Orders", "Orders", "Billing"):
        desk.comes(TUESDAY - HOUR, group)
    desk.comes(TUESDAY - HOUR, "Care", rating=5)
    desk.comes(TUESDAY, "Care")
    await desk.alerting.run()
    assert sorted(mailed(desk)) == ["bea", "imke", "joss", "tarek"]
    assert sorted(told(desk)) == [
        "00: 3 unhappy customers in the 24 hours to Tue 10 Mar 09:00",
        "01: 2 unhappy customers in the 24 hours to Tue 10 Mar 09:00",
        "02: 1 unhappy customer in the 24 hours to Tue 10 Mar 09:00",
    ]
    ids = [op_id for *_, op_id in places(desk).texts] + [op_id for _, op_id, _ in places(desk).mails]
    assert len(set(ids)) == 7


async def test_no_run_alerts_again(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR)
    for _ in range(3):
        await desk.alerting.run()
        desk.clock.forward(300)
    assert (mailed(desk), len(places(desk).texts)) == (["joss"], 1)
    assert (await desk.alerting.run()).plans == ()


async def test_a_machine_that_was_off_makes_one_report_for_each_period_in_order(desk: AlertDesk) -> None:
    await desk.alerting.run()
    for days in (1, 2, 3):
        desk.comes(TUESDAY + days * DAY - HOUR)
    desk.clock.at = TUESDAY + 3 * DAY + HOUR
    found = await desk.alerting.run()
    assert [plan.period.day.day for plan in found.plans] == [11, 12, 13]
    days = [mail.subject.split(":")[0] for mail, _, _ in places(desk).mails]
    assert days == [f"Service recovery, {day} Mar 2026" for day in ("Wed 11", "Thu 12", "Fri 13")]


async def test_how_far_back_is_bounded_and_said(desk: AlertDesk) -> None:
    await desk.alerting.run()
    desk.comes(TUESDAY + DAY - HOUR)
    desk.clock.at = TUESDAY + 20 * DAY
    desk.comes(desk.clock.at - HOUR)
    found = await desk.alerting.run()
    assert (len(found.plans), found.skipped) == (MOST_PERIODS, 20 - MOST_PERIODS)
    assert mailed(desk) == ["joss"]


async def test_at_the_weekend_reports_go_and_text_messages_wait_for_monday_each_once(desk: AlertDesk) -> None:
    saturday = TUESDAY + 4 * DAY
    await desk.alerting.run()
    for days in range(3):
        desk.comes(saturday + days * DAY - HOUR)
        desk.clock.at = saturday + days * DAY
        await desk.alerting.run()
        assert len(mailed(desk)) == days + 1
        assert len(told(desk)) == (0 if days < 2 else 3)
    assert told(desk) == [
        f"00: 1 unhappy customer in the 24 hours to {day} Mar 09:00" for day in ("Sat 14", "Sun 15", "Mon 16")
    ]


async def test_a_survey_without_a_known_group_alerts_nobody_until_it_is_fixed(desk: AlertDesk) -> None:
    await desk.alerting.run()
    desk.comes(TUESDAY + HOUR, "Spring campaign")
    desk.comes(TUESDAY + HOUR, "")
    shown = desk.alerting.preview(TUESDAY + DAY)
    assert [one.problem for one in shown.plans[0].to_fix] == ["its group is unknown", "its group is missing"]
    desk.moves_to("Care", 1, TUESDAY + 2 * HOUR)
    desk.clock.at = TUESDAY + DAY
    [plan] = (await desk.alerting.run()).plans
    assert [one.problem for one in plan.to_fix] == ["its group is missing"]
    assert mailed(desk) == ["joss"]
    desk.moves_to("Care", 2, TUESDAY + DAY + HOUR)
    desk.clock.at = TUESDAY + 2 * DAY
    assert (await desk.alerting.run()).late == 0
    assert mailed(desk) == ["joss"], "what is fixed after the alert time alerts nobody"


async def test_a_survey_that_came_here_late_is_in_the_next_alert(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - 2 * HOUR)
    await desk.alerting.run()
    desk.comes(TUESDAY - HOUR)
    desk.clock.at = TUESDAY + DAY
    assert (await desk.alerting.run()).late == 1
    desk.clock.at = TUESDAY + 2 * DAY
    assert (await desk.alerting.run()).late == 0
    assert mailed(desk) == ["joss", "joss"]


async def test_what_came_before_the_first_alert_of_all_is_not_late(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - 5 * DAY)
    await desk.alerting.run()
    desk.clock.at = TUESDAY + DAY
    assert (await desk.alerting.run()).late == 0
    assert mailed(desk) == []


async def test_a_preview_keeps_and_sends_nothing(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR)
    [plan] = desk.alerting.preview(TUESDAY).plans
    assert [one.recipient.name for one in plan.alerts] == ["Joss", "Joss"]
    assert (desk.alerting.last(5), mailed(desk)) == ([], [])


@pytest.mark.parametrize("error", [Unreachable("no network; nothing was sent"), Limited("later", 5)])
async def test_what_certainly_did_not_go_is_sent_by_the_next_run(desk: AlertDesk, error: Exception) -> None:
    desk.comes(TUESDAY - HOUR)
    places(desk).mishaps.append(error)
    await desk.alerting.run()
    [waiting] = desk.alerting.open()
    assert (waiting.state, waiting.sentence, mailed(desk)) == (AlertState.WAITING, str(error), [])
    assert len(told(desk)) == 1, "the text message goes all the same"
    await desk.alerting.run()
    assert mailed(desk) == [], "it is not asked for without a pause"
    desk.clock.forward(300)
    await desk.alerting.run()
    assert (mailed(desk), desk.alerting.open()) == (["joss"], [])


async def test_a_report_that_cannot_be_made_holds_up_no_other_message(
    desk: AlertDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.comes(TUESDAY - HOUR)
    desk.comes(TUESDAY - HOUR, "Billing")

    def report(_desk: AlertDesk, one: KeptAlert) -> AttachedFile:
        if one.name == "Joss":
            raise MemoryError
        return AttachedFile("report.pdf", b"%PDF")

    with monkeypatch.context() as patched:
        patched.setattr(AlertDesk, "report", report)
        await desk.alerting.run()
    assert sorted(mailed(desk)) == ["bea", "tarek"]
    [waiting] = desk.alerting.open()
    assert waiting.sentence.startswith("the report could not be made (MemoryError); nothing was sent")
    desk.clock.forward(300)
    await desk.alerting.run()
    assert sorted(mailed(desk)) == ["bea", "joss", "tarek"]


async def test_a_message_that_never_goes_is_tried_each_hour_in_the_end(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR, "Billing")
    desk.rules = replace(RULES, groups=(SupportGroup("billing", "Billing", ("Billing",), BEA),))
    places(desk).mishaps += [Unreachable("no network; nothing was sent")] * 1_000
    for _ in range(24 * 12):
        await desk.alerting.run()
        desk.clock.forward(300)
    assert 24 <= 1_000 - len(places(desk).mishaps) <= 30


async def test_a_refusal_waits_for_a_person_and_goes_when_they_have_corrected_it(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR)
    places(desk).mishaps.append(Refused("no such mailbox; nothing was sent"))
    for _ in range(2):
        await desk.alerting.run()
    [refused] = desk.alerting.open()
    assert (refused.state, mailed(desk)) == (AlertState.REFUSED, [])
    assert desk.alerting.settle(refused.id, sent=False).author == "Robin Vale"
    await desk.alerting.run()
    assert mailed(desk) == ["joss"]


async def test_a_mail_server_that_dies_after_the_mail_leaves_a_doubt_and_nothing_goes_twice(
    desk: AlertDesk,
    trusted: trustme.CA,  # noqa: F811 - the fixture
) -> None:
    desk.comes(TUESDAY - HOUR)
    box = Postbox(drop_at="DATA")
    async with mail_server(box, tls=server_context(trusted), auth=True) as server, raw_server(reply(b"{}")) as raw:
        alerting = over_the_wire(desk, server, raw, secure=True).alerting
        for _ in range(3):
            await alerting.run()
        [doubt] = alerting.open()
        assert (doubt.state, box.heard.count("DATA")) == (AlertState.IN_DOUBT, 1)
        assert "may or may not have gone" in doubt.sentence
        assert texts_at(raw) == [
            "1 unhappy customer in the 24 hours to Tue 10 Mar 09:00. The report is in your mail. "
            "csat-tui://recovery?group=care&date=2026-03-10"
        ]
        assert alerting.settle(doubt.id, sent=False).state is AlertState.WAITING
        box.drop_at = ""
        await alerting.run()
        [first, again] = box.mails()
    assert alerting.open() == []
    assert first["Message-ID"] == again["Message-ID"], "whoever has both knows them for one"


async def test_what_a_person_saw_arrive_is_never_sent_again(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR)
    async with mail_server(Postbox(drop_at="DATA")) as server, raw_server(None) as raw:
        alerting = over_the_wire(desk, server, raw).alerting
        await alerting.run()
        for doubt in alerting.open():
            assert doubt.state is AlertState.IN_DOUBT
            alerting.settle(doubt.id, sent=True)
        await alerting.run()
        assert (len(server.box.came), len(raw.requests), alerting.open()) == (1, 1, [])
    with pytest.raises(NotAlerted, match="is sent, so there is nothing to settle"):
        alerting.settle(doubt.id, sent=False)


async def test_a_report_larger_than_the_mail_server_takes_goes_in_parts_with_every_survey_once(desk: AlertDesk) -> None:
    for _ in range(5):
        desk.comes(TUESDAY - HOUR)
    async with mail_server(most=11_000) as server, raw_server(reply(b"{}")) as raw:
        alerting = over_the_wire(desk, server, raw).alerting
        await alerting.run()
        subjects = [mail["Subject"].strip() for mail in server.box.mails()]
    assert subjects == [
        "Service recovery, Tue 10 Mar 2026: 5 unhappy customers (the second half)",
        "Service recovery, Tue 10 Mar 2026: 5 unhappy customers (the first half of the first half)",
        "Service recovery, Tue 10 Mar 2026: 5 unhappy customers (the second half of the first half)",
    ]
    sent = [one for one in alerting.last(20) if one.state is AlertState.SENT and one.kind == "report"]
    assert sorted(len(one.surveys) for one in sent) == [1, 2, 2]
    assert len({source for one in sent for source in one.surveys}) == 5
    assert alerting.open() == []


async def test_a_server_that_takes_not_even_a_part_is_a_sentence_for_a_person(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR)
    async with mail_server(most=600) as server, raw_server(reply(b"{}")) as raw:
        await over_the_wire(desk, server, raw).alerting.run()
    [refused] = desk.alerting.open()
    assert refused.state is AlertState.REFUSED
    assert "bytes, and 127.0.0.1" in refused.sentence


async def test_without_a_mail_server_the_report_is_a_file_and_said_to_be(desk: AlertDesk, tmp_path: Path) -> None:
    desk.comes(TUESDAY - HOUR)
    desk.mailer = MailFiles(tmp_path / "mails", desk.clock)
    await desk.alerting.run()
    report = next(one for one in desk.alerting.last(5) if one.kind == "report")
    assert report.state is AlertState.SAVED
    assert (tmp_path / "mails" / report.reference).is_file()
    assert "send it yourself" in report.sentence


async def test_one_process_sends_at_a_time(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR)
    desk.alerting.keep(TUESDAY)
    other = desk.sender()
    with desk.database.write() as connection:
        assert other._lease.holds(connection)
    assert not (await desk.alerting.run()).sending
    assert mailed(desk) == []
    assert await other.send_due()
    assert mailed(desk) == ["joss"]


async def test_a_clock_that_runs_ahead_alerts_nobody(desk: AlertDesk) -> None:
    desk.comes(TUESDAY - HOUR)
    desk.clock.at = TUESDAY + timedelta(days=400)
    with pytest.raises(NotAlerted, match=r"clock is 4\d\d days ahead"):
        await desk.alerting.run()


async def test_without_support_groups_the_person_is_told_what_to_write(desk: AlertDesk) -> None:
    desk.rules = RecoveryRules()
    with pytest.raises(NotAlerted, match=r"\[\[support_group\]\]"):
        await desk.alerting.run()


def test_the_next_alert_is_tomorrow_once_todays_is_due(desk: AlertDesk) -> None:
    assert desk.alerting.schedule.local(desk.alerting.next_alert()).date() == date(2026, 3, 11)
