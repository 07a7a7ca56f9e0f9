"""A demo help desk in a process of its own that counts what is asked of it."""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from csat_tui.demo.server import DemoOptions, DemoServer


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the desk listens, how to sign in, and the pipe to its process."""

    url: str
    email: str
    token: str
    view_id: int
    process: "subprocess.Popen[str]"

    def asked(self) -> Counter[str]:
        """Return what was asked since the last time, by kind."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("asked\n")
        self.process.stdin.flush()
        return Counter(json.loads(self.process.stdout.readline()))


def desk_of(surveys: int, latency_ms: int = 0, *, niceness: int = 0) -> AbstractContextManager[Desk]:
    """Give a desk of so many surveys and no limit; its process ends with the block.

    It stands for another machine: with some niceness it does not take the processor from what is measured here.
    """
    return desk_from("benchmarks.desk", str(surveys), str(latency_ms), str(niceness))


@contextmanager
def desk_from(module: str, *arguments: str) -> Iterator[Desk]:
    """Give the desk that a module serves in a process of its own, which ends with the block."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Desk(**json.loads(process.stdout.readline()), process=process)
        finally:
            process.kill()


def serve(surveys: int, latency_ms: int) -> None:
    """Serve, and tell what was asked for each line that comes in."""
    asked: Counter[str] = Counter()
    with DemoServer(DemoOptions(surveys=surveys, latency_ms=latency_ms, rate_limit=0)) as server:
        server.world.faults.append(lambda request: asked.update([_kind(request.url.path)]))
        told = {"url": server.url, "email": server.email, "token": server.token, "view_id": server.view_id}
        print(json.dumps(told), flush=True)
        for _ in sys.stdin:
            counted, asked = asked, Counter()
            print(json.dumps(counted), flush=True)


def _kind(path: str) -> str:
    """Return a path without its numbers."""
    return "/".join(part for part in path.removeprefix("/api/v2/").split("/") if not part.isdigit())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("surveys", type=int)
    parser.add_argument("latency_ms", type=int)
    parser.add_argument("niceness", type=int)
    chosen = parser.parse_args()
    os.nice(chosen.niceness)
    serve(chosen.surveys, chosen.latency_ms)
