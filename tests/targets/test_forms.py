"""Web forms: the demo's real ones, and servers that answer what no form should."""

import json
import socket
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qsl

import httpx
import pytest

from csat_tui.config import Encoding, FormConfig
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.errors import HelpDeskError, Limited, Refused, Uncertain, Unreachable
from csat_tui.effects.form_entry import FormEntry
from csat_tui.secrets import NoCredential, Revealed
from csat_tui.targets import forms as module
from csat_tui.targets.forms import WebForms
from tests.helpdesk.raw_server import RawServer, raw_server, reply
from tests.targets.conftest import OP, OTHER_OP, Still

ROW = FormEntry("tracker", {"A": "2026-03-10", "B": "7300001", "C": "No response needed", "E": "In order: “{A}” & ü"})
FIELDS = {"entry.1": "{B}", "entry.2": "{C} ({op})", "entry.3": "{E}", "source": "csat"}
OPENED: list[WebForms] = []


def forms(url: str, name: str = "tracker", token: str = "", **more: object) -> WebForms:
    config = FormConfig(url, **{"fields": FIELDS, **more})  # type: ignore[arg-type]
    OPENED.append(WebForms({name: config}, {name: lambda: Revealed(token, "a test")}, Still()))
    return OPENED[-1]


@pytest.fixture(autouse=True)
async def _let_go() -> AsyncIterator[None]:
    yield
    while OPENED:
        await OPENED.pop().close()


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(surveys=3, rate_limit=0)) as server:
        yield server


def handed_in(demo: DemoServer, name: str) -> list[dict[str, dict[str, str]]]:
    auth = (f"{demo.email}/token", demo.token)
    found: list[dict[str, dict[str, str]]] = httpx.get(f"{demo.url}/forms/{name}", auth=auth, trust_env=False).json()
    return found


# -- real forms


@pytest.mark.parametrize("encoding", Encoding)
async def test_a_form_gets_its_fields_and_gives_its_reference(demo: DemoServer, encoding: Encoding) -> None:
    before = len(handed_in(demo, "coaching"))
    entry = FormEntry("coaching", {"Agent": "Sol", "What to do": f"Listen, {encoding}"})
    fields = {"agent": "{Agent}", "advice": "{What to do}", "id": "{op}"}
    op = OP if encoding is Encoding.FORM else OTHER_OP
    form = forms(f"{demo.url}/forms/coaching", "coaching", demo.token, fields=fields, encoding=encoding)
    delivered = await form.submit(entry, op)
    *_, last = handed_in(demo, "coaching")
    assert last["fields"] == {"agent": "Sol", "advice": f"Listen, {encoding}", "id": op}
    assert last["headers"]["idempotency-key"] == op
    assert delivered.reference == last["id"]
    assert (await form.submit(entry, op)).reference == delivered.reference
    assert len(handed_in(demo, "coaching")) == before + 1


async def test_a_form_s_refusal_is_told_in_its_own_words(demo: DemoServer) -> None:
    form = forms(f"{demo.url}/forms/tracker", token=demo.token, fields={"ticket": "{C}"})
    with pytest.raises(Refused, match="should be a ticket's number"):
        await form.submit(ROW, OP)


async def test_a_wrong_token_is_refused_and_nothing_else_is_held_back_by_it(demo: DemoServer) -> None:
    with pytest.raises(Refused, match=r"forms\.tracker\.token_command"):
        await forms(f"{demo.url}/forms/tracker", token="wrong").submit(ROW, OP)


async def test_a_form_that_is_not_there_is_refused(demo: DemoServer) -> None:
    with pytest.raises(Refused, match=r"there is no form at forms\.tracker\.url"):
        await forms(f"{demo.url}/forms/holidays", token=demo.token).submit(ROW, OP)


# -- what leaves


def body_of(raw: RawServer) -> bytes:
    return raw.requests[-1].partition(b"\r\n\r\n")[2]


async def test_places_are_filled_once_and_never_looked_at_again() -> None:
    async with raw_server(reply(b"{}")) as raw:
        await forms(f"http://127.0.0.1:{raw.port}/d/1/formResponse?hl=en").submit(ROW, OP)
    assert raw.requests[0].startswith(b"POST /d/1/formResponse?hl=en HTTP/1.1\r\n")
    assert b"application/x-www-form-urlencoded" in raw.requests[0]
    assert dict(parse_qsl(body_of(raw).decode())) == {
        "entry.1": "7300001",
        "entry.2": f"No response needed ({OP})",
        "entry.3": "In order: “{A}” & ü",
        "source": "csat",
    }


async def test_without_a_mapping_every_cell_goes_under_its_own_name() -> None:
    async with raw_server(reply(b"{}")) as raw:
        form = forms(f"http://127.0.0.1:{raw.port}/", fields={}, encoding=Encoding.JSON)
        await form.submit(FormEntry("tracker", {"A": "x\0y", "Agent": "\ud83d"}), OP)
    assert json.loads(body_of(raw)) == {"A": "xy", "Agent": "\ufffd"}


async def test_a_token_goes_to_the_form_s_own_host_and_the_page_behind_is_not_fetched() -> None:
    async with raw_server(reply(b"", "302 Found", "Location: /thanks")) as raw:
        await forms(f"http://127.0.0.1:{raw.port}/form", token="t0ken").submit(ROW, OP)
    assert len(raw.requests) == 1
    assert b"authorization: bearer t0ken" in raw.requests[0].lower()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (FormEntry("coaching", {"Agent": "Sol"}), r"no form “coaching” is configured"),
        (FormEntry("tracker", {"Agent": "Sol"}), "has no field for what this entry has"),
        (FormEntry("tracker", {"B": "x" * 300_000}), "longer than"),
    ],
)
async def test_what_cannot_be_handed_in_is_refused_before_anybody_is_asked(entry: FormEntry, said: str) -> None:
    async with raw_server(reply(b"{}")) as raw:
        with pytest.raises(Refused, match=said):
            await forms(f"http://127.0.0.1:{raw.port}/form").submit(entry, OP)
    assert raw.requests == []


# -- what is answered

HTML = "text/html"
SAME, ELSEWHERE = "Location: /thanks?x=1", "Location: https://accounts.example.com/ServiceLogin"


@pytest.mark.parametrize(
    ("answer", "more", "reference"),
    [
        (reply(b'{"id": 17}'), {}, "17"),
        (reply(b'{"id": "R\\u001b[31m-1"}', "201 Created"), {}, "R [31m-1"),
        (reply(b"", "204 No Content"), {}, "answered 204"),
        (reply(b"<p>Thanks", kind=HTML), {}, "answered 200"),
        (reply(b"<p>Your answer is recorded", kind=HTML), {"confirms": "is recorded"}, "answered 200"),
        (reply(b"", "302 Found", SAME), {}, "answered 302"),
        (reply(b"", "303 See Other", SAME), {}, "answered 303"),
        (reply(b"x" * 200_000), {}, "answered 200"),
    ],
)
async def test_a_success_in_any_of_its_shapes_is_a_receipt(answer: bytes, more: dict[str, str], reference: str) -> None:
    async with raw_server(answer) as raw:
        delivered = await forms(f"http://127.0.0.1:{raw.port}/form", **more).submit(ROW, OP)
    assert (delivered.reference, delivered.landed_at) == (reference, Still().now())


@pytest.mark.parametrize(
    ("answer", "more", "kind", "said"),
    [
        (None, {}, Uncertain, "look there before you send it again"),
        (reply(b"{}")[:-1], {}, Uncertain, "look there"),
        (reply(b"", "500 Oh"), {}, Uncertain, "status 500"),
        (reply(b"", "503 Busy", "Retry-After: 5"), {}, Uncertain, "status 503"),
        (reply(b"", "408 Slow"), {}, Uncertain, "status 408"),
        (reply(b"", "409 Conflict"), {}, Uncertain, "status 409"),
        (reply(b"<p>Sign in", kind=HTML), {"encoding": Encoding.JSON}, Uncertain, "perhaps one to sign in at"),
        (reply(b"<p>Sign in", kind=HTML), {"confirms": "is recorded"}, Uncertain, "confirms with"),
        (
            reply(b'{"message": "no \\u001b[31mred"}', "400 No"),
            {},
            Refused,
            r"refused the entry \(400\): no  ?\[31mred",
        ),
        (reply(b"", "403 No"), {}, Refused, "does not let us submit anything"),
        (reply(b"", "422 No"), {}, Refused, "nothing was submitted"),
        (reply(b"", "307 Moved", SAME), {}, Refused, r"forms\.tracker\.url"),
        (reply(b"", "302 Found", ELSEWHERE), {}, Refused, "sign-in or points elsewhere"),
        (reply(b"", "302 Found", "Location: /users/sign_in"), {}, Refused, "sign-in"),
        (reply(b"", "302 Found"), {}, Refused, "nowhere"),
        (reply(b"", "429 Slow down", "Retry-After: 7"), {}, Limited, "7 s"),
    ],
)
async def test_any_other_answer_says_whether_the_entry_was_taken(
    answer: bytes | None, more: dict[str, object], kind: type[HelpDeskError], said: str
) -> None:
    async with raw_server(answer) as raw:
        with pytest.raises(kind, match=said) as caught:
            await forms(f"http://127.0.0.1:{raw.port}/form", **more).submit(ROW, OP)
    assert len(raw.requests) == 1
    assert str(caught.value).isprintable()
    if isinstance(caught.value, Limited):
        assert (caught.value.retry_after, caught.value.ticket_only) == (7.0, True)


async def test_where_nothing_listens_nothing_was_handed_in() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="nothing was sent"):
        await forms(f"http://127.0.0.1:{port}/form").submit(ROW, OP)


async def test_a_locked_keyring_keeps_the_entry_and_says_so() -> None:
    def locked() -> Revealed:
        raise NoCredential("the keyring is locked; unlock it")

    form = WebForms({"tracker": FormConfig("http://127.0.0.1:1/")}, {"tracker": locked}, Still())
    with pytest.raises(Unreachable, match=r"keyring is locked.*nothing was submitted"):
        await form.submit(ROW, OP)


@pytest.mark.parametrize(
    ("place", "signs_in"),
    [("/login", True), ("/users/sign_in", True), ("/sso/x", True), ("/lessons/1", False), ("/authors", False)],
)
def test_a_page_to_sign_in_at_is_told_by_whole_words(place: str, signs_in: bool) -> None:
    assert bool(module._SIGN_IN.search(place)) is signs_in
