"""`make mutation`: how many of the mistakes that mutmut makes in the rules are noticed by the tests; at least 80 %.

A run can be stopped and started again: it continues with the mutants that have not been tried.
"""

import argparse
import ast
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).parents[2]
RULES = ROOT / "csat_tui" / "domain"
MUTANTS = ROOT / "mutants" / "csat_tui" / "domain"
GOAL = 0.8
NOT_TRIED = "not checked"
KILLED = ("killed", "timeout", "segfault")
"""A mutant that never ends or ends the interpreter has been noticed as well."""


EQUIVALENT = "equivalent"
CASELESS = ("promises/contact", "promises/deeds", "promises/money")
"""Modules whose texts are all patterns that are compiled without regard to case: capitals change nothing in them."""


def results() -> Iterator[tuple[str, str, str]]:
    """Yield each mutant's module, its name and how it ended."""
    for meta in sorted(MUTANTS.rglob("*.meta")):
        module = str(meta.relative_to(MUTANTS)).removesuffix(".py.meta")
        functions = _functions(meta.with_suffix("")) if module in CASELESS else {}
        for name, exit_code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            status = status_by_exit_code[exit_code]
            function = name.rpartition(".")[2]
            if status == "survived" and function in functions:
                original = functions[f"{function.rpartition('__mutmut_')[0]}__mutmut_orig"]
                status = EQUIVALENT if functions[function] == original else status
            yield module, name, status


def _functions(file: Path) -> dict[str, str]:
    """Return the bodies of a mutated file's functions by name, all in small letters."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {one.name: "\n".join(map(ast.unparse, one.body)).casefold() for one in found}


def mutmut(workers: int, *mutants: str) -> None:
    """Let mutmut try these mutants, or all that have not been tried."""
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(workers), *mutants]
    subprocess.run(command, cwd=ROOT, check=True)


def _all_made() -> bool:
    """Return whether the mutants of every module have been made; a run may have been stopped before that."""
    return all((MUTANTS / f"{source.relative_to(RULES)}.meta").exists() for source in RULES.rglob("*.py"))


def report() -> float:
    """Print the score of each module and return that of all mutants that were tried."""
    modules: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for module, _, status in results():
        modules[module][status] += 1
    print(f"\n{'module':32}{'mutants':>8}{'tried':>8}{'killed':>8}{'score':>8}")
    total: Counter[str] = Counter()
    for module, counts in sorted(modules.items(), key=lambda row: _score(row[1])):
        print(_line(module, counts))
        total += counts
    print(_line("domain", total))
    return _score(total)


def _line(name: str, counts: Counter[str]) -> str:
    """Return one line of the table."""
    tried = counts.total() - counts[NOT_TRIED] - counts[EQUIVALENT]
    killed = sum(counts[status] for status in KILLED)
    return f"{name:32}{counts.total():8}{tried:8}{killed:8}" + (f"{_score(counts):8.0%}" if tried else f"{'-':>8}")


def _score(counts: Counter[str]) -> float:
    """Return which share of the tried mutants was killed; 1 where none was tried."""
    tried = counts.total() - counts[NOT_TRIED] - counts[EQUIVALENT]
    return sum(counts[status] for status in KILLED) / tried if tried else 1.0


def main() -> int:
    """Try the mutants that were asked for and print the score; returns how the process ends."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    asked.add_argument(
        "modules", nargs="*", help="modules of the domain: decide wording/rules; all where none is named"
    )
    asked.add_argument("--sample", type=int, help="only as many, drawn from those that have not been tried")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument(
        "--survivors", action="store_true", help="those that survived, once more: after a change to tests"
    )
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--report", action="store_true", help="only the score of what was tried before")
    given = asked.parse_args()
    if not given.report:
        if not _all_made():  # mutmut makes all mutants before it tries any: these are few
            mutmut(given.workers, "csat_tui.domain.mailbox.*")
        wanted = ("survived", "no tests") if given.survivors else (NOT_TRIED,)
        left = [
            name
            for module, name, status in results()
            if status in wanted and (module in given.modules or not given.modules)
        ]
        if given.sample is not None:
            left = random.Random(given.seed).sample(left, min(given.sample, len(left)))
        # Without names mutmut goes on where it stopped, and looks for no name among all others.
        if left:
            mutmut(given.workers, *(left if given.survivors or given.modules or given.sample is not None else ()))
    score = report()
    return 0 if score >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
