"""The peak memory of a process of its own, and of few surveys against many."""

import resource
import sys

LIMIT = 1.3
"""What the many may take of the memory of the few."""


def own_peak() -> int:
    """Return the peak of this process in kB."""
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest // 1024 if sys.platform == "darwin" else highest


def compared(what: str, few: int, light: float, many: int, heavy: float) -> bool:
    """Print both peaks, in MB, and their ratio; True if it is good enough."""
    good = heavy <= LIMIT * light
    print(f"peak memory of {what}")
    print(f"  {few:>9,} surveys   {light:7.1f} MB")
    print(f"  {many:>9,} surveys   {heavy:7.1f} MB")
    print(f"  ratio {heavy / light:.2f}, at most {LIMIT} wanted: {'good' if good else 'MISSED'}")
    return good
