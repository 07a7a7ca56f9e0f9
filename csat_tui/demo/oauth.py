"""Sign-in at the desk: what people have allowed to programs, the page on which they do, and the token endpoints.

A code is good for one exchange; pairs of tokens replace each other.
"""

import base64
import json
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from csat_tui.demo import people, responses
from csat_tui.demo.requests import world_of
from csat_tui.demo.wire import Json, stamp

CLIENT_ID = "csat-tui"
CODE_SECONDS = 120
ACCESS_SECONDS, REFRESH_SECONDS = 1_800, 30 * 86_400


class GrantRefused(Exception):
    """A code or token that is good for nothing (any more)."""


@dataclass(frozen=True)
class Code:
    """A grant that waits to be exchanged; `challenge` is PKCE's, made with S256."""

    sign_in: str
    redirect_uri: str
    scope: str
    challenge: str
    ends: datetime


@dataclass(frozen=True)
class Pair:
    """An access token and the refresh token that replaces both."""

    id: int
    sign_in: str
    scope: str
    access: str
    refresh: str
    created: datetime
    access_ends: datetime
    refresh_ends: datetime


class Grants:
    """All codes and tokens of one demo, by the world's `clock`; every method may be called by any thread."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        access_seconds: float = ACCESS_SECONDS,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self.clock, self.access_seconds, self.refresh_seconds = clock, access_seconds, refresh_seconds
        self.issued = self.refreshes = self.refused = 0
        """The numbers of pairs issued, of those issued for a refresh token, and of refused exchanges."""
        self._codes: dict[str, Code] = {}
        self._pairs: dict[int, Pair] = {}
        self._lock = threading.RLock()

    def allow(self, sign_in: str, redirect_uri: str, scope: str, challenge: str) -> str:
        """Note that somebody has allowed access; gives the code to exchange for it."""
        code = secrets.token_hex(32)
        with self._lock:
            ends = self.clock() + timedelta(seconds=CODE_SECONDS)
            self._codes[code] = Code(sign_in, redirect_uri, scope, challenge, ends)
        return code

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> Pair:
        """Give the tokens for a code, which is good for one attempt; GrantRefused where anything does not match."""
        with self._lock:
            held = self._codes.pop(code, None)
            good = held is not None and self.clock() < held.ends and redirect_uri == held.redirect_uri
            if held is None or not good or not secrets.compare_digest(_challenge(verifier), held.challenge):
                self.refused += 1
                raise GrantRefused
            return self.issue(held.sign_in, held.scope)

    def refresh(self, token: str) -> Pair:
        """Give a new pair and end the old one at once, both halves; GrantRefused for any token but the latest."""
        with self._lock:
            held = next((pair for pair in self._pairs.values() if pair.refresh == token), None)
            if held is None or self.clock() >= held.refresh_ends:
                self.refused += 1
                raise GrantRefused
            del self._pairs[held.id]
            self.refreshes += 1
            return self.issue(held.sign_in, held.scope)

    def issue(self, sign_in: str = "agent", scope: str = "read write") -> Pair:
        """Give new tokens to one of the demo's sign-ins, as if somebody had allowed it in a browser."""
        with self._lock:
            self.issued += 1
            now = self.clock()
            pair = Pair(
                7_310_000 + self.issued,
                sign_in,
                scope,
                secrets.token_hex(32),
                secrets.token_hex(32),
                now,
                now + timedelta(seconds=self.access_seconds),
                now + timedelta(seconds=self.refresh_seconds),
            )
            self._pairs[pair.id] = pair
            return pair

    def find(self, access: str) -> Pair | None:
        """Give the pair of an access token that is still good."""
        with self._lock:
            held = next((pair for pair in self._pairs.values() if pair.access == access), None)
            return held if held is not None and self.clock() < held.access_ends else None

    def revoke(self, pair: Pair) -> None:
        """End one pair, both halves."""
        with self._lock:
            self._pairs.pop(pair.id, None)

    def revoke_all(self) -> None:
        """End everything that was allowed, as an administrator can."""
        with self._lock:
            self._codes.clear()
            self._pairs.clear()

    def expire_access(self) -> None:
        """Let every access token run out now; the refresh tokens stay good."""
        with self._lock:
            now = self.clock()
            self._pairs = {number: replace(pair, access_ends=now) for number, pair in self._pairs.items()}


def _challenge(verifier: str) -> str:
    digest = sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def grants_of(request: Request) -> Grants:
    """Give what people have allowed programs to do."""
    grants: Grants = request.app.state.grants
    return grants


CLIENT_NUMBER = 223_443
_FRESH = {"cache-control": "no-store", "pragma": "no-cache"}


async def tokens(request: Request) -> Response:
    """Give a pair of tokens for a code, or for the refresh token of the pair before."""
    asked = await _fields(request)
    kind = asked.get("grant_type", "")
    if kind not in ("authorization_code", "refresh_token"):
        raise responses.oauth("unsupported_grant_type")
    if asked.get("client_id") != CLIENT_ID:
        raise responses.oauth("invalid_client", 401)
    needed = ("code", "redirect_uri", "code_verifier") if kind == "authorization_code" else ("refresh_token",)
    if not all(asked.get(name) for name in needed):
        raise responses.oauth("invalid_request")
    grants = grants_of(request)
    try:
        if kind == "refresh_token":
            pair = grants.refresh(asked["refresh_token"])
        else:
            pair = grants.exchange(asked["code"], asked["redirect_uri"], asked["code_verifier"])
    except GrantRefused as refused:
        raise responses.oauth("invalid_grant") from refused
    return JSONResponse(
        {
            "access_token": pair.access,
            "refresh_token": pair.refresh,
            "token_type": "bearer",
            "scope": pair.scope,
            "expires_in": int((pair.access_ends - pair.created).total_seconds()),
            "refresh_token_expires_in": int((pair.refresh_ends - pair.created).total_seconds()),
        },
        headers=_FRESH,
    )


async def _fields(request: Request) -> dict[str, str]:
    """Read a form or a JSON object of texts."""
    content = (await request.body()).decode("utf-8", "replace")
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(content))
    try:
        found = json.loads(content)
    except ValueError as problem:
        raise responses.oauth("invalid_request") from problem
    given = found.items() if isinstance(found, dict) else ()
    return {name: value for name, value in given if isinstance(value, str)}


def current(request: Request) -> Response:
    """Show the token that the request came with, shortened as the desk does."""
    return JSONResponse({"token": _described(_pair(request))})


def revoke(request: Request) -> Response:
    """End the token that the request came with, and its refresh token with it."""
    grants_of(request).revoke(_pair(request))
    return Response(status_code=204)


def _pair(request: Request) -> Pair:
    """Give the pair behind a request; who came with an API token has none."""
    pair: Pair | None = getattr(request.state, "pair", None)
    if pair is None:
        raise responses.not_found()
    return pair


def _described(pair: Pair) -> Json:
    return {
        "id": pair.id,
        "url": f"/api/v2/oauth/tokens/{pair.id}.json",
        "user_id": people.SIGN_INS[pair.sign_in].id,
        "client_id": CLIENT_NUMBER,
        "token": pair.access[:10],
        "refresh_token": pair.refresh[:10],
        "scopes": pair.scope.split(),
        "created_at": stamp(pair.created),
        "expires_at": stamp(pair.access_ends),
        "refresh_token_expires_at": stamp(pair.refresh_ends),
    }


ROUTES = [
    Route("/oauth/tokens", tokens, methods=["POST"]),
    Route("/api/v2/oauth/tokens/current", current),
    Route("/api/v2/oauth/tokens/current", revoke, methods=["DELETE"]),
]


PATH = "/oauth/authorizations/new"
SCOPE = re.compile(r"((\w+:)?(read|write))( (\w+:)?(read|write))*", re.ASCII)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
KEPT = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; }}
label, input {{ display: block; width: 100%; box-sizing: border-box; }} input {{ margin-bottom: 1rem; padding: .4rem; }}
button {{ padding: .4rem 1.2rem; margin-right: .6rem; }} [role=alert] {{ color: #a00; }}
</style>
<h1>{title}</h1>
{content}
</html>
"""
_FORM = """<p><strong>{client}</strong> asks to use the demo help desk in your name ({scope}).</p>
{alert}<form method="post" action="{action}">
{hidden}
<label for="email">Address</label><input id="email" name="email" type="email" value="{email}" autocomplete="off">
<label for="password">Password (the demo's token)</label><input id="password" name="password" type="password">
<button name="answer" value="allow">Allow</button><button name="answer" value="deny">Deny</button>
</form>"""
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True)
class Wish:
    """A program's request, after its redirect address was checked."""

    fields: Mapping[str, str]

    @property
    def problem(self) -> tuple[str, str] | None:
        """Give the error to send back for a request that cannot be granted, or nothing."""
        if self.fields.get("response_type") != "code":
            return "unsupported_response_type", "The requested response type is not supported."
        if not SCOPE.fullmatch(self.fields.get("scope", "")):
            return "invalid_scope", "The requested scope is invalid, unknown, or malformed."
        if self.fields.get("code_challenge_method") != "S256":
            return "invalid_request", "A public client must send a code_challenge with the method S256."
        if not CHALLENGE.fullmatch(self.fields.get("code_challenge", "")):
            return "invalid_request", "The code_challenge must be the base64url of a SHA-256."
        return None

    def back(self, **answer: str) -> Response:
        """Send the browser back to the program with an answer and its own state."""
        state = {"state": self.fields["state"]} if "state" in self.fields else {}
        return RedirectResponse(f"{self.fields['redirect_uri']}?{urlencode(answer | state)}", 302, _HEADERS)


def is_registered(redirect_uri: str) -> bool:
    """Return whether answers may go there: a program on this machine, at any port."""
    try:
        parts = urlsplit(redirect_uri)
        port = parts.port
    except ValueError:
        return False
    plain = (f"http://{host}:{port}/callback" for host in ("127.0.0.1", "localhost"))
    return port is not None and redirect_uri in plain


def new(request: Request) -> Response:
    """Show the page, or say what is wrong with the request."""
    fields = dict(request.query_params)
    wish = _wish(fields)
    if isinstance(wish, Response):
        return wish
    return _form(wish)


async def answer(request: Request) -> Response:
    """Take the person's answer and send the browser back with it."""
    fields = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    wish = _wish(fields)
    if isinstance(wish, Response):
        return wish
    if fields.get("answer") != "allow":
        description = "The end-user or authorization server denied the request."
        return wish.back(error="access_denied", error_description=description)
    given = (fields.get("email", "").strip().lower(), fields.get("password", "").strip())
    sign_in = next((name for name, held in world_of(request).credentials.items() if held == given), None)
    if sign_in is None:
        return _form(wish, fields.get("email", ""), "This address and password do not belong together.", 401)
    code = grants_of(request).allow(sign_in, fields["redirect_uri"], fields["scope"], fields["code_challenge"])
    return wish.back(code=code)


def _wish(fields: Mapping[str, str]) -> Wish | Response:
    """Read a request that can be granted, or give the answer to any other: a page where the program is unknown."""
    if fields.get("client_id") != CLIENT_ID:
        return _page("No such client", "<p>invalid_client: no program is registered under this client_id.</p>", 400)
    if not is_registered(fields.get("redirect_uri", "")):
        text = "<p>invalid_request: this redirect_uri is not registered for the program, so nothing was sent to it.</p>"
        return _page("Not sent back", text, 400)
    wish = Wish({name: fields[name] for name in KEPT if name in fields})
    if wish.problem:
        error, description = wish.problem
        return wish.back(error=error, error_description=description)
    return wish


def _form(wish: Wish, email: str = "", alert: str = "", status: int = 200) -> Response:
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in wish.fields.items()
    )
    content = _FORM.format(
        client=escape(CLIENT_ID),
        scope=escape(wish.fields["scope"]),
        alert=f'<p role="alert">{escape(alert)}</p>\n' if alert else "",
        action=PATH,
        hidden=hidden,
        email=escape(email),
    )
    return _page("Allow access", content, status)


def _page(title: str, content: str, status: int) -> Response:
    return HTMLResponse(_PAGE.format(title=escape(title), content=content), status, _HEADERS)


CONSENT_ROUTES = [Route(PATH, new), Route(PATH, answer, methods=["POST"])]
