"""The desk's token endpoints: a code or a refresh token for a pair of tokens, and the token one is using."""

import json
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import errors, people
from csat_tui.demo.asked import grants_of
from csat_tui.demo.grants import CLIENT_ID, GrantRefused, Pair
from csat_tui.demo.wire import Json, stamp

CLIENT_NUMBER = 223_443
_FRESH = {"cache-control": "no-store", "pragma": "no-cache"}


async def tokens(request: Request) -> Response:
    """Give a pair of tokens for a code, or for the refresh token of the pair before."""
    asked = await _fields(request)
    kind = asked.get("grant_type", "")
    if kind not in ("authorization_code", "refresh_token"):
        raise errors.oauth("unsupported_grant_type")
    if asked.get("client_id") != CLIENT_ID:
        raise errors.oauth("invalid_client", 401)
    needed = ("code", "redirect_uri", "code_verifier") if kind == "authorization_code" else ("refresh_token",)
    if not all(asked.get(name) for name in needed):
        raise errors.oauth("invalid_request")
    grants = grants_of(request)
    try:
        if kind == "refresh_token":
            pair = grants.refresh(asked["refresh_token"])
        else:
            pair = grants.exchange(asked["code"], asked["redirect_uri"], asked["code_verifier"])
    except GrantRefused as refused:
        raise errors.oauth("invalid_grant") from refused
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
        raise errors.oauth("invalid_request") from problem
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
        raise errors.not_found()
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
