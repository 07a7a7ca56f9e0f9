"""Small windows that ask for one thing: a text, a choice, or a confirmation."""

import asyncio
import math
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from csat_tui.domain.playbook import Field
from csat_tui.tui.base.commands import SENTENCES, Command, Commanded, Guarded, report_failure, show_error, with_reason
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import show_key, with_keys
from csat_tui.tui.base.session import Unsaved
from csat_tui.tui.base.text import safe, safe_line

T = TypeVar("T")

NOT_TAKEN = "What you typed could not be saved"
"""Shown if that fails; the window stays open with the text."""

Take = Callable[[T], Awaitable[str]]
"""Accepts an answer; returns its problem, or an empty text. May raise an error whose text is a sentence."""


class Submission(Generic[T]):
    """Closes a window with its answer, after `take` has accepted the answer."""

    def __init__(
        self, window: ModalScreen[Any], take: Take[T] | None, say: Callable[[str], None] = lambda _problem: None
    ) -> None:
        self._window = window
        self._take = take
        self._say = say
        self._under_way = False

    def begin(self, answer: T) -> None:
        """Offer an answer to `take`, and close the window once it is accepted."""
        if self._take is None:
            self._window.dismiss(answer)
        elif not self._under_way:
            self._under_way = True
            self._window.run_worker(self._have_it_taken(self._take, answer), group="write", exit_on_error=False)

    def leave(self) -> None:
        """Close the window without an answer, unless `take` is running."""
        if not self._under_way:
            self._window.dismiss(None)

    async def _have_it_taken(self, take: Take[T], answer: T) -> None:
        try:
            problem = await take(answer)
        except Exception as error:
            if not report_failure(self._window, NOT_TAKEN, error):
                raise
            self._say(with_reason(NOT_TAKEN, str(error)) if isinstance(error, SENTENCES) else f"{NOT_TAKEN}.")
            return
        finally:
            self._under_way = False
        if problem:
            self._say(problem)
            show_error(self._window, Exception(problem))
        else:
            self._window.dismiss(answer)


class TextPrompt(Commanded, ModalScreen[str | None]):
    """Asks for a text; returns None if the person cancels.

    With `take`, the window stays open with the text and its problem until the text is accepted.
    """

    NAME = "Words"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command(
            "words.keep", ("ctrl+s", "f12"), "accept", "Accept what you typed.", lambda s: s.submit(), priority=True
        ),
        Command("words.leave", ("escape",), "cancel", "Close without writing anything.", lambda s: s.leave()),
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
        """Lay out the explanation above the text area."""
        with Vertical(classes="-lines" if self._lines else "") as frame:
            frame.border_title = safe_line(self._title)
            frame.border_subtitle = Content(
                with_keys(self.app, f"{'{words.keep}' if self._lines else 'enter'} accepts · {{words.leave}} cancels")
            )
            if self._say:
                yield Static(safe(self._say, "$muted"), markup=False)
            yield self.area

    def on_mount(self) -> None:
        """Focus the text area."""
        self.area.focus()

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Submit a one-line text with Enter."""
        message.stop()
        if message.step > 0 and not self._lines:
            self.submit()

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the typed text; empty if it was not changed."""
        text = self.area.text
        return [Unsaved(f"the window “{self._title}”", {"": text})] if text.strip() and text != self._before else []

    def submit(self) -> None:
        """Submit the text."""
        self._submission.begin(self.area.text)

    def leave(self) -> None:
        """Close without a text."""
        self._submission.leave()


@dataclass(frozen=True)
class Choice:
    """An option of a choice; `value` is the answer if it is chosen."""

    key: str
    label: str
    value: Any
    note: str = ""


class ChoiceScreen(Commanded, ModalScreen[Any]):
    """Asks for one of several choices; returns None if the person cancels."""

    NAME = "Choice"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("choice.down", ("j", "down"), "down", "Next choice.", lambda s: s.list.action_cursor_down()),
        Command("choice.up", ("k", "up"), "up", "Previous choice.", lambda s: s.list.action_cursor_up()),
        Command("choice.leave", ("escape", "q"), "cancel", "Choose nothing.", lambda s: s.dismiss(None)),
    )

    def __init__(self, title: str, choices: Sequence[Choice], say: str = "", begin: int = 0) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._say = say
        self._begin = begin
        room = max((safe_line(choice.label).cell_length for choice in choices if choice.note), default=0)
        notes = max((safe_line(choice.note).cell_length for choice in choices), default=0)
        self.list = OptionList(
            *(Option(_line(choice, room, notes)) for choice in choices), markup=False, classes="choices"
        )

    def compose(self) -> ComposeResult:
        """Lay out the choices in a frame."""
        self.list.border_title = safe_line(self._title)
        self.list.border_subtitle = Content(with_keys(self.app, "{choice.leave} cancels"))
        yield self.list

    def on_mount(self) -> None:
        """Show the explanation and put the cursor on the current choice."""
        if self._say:
            self.list.add_option(None)
            self.list.add_option(Option(safe(self._say, "$muted"), disabled=True))
        self.list.highlighted = self._begin

    def on_key(self, event: events.Key) -> None:
        """Take the choice with this key."""
        for choice in self._choices:
            if choice.key in (event.key, event.character):
                event.stop()
                self.dismiss(choice.value)
                return

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Take the choice under the cursor."""
        message.stop()
        self.dismiss(self._choices[message.option_index].value)


def _line(choice: Choice, room: int, notes: int) -> Content:
    """Return a choice with its note; the notes of all choices form a column."""
    key = Content.styled(f" {show_key(choice.key):<3}", "bold $accent") if choice.key else Content("    ")
    label, note = safe_line(choice.label), safe_line(choice.note, "$muted")
    if not choice.note:
        return key + label
    return key + label + Content(" " * (room - label.cell_length + 2 + notes - note.cell_length)) + note


YES = "y"
"""The key for yes. It is not part of the keymap: it must never become Enter or the key that opened the question."""


class YesNoScreen(Guarded, ModalScreen[bool]):
    """A question that one key answers with yes and every other key with no.

    Keys that were typed before the question was visible are dropped.
    """

    _shown_at = math.inf

    def on_mount(self) -> None:
        """Accept keys once the question has been drawn."""
        self.call_after_refresh(self._is_shown)

    def _is_shown(self) -> None:
        self._shown_at = Message().time
        self.listening()

    def listening(self) -> None:
        """Called when the question accepts keys, to show which key means yes."""

    def on_key(self, event: events.Key) -> None:
        """Answer the question, unless the key is older than it."""
        event.stop()
        event.prevent_default()
        if event.time >= self._shown_at:
            self.dismiss(event.key == YES)

    def on_paste(self, event: events.Paste) -> None:
        """Ignore a paste."""
        event.stop()


class ConfirmScreen(YesNoScreen):
    """Asks for confirmation of an action that cannot be undone."""

    def __init__(self, title: str, sentence: str, deed: str, *, public: bool = False) -> None:
        super().__init__(classes="-public" if public else "")
        self._question = Static(safe(sentence), id="question", markup=False)
        self._question.border_title = safe_line(title)
        self._deed = deed

    def listening(self) -> None:
        """Show which key means yes."""
        self._question.border_subtitle = safe_line(f"{YES} {self._deed} · any other key goes back")

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        yield self._question


async def may_write(dialog: Dialog, path: Path) -> bool | None:
    """Return whether an existing file is to be replaced: False if there is none, None if the person declines."""
    if not await asyncio.to_thread(os.path.isfile, path):
        return False
    sentence = f"{path} already exists; its contents will be replaced."
    return True if await dialog.ask(ConfirmScreen("Replace it", sentence, "replaces it")) else None
