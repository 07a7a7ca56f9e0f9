"""One write is one audit: what is kept, what is refused, and what is done to the words."""

import httpx
import pytest

from csat_tui.demo.server import DemoServer
from tests.demo.conftest import signed_in


def survey(demo: DemoServer, index: int = 0) -> str:
    return f"/tickets/{demo.world.story(index).survey_ticket_id}"


def of_kind(demo: DemoServer, kind: str) -> int:
    return next(told.source_ticket_id for told in map(demo.world.story, range(60)) if told.kind == kind)


def note(text: str = "NRN", **more: object) -> dict[str, object]:
    return {"ticket": {"comment": {"body": text, "public": False}, **more}}


def test_metadata_comes_back_in_the_audit_and_in_the_comment(demo: DemoServer, desk: httpx.Client) -> None:
    answer = desk.put(survey(demo), json=note(metadata={"op_id": "0190"})).json()
    assert answer["audit"]["metadata"]["custom"] == {"op_id": "0190"}
    audits = desk.get(f"{survey(demo)}/audits").json()["audits"]
    assert audits[-1]["metadata"]["custom"] == {"op_id": "0190"}
    assert audits[-1]["events"][0]["body"] == "NRN"
    comments = desk.get(f"{survey(demo)}/comments").json()["comments"]
    assert comments[-1]["metadata"]["custom"] == {"op_id": "0190"}


def test_metadata_over_a_kilobyte_is_refused(demo: DemoServer, desk: httpx.Client) -> None:
    assert desk.put(survey(demo), json=note(metadata={"op_id": "x" * 1100})).status_code == 422
    assert demo.world.held == {}


def test_one_write_changes_note_status_tags_and_fields_together(demo: DemoServer, desk: httpx.Client) -> None:
    field = desk.get("/ticket_fields").json()["ticket_fields"][2]["id"]
    change = note(status="solved", tags=["CSAT_NRN", "b a"], custom_fields=[{"id": field, "value": "nrn"}])
    ticket = desk.put(survey(demo), json=change).json()["ticket"]
    assert (ticket["status"], ticket["tags"]) == ("solved", ["a", "b", "csat_nrn"])
    assert {"id": field, "value": "nrn"} in ticket["custom_fields"]
    assert ticket["assignee_id"] == desk.get("/users/me").json()["user"]["id"]
    assert desk.get(survey(demo)).json()["ticket"]["updated_at"] >= ticket["created_at"]


def test_a_custom_status_moves_the_ticket(demo: DemoServer, desk: httpx.Client) -> None:
    statuses = desk.get("/custom_statuses").json()["custom_statuses"]
    pending = next(status["id"] for status in statuses if status["status_category"] == "pending")
    ticket = desk.put(survey(demo), json={"ticket": {"custom_status_id": pending}}).json()["ticket"]
    assert ticket["status"] == "pending"


def test_a_new_ticket_that_is_given_to_somebody_is_open(demo: DemoServer, desk: httpx.Client) -> None:
    me = desk.get("/users/me").json()["user"]["id"]
    assert desk.put(survey(demo), json=note()).json()["ticket"]["status"] == "new"
    ticket = desk.put(survey(demo), json=note("mine", assignee_id=me)).json()["ticket"]
    assert (ticket["status"], ticket["assignee_id"]) == ("open", me)


@pytest.mark.parametrize("status", ["new", "open", "pending", "hold", "solved", "closed"])
def test_every_status_is_taken_and_found_again(demo: DemoServer, desk: httpx.Client, status: str) -> None:
    assert desk.put(survey(demo), json={"ticket": {"status": status}}).json()["ticket"]["status"] == status
    found = desk.get("/search", params={"query": f"type:ticket status:{status} tags:csat_survey"}).json()["results"]
    assert demo.world.story(0).survey_ticket_id in [record["id"] for record in found]


@pytest.mark.parametrize("safe", [True, False])
def test_a_stale_stamp_is_a_conflict_and_false_acts_as_true(demo: DemoServer, desk: httpx.Client, safe: bool) -> None:
    seen = desk.get(survey(demo)).json()["ticket"]["updated_at"]
    assert desk.put(survey(demo), json=note(safe_update=True, updated_stamp=seen)).status_code == 200
    refused = desk.put(survey(demo), json=note("again", safe_update=safe, updated_stamp=seen))
    assert (refused.status_code, refused.json()["error"]) == (409, "UpdateConflict")
    assert desk.put(survey(demo), json=note("forced", updated_stamp=seen)).status_code == 200


def test_a_closed_ticket_takes_no_update(demo: DemoServer, desk: httpx.Client) -> None:
    refused = desk.put(f"/tickets/{of_kind(demo, 'source-closed')}", json=note())
    assert refused.status_code == 422
    assert refused.json() == {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": {"status": [{"description": "Status: closed prevents ticket update"}]},
    }


def test_a_deleted_ticket_is_gone_and_absent_among_many(demo: DemoServer, desk: httpx.Client) -> None:
    gone, here = of_kind(demo, "source-deleted"), demo.world.story(0).source_ticket_id
    assert desk.get(f"/tickets/{gone}").json() == {"error": "RecordNotFound", "description": "Not found"}
    assert desk.get(f"/tickets/{gone}/comments").status_code == 404
    assert desk.put(f"/tickets/{gone}", json=note()).status_code == 404
    found = desk.get("/tickets/show_many", params={"ids": f"{gone},{here}"}).json()
    assert ([ticket["id"] for ticket in found["tickets"]], found["count"]) == ([here], 1)


def test_a_merged_ticket_says_where_it_went(demo: DemoServer, desk: httpx.Client) -> None:
    number = of_kind(demo, "source-merged")
    ticket = desk.get(f"/tickets/{number}").json()["ticket"]
    assert (ticket["status"], "closed_by_merge" in ticket["tags"]) == ("closed", True)
    last = desk.get(f"/tickets/{number}/comments").json()["comments"][-1]["body"]
    target = int(last.partition("#")[2].split()[0])
    assert desk.get(f"/tickets/{target}").json()["ticket"]["requester_id"] == ticket["requester_id"]


def test_a_comment_is_public_unless_it_says_otherwise(demo: DemoServer, desk: httpx.Client) -> None:
    desk.put(survey(demo), json={"ticket": {"comment": {"body": "oops"}}})
    assert desk.get(f"{survey(demo)}/comments").json()["comments"][-1]["public"] is True


def test_placeholders_are_filled_in_public_and_left_alone_in_private(demo: DemoServer, desk: httpx.Client) -> None:
    text = "{{ticket.id}} {{ ticket.requester.email }}"
    who = demo.world.story(0)
    for public, expected in ((True, f"{who.survey_ticket_id} {who.case.customer.email}"), (False, text)):
        desk.put(survey(demo), json={"ticket": {"comment": {"body": text, "public": public}}})
        assert desk.get(f"{survey(demo)}/comments").json()["comments"][-1]["body"] == expected


def test_a_body_over_64_kb_is_cut_without_a_word(demo: DemoServer, desk: httpx.Client) -> None:
    assert desk.put(survey(demo), json=note("é" * 40_000)).status_code == 200
    assert desk.get(f"{survey(demo)}/comments").json()["comments"][-1]["body"] == "é" * 32_768


def test_html_is_kept_and_read_as_text(demo: DemoServer, desk: httpx.Client) -> None:
    change = {"comment": {"html_body": "<p>one &amp; <b>two</b></p><p>three<br>four</p>", "public": False}}
    desk.put(survey(demo), json={"ticket": change})
    assert desk.get(f"{survey(demo)}/comments").json()["comments"][-1]["body"] == "one & two\n\nthree\nfour"


def test_additional_tags_are_ignored_and_named_in_a_warning(demo: DemoServer, desk: httpx.Client) -> None:
    answer = desk.put(survey(demo), json=note(additional_tags=["x"]))
    assert "additional_tags" in answer.headers["x-zendesk-api-warn"]
    assert "x" not in answer.json()["ticket"]["tags"]


def test_tags_are_added_set_and_removed(demo: DemoServer, desk: httpx.Client) -> None:
    url = f"{survey(demo)}/tags"
    assert desk.put(url, json={"tags": ["seen"]}).json()["tags"] == ["csat_survey", "qualtrics", "seen"]
    assert desk.request("DELETE", url, json={"tags": ["qualtrics"]}).json()["tags"] == ["csat_survey", "seen"]
    assert desk.post(url, json={"tags": ["only"]}).json()["tags"] == ["only"]
    assert desk.get(url).json()["tags"] == ["only"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"{not json", 422),
        (b'{"ticket": "text"}', 400),
        (b'{"ticket": {"status": "finished"}}', 422),
        (b'{"ticket": {"comment": {"body": "  "}}}', 422),
        (b'{"ticket": {"comment": {"body": "\\ud800"}}}', 422),
        (b'{"ticket": {"custom_fields": ["x"]}}', 400),
        (b'{"ticket": {"safe_update": true}}', 400),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_changes(
    demo: DemoServer, desk: httpx.Client, sent: bytes, status: int
) -> None:
    answer = desk.put(survey(demo), content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert len(desk.get(f"{survey(demo)}/comments").json()["comments"]) == 1


def test_a_creation_is_done_once_for_each_idempotency_key(desk: httpx.Client) -> None:
    sent = {"ticket": {"subject": "Ask", "comment": {"body": "Which?", "public": False}}}
    answers = [desk.post("/tickets", json=sent, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.headers["x-idempotency-lookup"] for answer in answers] == ["miss", "hit"]
    assert answers[0].json()["ticket"]["id"] == answers[1].json()["ticket"]["id"]


def test_a_follow_up_can_be_made_of_a_closed_ticket(demo: DemoServer, desk: httpx.Client) -> None:
    source = of_kind(demo, "source-closed")
    sent = {"ticket": {"subject": "Again", "comment": {"body": "Hello"}, "via_followup_source_id": source}}
    via = desk.post("/tickets", json=sent).json()["ticket"]["via"]
    assert (via["source"]["rel"], via["source"]["from"]["ticket_id"]) == ("follow_up", source)


def test_a_light_agent_writes_notes_but_no_replies(demo: DemoServer) -> None:
    with signed_in(demo, "light") as desk:
        me = desk.get("/users/me").json()["user"]
        assert (me["role_type"], me["only_private_comments"]) == (1, True)
        refused = desk.put(survey(demo), json={"ticket": {"comment": {"body": "hi", "public": True}}})
        assert (refused.status_code, refused.json()["error"]) == (403, "Forbidden")
        assert desk.put(survey(demo), json=note()).status_code == 200


def test_someone_without_notes_neither_writes_nor_sees_them(demo: DemoServer, desk: httpx.Client) -> None:
    desk.put(survey(demo), json=note("hidden"))
    with signed_in(demo, "no-notes") as other:
        assert other.put(survey(demo), json=note()).status_code == 403
        assert len(other.get(f"{survey(demo)}/comments").json()["comments"]) == 1
