"""Programs that must end within some seconds of processor time, however busy the machine is."""

import subprocess
import sys

LIMIT = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, ({0}, {0}))\n"


def run_within(seconds: int, program: str) -> None:
    """Run a program in a process of its own, which is killed where it takes longer."""
    done = subprocess.run(
        [sys.executable, "-c", LIMIT.format(seconds) + program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"ended with {done.returncode}\n{done.stderr}"
