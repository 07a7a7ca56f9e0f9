"""A help desk in whose every text somebody has hidden orders for the terminal: a proxy before the demo's."""

import json
import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import httpx

EVIL = (
    "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07\x1b[31mred\x1b[2J \x9b2J\x9d0;c1\x9c [bold]b[/] [/] [@click=app.quit]q[/] "
    "[LINK=x] \u202egnp.exe \u2066i \x00\x08\x7f \u200b\ufeff \r end"
)
"""Escape sequences in both spellings, markup that is well and badly formed, direction tricks, invisible characters."""

HEARD = (b"\x1b]0;owned", b"\x1b]52", b"\x1b[31mred", b"\xc2\x9b", b"\xc2\x9d", b"\xe2\x80\xae", b"\xe2\x81\xa6")
"""What a terminal would have received if any of it had come through."""

TEXTS = {
    "name", "subject", "raw_subject", "body", "plain_body", "html_body", "description", "file_name", "category",
    "logged_by", "text", "reason", "given_by", "status_label", "plan", "title",
}  # fmt: skip
"""The fields that a person somewhere has written."""


class EvilDesk:
    """Carries requests to a demo help desk, and poisons the answers; every write is refused with a poisoned reason."""

    def __init__(self, url: str) -> None:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {"Authorization": self.headers["Authorization"], "Host": self.headers["Host"]}
                answer = httpx.get(f"{url}{self.path}", headers=headers, trust_env=False)
                self._answer(answer.status_code, desk.poison(answer.json()))

            def do_PUT(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                why = {"error": "RecordInvalid", "description": EVIL, "details": {"base": [{"description": EVIL}]}}
                self._answer(422, why)

            def _answer(self, status: int, value: Any) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def poison(self, value: Any, field: str = "") -> Any:
        """Return an answer with orders in every text; ids, moments, states and addresses stay."""
        if isinstance(value, dict):
            return {name: self.poison(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.poison(inner, field) for inner in value]
        if isinstance(value, str) and field in TEXTS and value:
            return value + (escape(EVIL).replace("\x00", "") if field == "html_body" else EVIL)
        return value
