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


MEASURED = """
import resource, sys, time
GROWTH = 8  # how many times the size of the small text the large one has

def seconds(read, text):
    began = time.process_time()
    read(text)
    return time.process_time() - began

def in_proportion(read, small, large):
    \"\"\"Whether the large text takes less than three times what its size makes of the small one's time.

    Measured again while it does not, for a machine may hold any one measurement up. By the square of the size it would
    take eight times as much.
    \"\"\"
    fast, slow = seconds(read, small), seconds(read, large)
    for _ in range(3):
        if slow < 0.02 or slow < 3 * GROWTH * fast:
            return True
        fast, slow = max(fast, seconds(read, small)), min(slow, seconds(read, large))
    return False

def measure(name, patience, size, pieces, read):
    \"\"\"Say of each piece whether a text of it is read in proportion, within some more seconds of the processor.\"\"\"
    spent = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + patience, resource.RLIM_INFINITY))
    wrong = [one for one in pieces if not in_proportion(
        read, one * (size // GROWTH // len(one)), one * (size // len(one)))]
    print(name, "in proportion" if not wrong else f"not in proportion: {wrong!r}", sep=": ", flush=True)
"""


def measured(program: str) -> dict[str, str]:
    """Run a program that measures readers by `measure`; returns what it said of each, as far as it came."""
    done = subprocess.run([sys.executable, "-c", MEASURED + program], capture_output=True, text=True, check=False)
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    return {**said, "end": f"ended with {done.returncode}\n{done.stderr}"}
