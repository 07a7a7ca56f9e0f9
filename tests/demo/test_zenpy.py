"""An independent client, unmodified, takes the demo for Zendesk."""

import pytest
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket
from zenpy.lib.exception import APIException, RecordNotFoundException, TooManyValuesException

from csat_tui.demo.server import DemoOptions, DemoServer
from tests.zenpy_desk import zenpy_client


@pytest.fixture
def zenpy(demo: DemoServer) -> Zenpy:
    return zenpy_client(demo.url, demo.email, demo.token)


def test_says_who_is_signed_in(demo: DemoServer, zenpy: Zenpy) -> None:
    me = zenpy.users.me()
    assert (me.email, me.role, me.role_type) == (demo.email, "agent", 0)


def test_lists_views_and_finds_the_survey_view(demo: DemoServer, zenpy: Zenpy) -> None:
    assert demo.view_id in [view.id for view in zenpy.views.active()]
    assert [view.id for view in zenpy.views.search(query="review")] == [demo.view_id]
    assert zenpy.views.count(demo.view_id).value == 60


@pytest.mark.parametrize("cursor", [25, False])
def test_walks_the_tickets_of_a_view_in_both_paginations(demo: DemoServer, zenpy: Zenpy, cursor: int | bool) -> None:
    walked = [ticket.id for ticket in zenpy.views.tickets(demo.view_id, cursor_pagination=cursor)]
    assert walked == [demo.world.story(index).survey_ticket_id for index in range(60)]


def test_walks_a_view_with_its_people_beside_it(demo: DemoServer, zenpy: Zenpy) -> None:
    assert len(list(zenpy.views.tickets(demo.view_id, include=["users"]))) == 60


def test_gets_many_tickets_at_once_and_is_refused_too_many(demo: DemoServer, zenpy: Zenpy) -> None:
    wanted = [demo.world.story(index).survey_ticket_id for index in range(5)]
    assert [ticket.id for ticket in zenpy.tickets(ids=wanted)] == wanted
    with pytest.raises(TooManyValuesException):
        zenpy.tickets(ids=list(range(1, 102)))


def test_reads_the_transcript_and_the_audits_behind_a_survey(demo: DemoServer, zenpy: Zenpy) -> None:
    told = demo.world.story(0)
    comments = list(zenpy.tickets.comments(told.source_ticket_id))
    assert [said.public for said in comments] == [True, True, True, True, False]
    assert comments[0].author.name == told.case.customer.name
    assert [audit.ticket_id for audit in zenpy.tickets.audits(told.source_ticket_id)] == [told.source_ticket_id] * 5


def test_adds_a_private_note_and_changes_status_and_tags(demo: DemoServer, zenpy: Zenpy) -> None:
    ticket = zenpy.tickets(id=demo.world.story(0).survey_ticket_id)
    ticket.comment = Comment(body="NRN\n\nSummary: late box", public=False)
    ticket.status = "solved"
    ticket.tags = [*ticket.tags, "csat_nrn"]
    audit = zenpy.tickets.update(ticket)
    assert audit.ticket.status == "solved"
    note = list(zenpy.tickets.comments(ticket.id))[-1]
    assert (note.body, note.public, note.author.email) == ("NRN\n\nSummary: late box", False, demo.email)
    assert zenpy.tickets(id=ticket.id).tags == ["csat_nrn", "csat_survey", "qualtrics"]
    assert ticket.id not in [left.id for left in zenpy.views.tickets(demo.view_id)]


def test_adds_and_removes_tags(demo: DemoServer, zenpy: Zenpy) -> None:
    ticket_id = demo.world.story(3).survey_ticket_id
    assert list(zenpy.tickets.add_tags(ticket_id, ["seen"])) == ["csat_survey", "qualtrics", "seen"]
    assert list(zenpy.tickets.delete_tags(ticket_id, ["seen", "qualtrics"])) == ["csat_survey"]


def test_is_refused_under_a_stale_stamp(demo: DemoServer, zenpy: Zenpy) -> None:
    ticket = zenpy.tickets(id=demo.world.story(2).survey_ticket_id)
    stale = ticket.updated_at
    zenpy.tickets.update(Ticket(id=ticket.id, comment=Comment(body="mine", public=False)))
    late = Ticket(id=ticket.id, comment=Comment(body="late", public=False), safe_update=True, updated_stamp=stale)
    with pytest.raises(APIException) as refused:
        zenpy.tickets.update(late)
    assert refused.value.response.status_code == 409
    assert [said.body for said in zenpy.tickets.comments(ticket.id)][1:] == ["mine"]


def test_creates_and_deletes_a_ticket(demo: DemoServer, zenpy: Zenpy) -> None:
    made = zenpy.tickets.create(Ticket(subject="Ask the kitchen", comment=Comment(body="Which card?", public=False)))
    assert zenpy.tickets(id=made.ticket.id).subject == "Ask the kitchen"
    zenpy.tickets.delete(made.ticket)
    with pytest.raises(RecordNotFoundException):
        zenpy.tickets(id=made.ticket.id)


def test_merges_in_a_job(demo: DemoServer, zenpy: Zenpy) -> None:
    source, target = (demo.world.story(index).source_ticket_id for index in (0, 1))
    job = zenpy.tickets.merge(target=target, source=source)
    states = [job.status, *(zenpy.job_status(id=job.id).status for _ in range(2))]
    assert states == ["queued", "working", "completed"]
    merged = zenpy.tickets(id=source)
    assert (merged.status, "closed_by_merge" in merged.tags) == ("closed", True)


def test_searches_and_exports(demo: DemoServer, zenpy: Zenpy) -> None:
    told = demo.world.story(0)
    mine = zenpy.search(type="ticket", requester=told.case.customer.email)
    assert [found.id for found in mine] == [told.survey_ticket_id, told.source_ticket_id]
    exported = zenpy.search_export(type="ticket", tags="csat_survey", cursor_pagination=20)
    assert len({found.id for found in exported}) == 60


def test_is_rate_limited_and_recovers() -> None:
    with DemoServer(DemoOptions(rate_limit=3, rate_window=0.8)) as demo:
        zenpy = zenpy_client(demo.url, demo.email, demo.token)
        asked: list[int] = []
        zenpy.users.session.hooks["response"].append(lambda answer, *_, **__: asked.append(answer.status_code))
        for _ in range(5):
            assert zenpy.users.me().email == demo.email
        assert asked == [200, 200, 200, 429, 200, 200]
