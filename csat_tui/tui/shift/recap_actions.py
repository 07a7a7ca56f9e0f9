"""Send the recap or save it as a file, after a last question."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from csat_tui.domain.change import HelpDeskError
from csat_tui.domain.shift import RecapState, Shift
from csat_tui.reports.recap import html_of, mail_of, markdown_of
from csat_tui.reports.saving import NotSaved, save_text
from csat_tui.sync.send_recap import MAIL_ANSWER_WAIT, NotSent, as_mail_file
from csat_tui.targets.port import blocking_call
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.session import Session
from csat_tui.tui.windows.ask_text import AskText
from csat_tui.tui.windows.choice import Choice, ChoiceScreen
from csat_tui.tui.windows.overwrite import may_write
from csat_tui.tui.windows.sure import Sure
from csat_tui.workflow.shift import ShiftState


class RecapActions:
    """Sends and saves the recap of one shift screen; `look` reads the shift again."""

    def __init__(self, session: Session, dialog: Dialog, *, look: Callable[[], None]) -> None:
        self._session = session
        self._shifts = session.paperwork.shifts
        self._dialog = dialog
        self._look = look
        self._over = asyncio.Event()
        """Set except while a recap is being sent."""
        self._over.set()

    @property
    def under_way(self) -> str:
        """Say that the recap is being sent, for which an end waits; empty where it is not."""
        return "" if self._over.is_set() else "The recap is being sent"

    async def finished(self) -> None:
        """Wait until the recap is sent, or is known not to be."""
        await self._over.wait()

    async def send(self, state: ShiftState) -> None:
        """Send the recap once the person has said so; one that is in doubt or saved is settled first."""
        if not await self._goes_out(state):
            return
        folder = await asyncio.to_thread(self._shifts.folder)
        if not await self._dialog.ask(_question(state, folder)):
            return
        self._dialog.notify("Sending the recap." if folder is None else "Saving the recap.", timeout=2)
        again = state.sent in (RecapState.UNKNOWN, RecapState.SAVED, RecapState.SENT)
        self._over.clear()
        try:
            # On a thread that no end of the program waits for: what becomes of it then is in doubt, and is asked.
            sent = await blocking_call(
                lambda: asyncio.run(self._shifts.send(state.shift.id, again=again)), MAIL_ANSWER_WAIT.total_seconds()
            )
        except NotSent as error:
            self._dialog.tell(error)
            return
        except TimeoutError:
            said = "It is not known whether the recap arrived; {shift.send} asks whether it has arrived."
            self._dialog.notify(self._dialog.with_keys(said), severity="error")
            return
        finally:
            self._over.set()
            self._look()
        self._say(sent)

    async def _goes_out(self, state: ShiftState) -> bool:
        """Ask about a recap that is in doubt or saved, and return whether it is sent again."""
        settling = _SETTLING.get(state.sent)
        if settling is None:
            return True
        title, choices, say = settling
        chosen = await self._dialog.ask(ChoiceScreen(title, choices, say))
        if chosen == "arrived":
            try:
                await self._session.writer.write(self._shifts.arrived, state.shift.id)
            except NotSent as error:
                self._dialog.tell(error)
            self._look()
        return bool(chosen == "again")

    def _say(self, sent: Shift) -> None:
        match sent.recap:
            case RecapState.SENT:
                self._dialog.notify(f"The recap is sent: {sent.recap_reason}", timeout=8)
            case RecapState.SAVED:
                said = f"The recap is in {sent.recap_reason}. Open it in your mail program and send it from there."
                self._dialog.notify(said, timeout=12)
            case RecapState.REFUSED:
                again = self._dialog.with_keys("It waits for you; {shift.send} sends it again.")
                said = f"The recap was not sent: {sent.recap_reason}. {again}"
                self._dialog.notify(said, severity="error", timeout=12)
            case _:
                said = f"Whether the recap has arrived is not known: {sent.recap_reason}"
                self._dialog.notify(said, severity="error", timeout=12)

    async def save(self, state: ShiftState) -> None:
        """Ask for a file's name and write the recap: Markdown, HTML or a mail file."""
        name = Path.home() / f"recap-{state.shift.started_at.astimezone():%Y-%m-%d}-{state.shift.name or 'shift'}.md"
        say = "A name ending in .html saves a web page, .eml a mail, anything else Markdown."
        said = await self._dialog.ask(AskText("Save the recap", say, str(name)))
        if not said or not said.strip():
            return
        path = Path(os.path.expanduser(said.strip()))
        over = await may_write(self._dialog, path)
        if over is None:
            return
        try:
            await asyncio.to_thread(self._write, path, state, over=over)
        except (NotSaved, HelpDeskError) as error:
            self._dialog.tell(error, "The recap could not be saved")
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


def _question(state: ShiftState, folder: Path | None) -> Sure:
    """Return the last question before the recap is sent, or saved in `folder` where there is no mail server."""
    whom = f"To {', '.join(state.recap.to)}\n{state.recap.subject}"
    if folder is None:
        before = "It has been sent before; this sends another mail.\n" if state.sent is RecapState.SENT else ""
        return Sure("Send the recap", f"{before}{whom}\n\nIt is sent at once and cannot be taken back.", "sends it")
    say = "No mail server is configured, so it is saved as a mail file, and you send it."
    return Sure("Save the recap as a mail", f"{whom}\n\n{say}\n{folder}", "saves it")


_SETTLING = {
    RecapState.UNKNOWN: (
        "Whether the recap has arrived is not known",
        (Choice("a", "it has arrived", "arrived"), Choice("s", "it has not: send it again", "again")),
        "Look in your mailbox first; a second one has the same message id.",
    ),
    RecapState.SAVED: (
        "The recap is saved, but was not sent from here",
        (Choice("a", "I have sent it from my mail program", "arrived"), Choice("s", "save or send it again", "again")),
        "`csat-tui shift show` says where it is.",
    ),
}
"""What a person is asked first, by what has become of the recap."""
