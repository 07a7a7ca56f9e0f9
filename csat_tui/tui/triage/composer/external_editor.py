"""Edit a field in the person's own editor through a private file; if that fails, the field stays unchanged."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

FALLBACKS = ("sensible-editor", "nano", "vi")
"""Editors to try if neither VISUAL nor EDITOR is set."""


class EditorFailed(Exception):
    """The editor could not be used; the text says why, and that the field is unchanged."""


def editor_command(environ: Mapping[str, str]) -> Sequence[str]:
    """Return the person's editor with its arguments. Raises EditorFailed if there is none."""
    for name in ("VISUAL", "EDITOR"):
        if configured := environ.get(name, "").strip():
            try:
                return shlex.split(configured)
            except ValueError as error:
                raise EditorFailed(f"{name} cannot be read as a command ({error}); your words are unchanged") from None
    for name in FALLBACKS:
        if found := shutil.which(name):
            return [found]
    raise EditorFailed("no editor is set; set VISUAL or EDITOR. Your words are unchanged")


def edited(text: str, command: Sequence[str]) -> str:
    """Return a text after editing it through a file that only its owner can read and that is removed afterwards.

    Raises EditorFailed with a sentence; if the edited file is not UTF-8, it is kept and named.
    """
    try:
        handle, name = tempfile.mkstemp(prefix="csat-tui-", suffix=".txt")
        file = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as out:
            out.write(text)
    except OSError as error:
        raise EditorFailed(
            f"no file could be made for the editor ({error.strerror}); your words are unchanged"
        ) from None
    keep = False
    try:
        try:
            done = subprocess.run([*command, name], check=False)  # noqa: S603 - the person's own editor
        except OSError as error:
            raise EditorFailed(
                f"{command[0]} could not be started ({error.strerror}); your words are unchanged"
            ) from None
        if done.returncode != 0:
            raise EditorFailed(f"{command[0]} ended with {done.returncode}; your words are unchanged")
        try:
            # Editors end a file with a line break that the person did not type.
            return file.read_text(encoding="utf-8").removesuffix("\n")
        except UnicodeDecodeError:
            keep = True
            raise EditorFailed(f"the edited file is not UTF-8; it is kept in {name}") from None
        except OSError as error:
            raise EditorFailed(f"the edited file cannot be read ({error.strerror})") from None
    finally:
        if not keep:
            file.unlink(missing_ok=True)
