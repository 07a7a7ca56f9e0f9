"""Credentials in a plain file that only its owner can read: for a machine without a keyring, and only when told to."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from csat_tui.file_access import read_file, write_atomically
from csat_tui.paths import Paths
from csat_tui.secrets.problem import NoCredential

PATIENCE = 10.0
"""Seconds to wait for another process that is writing; it needs milliseconds."""


def file_of(paths: Paths) -> Path:
    """Return where the file is, or would be."""
    return paths.data_dir / "credentials.json"


def read(paths: Paths, name: str) -> str:
    """Return what the file keeps under a name, or an empty text; NoCredential if others can read it."""
    return _read(file_of(paths)).get(name, "")


def write(paths: Paths, name: str, text: str) -> None:
    """Keep a text under a name; on the disk before this returns. Raises NoCredential."""
    with _alone(paths) as file:
        _write(file, {**_read(file), name: text})


def forget(paths: Paths, name: str) -> None:
    """Remove what is kept under a name; it is no error if there is none. Raises NoCredential."""
    if not file_of(paths).exists():
        return
    with _alone(paths) as file:
        kept = _read(file)
        if kept.pop(name, None) is None:
            return
        if kept:
            _write(file, kept)
        else:
            file.unlink()


@contextmanager
def _alone(paths: Paths) -> Iterator[Path]:
    """Give the file while no other process writes to it: each rewrites it whole, with the others' entries."""
    from filelock import FileLock, Timeout  # not needed by most commands, which only read

    file = file_of(paths)
    try:
        paths.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(file.with_suffix(".lock"), timeout=PATIENCE, mode=0o600):
            yield file
    except Timeout as error:
        raise NoCredential(f"another csat-tui holds {file} and does not let go; end it and try again") from error
    except OSError as error:
        raise NoCredential(
            f"{file} cannot be written ({error.strerror}); what it held is unchanged. "
            "Check the folder's permissions and the free disk space"
        ) from error


def _read(file: Path) -> dict[str, str]:
    """Return what the file keeps; NoCredential if others can read it or it is not ours."""
    try:
        mode = file.stat()
        if mode.st_mode & 0o077 or mode.st_uid != os.getuid():
            raise NoCredential(
                f"others can read {file}, so it is not used; run `chmod 600 {file}`, and change the token"
            )
        kept = json.loads(read_file(file))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise NoCredential(f"{file} cannot be read; remove it and give the credential again") from error
    return {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}


def _write(file: Path, kept: Mapping[str, str]) -> None:
    """Put new contents in the file's place at once, so that a crash or a full disk leaves the old ones."""
    write_atomically(file, json.dumps(dict(kept)))
