"""Reading an export as the command line does."""

from pathlib import Path

import pytest

from csat_tui.intake import read_export
from tests.builders import the_playbook


@pytest.fixture
def read(tmp_path: Path):
    def reading(content: str | bytes, name: str = "export.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_export(path, the_playbook())

    return reading
