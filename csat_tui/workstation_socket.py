"""How one csat-tui asks a workstation of the same home to show something: each workstation has a socket there.

A request is one line and so is its answer. The socket is in the folder under its final name only while it is listened
on, so that one which refuses connections belongs to a process that has ended; whoever finds it removes it.
"""

import asyncio
import contextlib
import logging
import os
import re
import secrets
import shutil
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

FOLDER = "workstations"
"""The folder in the data folder in which each workstation has its socket, under a name of its own."""

LONGEST_PATH = 100
"""Bytes of a path that every system takes for a socket; macOS takes 103, Linux 107."""

LONGEST_REQUEST = 2000
"""Bytes of a request or an answer."""

ANSWER_WITHIN = 2.0
"""Seconds for a request to arrive and for its answer to come; a workstation that is stopped does not answer."""

WAITING = 128
"""Connections that may wait until they are accepted."""

SHOWN = "shown"
"""The answer to a link that the person sees; any other is a sentence about why they do not."""

TEMPORARY = "csat-tui-socket-"

_NAME = re.compile(r"[0-9a-f]{16}")

Answers = Callable[[str], str]
"""Takes a request and returns its answer; it is called on the socket's own thread and must not wait."""


class WorkstationSocket:
    """The socket of this workstation within a `with`; where there can be none, the workstation goes on without."""

    def __init__(self, data_dir: Path, answers: Answers) -> None:
        self._folder = data_dir / FOLDER
        self.path = self._folder / secrets.token_hex(8)
        """Where it is in the data folder: the socket, or a link to it where the path is too long for one."""
        self._answers = answers
        self._listening: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="workstation socket", daemon=True)
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()

    def __enter__(self) -> Self:
        """Listen, and answer on a thread of its own."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._folder.chmod(0o700)
            _remove_dead(self._folder)
            self._listening = _listen(self.path)
        except OSError as error:
            log.warning("links cannot reach this workstation, there is no socket in %s: %s", self._folder, error)
        else:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the socket, and answer no more."""
        if self._listening is not None:
            _remove(self.path)
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(ANSWER_WITHIN)
        else:
            self._loop.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_unix_server(self._answer, sock=self._listening, limit=LONGEST_REQUEST)
        try:
            await self._end.wait()
        finally:
            server.close()  # whoever is still being heard is cut off when the loop ends: nobody waits for them

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request; whoever sends none in time, or too long a one, hears nothing."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                if is_own(writer.get_extra_info("socket")):
                    request = await reader.readuntil(b"\n")
                    answer = self._answers(request.decode("utf-8").removesuffix("\n"))
                    writer.write(f"{answer}\n".encode())
                    await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, UnicodeDecodeError, OSError):
            pass
        except Exception:
            log.exception("a request to this workstation")
        finally:
            writer.close()


class WorkstationSilent(Exception):
    """A workstation is open in this home and does not answer."""


def ask_workstation(data_dir: Path, request: str) -> str | None:
    """Return the answer of the newest workstation of a home that answers; None where none is open.

    Raises WorkstationSilent where workstations are open and none of them answers.
    """
    folder = data_dir / FOLDER
    silent = False
    for path in _newest_first(folder):
        try:
            return _ask(path, request)
        except (ConnectionRefusedError, FileNotFoundError):
            _remove(path)
        except OSError as error:
            log.warning("the workstation at %s does not answer: %s", path, error)
            silent = True
    if silent:
        raise WorkstationSilent
    return None


def _ask(path: Path, request: str) -> str:
    with _connected(path) as line:
        line.sendall(f"{request}\n".encode())
        with line.makefile("rb") as answers:
            answer = answers.readline(LONGEST_REQUEST)
    if not answer.endswith(b"\n"):
        raise OSError("it answered with nothing")
    return answer.decode("utf-8", "replace").removesuffix("\n")


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    """Connect to a workstation of this user. Raises OSError."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(ANSWER_WITHIN)
        line.connect(os.fspath(path.readlink() if path.is_symlink() else path))
        if not is_own(line):
            raise PermissionError("the process behind it belongs to another user")
        yield line


def is_own(line: socket.socket) -> bool:
    """Whether the other side is a process of this user; where the system does not say so, the folder's mode says it."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.getuid())


def _listen(path: Path) -> socket.socket:
    """Return a socket that is listened on, under this path. Raises OSError."""
    temporary: Path | None = None
    part = path.with_name(f".{path.name}.part")
    place = part
    if len(os.fsencode(part)) > LONGEST_PATH:
        temporary = _short_folder()
        place = temporary / "socket"
    line = socket.socket(socket.AF_UNIX)
    try:
        line.bind(os.fspath(place))
        place.chmod(0o600)
        line.listen(WAITING)
        if temporary is not None:
            part.symlink_to(place)
        part.replace(path)
    except OSError:
        line.close()
        part.unlink(missing_ok=True)
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise
    line.setblocking(False)
    return line


def _short_folder() -> Path:
    """Return a new private folder with a short path."""
    longest = LONGEST_PATH - len(f"/{TEMPORARY}12345678/socket")
    place = tempfile.gettempdir()
    return Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=place if len(os.fsencode(place)) <= longest else "/tmp"))  # noqa: S108


def _newest_first(folder: Path) -> list[Path]:
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if _NAME.fullmatch(path.name):
                with contextlib.suppress(OSError):
                    found.append((path.lstat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def _remove_dead(folder: Path) -> None:
    """Remove the sockets of processes that have ended without removing them."""
    for path in _newest_first(folder):
        try:
            with _connected(path):
                pass
        except (ConnectionRefusedError, FileNotFoundError):
            _remove(path)
        except OSError as error:
            log.warning("the socket %s: %s", path, error)


def _remove(path: Path) -> None:
    """Remove a socket, and the temporary folder in which it is."""
    with contextlib.suppress(OSError):
        if path.is_symlink():
            folder = path.readlink().parent
            if folder.name.startswith(TEMPORARY):
                shutil.rmtree(folder, ignore_errors=True)
        path.unlink(missing_ok=True)
