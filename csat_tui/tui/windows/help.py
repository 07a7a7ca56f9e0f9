"""What can be done here: the keys of the focused pane, its screen and the app, from the commands themselves."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.keys import keys_of, show_key, with_keys
from csat_tui.tui.base.lines import Line, LinesView, hang

KEY_COLUMN = 16


class HelpLines(LinesView):
    """One line per command, under the name of what it belongs to."""

    def __init__(self, sections: Sequence[tuple[str, Sequence[tuple[str, str, str]]]]) -> None:
        super().__init__()
        self._sections = sections

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        lines: list[Line] = []
        for name, rows in self._sections:
            if lines:
                lines.append(Line(Content("")))
            lines.append(Line(Content.styled(name, "bold $accent")))
            for keys, text, reason in rows:
                words = Content(text) + (Content.styled(f"  now: {reason}", "$muted") if reason else Content(""))
                mark = Content.styled(keys.rjust(KEY_COLUMN - 2), "$muted" if reason else "bold")
                lines += [Line(line) for line in hang(words, width, mark + "  ", indent=KEY_COLUMN)]
        return lines


class HelpScreen(Commanded, ModalScreen[None]):
    """A window to read in; it closes with the keys that open it and those that leave."""

    NAME = "Help"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("help.close", ("escape", "question_mark", "q"), "close", "Go back.", lambda s: s.dismiss(None)),
        Command("help.down", ("j", "down"), "down", "One line down.", lambda s: s.scroll_lines(1)),
        Command("help.up", ("k", "up"), "up", "One line up.", lambda s: s.scroll_lines(-1)),
        Command("help.half-down", ("ctrl+d", "pagedown"), "half down", "Half down.", lambda s: s.scroll_lines(12)),
        Command("help.half-up", ("ctrl+u", "pageup"), "half up", "Half up.", lambda s: s.scroll_lines(-12)),
    )

    def __init__(self, title: str, sections: Sequence[tuple[str, Sequence[tuple[str, str, str]]]]) -> None:
        super().__init__()
        self._title = title
        self._view = HelpLines(sections)

    def compose(self) -> ComposeResult:
        """Yield the lines in a frame."""
        self._view.border_title = Content(self._title)
        self._view.border_subtitle = Content(with_keys(self.app, "{help.down} {help.up} scroll · {help.close} closes"))
        yield self._view

    def scroll_lines(self, lines: int) -> None:
        """Scroll at once."""
        self._view.scroll_relative(y=lines, animate=False, immediate=True)


def help_sections(app: Any, commands: Iterable[tuple[Any, Command]]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return keys, what they do and why not now, in sections by pane, screen and app."""
    sections: dict[str, list[tuple[str, str, str]]] = {}
    for node, command in commands:
        keys = keys_of(app, command)
        if keys:
            shown = ", ".join(show_key(key) for key in keys[:2])
            rows = sections.setdefault(node.NAME or "Everywhere", [])
            rows.append((shown, command.help, command.unavailable(node)))
    return list(sections.items())
