"""The help desk as OAuth authority: the page where people sign in, and its token endpoint."""

import logging
import time
from dataclasses import dataclass, field, replace

import httpx

from csat_tui.config import is_loopback
from csat_tui.domain.clock import Clock
from csat_tui.domain.errors import Denied, HelpDeskError, Missing, Uncertain, Unreachable
from csat_tui.oauth.sign_in import SignInPaths, Tokens
from csat_tui.transport.faults import answer_error, connection_error, looks_like_html, printable
from csat_tui.transport.shapes import parse_json

TIMEOUT = httpx.Timeout(12.0, connect=5.0)
ANSWER_TIMEOUT = 15.0
"""Seconds for a whole answer, however slowly it comes."""
LARGEST_ANSWER = 64 * 1024
"""Bytes of an answer; a pair of tokens is smaller than 1 kB."""

log = logging.getLogger(__name__)


class SpentToken(Denied):
    """The code or the refresh token is no longer valid, or never was."""


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """The request of a sign-in: the page to show, and the values that check and exchange its answer."""

    address: str
    redirect: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


class Authority:
    """Obtains, renews and ends sign-ins at an address, for a registered client. Every call may block for seconds."""

    def __init__(self, url: str, client_id: str, clock: Clock, paths: SignInPaths) -> None:
        self._url = url.rstrip("/")
        self._client_id = client_id
        self._clock = clock
        self._paths = paths

    def ask(self, redirect: str) -> SignInRequest:
        """Begin a sign-in whose answer comes to a local address; nothing is sent yet."""
        # The standard's own arithmetic, without the library's HTTP clients: ours has the limits of this house.
        from authlib.common.security import generate_token
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        state, verifier = generate_token(32), generate_token(64)
        address: str = prepare_grant_uri(
            f"{self._url}{self._paths.page}",
            self._client_id,
            "code",
            redirect_uri=redirect,
            scope=self._paths.scope,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return SignInRequest(address, redirect, state, verifier)

    def exchange(self, code: str, asked: SignInRequest) -> Tokens:
        """Return the tokens for a code, which is valid once and for two minutes. Raises HelpDeskError."""
        return self._granted({
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self._client_id,
            "redirect_uri": asked.redirect,
            "code_verifier": asked.verifier,
            "scope": self._paths.scope,
        })  # fmt: skip

    def refresh(self, tokens: Tokens) -> Tokens:
        """Return the pair that replaces this pair, which is invalid from then on.

        Raises SpentToken if it is invalid already, Uncertain if that is not known because the answer was lost.
        """
        fresh = self._granted({
            "grant_type": "refresh_token",
            "refresh_token": tokens.refresh,
            "client_id": tokens.client_id,
            "scope": tokens.scope,
        })  # fmt: skip
        if fresh.refresh:
            return fresh
        # The standard lets a server keep the refresh token as it is, and then it need not repeat it.
        return replace(fresh, refresh=tokens.refresh, refresh_expires_at=tokens.refresh_expires_at)

    def revoke(self, tokens: Tokens) -> None:
        """End both tokens of a pair. Raises HelpDeskError; Denied if its access token has expired already."""
        answer, content = self._send("DELETE", self._paths.current, headers={"Authorization": tokens.header})
        if not answer.is_success:
            raise answer_error(
                answer.status_code, answer.headers, content, self._url, writing=False, now=self._clock.now()
            )

    def _granted(self, asked: dict[str, str]) -> Tokens:
        answer, content = self._send("POST", self._paths.tokens, json=asked)
        if not answer.is_success:
            raise self._refusal(answer, content)
        try:
            if looks_like_html(content, answer.headers):
                raise ValueError("is a web page")
            return Tokens.granted(
                parse_json(content), asked["client_id"], asked.get("scope", self._paths.scope), self._clock.now()
            )
        except ValueError as error:
            raise Uncertain(f"{self._url} granted a sign-in with an answer that cannot be used: it {error}") from None

    def _refusal(self, answer: httpx.Response, content: bytes) -> HelpDeskError:
        """Return the error for a token endpoint that grants nothing."""
        error, said = _reason(content)
        log.info("oauth: %d %s", answer.status_code, error or "without a reason")
        match error:
            case "invalid_grant":
                return SpentToken(
                    f"{self._url} does not accept it any more: it has ended, was used before or was revoked"
                )
            case "invalid_client" | "unauthorized_client":
                return Denied(
                    f"{self._url} has no OAuth client “{self._client_id}” for this kind of sign-in; an "
                    "administrator can register it (docs/configuration.md), or name another with helpdesk.client_id"
                )
            case _ if error and answer.status_code < 500:
                return Denied(f"{self._url} does not allow the sign-in ({printable(said)})")
            case _ if answer.status_code in (404, 410):
                return Missing(f"{self._url} has no place to sign in with OAuth; check its address")
        now = self._clock.now()
        return answer_error(answer.status_code, answer.headers, content, self._url, writing=True, now=now)

    def _send(
        self, method: str, path: str, *, json: object = None, headers: dict[str, str] | None = None
    ) -> tuple[httpx.Response, bytes]:
        """Send one request and return its answer, bounded in size and time, and never redirected."""
        here = is_loopback(self._url)
        if not here and not self._url.startswith("https://"):
            raise Unreachable(f"{self._url} is not encrypted; only https may carry a credential off this machine")
        given = {"Accept": "application/json", "User-Agent": "csat-tui", **(headers or {})}
        try:
            with (
                httpx.Client(trust_env=not here, timeout=TIMEOUT, follow_redirects=False) as client,
                client.stream(method, self._url + path, json=json, headers=given, auth=None) as answer,
            ):
                return answer, self._content(answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            log.warning("oauth: %s %s: %s", method, path, type(error).__name__)
            raise connection_error(error, self._url, writing=True) from error
        except (OSError, ValueError) as error:
            raise Unreachable(
                f"the connection to {self._url} could not be set up ({error}); check SSL_CERT_FILE and HTTPS_PROXY"
            ) from error

    def _content(self, answer: httpx.Response) -> bytes:
        until, content = time.monotonic() + ANSWER_TIMEOUT, bytearray()
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > LARGEST_ANSWER:
                raise Uncertain(f"{self._url} answered a sign-in with more than {LARGEST_ANSWER // 1024} kB")
            if time.monotonic() > until:
                raise TimeoutError
        return bytes(content)


def _reason(content: bytes) -> tuple[str, str]:
    """Return OAuth's error code and the words that go with it; empty where the answer has none."""
    try:
        answer = parse_json(content)
    except ValueError:
        return "", ""
    if not isinstance(answer, dict) or not isinstance(error := answer.get("error"), str):
        return "", ""
    said = answer.get("error_description")
    return error, said if isinstance(said, str) and said else error
