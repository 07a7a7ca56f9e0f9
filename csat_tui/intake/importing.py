"""Read an export file: recognise its format by its content, and preview what it would bring in."""

import os
from pathlib import Path
from typing import BinaryIO

from csat_tui.domain.playbook import Playbook
from csat_tui.intake.import_preview import ImportPreview, refused_file
from csat_tui.intake.qualtrics_csv import read_csv
from csat_tui.intake.qualtrics_json import read_json
from csat_tui.intake.source import NotAFile, open_source

LARGEST_JSON = 32 * 1024 * 1024
"""Bytes; JSON is read whole, and some of it takes twenty times as much memory."""
LARGEST_CSV = 1024 * 1024 * 1024
"""Bytes; CSV is read row by row."""

_NOT_SURVEYS = (
    (b"PK\x03\x04", "this is an Excel workbook or a zip archive; export as CSV, or unpack the archive first"),
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook; export as CSV"),
    (b"\x1f\x8b", "this is a gzip archive; unpack it first"),
    (b"%PDF", "this is a PDF; export as CSV"),
    (b"$FL2", "this is an SPSS file; export as CSV"),
)
_JSON_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_export(path: Path, playbook: Playbook) -> ImportPreview:
    """Return what a Qualtrics export would bring in, told by its content and not by its name. Never raises.

    Nothing is written: `ImportPreview.surveys` is what a caller may write, and is empty if the file has an error.
    """
    try:
        with open_source(path) as file:
            return _read(file, playbook)
    except NotAFile as reason:
        return refused_file(str(reason))
    except OSError as error:
        return refused_file(f"{path.name} cannot be read: {error.strerror}")


def _read(file: BinaryIO, playbook: Playbook) -> ImportPreview:
    start = file.read(512)
    file.seek(0)
    for mark, sentence in _NOT_SURVEYS:
        if start.startswith(mark):
            return refused_file(sentence)
    letters = start.replace(b"\0", b"")
    for mark in _JSON_MARKS:
        letters = letters.removeprefix(mark)
    letters = letters.lstrip()
    if not letters:
        return refused_file("the file is empty" if not start.strip() else "the file has no text")
    if letters.startswith(b"<"):
        return refused_file("this is a web page or XML, not an export; a sign-in page may have been saved instead")
    if letters[:1] in (b"{", b"["):
        return _read_json(file, playbook)
    if os.fstat(file.fileno()).st_size > LARGEST_CSV:
        return refused_file(f"the file is larger than {LARGEST_CSV // 1024**3} GiB; export fewer responses at once")
    return read_csv(file, playbook)


def _read_json(file: BinaryIO, playbook: Playbook) -> ImportPreview:
    content = file.read(LARGEST_JSON + 1)
    if len(content) > LARGEST_JSON:
        return refused_file(
            f"the JSON is larger than {LARGEST_JSON // 1024**2} MiB; export as CSV, which may be far larger"
        )
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return read_json(content.decode(encoding), playbook)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return refused_file("there are bytes that are not UTF-8; export the file again", line)
