"""What is wrong with a configuration file, all of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it stands (line 1 is the first; None where it is missing) and what is expected."""

    sentence: str
    line: int | None = None


class ConfigError(Exception):
    """The file cannot be used; its text has one line for each problem, with file, line and what is expected."""

    def __init__(self, file: Path, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("\n".join(self._line(problem) for problem in self.problems))

    def _line(self, problem: Problem) -> str:
        place = f"{self.file}:{problem.line}" if problem.line is not None else str(self.file)
        return f"{place}: {problem.sentence}"
