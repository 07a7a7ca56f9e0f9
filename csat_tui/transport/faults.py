"""From a broken connection or an unwelcome answer to the one error that says whether anything was applied."""

import math
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from csat_tui.config import is_loopback
from csat_tui.domain.errors import (
    Denied,
    Forbidden,
    HelpDeskError,
    Limited,
    Missing,
    Refused,
    Uncertain,
    Unreachable,
    WriteConflict,
)
from csat_tui.transport.pace import TransientFailure
from csat_tui.transport.rate_limits import limit_prefix
from csat_tui.transport.shapes import parse_json

DETAIL_LIMIT = 300
"""Characters of the other side's own words that fit in a sentence for the person."""
DEFAULT_WAIT, LONGEST_WAIT = 30.0, 3600.0
"""Seconds to wait after a limit that does not say how long, and the longest that we believe."""

READ_BACK = "it is checked before anything is sent again"
"""What becomes of a write whose answer was lost, where the service can be asked; the end of a sentence."""

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
"""What goes wrong before the first byte of a request has left."""
_MOVED = (301, 302, 307, 308)
_RESETS = ("ratelimit-reset", "rate-limit-reset")


def connection_error(
    error: httpx.HTTPError | httpx.InvalidURL | TimeoutError, address: str, *, writing: bool, then: str = READ_BACK
) -> HelpDeskError:
    """Return the error for a request that got no answer: Uncertain only for a write that may have left."""
    if isinstance(error, NEVER_LEFT):
        return Unreachable(_why_unreachable(error, address))
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        what = f"{address} did not answer in time"
    else:
        what = f"the connection to {address} broke before an answer came"
    if writing:
        return Uncertain(f"{what}, so it may or may not have been applied; {then}")
    return TransientFailure(f"{what}; what is here can still be worked on, and it is tried again")


def unusable_answer(address: str, *, what: str, then: str = READ_BACK) -> Uncertain:
    """Return the error for a write whose answer cannot be understood."""
    return Uncertain(f"{address} answered a write with {what}, so it may or may not have been applied; {then}")


def answer_error(
    status: int, headers: Mapping[str, str], body: bytes, address: str, *, writing: bool, now: datetime
) -> HelpDeskError:
    """Return the error for an answer that is not a success."""
    said = detail(body, headers)
    because = f": {said}" if said else ""
    match status:
        case 401:
            return Denied(
                f"{address} does not accept the credential; sign in with `csat-tui login`, "
                "or give a token with `csat-tui connect`"
            )
        case 403:
            return Forbidden(
                f"the credential is not allowed to do this at {address}{because}; an administrator can allow it"
            )
        case 404 | 410:
            return Missing(f"{address} does not have it, or not any more")
        case 409 if error_name(body) == "DatabaseConflict":
            what = f"{address} could not do this now because others were writing to the same place"
            if writing:
                return Unreachable(f"{what}; nothing was applied, and it is tried again")
            return TransientFailure(f"{what}; it is tried again")
        case 409:
            return WriteConflict("somebody has changed the ticket in the meantime; nothing was applied")
        case 429:
            return limit_error(headers, address, now)
        case 503 if not writing and "retry-after" in headers:
            return limit_error(headers, address, now)
        case _ if status in _MOVED:
            to = printable(headers.get("location", "another address"))
            return Unreachable(
                f"{address} points to {to} instead of answering; nothing was applied. Check its url in config.toml"
            )
        case _ if 400 <= status < 500 and status != 408:
            return Refused(f"{address} refused this ({status}){because}; nothing was applied")
        case _ if writing:
            return unusable_answer(address, what=f"status {status}")
        case _:
            return TransientFailure(f"{address} is in trouble (status {status}); it is tried again")


def asked_to_wait(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds for which an answer asks us to send nothing more; None where it does not."""
    asks = status == 429 or (status == 503 and "retry-after" in headers)
    return retry_after(headers, now) if asks else None


def limit_error(headers: Mapping[str, str], address: str, now: datetime) -> Limited:
    """Return the error for too many requests, with the wait that the answer asks for."""
    wait = retry_after(headers, now)
    return Limited(f"{address} asks us to wait {math.ceil(wait)} s before the next request", wait)


def retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Return the seconds to wait, from any of the spellings in use, within reason."""
    asked = headers.get("retry-after", "").strip()
    wait = _seconds(asked)
    if wait is None and asked:
        wait = _until(asked, now)
    for name in _RESETS:
        wait = _seconds(headers.get(name, "")) if wait is None else wait
    for name, value in headers.items():
        if wait is None and limit_prefix(name):
            wait = next((_seconds(part.partition("=")[2]) for part in value.split(";") if "resets=" in part), None)
    return DEFAULT_WAIT if wait is None else min(max(wait, 0.0), LONGEST_WAIT)


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _until(text: str, now: datetime) -> float | None:
    try:
        return (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError):
        return None


def answer_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the time that an answer tells; None where it tells none that can be read."""
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return told if told.tzinfo is not None else None


def detail(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the other side's own explanation as one short printable line; empty where there is none to show."""
    if looks_like_html(body, headers):
        return ""
    try:
        value = parse_json(body)
    except ValueError:
        return printable(body[: 4 * DETAIL_LIMIT].decode("utf-8", "replace"))
    if not isinstance(value, dict):
        return ""
    inner = [
        words
        for problems in (value["details"].values() if isinstance(value.get("details"), dict) else ())
        for problem in (problems if isinstance(problems, list) else ())
        if isinstance(problem, dict) and isinstance(words := problem.get("description"), str)
    ]
    if inner:
        return printable("; ".join(inner))
    error = value.get("error")
    title = error.get("message") or error.get("title") if isinstance(error, dict) else error
    said = [
        words for words in (value.get("description"), value.get("message"), title) if isinstance(words, str) and words
    ]
    return printable(said[0]) if said else ""


def error_name(body: bytes) -> str:
    """Return the name that an API gives to an error; empty where it gives none."""
    try:
        value = parse_json(body)
    except ValueError:
        return ""
    name = value.get("error") if isinstance(value, dict) else None
    return name if isinstance(name, str) else ""


def looks_like_html(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether an answer is a web page, which no API gives."""
    return "html" in headers.get("content-type", "") or body[:64].lstrip()[:1] == b"<"


def printable(text: str) -> str:
    """Return foreign words as one bounded line without control characters, fit to stand in a sentence."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= DETAIL_LIMIT else line[: DETAIL_LIMIT - 1] + "…"


def _why_unreachable(error: Exception, address: str) -> str:
    """Say which of the ways of not getting through it was, and what to do about it."""
    causes = list(_causes(error))
    proxy = _proxy_before(address) if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) else ""
    if proxy and not any(isinstance(cause, ssl.SSLError) for cause in causes):
        return (
            f"the proxy {proxy} could not be reached, so {address} was not asked; nothing was sent. "
            "Check HTTPS_PROXY, or name the address in NO_PROXY if it needs no proxy"
        )
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = printable(cause.verify_message or str(cause))
            return (
                f"the certificate of {address} is not trusted ({why}); nothing was sent. Check the address and this "
                "machine's clock; behind a company proxy, name its certificate in SSL_CERT_FILE"
            )
        if isinstance(cause, ssl.SSLError):
            return f"{address} does not support TLS (https); nothing was sent. Check its url and port in config.toml"
        if isinstance(cause, socket.gaierror):
            return (
                f"the name in {address} could not be found; nothing was sent. There is no network, "
                "or its url in config.toml is wrong"
            )
        if isinstance(cause, ConnectionRefusedError):
            return f"nothing answers at {address}; nothing was sent. Check its url and port in config.toml"
    match error:
        case httpx.PoolTimeout():
            return f"too many requests to {address} are under way; nothing was sent, and it is tried again"
        case httpx.ProxyError():
            return f"the proxy did not let us through to {address}; nothing was sent. Check HTTPS_PROXY"
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return f"{address} is not a web address; check its url in config.toml"
        case httpx.LocalProtocolError():
            return f"the request to {address} could not be written; nothing was sent"
        case _:
            return f"{address} could not be reached; nothing was sent. Check the network; it is tried again"


def _proxy_before(address: str) -> str:
    """Return the proxy that stands before an address, without the name and password in it; empty where none does."""
    if is_loopback(address):
        return ""  # this machine is never asked through one
    try:
        parts = urlsplit(address)
        if proxy_bypass(parts.hostname or ""):
            return ""
        proxies = getproxies()
        proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
        where = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        return printable(where.netloc.rpartition("@")[2])
    except ValueError:
        return ""


def _causes(error: BaseException | None) -> "list[BaseException]":
    """Return the error and what lies behind it, outermost first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        chain.extend(inner for inner in getattr(error, "exceptions", ()))
        error = error.__cause__ or error.__context__
    return chain
