"""Gathers responses into a preview: each counted once, each mistake with its line, no more mistakes than help."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from csat_tui.domain.playbook import Playbook
from csat_tui.domain.survey import FactorId, Survey
from csat_tui.intake.columns import Columns
from csat_tui.intake.kept_out import Unreadable
from csat_tui.intake.preview import ERRORS_KEPT, ImportPreview, RowError
from csat_tui.intake.response import Skip, read_response


class Gathering:
    """A preview in the making."""

    def __init__(self, columns: Columns, playbook: Playbook, zone: tzinfo, warnings: Sequence[RowError]) -> None:
        self._columns = columns
        self._playbook = playbook
        self._zone = zone
        self._found: list[Survey] = []
        self._errors: list[RowError] = []
        self._more = 0
        self._warnings = list(warnings)
        self._skipped: list[RowError] = []
        self._seen: dict[str, tuple[int, Survey]] = {}

    def add(self, line: int, known: Mapping[str, str], ratings: Mapping[FactorId, str]) -> None:
        """Take in one response: texts by meaning and by factor."""
        try:
            response = read_response(known, ratings, self._playbook, self._zone)
        except Unreadable as mistake:
            self.error(line, str(mistake))
            return
        if isinstance(response, Skip):
            self._skipped.append(RowError(line, response.why))
            return
        earlier = self._seen.get(response.source)
        if earlier is None:
            self._seen[response.source] = (line, response)
            self._found.append(response)
        elif earlier[1] == response:
            self._skipped.append(RowError(line, f"left out: the same response as in line {earlier[0]}"))
        else:
            name = response.source.removeprefix("qualtrics:")
            self.error(line, f"response {name} is in line {earlier[0]} already, with other answers")

    def error(self, line: int, sentence: str) -> None:
        """Note a mistake, up to as many as anybody reads."""
        if len(self._errors) < ERRORS_KEPT:
            self._errors.append(RowError(line, sentence))
        else:
            self._more += 1

    def preview(self) -> ImportPreview:
        """Return everything gathered."""
        errors = list(self._errors)
        if self._more:
            errors.append(RowError(0, f"and {self._more:,} more errors"))
        if not (self._found or errors or self._skipped):
            errors.append(RowError(0, "the file has no responses, only headings"))
        return ImportPreview(
            tuple(self._found), tuple(errors), tuple(self._warnings), tuple(self._skipped), self._columns.shown
        )
