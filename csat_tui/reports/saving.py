"""Files for the person: whole or not at all, only theirs to read, and never over another one unasked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotSaved(Exception):
    """A file could not be written; its text says why, and that nothing else was changed."""


@contextmanager
def new_file(path: Path, *, over: bool = False) -> Iterator[Path]:
    """Give a private file beside the wanted one, which takes its name once it is whole. Raises NotSaved."""
    if os.path.isdir(path):
        raise NotSaved(f"{path} is a folder. Nothing was written; name a file in it.")
    if os.path.lexists(path) and not over:
        raise NotSaved(f"{path} is there already. Nothing was written; choose another name, or allow writing over it.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise NotSaved(
            f"{path} could not be written ({error.strerror}). What is in the database is safe; "
            "check that the folder is there and has room, or name another one."
        ) from error
