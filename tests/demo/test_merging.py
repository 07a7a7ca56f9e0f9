"""Merging closes the sources, comments on both sides, and does all of it or nothing."""

import time
from typing import Any

import httpx
import pytest

from csat_tui.demo.server import DemoServer
from tests.demo.conftest import signed_in
from tests.demo.test_history import meeting
from tests.demo.test_writes import of_kind


def merge(desk: httpx.Client, target: int, *sources: int, **more: object) -> dict[str, Any]:
    job = desk.post(f"/tickets/{target}/merge", json={"ids": list(sources), **more}).json()["job_status"]
    while job["status"] in ("queued", "working"):
        job = desk.get(f"/job_statuses/{job['id']}").json()["job_status"]
    done: dict[str, Any] = job
    return done


def ticket(desk: httpx.Client, number: int) -> dict[str, Any]:
    found: dict[str, Any] = desk.get(f"/tickets/{number}").json()["ticket"]
    return found


def said_last(desk: httpx.Client, number: int) -> dict[str, Any]:
    found: dict[str, Any] = desk.get(f"/tickets/{number}/comments").json()["comments"][-1]
    return found


def test_sources_are_closed_with_a_tag_and_the_target_keeps_its_status(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "three-new")
    job = merge(desk, told.new, *told.beside, target_comment="Both came in.", source_comment="Goes on elsewhere.")
    assert (job["status"], job["progress"], job["total"]) == ("completed", 2, 2)
    assert [(one["id"], one["success"], one["status"]) for one in job["results"]] == [
        (number, True, "Updated") for number in told.beside
    ]
    for number in told.beside:
        merged = ticket(desk, number)
        assert (merged["status"], "closed_by_merge" in merged["tags"]) == ("closed", True)
        last = said_last(desk, number)
        assert (last["body"], last["public"]) == ("Goes on elsewhere.", False)
    assert ticket(desk, told.new)["status"] == "new"
    assert (said_last(desk, told.new)["body"], said_last(desk, told.new)["public"]) == ("Both came in.", False)


def test_without_words_of_ones_own_the_desk_says_what_went_where(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "awaiting-reply-customer-newest")
    asked = demo.world.comments(told.new)[-1]["body"]
    merge(desk, told.beside[0], told.new)
    assert f"merged into request #{told.beside[0]}" in said_last(desk, told.new)["body"]
    words = said_last(desk, told.beside[0])["body"]
    assert f"#{told.new}" in words
    assert asked in words


def test_a_comment_is_public_only_where_that_is_asked_for(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "customer-reply")
    merge(desk, told.beside[0], told.new, target_comment="One", source_comment="Two", source_comment_is_public=True)
    assert [said_last(desk, number)["public"] for number in (told.beside[0], told.new)] == [False, True]


def test_another_persons_ticket_brings_them_along_in_copy(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "second-account")
    asking = ticket(desk, told.new)["requester_id"]
    merge(desk, told.beside[0], told.new)
    assert ticket(desk, told.beside[0])["email_cc_ids"] == [asking]


def test_files_go_along(demo: DemoServer, desk: httpx.Client) -> None:
    source = next(
        told.source_ticket_id
        for told in map(demo.world.story, range(60))
        if told.case.status == "solved" and any(said.files for said in told.case.messages)
    )
    target = demo.world.story(0).source_ticket_id
    merge(desk, target, source)
    assert said_last(desk, target)["attachments"]


def test_a_closed_target_fails_the_job_and_nothing_changes(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "three-new")
    job = merge(desk, of_kind(demo, "source-closed"), *told.beside)
    assert job["status"] == "failed"
    assert "closed prevents ticket update" in job["message"]
    assert job["results"] is None
    assert all(ticket(desk, number)["status"] == "new" for number in (told.new, *told.beside))
    assert demo.world.held == {}


def test_a_closed_source_fails_alone_in_a_job_that_is_completed(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "three-new")
    shut = of_kind(demo, "source-closed")
    job = merge(desk, told.new, shut, told.beside[0])
    assert job["status"] == "completed"
    assert job["results"][0] == {
        "index": 0, "error": "RecordInvalid", "id": shut, "details": "Status: closed prevents ticket update",
    }  # fmt: skip
    assert (job["results"][1]["id"], job["results"][1]["success"]) == (told.beside[0], True)
    assert ticket(desk, told.beside[0])["status"] == "closed"
    assert str(shut) not in said_last(desk, told.new)["body"]


def test_a_ticket_that_was_merged_is_not_merged_again(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "in-progress-customer-newest")
    assert merge(desk, told.beside[0], told.new)["status"] == "completed"
    comments = len(demo.world.comments(told.beside[0]))
    again = merge(desk, told.beside[0], told.new)
    assert (again["status"], again["results"][0]["error"]) == ("completed", "RecordInvalid")
    assert len(demo.world.comments(told.beside[0])) == comments


def test_a_merge_is_done_though_nobody_asks_after_it(demo: DemoServer, desk: httpx.Client) -> None:
    _, told = meeting(demo.world, "second-address")
    desk.post(f"/tickets/{told.beside[0]}/merge", json={"ids": [told.new]})
    deadline = time.monotonic() + 5
    while ticket(desk, told.new)["status"] != "closed":
        assert time.monotonic() < deadline
    assert len([said for said in demo.world.comments(told.new) if "merged into" in said["body"]]) == 1


def test_someone_without_notes_merges_nothing(demo: DemoServer) -> None:
    _, told = meeting(demo.world, "new-beside-new")
    with signed_in(demo, "no-notes") as desk:
        assert merge(desk, told.new, *told.beside)["status"] == "failed"
    assert demo.world.held == {}


@pytest.mark.parametrize("ids", [None, [], ["9"], [True]])
def test_a_merge_of_nothing_is_refused(demo: DemoServer, desk: httpx.Client, ids: object) -> None:
    target = demo.world.story(0).source_ticket_id
    assert desk.post(f"/tickets/{target}/merge", json={"ids": ids}).status_code == 400
    assert desk.post(f"/tickets/{target}/merge", json={"ids": [target]}).status_code == 400
    assert desk.post("/tickets/1/merge", json={"ids": [target]}).status_code == 404
