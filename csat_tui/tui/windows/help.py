"""All commands that can be reached: the help window lists them with their keys, the palette finds them by words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import ModalScreen
from textual.worker import Worker

from csat_tui.tui.base.commands import Command, Commanded, chain, perform
from csat_tui.tui.base.keymap import keys_of, show_key, with_keys
from csat_tui.tui.base.lines import Line, LinesView, wrap
from csat_tui.tui.base.panes import Pane

KEY_COLUMN = 16


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A command in the list: its keys, its help, its id for `[keys]`, and why it is unavailable."""

    keys: str
    text: str
    command_id: str
    unavailable: str


Sections = Sequence[tuple[str, Sequence[HelpRow]]]
"""The rows by the names of their panes and screens."""


class HelpLines(LinesView):
    """The list of commands by pane and screen."""

    def __init__(self, sections: Sections) -> None:
        super().__init__()
        self._sections = sections

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines for a width."""
        lines: list[Line] = []
        for name, rows in self._sections:
            if lines:
                lines.append(Line(Content("")))
            lines.append(Line(Content.styled(name, "bold $accent")))
            for row in rows:
                words = Content.assemble(row.text, (f"  {row.command_id}", "$muted"))
                if row.unavailable:
                    words += Content.styled(f"  now: {row.unavailable}", "$muted")
                mark = Content.styled(row.keys.rjust(KEY_COLUMN - 2), "$muted" if row.unavailable else "bold")
                lines += [Line(line) for line in wrap(words, width, mark + "  ", indent=KEY_COLUMN)]
        return lines


class HelpScreen(Commanded, ModalScreen[None]):
    """Lists the commands; it closes with the key that opens it and with those that leave."""

    NAME = "Help"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("help.close", ("escape", "question_mark", "q"), "close", "Go back.", lambda s: s.dismiss(None)),
        Command("help.down", ("j", "down"), "down", "One line down.", lambda s: s.scroll_lines(1)),
        Command("help.up", ("k", "up"), "up", "One line up.", lambda s: s.scroll_lines(-1)),
        Command("help.half-down", ("ctrl+d", "pagedown"), "half down", "Half down.", lambda s: s.scroll_lines(12)),
        Command("help.half-up", ("ctrl+u", "pageup"), "half up", "Half up.", lambda s: s.scroll_lines(-12)),
    )

    def __init__(self, title: str, sections: Sections) -> None:
        super().__init__()
        self._title = title
        self._view = HelpLines(sections)

    def compose(self) -> ComposeResult:
        """Lay out the list in a frame."""
        self._view.border_title = Content(self._title)
        self._view.border_subtitle = Content(with_keys(self.app, "{help.down} {help.up} scroll · {help.close} closes"))
        yield self._view

    def scroll_lines(self, lines: int) -> None:
        """Scroll without animation."""
        self._view.scroll_relative(y=lines, animate=False, immediate=True)


def help_sections(app: App[Any], commands: Iterable[tuple[Any, Command]]) -> Sections:
    """Return the commands in sections by pane, screen and app."""
    sections: dict[str, list[HelpRow]] = {}
    for node, command in commands:
        keys = ", ".join(show_key(key) for key in keys_of(app, command)[:2]) or "no key"
        rows = sections.setdefault(node.NAME or "Everywhere", [])
        rows.append(HelpRow(keys, command.help, command.id, command.unavailable(node)))
    return list(sections.items())


class Palette(CommandPalette):
    """The command palette; a search that is running when it closes does not end the workstation.

    Textual's search uses the list of hits even after the window with that list is gone, and fails.
    """

    def run_worker(self, *arguments: Any, **options: Any) -> Worker[Any]:
        """Run a worker whose failure does not end the app."""
        return super().run_worker(*arguments, **{**options, "exit_on_error": False})


class CommandsProvider(Provider):
    """Offers the commands of the focused pane first, then those of the screen, the app and the other panes."""

    async def discover(self) -> Hits:
        """Offer all commands before a letter is typed."""
        for title, help_text, act in self._offers():
            yield DiscoveryHit(title, act, help=help_text)

    async def search(self, query: str) -> Hits:
        """Offer the commands that match the letters."""
        matcher = self.matcher(query)
        for title, help_text, act in self._offers():
            score = max(matcher.match(title), matcher.match(help_text) * 0.8)
            if score > 0:
                yield Hit(score, matcher.highlight(title), act, help=help_text)

    def _offers(self) -> Iterator[tuple[str, str, Any]]:
        for node, command in self._reachable():
            if command.palette:
                keys = keys_of(self.app, command)
                shown = f"  ({show_key(keys[0])})" if keys else ""
                name = f"{node.NAME}: " if isinstance(node, Pane) else ""
                yield f"{name}{command.label}{shown}", command.help, partial(perform, node, command)

    def _reachable(self) -> Iterator[tuple[Any, Command]]:
        seen: set[str] = set()
        for node, command in chain(self.screen):
            seen.add(command.id)
            yield node, command
        for pane in self.screen.query(Pane):
            if isinstance(pane, Commanded):
                yield from ((pane, command) for command in pane.all_commands() if command.id not in seen)
