"""The answers have the shapes, the numbers and the clocks of the real desk."""

import re

import httpx
import pytest

from csat_tui.demo import wire
from csat_tui.demo.server import DemoServer

TICKET_FIELDS = """
    url id external_id via created_at updated_at type subject raw_subject description priority status recipient
    requester_id submitter_id assignee_id organization_id group_id collaborator_ids follower_ids email_cc_ids
    forum_topic_id problem_id has_incidents is_public due_at tags custom_fields satisfaction_rating
    sharing_agreement_ids custom_status_id fields followup_ids ticket_form_id brand_id allow_channelback
    allow_attachments from_messaging_channel
"""
COMMENT_FIELDS = """
    id type author_id body html_body plain_body public attachments audit_id via created_at metadata
"""
CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_a_ticket_has_every_field(demo: DemoServer, desk: httpx.Client) -> None:
    for number in (demo.world.story(0).survey_ticket_id, demo.world.story(0).source_ticket_id):
        ticket = desk.get(f"/tickets/{number}.json").json()["ticket"]
        assert set(ticket) >= set(TICKET_FIELDS.split())
        assert ticket["url"] == f"{demo.url}/api/v2/tickets/{number}.json"


def test_a_comment_has_every_field(demo: DemoServer, desk: httpx.Client) -> None:
    number = demo.world.story(0).source_ticket_id
    answer = desk.get(f"/tickets/{number}/comments", params={"include": "users"}).json()
    for said in answer["comments"]:
        assert set(said) >= set(COMMENT_FIELDS.split())
        assert set(said["metadata"]["system"]) == {"client", "ip_address", "location", "latitude", "longitude"}
    assert {said["author_id"] for said in answer["comments"]} == {user["id"] for user in answer["users"]}


def test_comments_can_be_read_from_the_newest_back(demo: DemoServer, desk: httpx.Client) -> None:
    url = f"/tickets/{demo.world.story(0).source_ticket_id}/comments"
    oldest = [said["id"] for said in desk.get(url).json()["comments"]]
    newest = desk.get(url, params={"sort": "-created_at", "page[size]": 2}).json()
    assert [said["id"] for said in newest["comments"]] == oldest[::-1][:2]
    assert newest["meta"]["has_more"] is True


def test_times_are_whole_seconds_in_utc(demo: DemoServer, desk: httpx.Client) -> None:
    page = desk.get(f"/views/{demo.view_id}/tickets").json()
    number = demo.world.story(1).source_ticket_id
    stamps = [ticket[key] for ticket in page["tickets"] for key in ("created_at", "updated_at")]
    stamps += [said["created_at"] for said in desk.get(f"/tickets/{number}/comments").json()["comments"]]
    assert all(CLOCK.fullmatch(stamp) for stamp in stamps)


def test_ids_need_more_than_32_bits(demo: DemoServer, desk: httpx.Client) -> None:
    number = demo.world.story(0).source_ticket_id
    ticket = desk.get(f"/tickets/{number}").json()["ticket"]
    said = desk.get(f"/tickets/{number}/comments").json()["comments"][0]
    big = [ticket[key] for key in ("requester_id", "assignee_id", "group_id", "brand_id", "custom_status_id")]
    assert all(ident > 2**32 for ident in [*big, said["id"], said["audit_id"], demo.view_id])


def test_a_body_has_lost_blank_lines_that_its_html_still_shows(demo: DemoServer, desk: httpx.Client) -> None:
    number = demo.world.story(0).survey_ticket_id
    html = "one<br><br><br><br>two"
    desk.put(f"/tickets/{number}", json={"ticket": {"comment": {"html_body": html, "public": False}}})
    said = desk.get(f"/tickets/{number}/comments").json()["comments"][-1]
    assert said["body"] == "one\n\ntwo"
    assert said["html_body"].count("<br>") == 4


@pytest.mark.parametrize(
    ("body", "html", "plain"),
    [
        ("*a* and __b__", "<em>a</em> and <strong>b</strong>", "a and b"),
        ("# Head", "<h1>Head</h1>", "Head"),
        ("1. one\n2. two", "<ol>", "one\ntwo"),
        ("> quoted", "<blockquote>", "quoted"),
        ("one\ntwo", "one<br />", "one\ntwo"),
        ("<b>no</b>", "&lt;b&gt;no", "<b>no</b>"),
    ],
)
def test_a_body_is_rendered_as_markdown(demo: DemoServer, desk: httpx.Client, body: str, html: str, plain: str) -> None:
    number = demo.world.story(0).survey_ticket_id
    desk.put(f"/tickets/{number}", json={"ticket": {"comment": {"body": body, "public": False}}})
    said = desk.get(f"/tickets/{number}/comments").json()["comments"][-1]
    assert html in said["html_body"]
    assert [line for line in said["plain_body"].splitlines() if line] == plain.splitlines()


def test_pictures_in_the_text_are_listed_only_when_asked_for(demo: DemoServer, desk: httpx.Client) -> None:
    number = demo.world.story(0).survey_ticket_id
    desk.put(f"/tickets/{number}", json={"ticket": {"tags": ["csat_survey", "seen"]}})
    file = wire.attachment(77, "box.png") | {"inline": True}
    demo.world.held[number].comments[0]["attachments"] = [file]
    asked = {"include_inline_images": "true"}
    for params, listed in (({}, []), (asked, ["box.png"])):
        said = desk.get(f"/tickets/{number}/comments", params=params).json()["comments"][0]
        assert [one["file_name"] for one in said["attachments"]] == listed


def test_attachments_live_on_another_host(demo: DemoServer, desk: httpx.Client) -> None:
    stories = map(demo.world.story, range(60))
    number = next(
        s.source_ticket_id for s in stories if any(m.files for m in s.case.messages) and s.kind[:6] == "low-co"
    )
    comments = desk.get(f"/tickets/{number}/comments").json()["comments"]
    urls = [file["content_url"] for said in comments for file in said["attachments"]]
    assert urls
    assert all(url.startswith("https://files.example.net/") for url in urls)


def test_every_answer_tells_the_rate_in_both_spellings(desk: httpx.Client) -> None:
    headers = desk.get("/users/me").headers
    assert headers["x-rate-limit"] == headers["ratelimit-limit"] == "700"
    assert headers["x-rate-limit-remaining"] == headers["ratelimit-remaining"] == "699"
    assert 0 < int(headers["ratelimit-reset"]) <= 60


def test_views_are_described_found_counted_and_run(demo: DemoServer, desk: httpx.Client) -> None:
    assert desk.get("/views", params={"active": "true"}).json()["count"] == 3
    assert desk.get("/views/search", params={"query": "CSAT"}).json()["count"] == 2
    assert desk.get(f"/views/{demo.view_id}").json()["view"]["execution"]["sort_by"] == "created"
    assert desk.get(f"/views/{demo.view_id}/count").json()["view_count"]["value"] == 60
    run = desk.get(f"/views/{demo.view_id}/execute", params={"per_page": 4}).json()
    assert [row["ticket_id"] for row in run["rows"]] == [demo.world.story(i).survey_ticket_id for i in range(4)]


def test_people_are_shown_alone_and_together(demo: DemoServer, desk: httpx.Client) -> None:
    who = demo.world.story(0).case.customer
    assert desk.get(f"/users/{who.id}").json()["user"]["email"] == who.email
    together = desk.get("/users/show_many", params={"ids": f"{who.id},1"}).json()["users"]
    assert [user["id"] for user in together] == [who.id]
    assert desk.get("/users/search", params={"query": who.email}).json()["users"][0]["id"] == who.id


def test_the_small_lists_are_there(desk: httpx.Client) -> None:
    for key in ("groups", "brands", "ticket_fields", "custom_statuses"):
        assert desk.get(f"/{key}.json").json()[key]


def test_a_search_understands_status_tags_dates_and_negation(demo: DemoServer, desk: httpx.Client) -> None:
    def found(query: str) -> int:
        count: int = desk.get("/search.json", params={"query": query}).json()["count"]
        return count

    desk.put(f"/tickets/{demo.world.story(0).survey_ticket_id}", json={"ticket": {"status": "solved"}})
    assert found("type:ticket tags:csat_survey status<solved") == 59
    assert found("type:ticket tags:csat_survey -status:solved") == 59
    assert found("tags:csat_survey created>2026-11-18T14:30:00Z") > 0
    assert found(f"{demo.world.story(3).survey_ticket_id}") == 1
    refused = desk.get("/search.json", params={"query": "tags:csat_survey", "page": 11})
    assert (refused.status_code, refused.json()["error"]) == (422, "invalid")


def test_a_search_for_people_finds_them_by_address(demo: DemoServer, desk: httpx.Client) -> None:
    who = demo.world.story(2).case.customer
    found = desk.get("/search", params={"query": f"type:user {who.email}"}).json()["results"]
    assert [(one["result_type"], one["id"]) for one in found] == [("user", who.id)]


def test_groups_come_beside_tickets_where_they_are_asked_for(desk: httpx.Client, demo: DemoServer) -> None:
    asked = {"include": "users,groups,organizations"}
    page = desk.get(f"/views/{demo.view_id}/tickets", params=asked).json()
    assert [group["name"] for group in page["groups"]] == ["CSAT strike team"]
    assert page["organizations"] == []
