"""A conversation about a case as a JSON document, and as text made from that document."""

from collections.abc import Iterator
from typing import Any

from csat_tui.cli.console import date_and_time, single_line
from csat_tui.cli.outbox import quoted_lines
from csat_tui.domain.case_conversation import CaseConversation


def held_document(held: CaseConversation) -> dict[str, Any]:
    """Return a conversation as JSON has it."""
    return {
        "id": held.id, "case_id": held.survey_id, "with": held.counterpart.value, "how": held.means.value,
        "held_at": held.held_at, "said": held.said, "prevention_discussed": held.prevention,
        "author_id": held.author_id, "author": held.author, "recorded_at": held.recorded_at,
    }  # fmt: skip


def held_lines(held: dict[str, Any]) -> Iterator[str]:
    """Yield one conversation as text."""
    by = f", recorded by {single_line(held['author'])}" if held["author"] else ""
    discussed = ", prevention discussed" if held["prevention_discussed"] else ""
    yield f"  {date_and_time(held['held_at'])}  {held['how']} with the {held['with']}{by}{discussed}"
    yield from quoted_lines(held["said"])
