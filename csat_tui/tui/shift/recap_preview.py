"""The recap as it will arrive: to whom, under which subject, as text and as a page."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.reports.markdown import parser
from csat_tui.reports.recap import RecapDocument, markdown_of
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.text import safe, safe_line


class RecapPreview(Commanded, ModalScreen[None]):
    """Shows the mail's text, or with tab what its HTML looks like."""

    NAME = "Preview of the recap"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("preview.turn", ("tab",), "the other face", "Show it as text, or as HTML.", lambda s: s.turn()),
        Command("preview.down", ("j", "down"), "down", "Scroll down.", lambda s: s.scroll(2)),
        Command("preview.up", ("k", "up"), "up", "Scroll up.", lambda s: s.scroll(-2)),
        Command("preview.page-down", ("ctrl+d", "pagedown", "space"), "page down", "Scroll a page down.",
                lambda s: s.scroll(15)),
        Command("preview.page-up", ("ctrl+u", "pageup"), "page up", "Scroll a page up.", lambda s: s.scroll(-15)),
        Command("preview.leave", ("escape", "q", "p"), "back", "Go back.", lambda s: s.dismiss(None)),
    )  # fmt: skip

    def __init__(self, recap: RecapDocument) -> None:
        from textual.widgets import Markdown  # loads markdown-it, which nothing else on the screen needs

        super().__init__()
        self._recap = recap
        self._formatted = True
        markdown = markdown_of(recap)
        self._text = Static(safe(markdown), markup=False)
        self._html = Markdown(markdown, parser_factory=parser, open_links=False)
        self._scroll = VerticalScroll(self._html, self._text)
        self._scroll.can_focus = False

    def compose(self) -> ComposeResult:
        """Show the head of the mail over its words."""
        with Vertical() as frame:
            frame.border_title = Content("The recap as it will arrive")
            frame.border_subtitle = Content(with_keys(self.app, "{preview.turn} text / HTML · {preview.leave} back"))
            to = ", ".join(self._recap.to) or "nobody: the playbook's [recap] names no address"
            yield Static(
                Content("\n").join([safe_line(f"To       {to}"), safe_line(f"Subject  {self._recap.subject}", "bold")]),
                markup=False,
                id="mail-head",
            )
            yield self._scroll

    def on_mount(self) -> None:
        """Begin with what most people will see."""
        self._show()

    def turn(self) -> None:
        """Show the other face."""
        self._formatted = not self._formatted
        self._show()

    def scroll(self, lines: int) -> None:
        """Scroll the words."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def _show(self) -> None:
        self._html.display, self._text.display = self._formatted, not self._formatted
