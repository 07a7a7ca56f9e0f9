"""Service recovery at two leads' homes: notes over the survey ticket, repeated surveys, groups, drafts."""

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from csat_tui.admin.port import NoAdmin
from csat_tui.domain.effect import EffectState
from csat_tui.domain.ids import OpId, SurveyId, TicketId, UserId, ViewId
from csat_tui.domain.recovery.notes import NotesState
from csat_tui.domain.ticket import Agent, Status, TicketChange
from csat_tui.store import outbox
from csat_tui.store.service_recovery import RecoveryDraft, RecoveryList
from csat_tui.store.service_recovery.reported import surveys_of_groups
from csat_tui.sync.engine import Engine
from csat_tui.workflow.desk import Desk, TooLate
from csat_tui.workflow.recovery import RecoveryDesk, RecoveryReading, SavedNote
from csat_tui.workflow.recovery_lists import NotRecovered
from tests.builders import MAIL, NOON, SOURCE_TICKET, the_playbook
from tests.helpdesk.memory_desk import MemoryDesk
from tests.store.shelf import ManualClock, new_database, value
from tests.sync.errand_targets import Elsewhere

VIEW = ViewId(41)
TICKET, LATER = TicketId(9_900_001), TicketId(9_900_002)
JOSS = Agent(UserId(901), "Joss Arkwright", "joss@example.net")
LEE = Agent(UserId(902), "Lee Lead", "lee@example.com")


class LeadsHome:
    """The workstation of one lead."""

    def __init__(self, folder: Path, helpdesk: MemoryDesk, clock: ManualClock, person: Agent) -> None:
        folder.mkdir()
        self.database = new_database(folder)
        self.person, self._helpdesk, self._clock = person, helpdesk, clock
        self.recovery = RecoveryDesk(self.database, Desk(self.database, the_playbook(), clock, person.name))

    async def sync(self) -> None:
        """Send what is due, and fetch what has changed, as two polls do."""
        self._clock.forward(60)
        self._helpdesk.agent = self.person
        engine = Engine(
            self.database, self._helpdesk, NoAdmin(), the_playbook(), self._clock, view=VIEW,
            targets=Elsewhere(self._clock).targets,
        )  # fmt: skip
        for _ in range(2):
            status = await engine.run_once()
            assert status.problem == ""

    def reading(self, survey_id: SurveyId | None = None) -> RecoveryReading:
        number = survey_id or self.recovery.after(RecoveryList(), None, 1)[0].survey_id
        found = self.recovery.reading(number)
        assert found is not None
        return found

    def save(self, text: str, *, spoken: bool = False, author: str = "") -> SavedNote:
        reading = self.reading()
        return self.recovery.save(reading.place.survey_id, author or reading.author, spoken, text)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def helpdesk(clock: ManualClock) -> MemoryDesk:
    made = MemoryDesk(clock, agent=JOSS)
    made.add_ticket(TICKET, description=MAIL, status=Status.OPEN, age=timedelta(hours=2))
    made.add_ticket(SOURCE_TICKET, status=Status.SOLVED, age=timedelta(days=1))
    made.touch(SOURCE_TICKET, group_name="Billing")
    made.add_view(VIEW, "Open", [TICKET])
    return made


@pytest.fixture
async def leads(tmp_path: Path, helpdesk: MemoryDesk, clock: ManualClock) -> AsyncIterator[tuple[LeadsHome, LeadsHome]]:
    joss, lee = (LeadsHome(tmp_path / one.name, helpdesk, clock, one) for one in (JOSS, LEE))
    with closing(joss.database), closing(lee.database):
        await joss.sync()
        await lee.sync()
        yield joss, lee


Leads = tuple[LeadsHome, LeadsHome]


async def repeated(helpdesk: MemoryDesk, *homes: LeadsHome) -> None:
    """Let the customer submit another survey for the same ticket."""
    helpdesk.add_ticket(LATER, description=MAIL.replace("My box", "Still my box"), status=Status.OPEN)
    helpdesk.add_view(VIEW, "Open", [TICKET, LATER])
    for home in homes:
        await home.sync()


async def test_a_note_is_seen_by_the_other_lead_as_it_was_written(leads: Leads) -> None:
    joss, lee = leads
    assert joss.reading().author == "Joss Arkwright"
    joss.save("Left a voicemail.\nWill call again.")
    joss.save("Spoke to her at noon.", spoken=True, author="Joss and Lee")
    await joss.sync()
    await joss.sync()  # nothing is sent within the second of its base
    await lee.sync()
    reading = lee.reading()
    assert [(one.author, one.spoken, one.text, one.problems) for one in reading.notes] == [
        ("Joss Arkwright", False, "Left a voicemail.\nWill call again.", ()),
        ("Joss and Lee", True, "Spoke to her at noon.", ()),
    ]
    assert [one.writer for one in reading.notes] == ["", "Joss Arkwright"]
    assert reading.place.notes is NotesState.HAS_SPOKEN
    assert reading.place.comment_with_note.endswith("— Joss and Lee: Spoke to her at noon. (Spoke? Yes)")
    assert [one.comment_id for one in joss.reading().notes] == [one.comment_id for one in reading.notes]


async def test_a_note_is_private_and_solves_nothing(leads: Leads, helpdesk: MemoryDesk) -> None:
    joss, _ = leads
    joss.save("Left a voicemail.")
    await joss.sync()
    (ticket,) = await helpdesk.tickets([TICKET])
    note = (await helpdesk.messages(TICKET))[-1]
    assert (ticket.status, note.public) == (Status.OPEN, False)


async def test_saved_notes_cannot_be_edited_or_removed(leads: Leads) -> None:
    joss, _ = leads
    joss.save("Left a voicemail.")
    await joss.sync()
    for table, column in (("recovery_note", "text"), ("recovery_receipt", "writer")):
        for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError), joss.database.write() as connection:
                connection.exec_driver_sql(statement)


async def test_a_note_can_be_taken_back_until_it_is_sent_and_is_a_draft_again(leads: Leads) -> None:
    joss, _ = leads
    saved = joss.save("Spoke to her.", spoken=True)
    assert joss.reading().draft is None
    joss.recovery.undo(saved)
    reading = joss.reading()
    assert (reading.notes, reading.place.notes) == ((), NotesState.NONE)
    assert reading.draft == RecoveryDraft("Joss Arkwright", True, "Spoke to her.")
    again = joss.save("Spoke to her.", spoken=True)
    await joss.sync()
    with pytest.raises(TooLate):
        joss.recovery.undo(again)
    assert [note.text for note in joss.reading().notes] == ["Spoke to her."]


async def test_a_note_that_was_taken_back_is_in_no_report(leads: Leads) -> None:
    joss, _ = leads
    joss.save("Left a voicemail.")
    joss.recovery.undo(joss.save("Spoke to her.", spoken=True))
    with joss.database.read() as connection:
        (reported,) = surveys_of_groups(connection, ["billing"], NOON - timedelta(days=1), NOON)
    assert [note.text for note in reported.notes] == ["Left a voicemail."]


async def test_a_talk_meets_the_contact_clock_once_its_note_is_on_the_ticket(leads: Leads) -> None:
    joss, lee = leads
    joss.save("Left a voicemail.")
    await joss.sync()
    await joss.sync()
    joss.save("Spoke to her.", spoken=True)
    contacted = 'SELECT contacted_at FROM "case"'
    assert value(joss.database, contacted) is None, "the note can still be taken back"
    await joss.sync()
    await lee.sync()
    told = joss.reading().notes[-1].at
    for home in leads:
        assert value(home.database, contacted) == told.timestamp() * 1000


async def test_a_later_survey_takes_the_notes_along_also_those_of_another_home(
    leads: Leads, helpdesk: MemoryDesk
) -> None:
    joss, lee = leads
    first = joss.reading().place.survey_id
    joss.save("Left a voicemail.")
    await joss.sync()
    await repeated(helpdesk, joss, lee)
    for home in leads:
        (place,) = home.recovery.after(RecoveryList(), None, 9)
        assert place.survey_ticket_id == LATER
        assert [note.text for note in home.reading().notes] == ["Left a voicemail."]
    assert joss.reading(first).place.survey_ticket_id == LATER, (
        "what was asked for by the first survey is the later one"
    )
    lee.recovery.save(lee.reading().place.survey_id, "Lee", True, "Spoke to her.")
    await lee.sync()
    await joss.sync()
    assert [note.ticket_id for note in joss.reading().notes] == [TICKET, LATER]


async def test_a_note_that_arrives_on_the_replaced_survey_is_shown_with_the_later_one(
    leads: Leads, helpdesk: MemoryDesk
) -> None:
    joss, lee = leads
    joss.save("Left a voicemail.")
    await repeated(helpdesk, lee)
    await joss.sync()
    await lee.sync()
    assert [note.text for note in lee.reading().notes] == ["Left a voicemail."]


async def test_a_note_on_a_ticket_that_no_view_shows_any_more_is_found(leads: Leads, helpdesk: MemoryDesk) -> None:
    joss, lee = leads
    helpdesk.remove_from_view(VIEW, TICKET)
    helpdesk.touch(TICKET, status=Status.SOLVED)
    await lee.sync()
    await joss.sync()
    joss.save("Spoke to her.", spoken=True)
    await joss.sync()
    await lee.sync()
    assert [note.text for note in lee.reading().notes] == ["Spoke to her."]


async def test_a_forged_and_a_copied_note_are_shown_as_what_they_are(leads: Leads, helpdesk: MemoryDesk) -> None:
    joss, lee = leads
    joss.save("Spoke to her.", spoken=True)
    await joss.sync()
    original = (await helpdesk.messages(TICKET))[-1].body
    helpdesk.agent = Agent(UserId(955), "Sol Forger", "sol@example.com")
    for number, body in enumerate((original, original.replace("Spoke to her.", "Gave a refund."))):
        (ticket,) = await helpdesk.tickets([TICKET])
        await helpdesk.apply(TicketChange(OpId(f"forged-{number}"), TICKET, ticket.updated_at, body, False))
    await lee.sync()
    first, copied, forged = lee.reading().notes
    assert (first.writer, first.problems) == ("", ())
    assert (copied.author, copied.writer) == ("Joss Arkwright", "Sol Forger")
    assert copied.problems == ("it repeats the reference of another note, as a copy does",)
    assert forged.problems[0].startswith("it was changed")
    assert len({first.id, copied.id, forged.id}) == 3


async def test_without_words_or_author_nothing_is_saved(leads: Leads) -> None:
    joss, _ = leads
    number = joss.reading().place.survey_id
    with pytest.raises(NotRecovered, match="write what was done"):
        joss.recovery.save(number, "Joss", True, " \n ")
    with pytest.raises(NotRecovered, match="needs an author"):
        joss.recovery.save(number, "  ", True, "Spoke to her.")


async def test_on_a_closed_ticket_the_note_stays_here_and_says_so(leads: Leads, helpdesk: MemoryDesk) -> None:
    joss, _ = leads
    with joss.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE ticket SET status = 'closed' WHERE id = {TICKET}")
    saved = joss.save("Spoke to her.", spoken=True)
    assert (saved.taken, saved.stays_here) == (None, f"#{TICKET} is closed and takes no more notes")
    assert [note.text for note in joss.reading().notes] == ["Spoke to her."]


async def test_what_is_typed_is_kept_until_it_is_saved(leads: Leads) -> None:
    joss, _ = leads
    number = joss.reading().place.survey_id
    joss.recovery.save_draft(number, RecoveryDraft("Joss", True, "Spoke to"))
    assert joss.reading().draft == RecoveryDraft("Joss", True, "Spoke to")
    joss.recovery.save_draft(number, RecoveryDraft("Joss", True, ""))
    assert joss.reading().draft is None


async def test_an_effect_in_conflict_leaves_the_note_where_it_is(leads: Leads) -> None:
    joss, _ = leads
    saved = joss.save("Spoke to her.")
    assert saved.taken is not None
    with joss.database.read() as connection:
        (effect,) = outbox.of_decision(connection, saved.taken.decision_id)
    assert (effect.kind, effect.state) == ("recovery", EffectState.QUEUED)


DAY = (NOON - timedelta(hours=2)).date()


async def test_two_of_ticket_group_and_day_find_it(leads: Leads) -> None:
    joss, _ = leads
    number = joss.reading().place.survey_id
    find = joss.recovery.find
    for found in (find(SOURCE_TICKET, "billing"), find(SOURCE_TICKET, day=DAY), find(group="billing", day=DAY)):
        assert (found.surveys, found.why) == ((number,), "")
    with pytest.raises(NotRecovered, match="Name two of the three"):
        find(SOURCE_TICKET)
    with pytest.raises(NotRecovered, match="no support group “bilinng”; there is: care, orders, billing"):
        find(SOURCE_TICKET, "bilinng")
    assert "on that day; there is one of 2026-03-10" in find(SOURCE_TICKET, day=date(2026, 3, 9)).why
    assert find(group="orders", day=DAY).why == (
        "No survey of Orders and delivery that was received on 2026-03-10 needs recovery."
    )


async def test_what_was_moved_to_another_group_says_which_by_whom_and_why(leads: Leads) -> None:
    joss, _ = leads
    number = joss.reading().place.survey_id
    with pytest.raises(NotRecovered, match="give the reason"):
        joss.recovery.reassign([number], "orders", " ")
    assert joss.recovery.reassign([number, number], "orders", "The courier was late.") == [number]
    assert joss.recovery.reassign([number], "orders", "Again.") == []
    found = joss.recovery.find(SOURCE_TICKET, "billing")
    assert (found.surveys, found.moved_to) == ((), "orders")
    assert found.why == (
        "The survey for ticket #7300001 is not with Billing: it belongs to Orders and delivery now. "
        "Joss Arkwright assigned it on 2026-03-10: The courier was late."
    )
    (fix,) = joss.reading().fixes
    assert (fix.before, fix.group, fix.author_id) == ("billing", "orders", 901)
    with pytest.raises(IntegrityError), joss.database.write() as connection:
        connection.exec_driver_sql("UPDATE recovery_fix SET reason = 'x'")


async def test_what_a_later_survey_has_replaced_says_so_and_shows_it(
    leads: Leads, helpdesk: MemoryDesk, clock: ManualClock
) -> None:
    joss, _ = leads
    clock.forward(86_400)
    await repeated(helpdesk, joss)
    found = joss.recovery.find(SOURCE_TICKET, day=DAY)
    assert (found.surveys, found.replacement) == ((), joss.reading().place.survey_id)
    assert "of 2026-03-10 was replaced: the customer has submitted another one on 2026-03-11" in found.why


async def test_a_missing_group_is_listed_and_fixed_by_hand(leads: Leads, helpdesk: MemoryDesk) -> None:
    joss, _ = leads
    assert joss.recovery.to_fix(9) == []
    with joss.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE ticket SET group_name = '' WHERE id = {SOURCE_TICKET}")
    joss.recovery.bring_up_to_date()
    (place,) = joss.recovery.to_fix(9)
    assert place.lacks == "its group is missing"
    assert joss.recovery.fix([place.survey_id], "care") == [place.survey_id]
    assert joss.recovery.to_fix(9) == []
    assert joss.reading().place.group == "care"
    await repeated(helpdesk, joss)
    assert joss.reading().place.group == "care", "what was set by hand counts for the later survey as well"


async def test_the_figures_of_a_group_lead_to_their_surveys(leads: Leads, clock: ManualClock) -> None:
    joss, _ = leads
    number = joss.reading().place.survey_id
    received = joss.reading().place.received_at
    joss.save("Voicemail.")
    joss.recovery.bring_up_to_date()
    (billing,) = joss.recovery.performance()
    assert (billing.group, billing.needing, billing.never_spoken, billing.spoken) == (
        "billing",
        (number,),
        (number,),
        (),
    )
    clock.forward(3_600)
    joss.save("Spoke to her.", spoken=True)
    (billing,) = joss.recovery.performance()
    assert (billing.with_notes, billing.spoken, billing.never_spoken) == ((number,), (number,), ())
    assert billing.median == billing.late == clock.now() - received
    assert joss.recovery.performance(since=clock.now()) == []
