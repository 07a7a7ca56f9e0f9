"""Words that the store does not take when the person leaves: shown, and written to a file rather than lost."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from csat_tui.domain.visible import visible
from csat_tui.store.errors import StoreError
from csat_tui.tui.drafts import Keeping
from csat_tui.tui.screens.choice import Choice, ChoiceScreen
from csat_tui.tui.screens.triage import TriageScreen
from csat_tui.tui.terminal import screens_of
from csat_tui.whole_file import write_whole

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation


async def leave_all_the_same(app: "Workstation", error: StoreError) -> None:
    """Ask what to do about words that could not be saved: stay, or write them to a file and leave.

    Asking to leave a second time, over the question, writes them to the file and leaves.
    """
    words = list(unsaved(app))
    chosen: str | None = "file"
    if not isinstance(app.screen, ChoiceScreen):
        named = ", ".join(str(one.survey_id) for one in words)
        whose = f" They belong to case {named}." if named else ""
        say = f"{error}{whose}"
        choices = [
            Choice("s", "stay here; csat-tui tries again to save them", None),
            Choice("f", "write them to a file, and quit", "file"),
        ]
        chosen = await app.push_screen_wait(ChoiceScreen("Words could not be saved", choices, say))
    if chosen is None:
        return
    try:
        file = write(app.desk.folder, words, app.desk.now)
    except OSError as failed:
        app.notify(f"The file could not be written: {failed.strerror}. Nothing is lost while this stays open.",
                   severity="error", timeout=12)  # fmt: skip
        return
    app.exit(message=Text(visible(f"The words that could not be saved are in {file}")))


def unsaved(app: "Workstation") -> Iterable[Keeping]:
    """Yield the words of every screen that the store does not have, one draft a case."""
    found: dict[int, Keeping] = {}
    for screen in screens_of(app):
        if isinstance(screen, TriageScreen):
            found |= {one.survey_id: one for one in screen.drafts.waiting}
    return found.values()


def write(folder: Path, words: Iterable[Keeping], now: datetime) -> Path:
    """Write words to a new file that only this person can read. Raises OSError."""
    lines: list[str] = []
    for one in words:
        lines += [f"Case {one.survey_id}", ""]
        for name, text in one.draft.fields.items():
            if text.strip():
                lines += [f"{name}:", *(f"  {line}" for line in text.split("\n")), ""]
    stem, number = f"words-{now.astimezone():%Y%m%d-%H%M%S}", 0
    while True:
        file = folder / f"{stem}{f'-{number}' if number else ''}.txt"
        try:
            write_whole(file, "\n".join(lines).encode("utf-8", "surrogatepass"), over=False)
        except FileExistsError:
            number += 1
            continue
        return file
