"""The demo's web forms and its channel take things in once, say why they do not, and can be read again."""

import httpx
import pytest
from starlette.responses import Response

from csat_tui.demo import faults
from csat_tui.demo.faults import DROP_AFTER, DROP_BEFORE, Fault
from csat_tui.demo.server import DemoServer

FORMS = ("tracker", "coaching", "corrections")
ROW = {"ticket": "9312160", "outcome": "Followed up", "why": "Zwölf\nZeilen & =1+1"}
MESSAGE = {"version": "1.0", "title": "Which credit?", "message": "Is 25.00 right for #9312160?", "type": "warning"}


@pytest.fixture
def web(demo: DemoServer) -> httpx.Client:
    return httpx.Client(base_url=demo.url, trust_env=False, timeout=5)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("how", ["data", "json"])
def test_a_form_takes_both_encodings_and_shows_what_it_took(web: httpx.Client, name: str, how: str) -> None:
    answer = web.post(f"/forms/{name}", **{how: ROW})  # type: ignore[arg-type]
    assert answer.status_code == 201
    (row,) = web.get(f"/forms/{name}").json()
    assert row["fields"] == ROW
    assert {key: row[key] for key in ("id", "received_at")} == answer.json()
    assert all(web.get(f"/forms/{other}").json() == [] for other in FORMS if other != name)


def test_rows_stand_in_order_of_arrival_with_their_headers(web: httpx.Client) -> None:
    for number in ("3", "1", "2"):
        web.post(
            "/forms/tracker", json={"ticket": int(number), "note": None}, headers={"Idempotency-Key": f"k{number}"}
        )
    rows = web.get("/forms/tracker").json()
    assert [row["fields"] for row in rows] == [{"ticket": number, "note": ""} for number in ("3", "1", "2")]
    assert [row["headers"]["idempotency-key"] for row in rows] == ["k3", "k1", "k2"]


def test_the_same_key_is_answered_as_before_and_adds_no_row(web: httpx.Client) -> None:
    answers = [web.post("/forms/coaching", data=ROW, headers={"Idempotency-Key": "k"}) for _ in range(3)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true", "true"]
    assert len(web.get("/forms/coaching").json()) == 1
    other = web.post("/forms/coaching", data={**ROW, "why": "other"}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 422
    assert web.post("/forms/tracker", data=ROW, headers={"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.parametrize(
    ("sent", "kind", "sentence"),
    [
        (b"", "application/x-www-form-urlencoded", "empty"),
        (b"a=&b=%20", "application/x-www-form-urlencoded", "empty"),
        (b"no pairs", "application/x-www-form-urlencoded", "cannot be read"),
        (b"a=%FF", "application/x-www-form-urlencoded", "cannot be read"),
        (b"{half", "application/json", "cannot be read"),
        (b"[1]", "application/json", "object"),
        (b'{"a": {"b": 1}}', "application/json", "one value"),
        (b'{"ticket": "soon"}', "application/json", "ticket's number"),
        (b'{"a": "' + b"x" * 32_768 + b'"}', "application/json", "longer"),
        (b"a=b", "text/plain", "sent as"),
    ],
)
def test_a_bad_form_is_refused_with_a_sentence(web: httpx.Client, sent: bytes, kind: str, sentence: str) -> None:
    answer = web.post("/forms/tracker", content=sent, headers={"content-type": kind})
    assert answer.status_code == 422
    assert sentence in answer.json()["message"]
    assert web.get("/forms/tracker").json() == []


def test_a_form_that_is_not_there_is_not_found(web: httpx.Client) -> None:
    assert web.post("/forms/wishes", data=ROW).status_code == 404


def test_a_credential_may_be_shown_must_be_good_and_is_not_shown_again(demo: DemoServer, web: httpx.Client) -> None:
    assert web.post("/forms/tracker", data=ROW, headers={"authorization": "Bearer wrong"}).status_code == 401
    assert web.post("/forms/tracker", data=ROW, headers={"authorization": f"Bearer {demo.token}"}).status_code == 201
    assert demo.token not in web.get("/forms/tracker").text


def test_the_channel_keeps_what_is_said_in_order(web: httpx.Client) -> None:
    assert web.post("/channel", json=MESSAGE).status_code == 200
    assert web.post("/channel/", json={"message": "Again", "attachments": []}).status_code == 200
    first, second = web.get("/channel").json()
    assert {key: first[key] for key in MESSAGE} == MESSAGE
    assert (second["message"], second["attachments"]) == ("Again", [])


@pytest.mark.parametrize(
    "sent", [b"", b"text", b"[]", b'{"title": "x"}', b'{"message": "  "}', b'{"message": "x", "type": "loud"}']
)
def test_what_is_no_message_is_refused_with_a_sentence(web: httpx.Client, sent: bytes) -> None:
    answer = web.post("/channel", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["message"].endswith(".")
    assert web.get("/channel").json() == []


@pytest.mark.parametrize(
    ("path", "content"), [*((f"/forms/{name}", ROW) for name in FORMS), ("/channel", MESSAGE)], ids=[*FORMS, "channel"]
)
@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (faults.failed(), 0),
        (faults.unavailable(3), 0),
        (Fault(applied=True, answer=faults.bad_gateway()), 1),
        (DROP_BEFORE, 0),
        (DROP_AFTER, 1),
        (faults.late(0.3), 1),
    ],
    ids=["500", "503", "502 after", "dropped before", "dropped after", "late"],
)
def test_forms_and_channel_go_wrong_when_told_to_and_a_second_try_makes_one_row(
    demo: DemoServer, web: httpx.Client, path: str, content: dict[str, str], fault: Response | Fault, kept: int
) -> None:
    demo.world.faults.once("POST", path, fault)
    try:
        assert web.post(path, json=content, headers={"Idempotency-Key": "one"}, timeout=0.15).status_code >= 500
    except httpx.TransportError:
        assert isinstance(fault, Fault)
    assert len(web.get(path).json()) == kept
    assert web.post(path, json=content, headers={"Idempotency-Key": "one"}).is_success
    assert len(web.get(path).json()) == 1
