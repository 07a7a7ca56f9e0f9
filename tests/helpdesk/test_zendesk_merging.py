"""What Zendesk's jobs can answer beside that all went well, and what each of it means for a merge."""

from collections.abc import AsyncIterator

import httpx
import pytest
import respx

from csat_tui.domain.errors import Denied, Refused, Uncertain
from csat_tui.domain.ids import OpId, TicketId
from csat_tui.domain.ticket import TicketMerge
from csat_tui.helpdesk.zendesk import merging
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.secrets import Credential
from tests.helpdesk.test_zendesk_answers import NOW, STAMP, URL, Still, ticket

MERGE = TicketMerge(OpId("op"), TicketId(7), (TicketId(8), TicketId(9)), "#8 and #9 came here.", "It went to #7.")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
async def desk(pauses: list[float]) -> AsyncIterator[ZendeskDesk]:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    desk = ZendeskDesk(URL, Credential("ana@example.com", "t0ken", "a test"), clock=Still(), sleep=sleep)
    yield desk
    await desk.close()


def job(status: str | None, **more: object) -> httpx.Response:
    return httpx.Response(200, json={"job_status": {"id": "j1", "status": status, **more}})


def the_jobs(*answers: httpx.Response | Exception, begun: httpx.Response | None = None) -> respx.Route:
    respx.post(f"{URL}/api/v2/tickets/7/merge").mock(return_value=begun or job("queued"))
    return respx.get(f"{URL}/api/v2/job_statuses/j1").mock(side_effect=answers)


@respx.mock
async def test_both_comments_are_said_to_be_internal(desk: ZendeskDesk) -> None:
    the_jobs(job("completed"))
    await desk.merge(MERGE)
    sent = respx.calls[0].request
    assert b'"target_comment_is_public":false' in sent.content
    assert b'"source_comment_is_public":false' in sent.content
    assert b'"ids":[8,9]' in sent.content


@respx.mock
async def test_a_job_is_asked_after_with_growing_pauses(desk: ZendeskDesk, pauses: list[float]) -> None:
    asked = the_jobs(job("queued"), job("working"), job("working"), job("completed", results=[{"id": 8}]))
    receipt = await desk.merge(MERGE)
    assert (receipt.reference, receipt.landed_at) == ("merge j1", NOW)
    assert asked.call_count == 4
    assert pauses == sorted(pauses)
    assert len(set(pauses)) == 4


@respx.mock
async def test_a_job_that_never_ends_is_uncertain_after_a_while(desk: ZendeskDesk, pauses: list[float]) -> None:
    respx.post(f"{URL}/api/v2/tickets/7/merge").mock(return_value=job("queued"))
    respx.get(f"{URL}/api/v2/job_statuses/j1").mock(return_value=job("working"))
    with pytest.raises(Uncertain, match="the job is working after"):
        await desk.merge(MERGE)
    assert merging.PATIENCE <= sum(pauses) < merging.PATIENCE + merging.LONGEST_PAUSE + 1


@pytest.mark.parametrize("status", ["failed", "killed"])
@respx.mock
async def test_a_failed_job_is_refused_with_its_own_words(desk: ZendeskDesk, status: str) -> None:
    the_jobs(job(status, message="Ticket 9 is\nshared with another account"))
    with pytest.raises(Refused, match=r"not merge #8, #9 into #7\. It says: Ticket 9 is shared with another"):
        await desk.merge(MERGE)


@pytest.mark.parametrize(
    "result",
    [
        {"id": 9, "success": False, "error": "PermissionDenied"},
        {"id": 9, "status": "Failed", "details": "PermissionDenied"},
        {"id": 9, "success": False, "errors": ["PermissionDenied"]},
        {"index": 1, "error": "PermissionDenied", "id": 9, "details": "it is shared"},
        {"index": 1, "error": "PermissionDenied"},
        {"index": 1, "errors": {"base": "PermissionDenied"}},
    ],
)
@respx.mock
async def test_a_job_that_failed_for_one_ticket_says_for_which(desk: ZendeskDesk, result: dict[str, object]) -> None:
    fine = {"id": 8, "index": 0, "success": True, "status": "Updated"}
    for results in ([fine, result], {"0": fine, "1": result}, {"tickets": [fine, result]}):
        the_jobs(job("completed", results=results))
        with pytest.raises(Refused, match=r"not merge #9 into #7.* #9: .*PermissionDenied"):
            await desk.merge(MERGE)


@pytest.mark.parametrize(
    "results", [{"success": False}, {"error": "Locked", "details": "no"}, [{"id": 5, "error": "Locked"}]]
)
@respx.mock
async def test_a_failure_that_names_none_of_ours_is_said_of_all(desk: ZendeskDesk, results: object) -> None:
    the_jobs(job("completed", results=results))
    with pytest.raises(Refused, match=r"not merge #8, #9 into #7"):
        await desk.merge(MERGE)


@pytest.mark.parametrize("results", [None, [], {"success": True}, [{"index": 0, "id": 8}, {"index": 1, "id": 9}]])
@respx.mock
async def test_a_job_that_tells_of_no_failure_is_taken_for_what_it_says(desk: ZendeskDesk, results: object) -> None:
    the_jobs(job("completed", results=results))
    assert (await desk.merge(MERGE)).reference == "merge j1"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"error": "RecordNotFound"}),
        httpx.Response(400, json={"error": "bad"}),
        httpx.Response(401, text="Couldn't authenticate you"),
        httpx.Response(200, text="<html>sign in</html>", headers={"content-type": "text/html"}),
        httpx.Response(200, json={"job_status": {"id": "j1", "status": 7}}),
        httpx.Response(429, headers={"retry-after": "600"}),
        httpx.ConnectError("gone"),
    ],
)
@respx.mock
async def test_a_job_that_cannot_be_asked_after_is_uncertain(
    desk: ZendeskDesk, answer: httpx.Response | Exception
) -> None:
    the_jobs(answer, answer, answer)
    with pytest.raises(Uncertain, match="is not known"):
        await desk.merge(MERGE)


@pytest.mark.parametrize("begun", [httpx.Response(200, json={}), job("queued", id=""), httpx.Response(200, text="ok")])
@respx.mock
async def test_a_job_that_is_not_told_of_is_uncertain(desk: ZendeskDesk, begun: httpx.Response) -> None:
    the_jobs(begun=begun)
    with pytest.raises(Uncertain):
        await desk.merge(MERGE)


@respx.mock
async def test_who_may_not_merge_is_told_who_can_allow_it(desk: ZendeskDesk) -> None:
    the_jobs(begun=httpx.Response(403, json={"error": "Forbidden"}))
    with pytest.raises(Denied, match=r"may not merge into ticket #7; .*administrator can allow it"):
        await desk.merge(MERGE)


@respx.mock
async def test_a_comment_that_would_be_cut_is_refused_before_anything_is_sent(desk: ZendeskDesk) -> None:
    from dataclasses import replace

    with pytest.raises(Refused, match="longer than"):
        await desk.merge(replace(MERGE, target_comment="ä" * 33_000))
    assert not respx.calls


@pytest.mark.parametrize(
    ("last", "role", "there"),
    [
        ("It went to #7.", "agent", True),
        ("It went to #77.", "agent", False),
        ("See my ticket #7", "end-user", False),
    ],
)
@respx.mock
async def test_where_a_ticket_went_is_told_by_the_merges_own_comment(
    desk: ZendeskDesk, last: str, role: str, there: bool
) -> None:
    closed = ticket(8, status="closed", tags=["closed_by_merge"])
    open_ = ticket(9, tags=["closed_by_merge"])
    respx.get(f"{URL}/api/v2/tickets/show_many").mock(
        return_value=httpx.Response(200, json={"tickets": [closed, open_], "users": []})
    )
    said = {"id": 1, "author_id": 3, "body": last, "public": role == "end-user", "created_at": STAMP}
    users = [{"id": 3, "name": "P", "email": "p@example.com", "role": role}]
    respx.get(f"{URL}/api/v2/tickets/8/comments").mock(
        return_value=httpx.Response(200, json={"comments": [said], "users": users})
    )
    assert (8 in await desk.merged(MERGE)) is there
