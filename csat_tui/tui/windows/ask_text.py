"""A window that asks for words: one line, such as a file's name, or a paste of many."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.domain.playbook import Field
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.base.unsaved import Unsaved
from csat_tui.tui.windows.submission import Submission, Take


class AskText(Commanded, ModalScreen[str | None]):
    """Asks for words; esc gives none, and comes back as None.

    Where there is somebody to `take` them the window stays until they are taken, with its words and what is wrong.
    """

    NAME = "Words"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command(
            "words.keep", ("ctrl+s", "f12"), "take them", "Accept what you typed.", lambda s: s.keep(), priority=True
        ),
        Command("words.leave", ("escape",), "never mind", "Close without writing anything.", lambda s: s.leave()),
    )

    def __init__(
        self, title: str, say: str = "", text: str = "", *, hint: str = "", lines: bool = False,
        take: Take[str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._submission = Submission(self, take)
        self._title = title
        self._say = say
        self._lines = lines
        self._before = text
        self.area = FieldArea(Field("words", title, hint=hint, multiline=lines), text)

    def compose(self) -> ComposeResult:
        """Show the question over the room for its answer."""
        with Vertical(classes="-lines" if self._lines else "") as frame:
            frame.border_title = safe_line(self._title)
            frame.border_subtitle = Content(
                with_keys(self.app, f"{'{words.keep}' if self._lines else 'enter'} accepts · {{words.leave}} cancels")
            )
            if self._say:
                yield Static(safe(self._say, "$muted"), markup=False)
            yield self.area

    def on_mount(self) -> None:
        """Begin to type."""
        self.area.focus()

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Take a line with enter."""
        message.stop()
        if message.step > 0 and not self._lines:
            self.keep()

    def unsaved(self) -> Sequence[Unsaved]:
        """Return what was typed and is not taken yet; nothing where nobody has changed the text."""
        text = self.area.text
        return [Unsaved(f"the window “{self._title}”", {"": text})] if text.strip() and text != self._before else []

    def keep(self) -> None:
        """Give the words back."""
        self._submission.begin(self.area.text)

    def leave(self) -> None:
        """Give none back."""
        self._submission.leave()
