"""Receive the help desk's answer to a sign-in: from the browser over a local port, or pasted by the person."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import compare_digest
from socketserver import TCPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from csat_tui.domain.errors import Denied
from csat_tui.oauth.sign_in import HOST, PATH, PORT, redirect_to
from csat_tui.transport.faults import printable


class Declined(Denied):
    """The person or the help desk refused the sign-in."""


class UnprovenRefusal(Exception):
    """A refusal that nothing proves to belong to this sign-in; the text is its reason, in a line."""


class ForeignAnswer(Exception):
    """An answer that does not belong to the current sign-in: another's, an older one's, or no answer at all."""


def code_in(query: str, state: str) -> str:
    """Return the code in an answer's query. Raises Declined, UnprovenRefusal, ForeignAnswer.

    A code counts only with the state that we sent, and so does a refusal. A refusal without a state is not believed,
    but shown: some help desks leave the state out there, and so does any page that wants to stop the sign-in.
    """
    fields = {name: values[0] for name, values in parse_qs(query, max_num_fields=20).items()}
    given = fields.get("state", "")
    same = compare_digest(given.encode(), state.encode())
    if (error := fields.get("error")) and (same or not given):
        said = printable(fields.get("error_description") or error)
        raise declined_error(said) if same else UnprovenRefusal(said)
    if not same or not fields.get("code"):
        raise ForeignAnswer
    return fields["code"]


def declined_error(said: str) -> Declined:
    """Return the error for a refusal that is believed, with its text."""
    return Declined(f"the help desk's page did not allow it ({said})")


def code_pasted(text: str, state: str) -> str:
    """Return the code in what a person pasted: the whole address that the browser ended at, or the code alone.

    Raises Declined, UnprovenRefusal, ForeignAnswer.
    """
    text = text.strip()
    if "://" in text or "code=" in text or "error=" in text:
        try:
            query = urlsplit(text).query if "://" in text else text.partition("?")[2] or text
            return code_in(query, state)
        except ValueError as error:
            raise ForeignAnswer from error
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ForeignAnswer
    return text


IDLE = 10.0
"""Seconds that a connection may be silent; browsers open some that they never use."""

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>csat-tui</title>
<style>body {{ font: 18px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 18vh auto; padding: 0 1rem; }}</style>
<h1>{head}</h1><p>{text}</p></html>
"""
_HEARD = _PAGE.format(
    head="That is all here", text="csat-tui goes on in your terminal. You can close this page."
).encode()
_DECLINED = _PAGE.format(
    head="Not signed in", text="It was not allowed, so nothing has changed. You can close this page."
).encode()
_UNPROVEN = _PAGE.format(
    head="Look at your terminal",
    text="This page says that the sign-in was not allowed, but nothing proves that it belongs to the sign-in that "
    "csat-tui waits for. It asks you in your terminal what to do.",
).encode()
_STRANGE = _PAGE.format(
    head="Not for us",
    text="This is not the answer that csat-tui waits for. Open the address that it shows in your terminal.",
).encode()
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Connection": "close",
}


class NoAnswer(Exception):
    """No answer came in time."""


class Loopback:
    """Listens on this machine alone, and takes the one answer that carries our state; as a context it ends itself.

    Raises OSError at its start where the port is taken.
    """

    def __init__(self, port: int = PORT) -> None:
        self._server = _Server((HOST, port), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="loopback", daemon=True)

    @property
    def redirect(self) -> str:
        """The address that the help desk sends the browser to."""
        return redirect_to(self._server.server_address[1])

    def wait(self, state: str, seconds: float, believed: Callable[[str], bool]) -> str:
        """Return the code that comes with this state. Raises Declined, NoAnswer.

        `believed` is asked, once, about a refusal that nothing proves; meanwhile other answers are still received.
        """
        server = self._server
        server.state = state
        self._thread.start()
        until = time.monotonic() + seconds
        if not server.noticed.wait(seconds):
            raise NoAnswer
        if not server.answered.is_set():
            # Asked once: whoever sends such answers could otherwise keep the person busy with them.
            if believed(server.unproven) and not server.answered.is_set():
                raise declined_error(server.unproven)
            if not server.answered.wait(max(0.0, until - time.monotonic())):
                raise NoAnswer
        if server.declined is not None:
            raise server.declined
        return server.code

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port; a page that is being sent still arrives."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """Holds what came; a connection that says nothing keeps no other one waiting."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    state = ""
    code = ""
    declined: Declined | None = None
    unproven = ""
    """The text of the first unproven refusal."""

    def __init__(self, address: tuple[str, int], handler: "type[_Handler]") -> None:
        self.answered = threading.Event()
        self.noticed = threading.Event()
        """Set where there is an answer, or something that the person has to judge."""
        self.taking = threading.Lock()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Take the port without asking a name server who we are, as http.server does: some are slow to say."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that goes away in the middle: it has come for our page, and we have its answer."""


class _Handler(BaseHTTPRequestHandler):
    """Takes the answer, and tells everybody else that they are wrong here."""

    server: _Server
    timeout = IDLE
    server_version = "csat-tui"
    sys_version = ""

    def do_GET(self) -> None:
        """Look at one request of a browser."""
        server = self.server
        try:
            parts = urlsplit(self.path)
            if parts.path != PATH:
                self._say(404, _STRANGE)
                return
            code = code_in(parts.query, server.state)
        except Declined as declined:
            self._take(200, _DECLINED, declined=declined)
        except UnprovenRefusal as unproven:
            self._doubt(str(unproven))
        except (ForeignAnswer, ValueError):
            self._say(400, _STRANGE)
        else:
            self._take(200, _HEARD, code=code)

    def _take(self, status: int, page: bytes, *, code: str = "", declined: Declined | None = None) -> None:
        """Keep the first answer, and report it only once the browser has its page: then the port closes."""
        server = self.server
        with server.taking:
            if not server.answered.is_set():
                server.code, server.declined = code, declined
            try:
                self._say(status, page)
            finally:
                server.answered.set()
                server.noticed.set()

    def _doubt(self, said: str) -> None:
        """Keep the text of the first unproven refusal; it is no answer, and its sender gets a page that says so."""
        server = self.server
        with server.taking:
            server.unproven = server.unproven or said
            try:
                self._say(400, _UNPROVEN)
            finally:
                server.noticed.set()

    def _say(self, status: int, page: bytes) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(page))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Write nothing: a request line has the code in it."""
