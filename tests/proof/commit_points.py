"""Every point at which something is kept or leaves this machine, counted, named, and a place to be killed at."""

import os
import re
import signal
import sqlite3
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, event


class Points:
    """Writes each point's name into a file; at the one that is to be the last the process kills itself."""

    def __init__(self, file: Path, kill_at: int | None) -> None:
        self._handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._kill_at = kill_at
        self._count = 0

    def pass_by(self, name: str) -> None:
        """Pass a point, unless it is the last one."""
        self._count += 1
        os.write(self._handle, f"{name}\n".encode())
        if self._count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def note(self, what: str) -> None:
        """Note what has been done by now."""
        os.write(self._handle, f"# {what}\n".encode())

    def watch_commits(self) -> None:
        """Pass a point before and after each commit on every connection that is opened from now on."""
        points = self
        wrote: set[str] = set()

        def told(statement: str) -> None:
            if found := re.match(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", statement, re.IGNORECASE):
                wrote.add(found[1])

        class Cursor(sqlite3.Cursor):
            def execute(self, statement: str, *parameters: Any) -> Any:
                return _run(super().execute, statement, *parameters)

            def executemany(self, statement: str, *parameters: Any) -> Any:
                told(statement)
                return super().executemany(statement, *parameters)

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

            def execute(self, statement: str, *parameters: Any) -> Any:
                return _run(super().execute, statement, *parameters)

            def commit(self) -> None:
                _run(lambda _: super(Connection, self).commit(), "COMMIT")

        def _run(execute: Any, statement: str, *parameters: Any) -> Any:
            if statement.strip().upper() != "COMMIT":
                told(statement)
                return execute(statement, *parameters)
            what = f"commit of {', '.join(sorted(wrote)) or 'nothing'}"
            points.pass_by(f"{what}: before")
            answer = execute(statement, *parameters)
            wrote.clear()
            points.pass_by(f"{what}: after")
            return answer

        def connect(_dialect: Any, _record: Any, _asked: Any, options: dict[str, Any]) -> None:
            options["factory"] = Connection

        event.listen(Engine, "do_connect", connect)


class Watched(httpx.AsyncBaseTransport):
    """Passes a point before each request leaves and one after its answer has come."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._inner = httpx.AsyncHTTPTransport(verify=False)  # it speaks to this machine only

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = re.sub(r"\d+", "N", request.url.path.removeprefix("/api/v2/"))
        self._points.pass_by(f"{request.method} {path}: before")
        answer = await self._inner.handle_async_request(request)
        self._points.pass_by(f"{request.method} {path}: after")
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()
