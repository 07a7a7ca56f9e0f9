"""The actions on a shift: add lists of low scores, explain their lines, and name or complete the shift."""

import asyncio
from collections.abc import Callable
from typing import Any

from csat_tui.domain.errors import HelpDeskError
from csat_tui.domain.reconciliation import LineState, ReconciledLine
from csat_tui.intake.low_score_rows import LowScores
from csat_tui.sync.background import NotReady
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.session import Session
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, ConfirmScreen, TextPrompt
from csat_tui.workflow.low_scores import NotTaken, offered, read_list
from csat_tui.workflow.shift import NotComplete, ShiftState


class ShiftActions:
    """Carries out the actions on the shift; calls `reload` to read it again and `settled` with an explained line."""

    def __init__(
        self, session: Session, dialog: Dialog, *, reload: Callable[[], None], settled: Callable[[ReconciledLine], None]
    ) -> None:
        self._sync, self._write = session.sync, session.writer.write
        self._shifts, self._lists = session.paperwork.shifts, session.paperwork.lists
        self._dialog = dialog
        self._reload, self._settled = reload, settled

    async def take_in(self) -> None:
        """Ask for a list of low scores, as a file name or pasted text, and add it."""

        async def take(typed: str) -> str:
            if not typed.strip():
                return ""
            self._dialog.notify("Reading the list.", timeout=2)
            try:
                # Not on the writer thread, where other writes would wait: a long list takes seconds to read.
                name, read = await asyncio.to_thread(_read, typed)
                taken = await self._write(self._lists.keep, read, name)
            except NotTaken as error:
                return str(error)
            more = f", {taken.repeated} of them a second time" if taken.repeated else ""
            bad = f"; {taken.unreadable} cannot be read" if taken.unreadable else ""
            self._dialog.notify(f"{taken.lines + taken.repeated} rows were added{more}{bad}.", timeout=6)
            return ""

        say = "A file's name (CSV, XLSX, a saved mail), or the list itself, pasted."
        if await self._dialog.ask(TextPrompt("List of low scores", say, lines=True, take=take)):
            self._reload()

    async def settle(self, item: ReconciledLine) -> None:
        """Ask for the reason why a line needs no case; an empty text removes the earlier reason."""
        number = f"#{item.line.ticket_id}" if item.line.ticket_id else "This line"

        async def take(explanation: str) -> str:
            if explanation.strip():
                await self._write(self._lists.settle, [item.line.id], explanation)
                self._settled(item)
            elif item.standing is LineState.SETTLED:
                await self._write(self._lists.unsettle, item.line.id)
            return ""

        title = f"{number}: why it needs no case"
        window = TextPrompt(title, item.sentence, item.line.settled, hint="in your words", take=take)
        if await self._dialog.ask(window) is not None:
            self._reload()

    async def fetch(self, item: ReconciledLine) -> None:
        """Fetch the ticket of a line from the help desk as a case."""
        if item.line.ticket_id is None or self._sync is None:
            self._dialog.notify("There is no help desk to fetch it from.", severity="warning")
            return
        self._dialog.notify(f"Fetching #{item.line.ticket_id}.", timeout=2)
        try:
            brought = await self._sync.import_ticket(item.line.ticket_id)
        except (HelpDeskError, NotReady) as error:
            self._dialog.show_error(error, f"#{item.line.ticket_id} could not be fetched")
            return
        severity: Any = "information" if brought.survey_id is not None else "warning"
        self._dialog.notify(brought.sentence, severity=severity, timeout=8)
        self._reload()

    async def complete(self, state: ShiftState) -> None:
        """Complete the shift after a confirmation, or show what prevents it."""
        if self._stopped([obstacle.sentence for obstacle in state.obstacles if obstacle.stops]):
            return
        not_done = _not_done(state)
        sentence = (
            f"{not_done}\n\nThe shift can be completed nevertheless." if state.obstacles else "Everything is done."
        )
        if await self._dialog.ask(ConfirmScreen("Complete the shift", sentence, "completes it")):
            ending = "The shift is complete. The next one begins with your next decision."
            await self._end(state, ending, carry_over=False)

    async def carry_over(self, state: ShiftState) -> None:
        """Complete the shift and pass open lines on to the next one, or show what prevents it."""
        if self._stopped(
            [obstacle.sentence for obstacle in state.obstacles if obstacle.stops and not obstacle.carried]
        ):
            return
        sentence = f"{_not_done(state)}\n\nThe next shift begins with these tickets."
        if await self._dialog.ask(ConfirmScreen("Carry over and complete the shift", sentence, "carries over")):
            await self._end(state, "The shift is complete. The next shift has the remaining tickets.", carry_over=True)

    def _stopped(self, stops: list[str]) -> bool:
        if stops:
            reasons = "; ".join(stops)
            self._dialog.notify(f"The shift cannot be completed: {reasons}.", severity="warning", timeout=10)
        return bool(stops)

    async def _end(self, state: ShiftState, sentence: str, *, carry_over: bool) -> None:
        try:
            await self._write(self._shifts.complete, state.shift.id, carry_over=carry_over)
        except NotComplete as error:
            self._dialog.show_error(error)
            return
        self._dialog.notify(sentence, timeout=8)
        self._reload()

    async def rename(self, state: ShiftState) -> None:
        """Ask for the name of the shift."""
        choices = [Choice(str(number), name, name) for number, name in enumerate(self._shifts.names[:9], start=1)]
        chosen = await self._dialog.ask(ChoiceScreen("Name of this shift", choices))
        if chosen is not None:
            await self._write(self._shifts.rename, state.shift.id, chosen)
            self._reload()


def _read(typed: str) -> tuple[str, LowScores]:
    content, name = offered(typed)
    return name, read_list(content, name)


def _not_done(state: ShiftState) -> str:
    return "Not done yet:" + "".join(f"\n· {obstacle.sentence}" for obstacle in state.obstacles)
