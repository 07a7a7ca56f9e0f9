"""Save files for the person: complete or not at all, private, and never over an existing file unasked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from csat_tui.file_access import atomic_file


class NotSaved(Exception):
    """A file could not be written; its text says why, and that nothing else was changed."""


@contextmanager
def new_file(path: Path, *, over: bool = False) -> Iterator[BinaryIO]:
    """Give a private file that takes the wanted name once it is whole. Raises NotSaved."""
    if os.path.isdir(path):
        raise NotSaved(f"{path} is a folder. Nothing was written; name a file in it.")
    if os.path.lexists(path) and not over:
        raise _there_already(path)
    try:
        with atomic_file(path, over=over) as part:
            yield part
    except FileExistsError as error:
        raise _there_already(path) from error
    except OSError as error:
        raise NotSaved(
            f"{path} could not be written ({error.strerror}). What is in the database is safe; "
            "check that the folder exists and has space, or choose another folder."
        ) from error


def save_text(path: Path, text: str, *, over: bool = False) -> None:
    """Write a private text file. Raises NotSaved."""
    with new_file(path, over=over) as part:
        part.write(text.encode("utf-8"))


def _there_already(path: Path) -> NotSaved:
    return NotSaved(f"{path} is there already. Nothing was written; choose another name, or allow writing over it.")
