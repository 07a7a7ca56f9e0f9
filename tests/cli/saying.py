"""What every error must be: a sentence with what is safe and what to do, and nothing that steers a terminal."""

import re

from tests.cli.conftest import Ended

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def says(ended: Ended, code: int, *, what: str, safe: str, todo: str) -> None:
    """Assert that a command ended with this code and one clear sentence on standard error."""
    assert ended.code == code, ended
    told = " ".join(ended.err.split())
    for part in (what, safe, todo):
        assert re.search(part, told), f"“{part}” is not in: {told}"
    assert "Traceback" not in ended.err + ended.out
    assert told.endswith((".", "!", "?")), told
    assert not UNSAFE.search(ended.err)
