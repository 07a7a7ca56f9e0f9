"""The recap: saving its parts while they are typed, previewing it, and sending or saving it."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.shift import RecapState, Shift
from csat_tui.file_access import NotSaved, save_text
from csat_tui.reports.markdown import parser
from csat_tui.reports.recap import RecapDocument, RecapPart, html_of, mail_of, markdown_of
from csat_tui.sync.send_recap import MAIL_ANSWER_WAIT, NotSent, as_mail_file
from csat_tui.targets.port import blocking_call
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.commands import Command, Commanded
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.session import Session, Unsaved
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, ConfirmScreen, TextPrompt, may_write
from csat_tui.workflow.shift import ShiftState


@dataclass(frozen=True)
class _Written:
    shift_id: int
    part: RecapPart
    text: str


class RecapSaver:
    """Saves the texts of the recap's parts, and holds each until the store has it."""

    def __init__(self, save: Callable[[int, str, str | None], None]) -> None:
        self._save = save
        self._newest: dict[str, _Written] = {}

    def note(self, shift_id: int, part: RecapPart, text: str) -> None:
        """Hold the newest text of a part."""
        self._newest[part.id] = _Written(shift_id, part, text)

    def forget(self, part_id: str) -> None:
        """Drop the text of a part."""
        self._newest.pop(part_id, None)

    def text_of(self, part: RecapPart) -> str:
        """Return the text of a part: the unsaved one, or else the stored one."""
        one = self._newest.get(part.id)
        return part.text if one is None else one.text

    @property
    def waiting(self) -> bool:
        """Whether there are unsaved texts."""
        return bool(self._newest)

    async def flush(self, writer: Writer) -> None:
        """Save all unsaved texts. Raises StoreError."""
        for written in tuple(self._newest.values()):
            kept = None if written.text == written.part.fresh else written.text
            await writer.write(self._save, written.shift_id, written.part.id, kept)
            if self._newest.get(written.part.id) is written:
                self.forget(written.part.id)

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the unsaved texts."""
        texts = {written.part.label: written.text for written in self._newest.values()}
        return [Unsaved("the recap", texts)] if texts else []


class RecapPreview(Commanded, ModalScreen[None]):
    """Shows the recap mail as formatted HTML or as text."""

    NAME = "Preview of the recap"
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("preview.turn", ("tab",), "text or HTML", "Show it as text, or as HTML.", lambda s: s.switch_format()),
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
        """Lay out the head of the mail above its text."""
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
        """Begin with the formatted mail, as most readers see it."""
        self._show()

    def switch_format(self) -> None:
        """Switch between formatted mail and text."""
        self._formatted = not self._formatted
        self._show()

    def scroll(self, lines: int) -> None:
        """Scroll the mail."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def _show(self) -> None:
        self._html.display, self._text.display = self._formatted, not self._formatted


class RecapActions:
    """Sends and saves the recap; calls `reload` to read the shift again."""

    def __init__(self, session: Session, dialog: Dialog, *, reload: Callable[[], None]) -> None:
        self._session = session
        self._shifts = session.paperwork.shifts
        self._dialog = dialog
        self._reload = reload
        self._over = asyncio.Event()
        """Set except while a recap is being sent."""
        self._over.set()

    @property
    def under_way(self) -> str:
        """Say that the recap is being sent, which delays quitting; empty if it is not."""
        return "" if self._over.is_set() else "The recap is being sent"

    async def finished(self) -> None:
        """Wait until the sending has ended."""
        await self._over.wait()

    async def send(self, state: ShiftState) -> None:
        """Send the recap after a confirmation; ask first about a recap in doubt or saved as a file."""
        if not await self._goes_out(state):
            return
        folder = await asyncio.to_thread(self._shifts.folder)
        if not await self._dialog.ask(_question(state, folder)):
            return
        self._dialog.notify("Sending the recap." if folder is None else "Saving the recap.", timeout=2)
        again = state.sent in (RecapState.UNKNOWN, RecapState.SAVED, RecapState.SENT)
        self._over.clear()
        try:
            # The end of the program does not wait for this thread; the recap is then in doubt, and the person is asked.
            sent = await blocking_call(
                lambda: asyncio.run(self._shifts.send(state.shift.id, again=again)), MAIL_ANSWER_WAIT.total_seconds()
            )
        except NotSent as error:
            self._dialog.show_error(error)
            return
        except TimeoutError:
            unknown = "csat-tui does not know whether the recap arrived; {shift.send} asks you."
            self._dialog.notify(self._dialog.with_keys(unknown), severity="error")
            return
        finally:
            self._over.set()
            self._reload()
        self._say(sent)

    async def _goes_out(self, state: ShiftState) -> bool:
        """Ask about a recap in doubt or saved as a file, and return whether to send it."""
        settling = _SETTLING.get(state.sent)
        if settling is None:
            return True
        title, choices, say = settling
        chosen = await self._dialog.ask(ChoiceScreen(title, choices, say))
        if chosen == "arrived":
            try:
                await self._session.writer.write(self._shifts.arrived, state.shift.id)
            except NotSent as error:
                self._dialog.show_error(error)
            self._reload()
        return bool(chosen == "again")

    def _say(self, sent: Shift) -> None:
        match sent.recap:
            case RecapState.SENT:
                self._dialog.notify(f"The recap is sent: {sent.recap_reason}", timeout=8)
            case RecapState.SAVED:
                sentence = f"The recap is in {sent.recap_reason}. Open it in your mail program and send it from there."
                self._dialog.notify(sentence, timeout=12)
            case RecapState.REFUSED:
                again = self._dialog.with_keys("{shift.send} sends it again.")
                sentence = f"The recap was not sent: {sent.recap_reason}. {again}"
                self._dialog.notify(sentence, severity="error", timeout=12)
            case _:
                sentence = f"csat-tui does not know whether the recap has arrived: {sent.recap_reason}"
                self._dialog.notify(sentence, severity="error", timeout=12)

    async def save(self, state: ShiftState) -> None:
        """Ask for a file name and write the recap as Markdown, HTML or a mail file."""
        name = Path.home() / f"recap-{state.shift.started_at.astimezone():%Y-%m-%d}-{state.shift.name or 'shift'}.md"
        say = "A name ending in .html saves a web page, .eml a mail, anything else Markdown."
        typed = await self._dialog.ask(TextPrompt("Save the recap", say, str(name)))
        if not typed or not typed.strip():
            return
        path = Path(os.path.expanduser(typed.strip()))
        over = await may_write(self._dialog, path)
        if over is None:
            return
        try:
            await asyncio.to_thread(self._write, path, state, over=over)
        except (NotSaved, HelpDeskError) as error:
            self._dialog.show_error(error, "The recap could not be saved")
            return
        self._dialog.notify(f"The recap is in {path}.", timeout=8)

    def _write(self, path: Path, state: ShiftState, *, over: bool) -> None:
        sender, now = self._session.config.mail.sender, self._session.desk.now
        match path.suffix.lower():
            case ".html" | ".htm":
                text = html_of(state.recap)
            case ".eml":
                text = as_mail_file(mail_of(state.recap), state.shift, sender, now)
            case _:
                text = markdown_of(state.recap)
        save_text(path, text, over=over)


def _question(state: ShiftState, folder: Path | None) -> ConfirmScreen:
    """Return the last question before the recap is sent, or saved in `folder` if there is no mail server."""
    whom = f"To {', '.join(state.recap.to)}\n{state.recap.subject}"
    if folder is None:
        before = "It has been sent before; this sends another mail.\n" if state.sent is RecapState.SENT else ""
        return ConfirmScreen(
            "Send the recap", f"{before}{whom}\n\nIt is sent at once and cannot be taken back.", "sends it"
        )
    say = "No mail server is configured, so it is saved as a mail file, and you send it."
    return ConfirmScreen("Save the recap as a mail", f"{whom}\n\n{say}\n{folder}", "saves it")


_SETTLING = {
    RecapState.UNKNOWN: (
        "csat-tui does not know whether the recap has arrived",
        (Choice("a", "it has arrived", "arrived"), Choice("s", "it has not: send it again", "again")),
        "Look in your mailbox first. A second mail has the same message id.",
    ),
    RecapState.SAVED: (
        "The recap is saved as a file, but csat-tui has not sent it",
        (Choice("a", "I have sent it from my mail program", "arrived"), Choice("s", "save or send it again", "again")),
        "`csat-tui shift show` says where it is.",
    ),
}
"""The question before another sending, by the state of the recap."""
