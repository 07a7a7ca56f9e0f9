"""Fixtures that the tests of the screens share."""

import pickle
from collections.abc import Callable, Iterator
from difflib import unified_diff
from typing import Any

import pytest
from pytest_textual_snapshot import node_to_report_path, normalize_svg

from tests.tui.quiet import waits_end_with_the_work


@pytest.fixture(scope="package", autouse=True)
def _short_waits() -> Iterator[None]:
    with waits_end_with_the_work():
        yield


@pytest.fixture
def snap_compare(snap_compare: Callable[..., bool], request: pytest.FixtureRequest) -> Callable[..., bool]:
    """Compare a screen with its picture; where they differ, the failure names the lines."""

    def compare(*arguments: Any, **options: Any) -> bool:
        if not snap_compare(*arguments, **options):
            _, *pictures = pickle.loads(node_to_report_path(request.node).read_bytes())[:3]
            kept, drawn = (normalize_svg(picture).splitlines() for picture in pictures)
            lines = unified_diff(kept, drawn, "kept", "drawn", n=0, lineterm="")
            pytest.fail("\n".join(line[:1000] for line in [*lines][:40]), pytrace=False)
        return True

    return compare
