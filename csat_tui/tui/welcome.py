"""The first start: a choice of demo, help desk or survey file, the forms for the last two, and the app around them."""

import os
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from csat_tui.config.help_desks import DEFAULT_HELP_DESK, tidy_url
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.file_access import expanded
from csat_tui.paths import styles_dir
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.dialog import Faults
from csat_tui.tui.base.keymap import Scopes, apply_keymap, key_for
from csat_tui.tui.base.lines import CursorList, Line, LinesView, wrap
from csat_tui.tui.base.terminal import TerminalApp
from csat_tui.tui.base.text import safe
from csat_tui.tui.base.theme import THEMES
from csat_tui.tui.windows.form import FormQuestion, FormScreen


class Connect(NamedTuple):
    """The connection to a help desk; without a user, the token is an OAuth access token."""

    kind: Literal["connect"]
    url: str
    view: str
    user: str
    token: str

    def __repr__(self) -> str:
        return f"Connect(url={self.url!r}, view={self.view!r}, user={self.user!r})"


class Import(NamedTuple):
    """The import of a survey file."""

    kind: Literal["import"]
    path: str


StartChoice = Literal["demo"] | Connect | Import
"""The chosen start: the demo, a help desk or a file."""


READS = (".csv", ".json")
"""Suffixes of the files that an import reads."""


def wrong_url(text: str) -> str:
    """Return the problem of a help desk's address; empty if it is right."""
    if not text.strip():
        return "the address is empty"
    try:
        tidy_url(text)
    except ValueError as error:
        return f"this should be {error}"
    return ""


def wrong_view(text: str) -> str:
    """Return the problem of a view; empty if it is right."""
    return "" if text.strip() else "the view is empty: its number, or its title as the help desk shows it"


def wrong_user(text: str) -> str:
    """Return the problem of a user; empty if it is right. An empty user is right with an OAuth access token."""
    user = text.strip()
    if user.endswith("/token"):
        return "the address alone, without “/token” after it"
    if user and not is_mailbox(user):
        return "the user is an e-mail address, or empty with an OAuth access token"
    return ""


def wrong_token(text: str) -> str:
    """Return the problem of a token without quoting it; empty if it is right."""
    token = text.strip()
    if not token:
        return "the token is empty"
    if not (token.isascii() and token.isprintable()) or " " in token:
        return "it has characters that a token cannot have; copy it again"
    return ""


def wrong_path(text: str) -> str:
    """Return the problem of a survey file's path without a look at the disk; empty if it is right."""
    return "" if text.strip() else "the path is empty"


def wrong_file(text: str) -> str:
    """Return the problem of the survey file at a path; empty if it is right. Waits for the disk."""
    try:
        file = expanded(text.strip())
        if not file.exists():
            return f"the file {file} does not exist"
        if not file.is_file():
            return f"{file} is not a file"
    except (OSError, ValueError, RuntimeError):
        return "this is not a path"
    if file.suffix.lower() not in READS:
        return f"{file.name} is neither .csv nor .json, the exports that can be read"
    return "" if os.access(file, os.R_OK) else f"{file} cannot be read: check who owns it"


class ConnectForm(FormScreen[Connect]):
    """Asks for the connection to the help desk."""

    NAME = "Connect a help desk"
    TITLE = "Connect a help desk"
    SAY = "csat-tui saves nothing until the help desk has answered. The token goes into your keyring, not into a file."
    DEED = "connects"
    QUESTIONS = (
        FormQuestion("url", "Address", DEFAULT_HELP_DESK.example, wrong_url),
        FormQuestion("view", "View", "the view with the surveys: its number or its title", wrong_view),
        FormQuestion("user", "User", "you@example.com; empty with an OAuth access token", wrong_user),
        FormQuestion("token", "Token", "an API token; it is not shown", wrong_token, secret=True),
    )

    def result(self) -> Connect:
        """Return the connection."""
        texts = self.texts
        return Connect("connect", texts["url"], texts["view"], texts["user"], texts["token"])


class ImportForm(FormScreen[Import]):
    """Asks for the survey file."""

    NAME = "Import a survey file"
    TITLE = "Import a survey file"
    SAY = "A Qualtrics export, CSV or JSON. You see what would be imported before anything is saved."
    DEED = "goes on"
    QUESTIONS = (FormQuestion("path", "File", "~/Downloads/export.csv", wrong_path, missing=wrong_file),)

    def result(self) -> Import:
        """Return the file."""
        return Import("import", self.texts["path"])


CHOICES = (
    ("d", "Look around in the demo", "A help desk of invented customers on this machine. Nothing leaves it."),
    ("c", "Connect a help desk", "The surveys' view, your user and a token. They are tested before anything is saved."),
    ("i", "Import a survey file", "A Qualtrics export, CSV or JSON: review without a help desk, offline."),
)
"""The choices: letter, name and description."""


class DoorList(CursorList):
    """The list of choices."""

    def build(self, width: int) -> Sequence[Line]:
        """Return the lines of the choices."""
        lines: list[Line] = []
        for item, (key, name, behind) in enumerate(CHOICES):
            own = wrap(Content.styled(name, "bold"), width, Content.styled(key, "bold $accent"), indent=3)
            own += wrap(Content.styled(behind, "$muted"), width, indent=3)
            lines += [Line(line, item) for line in own]
            if item + 1 < len(CHOICES):
                lines.append(Line(Content("")))
        return lines

    def on_key(self, event: events.Key) -> None:
        """Take a choice by its letter or number."""
        letters = [key for key, _, _ in CHOICES]
        index = letters.index(event.character) if event.character in letters else -1
        if event.character and event.character in "123":
            index = int(event.character) - 1
        if index >= 0:
            event.stop()
            event.prevent_default()
            self.post_message(self.Chosen(self, index))


class WelcomeScreen(Commanded, Screen[None]):
    """Offers the choices, and ends the app with the chosen one."""

    NAME = "Welcome"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("welcome.down", ("j", "down"), "next", "Go to the next choice.", lambda s: s.move(1)),
        Command("welcome.up", ("k", "up"), "previous", "Go to the previous choice.", lambda s: s.move(-1)),
        Command("welcome.take", ("enter",), "open", "Take this choice.", lambda s: s.take(s.at), footer=True),
        Command("welcome.leave", ("escape", "q", "ctrl+q"), "leave", "Leave.", lambda s: s.leave(), footer=True),
    )

    def __init__(self, again: Connect | Import | None = None, problem: str = "") -> None:
        super().__init__()
        self._list = DoorList()
        self._again = again
        self._problem = problem

    def compose(self) -> ComposeResult:
        """Lay out the choices in the middle of the screen."""
        with Vertical(id="welcome"):
            yield Static(Content.styled("csat-tui", "bold"), markup=False)
            yield Static(Content.styled("Every bad survey, read, checked and answered from one screen.", "$muted"))
            problem = Static(safe(self._problem, "$bad"), id="problem", markup=False)
            problem.display = bool(self._problem) and self._again is None
            yield problem
            yield self._list
            yield Static(_keys(self.app), id="keys", markup=False)

    def on_mount(self) -> None:
        """Focus the first choice, or open the form of a failed attempt."""
        self._list.cursor = 0
        self._list.focus()
        if isinstance(self._again, Connect):
            self._list.cursor = 1
            texts = {name: str(getattr(self._again, name)) for name in ("url", "view", "user", "token")}
            self.app.push_screen(ConnectForm(texts, self._problem), self._end_with)
        elif isinstance(self._again, Import):
            self._list.cursor = 2
            self.app.push_screen(ImportForm({"path": self._again.path}, self._problem), self._end_with)

    @property
    def at(self) -> int:
        """The index of the choice under the cursor."""
        return self._list.cursor

    def move(self, step: int) -> None:
        """Move the cursor, which stops at the ends."""
        self._list.cursor = max(0, min(self._list.cursor + step, len(CHOICES) - 1))

    def take(self, choice: int) -> None:
        """Take a choice; two of them open a form first."""
        self._list.cursor = choice
        if choice == 0:
            self.app.exit("demo")
        else:
            self.app.push_screen(ConnectForm() if choice == 1 else ImportForm(), self._end_with)

    def leave(self) -> None:
        """End the app without a choice."""
        self.app.exit(None)

    def on_lines_view_chosen(self, message: LinesView.Chosen) -> None:
        """Take the choice whose letter was pressed, or that was clicked."""
        message.stop()
        self.take(message.item)

    def _end_with(self, choice: StartChoice | None) -> None:
        if choice is not None:
            self.app.exit(choice)


def _keys(app: App[object]) -> Content:
    """Return the keys of the screen; the letters of the choices are fixed."""
    pairs = (("d c i", "choose"), (key_for(app, "welcome.take"), "open"), (key_for(app, "welcome.leave"), "leave"))
    return Content("   ").join(
        Content.assemble((keys, "bold $accent"), " ", (words, "$muted")) for keys, words in pairs
    )


class Welcome(TerminalApp):
    """The app of the first start, which needs no configuration and no store.

    With `again` it opens the form of a failed attempt with its answers and the `problem`.
    """

    TITLE = "csat-tui"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar[list[object]] = [  # type: ignore[assignment]
        styles_dir() / f"{name}.tcss" for name in ("app", "windows", "welcome")
    ]

    def __init__(
        self,
        *,
        theme: str = "dark",
        again: Connect | Import | None = None,
        problem: str = "",
        keys: Mapping[str, Sequence[str]] | None = None,
        scopes: Scopes | None = None,
    ) -> None:
        super().__init__()
        self.keys: dict[str, tuple[str, ...]] = {}
        apply_keymap(self, keys or {}, scopes or {})
        for colours in THEMES.values():
            self.register_theme(colours)
        self.theme = THEMES.get(theme, THEMES["dark"]).name
        self.fault = Faults()
        self.fault.say = lambda sentence: self.notify(sentence, severity="error", markup=False)
        self._again = again
        self._problem = problem

    def on_mount(self) -> None:
        """Show the welcome screen."""
        self.push_screen(WelcomeScreen(self._again, self._problem))
