"""A sign-in is renewed in time, once for all who ask, and kept before it is used; nothing is lost when it ends."""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from csat_tui.demo.faults import DROP_AFTER, DROP_BEFORE, Fault
from csat_tui.demo.server import DemoServer
from csat_tui.domain.errors import Denied, SignedInAnew, Unreachable
from csat_tui.domain.ids import OpId, ViewId
from csat_tui.domain.ticket import TicketChange
from csat_tui.helpdesk.zendesk.adapter import ADAPTER
from csat_tui.helpdesk.zendesk.desk import ZendeskDesk
from csat_tui.oauth import renewal
from csat_tui.oauth.renewal import SignInAuthorizer
from csat_tui.oauth.sign_in import Tokens
from csat_tui.secrets import CredentialStore, NoCredential
from tests.oauth.conftest import Hands, MemoryKeyring, as_tokens, sign_in, stored

PATHS = ADAPTER.sign_in
TOKENS = PATHS.tokens


@pytest.fixture
def keeper(kept: CredentialStore, clock: Hands) -> SignInAuthorizer:
    return SignInAuthorizer(kept, "csat-tui", PATHS, clock=clock)


@pytest.fixture
async def desk(keeper: SignInAuthorizer, demo: DemoServer) -> AsyncIterator[ZendeskDesk]:
    desk = ZendeskDesk(demo.url, keeper)
    yield desk
    await desk.close()


@pytest.fixture
def out_of_date(kept: CredentialStore, demo: DemoServer) -> Tokens:
    """A sign-in whose access token the help desk does not take any more."""
    tokens = sign_in(demo, kept)
    demo.oauth.expire_access()
    return tokens


@pytest.fixture
async def in_use(desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer) -> Tokens:
    """A sign-in under which the desk has asked already."""
    tokens = sign_in(demo, kept)
    await desk.views()
    return tokens


@pytest.fixture(autouse=True)
def never_told(caplog: pytest.LogCaptureFixture, kept: CredentialStore, demo: DemoServer) -> Iterator[None]:
    """Hold every test to it: no token that was ever granted stands in a log."""
    caplog.set_level(logging.DEBUG)
    granted: list[str] = []
    issue = demo.oauth.issue

    def noting(*arguments: str) -> object:
        pair = issue(*arguments)
        granted.extend((pair.access, pair.refresh))
        return pair

    demo.oauth.issue = noting  # type: ignore[assignment]
    yield
    assert granted
    assert not [token for token in granted if token in caplog.text]


async def test_a_pair_with_time_left_is_used_as_it_is(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, clock: Hands
) -> None:
    sign_in(demo, kept)
    clock.go(minutes=28)
    assert (await desk.whoami()).name == "Robin Vale"
    assert demo.oauth.refreshes == 0


async def test_it_is_renewed_when_less_than_a_minute_is_left_and_the_old_pair_is_dead(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, clock: Hands
) -> None:
    old = sign_in(demo, kept)
    clock.go(minutes=29, seconds=30)
    assert await desk.views()
    new = stored(kept)
    assert (demo.oauth.refreshes, demo.oauth.find(old.access)) == (1, None)
    assert demo.oauth.find(new.access) is not None
    assert {old.access, old.refresh}.isdisjoint({new.access, new.refresh})


async def test_no_token_is_ever_used_that_is_not_kept(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, clock: Hands
) -> None:
    sign_in(demo, kept)
    seen = []

    def watch(request: Request) -> None:
        if request.url.path.startswith("/api/"):
            seen.append(request.headers["authorization"] == stored(kept).header)

    demo.world.faults.append(watch)
    for _ in range(4):
        clock.go(minutes=30)
        await desk.views()
    assert (seen, demo.oauth.refreshes) == ([True] * 4, 4)


@pytest.mark.usefixtures("in_use")
async def test_a_refused_token_is_renewed_and_the_request_goes_again(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer
) -> None:
    demo.oauth.expire_access()
    assert await desk.views()
    assert demo.oauth.refreshes == 1


@pytest.mark.usefixtures("in_use")
async def test_many_requests_at_once_renew_it_once(desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer) -> None:
    demo.oauth.expire_access()
    answers = await asyncio.gather(*(desk.views() for _ in range(12)))
    assert all(answers)
    assert demo.oauth.refreshes == 1


async def test_what_another_process_has_renewed_is_taken_up(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, in_use: Tokens
) -> None:
    theirs = as_tokens(demo.oauth.refresh(in_use.refresh))
    kept.write(theirs.to_json(), insecure=True)
    assert await desk.views()
    assert demo.oauth.refreshes == 1


@pytest.mark.usefixtures("in_use")
async def test_an_ended_sign_in_says_what_to_do_asks_no_more_and_takes_up_a_new_one(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer
) -> None:
    demo.oauth.revoke_all()
    for _ in range(3):
        with pytest.raises(Denied, match="has ended or was revoked; run `csat-tui login`; everything decided waits"):
            await desk.views()
    assert demo.oauth.refused == 1
    sign_in(demo, kept)
    assert await desk.views()


@pytest.mark.usefixtures("in_use")
async def test_a_signed_out_sign_in_says_what_to_do_and_takes_up_a_new_one(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer
) -> None:
    demo.oauth.revoke_all()
    kept.forget()
    with pytest.raises(Denied, match=r"nobody is signed in .* run `csat-tui login`"):
        await desk.views()
    sign_in(demo, kept)
    assert await desk.views()


@pytest.mark.usefixtures("out_of_date")
async def test_whoever_the_help_desk_calls_nobody_has_the_sign_in_renewed(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer
) -> None:
    demo.world.faults.once("GET", "users/me", JSONResponse({"user": {"id": None, "name": "Anonymous user"}}))
    assert (await desk.whoami()).name == "Robin Vale"


@pytest.mark.usefixtures("out_of_date")
@pytest.mark.parametrize(
    "fault",
    [DROP_BEFORE, Response(status_code=500), Response("<h1>No</h1>", 502, media_type="text/html"), Response("{")],
)  # fmt: skip
async def test_a_renewal_without_a_usable_answer_is_tried_once_more(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, fault: Fault | Response
) -> None:
    demo.world.faults.once("POST", TOKENS, fault)
    assert await desk.views()
    assert demo.oauth.refreshes == 1


@pytest.mark.usefixtures("out_of_date")
async def test_a_renewal_whose_answer_is_lost_ends_the_sign_in_and_says_so(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer
) -> None:
    demo.world.faults.once("POST", TOKENS, DROP_AFTER)
    with pytest.raises(Denied, match="run `csat-tui login`; everything decided waits in the outbox"):
        await desk.views()


async def test_without_an_answer_it_is_no_refusal_and_the_pair_stays(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, out_of_date: Tokens
) -> None:
    demo.world.faults.append(lambda request: DROP_BEFORE if request.url.path == TOKENS else None)
    with pytest.raises(Unreachable, match="waits in the outbox, and it is tried again"):
        await desk.views()
    assert stored(kept) == out_of_date
    demo.world.faults.clear()
    assert await desk.views()


@pytest.mark.usefixtures("out_of_date")
async def test_who_waits_while_a_renewal_fails_does_not_queue_up_to_fail_again(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer
) -> None:
    asked = []

    def down(request: Request) -> Fault | None:
        if request.url.path != TOKENS:
            return None
        asked.append(request)
        return Fault(applied=False, delay=0.2)

    demo.world.faults.append(down)
    ends = await asyncio.gather(*(desk.views() for _ in range(8)), return_exceptions=True)
    assert all(isinstance(end, Unreachable) for end in ends)
    assert len(asked) == 2


@pytest.mark.usefixtures("out_of_date")
async def test_a_place_that_takes_nothing_is_found_out_before_the_old_pair_dies(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as locked:
        locked.setattr(CredentialStore, "rewrite", _locked)
        with pytest.raises(Denied, match="cannot be read or kept: the keyring is locked; everything decided waits"):
            await desk.views()
    assert demo.oauth.refreshes == 0
    assert await desk.views()


async def test_a_pair_that_cannot_be_kept_is_held_unused_and_kept_as_soon_as_it_can_be(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "RETRY_PAUSES", (0.0, 0.0))
    old = sign_in(demo, kept)
    demo.oauth.expire_access()
    write = CredentialStore.rewrite

    def only_the_old(self: CredentialStore, text: str, *, insecure: bool) -> str:
        if text != old.to_json():
            raise NoCredential("the keyring is locked")
        return write(self, text, insecure=insecure)

    with monkeypatch.context() as locked:
        locked.setattr(CredentialStore, "rewrite", only_the_old)
        for _ in range(3):
            with pytest.raises(Denied, match="the keyring is locked"):
                await desk.views()
    assert (demo.oauth.refreshes, stored(kept)) == (1, old)
    assert await desk.views()
    assert (demo.oauth.refreshes, demo.oauth.find(stored(kept).access) is not None) == (1, True)


async def test_a_new_sign_in_counts_before_a_pair_that_could_not_be_kept(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "RETRY_PAUSES", ())
    old = sign_in(demo, kept)
    demo.oauth.expire_access()
    with monkeypatch.context() as locked:
        locked.setattr(
            CredentialStore, "rewrite", lambda self, text, *, insecure: "" if text == old.to_json() else _locked()
        )
        with pytest.raises(Denied):
            await desk.views()
    new = sign_in(demo, kept)
    assert await desk.views()
    assert stored(kept) == new


async def test_a_caller_that_goes_away_does_not_stop_a_renewal_half_way(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, out_of_date: Tokens
) -> None:
    arrived = threading.Event()

    def slow(request: Request) -> Fault | None:
        if request.url.path != TOKENS:
            return None
        arrived.set()
        demo.world.faults.clear()
        answer = demo.oauth.refresh(out_of_date.refresh)
        body = {"access_token": answer.access, "refresh_token": answer.refresh, "expires_in": 1800}
        return Fault(applied=False, answer=JSONResponse(body), delay=0.3)

    demo.world.faults.append(slow)
    asking = asyncio.create_task(desk.views())
    await asyncio.to_thread(arrived.wait, 10)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await desk.views()
    assert demo.oauth.refreshes == 1
    assert stored(kept) != out_of_date


async def test_a_clock_that_jumps_costs_a_renewal_at_most(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, clock: Hands
) -> None:
    now = clock.now()
    demo.oauth.clock = lambda: now  # the help desk's own clock stands
    sign_in(demo, kept)
    clock.go(days=365)
    assert await desk.views()
    assert demo.oauth.refreshes == 1
    clock.go(days=-700)
    assert await desk.views()
    assert demo.oauth.refreshes == 1
    demo.oauth.expire_access()
    assert await desk.views()
    assert demo.oauth.refreshes == 2


@pytest.mark.parametrize("text", ['{"access": "acc3ss"}', "{", '{"access": 7}'])
async def test_a_sign_in_that_cannot_be_read_is_told_without_repeating_it(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, text: str
) -> None:
    demo.oauth.issue()
    kept.write(text, insecure=True)
    with pytest.raises(Denied, match="cannot be read; run `csat-tui login`") as caught:
        await desk.views()
    assert "acc3ss" not in str(caught.value)


async def test_a_sign_in_without_a_refresh_token_ends_with_its_access_token(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer
) -> None:
    bare = {**json.loads(sign_in(demo, kept).to_json()), "refresh": ""}
    kept.write(json.dumps(bare), insecure=True)
    assert await desk.views()
    demo.oauth.expire_access()
    with pytest.raises(Denied, match="has ended"):
        await desk.views()


async def test_a_sign_in_that_was_not_used_for_a_month_has_ended(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, clock: Hands
) -> None:
    sign_in(demo, kept)
    clock.go(days=31)
    with pytest.raises(Denied, match="has ended or was revoked; run `csat-tui login`"):
        await desk.views()


async def test_a_sign_in_in_the_keyring_is_renewed_there(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, ring: MemoryKeyring
) -> None:
    old = as_tokens(demo.oauth.issue())
    ring.entries[kept.name] = old.to_json()
    demo.oauth.expire_access()
    assert await desk.views()
    assert demo.oauth.find(Tokens.from_json(ring.entries[kept.name]).access) is not None
    assert not (kept.paths.data_dir / "credentials.json").exists()


def _locked(*_: object, **__: object) -> str:
    raise NoCredential("the keyring is locked")


async def test_nothing_is_written_under_a_sign_in_before_it_is_known_whose_it_is(
    desk: ZendeskDesk, kept: CredentialStore, demo: DemoServer, clock: Hands
) -> None:
    sign_in(demo, kept)
    await desk.whoami()
    clock.go(minutes=30)
    ticket = (await anext(desk.view(ViewId(demo.view_id)))).tickets[0]
    change = TicketChange(OpId("1"), ticket.id, ticket.updated_at, "Looked at.", public=False)
    assert (await desk.apply(change)).op_id == "1", "a renewal of our own is nobody new"
    for number in ("2", "3"):
        # Somebody signs in in another terminal, and the old tokens are not taken any more: 401, in mid-flight.
        demo.oauth.revoke_all()
        sign_in(demo, kept)
        stamp = ticket.updated_at + timedelta(days=1)
        change = TicketChange(OpId(number), ticket.id, stamp, f"Looked at {number}.", public=False)
        with pytest.raises(SignedInAnew):
            await desk.apply(change)
        assert not [said for said in demo.world.comments(ticket.id) if said["body"] == change.body]
        await desk.whoami()
        assert (await desk.apply(change)).op_id == number
