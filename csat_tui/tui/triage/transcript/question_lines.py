"""Draw the questions about a case that went to a channel, and the answers to them, over its transcript."""

from datetime import datetime

from textual.content import Content

from csat_tui.domain.case import AskedQuestion, Case
from csat_tui.tui.base.keys import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import hang
from csat_tui.tui.base.text import safe_line
from csat_tui.tui.base.time_text import stamp

SHOWN = 300
"""Characters shown of a question or an answer; the whole is where it was asked."""


def open_question(case: Case) -> AskedQuestion | None:
    """Return the newest question about a case that nobody has answered yet."""
    return next((one for one in reversed(case.questions) if one.answered_at is None), None)


def question_lines(case: Case, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS) -> list[Content]:
    """Return each question with its answer, or with the key that takes one."""
    lines: list[Content] = []
    for one in case.questions:
        head = safe_line(f"asked in #{one.channel.lstrip('#')}, {stamp(one.asked_at, now)}: ", "$muted")
        mark = Content.styled("?", "bold $fair") if one.answered_at is None else Content.styled("✔", "$good")
        lines += hang(head + safe_line(_cut(one.text)), width, mark)
        if one.answered_at is None:
            parts = (
                ("not answered yet, ", "$muted"),
                (keys("{case.answer}"), "bold $accent"),
                (" enters the answer", "$muted"),
            )
            lines += hang(Content.assemble(*parts), width)
        else:
            who = f"{one.answered_by}, " if one.answered_by else ""
            said = safe_line(f"{who}{stamp(one.answered_at, now)}: ", "$muted") + safe_line(_cut(one.answer), "bold")
            lines += hang(said, width)
    return lines


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
