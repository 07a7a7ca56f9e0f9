"""`make coverage`: lines and branches by package, from what coverage.py has measured; ends with 1 below the goal."""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).parents[1]
MEASURED = ROOT / ".coverage" / "report.json"
GOAL = 90


def main() -> int:
    """Print each file's gaps, then the table of packages; returns how the process ends."""
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    coverage.load()
    coverage.report()
    coverage.json_report(outfile=str(MEASURED))
    packages: defaultdict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for name, file in json.loads(MEASURED.read_text(encoding="utf-8"))["files"].items():
        counts = Counter({key: count for key, count in file["summary"].items() if isinstance(count, int)})
        packages[Path(name).parts[1]] += counts
        total += counts
    print(f"\n{'package':20}{'lines':>8}{'reached':>9}{'branches':>10}{'reached':>9}")
    for name, counts in sorted(packages.items(), key=lambda row: _branches(row[1])):
        print(_line(name, counts))
    print(_line("all", total))
    return 0 if _branches(total) >= GOAL else 1


def _line(name: str, counts: Counter[str]) -> str:
    """Return one line of the table."""
    lines = _share(counts["covered_lines"], counts["num_statements"])
    return f"{name:20}{counts['num_statements']:8}{lines:8.1f}%{counts['num_branches']:10}{_branches(counts):8.1f}%"


def _branches(counts: Counter[str]) -> float:
    """Return how many in a hundred branches were taken."""
    return _share(counts["covered_branches"], counts["num_branches"])


def _share(part: int, whole: int) -> float:
    """Return how many in a hundred a part is; everything where there is nothing."""
    return 100 * part / whole if whole else 100.0


if __name__ == "__main__":
    sys.exit(main())
