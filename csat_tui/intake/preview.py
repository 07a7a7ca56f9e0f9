"""What an import would bring in, and why it cannot yet: shown first, written later or not at all."""

from dataclasses import dataclass

from csat_tui.domain.survey import Survey

ERRORS_KEPT = 200
"""Errors that are listed; a file with more of them has one cause, which the first ones show."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing that is wrong with a file: the line of the file where its row begins, 0 for the file as a whole."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}" if self.line else self.sentence


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of the file was taken for, so that a person can see it before anything is written."""

    meaning: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as read. `found` are the surveys that could be read; `skipped` are rows left out on purpose."""

    found: tuple[Survey, ...] = ()
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    skipped: tuple[RowError, ...] = ()
    columns: tuple[Column, ...] = ()

    @property
    def surveys(self) -> tuple[Survey, ...]:
        """What will be written: everything that was found, or nothing at all where the file has an error."""
        return () if self.errors else self.found


def refused(sentence: str, line: int = 0) -> ImportPreview:
    """Return the preview of a file that cannot be imported at all."""
    return ImportPreview(errors=(RowError(line, sentence),))
