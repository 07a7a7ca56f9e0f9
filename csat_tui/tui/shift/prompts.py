"""What the shift screen asks before it acts: for a list, for words that settle a line, before the recap is sent."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csat_tui.domain.change import HelpDeskError
from csat_tui.domain.reconciling import Reconciled, Standing
from csat_tui.domain.shift import RecapState, Shift
from csat_tui.intake.low_score_rows import LowScores
from csat_tui.reports.recap import html_of, mail_of, markdown_of
from csat_tui.reports.saving import NotSaved, save_text
from csat_tui.sync.background import NotReady
from csat_tui.sync.send_recap import MAIL_ANSWER_WAIT, NotSent, as_mail_file
from csat_tui.targets.blocking_call import blocking_call
from csat_tui.tui.base.commands import tell
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.windows.ask_text import AskText
from csat_tui.tui.windows.choice import Choice, ChoiceScreen
from csat_tui.tui.windows.overwrite import may_write
from csat_tui.tui.windows.sure import Sure
from csat_tui.workflow.low_scores import NotTaken, offered, read_list
from csat_tui.workflow.shift import NotComplete, ShiftState

if TYPE_CHECKING:
    from csat_tui.tui.shift.screen import ShiftScreen


async def take_in(screen: "ShiftScreen") -> None:
    """Take in a list: a file that is named, or what is pasted."""

    async def take(said: str) -> str:
        if not said.strip():
            return ""
        screen.notify("Reading the list.", markup=False, timeout=2)
        try:
            # Read aside: what is written waits in line for what is read, and a long list takes seconds.
            name, read = await asyncio.to_thread(_read, said)
            taken = await screen.session.writer.write(screen.paperwork.lists.keep, read, name)
        except NotTaken as error:
            return str(error)
        more = f", {taken.repeated} of them a second time" if taken.repeated else ""
        bad = f"; {taken.unreadable} cannot be read" if taken.unreadable else ""
        screen.notify(f"{taken.lines + taken.repeated} rows were added{more}{bad}.", markup=False, timeout=6)
        return ""

    say = "A file's name (CSV, XLSX, a saved mail), or the list itself, pasted."
    if await screen.app.push_screen_wait(AskText("List of low scores", say, lines=True, take=take)):
        screen.look()


def _read(said: str) -> tuple[str, LowScores]:
    content, name = offered(said)
    return name, read_list(content, name)


async def settle(screen: "ShiftScreen", item: Reconciled) -> None:
    """Ask why a line needs no case; empty words take back what was said."""
    number = f"#{item.line.ticket_id}" if item.line.ticket_id else "This line"
    lists, write = screen.paperwork.lists, screen.session.writer.write

    async def take(said: str) -> str:
        if said.strip():
            await write(lists.settle, [item.line.id], said)
        elif item.standing is Standing.SETTLED:
            await write(lists.unsettle, item.line.id)
        return ""

    title = f"{number}: why it needs no case"
    said = await screen.app.push_screen_wait(
        AskText(title, item.sentence, item.line.settled, hint="in your words", take=take)
    )
    if said is None:
        return
    if said.strip():
        screen.look_at_next()
    else:
        screen.look()


async def fetch(screen: "ShiftScreen", item: Reconciled) -> None:
    """Bring a missing ticket here as a case."""
    background = screen.session.sync
    if item.line.ticket_id is None or background is None:
        screen.notify("There is no help desk to fetch it from.", severity="warning", markup=False)
        return
    screen.notify(f"Fetching #{item.line.ticket_id}.", markup=False, timeout=2)
    try:
        brought = await background.bring(item.line.ticket_id)
    except (HelpDeskError, NotReady) as error:
        tell(screen, error)
        return
    severity: Any = "information" if brought.survey_id is not None else "warning"
    screen.notify(brought.sentence, severity=severity, markup=False, timeout=8)
    screen.look()


async def send(screen: "ShiftScreen", state: ShiftState) -> None:
    """Send the recap once the person has said so; one that is in doubt or saved is settled first."""
    shifts = screen.paperwork.shifts
    if (settling := _SETTLING.get(state.sent)) is not None:
        title, choices, say = settling
        chosen = await screen.app.push_screen_wait(ChoiceScreen(title, choices, say))
        if chosen == "arrived":
            try:
                await screen.session.writer.write(shifts.arrived, state.shift.id)
            except NotSent as error:
                tell(screen, error)
            screen.look()
        if chosen != "again":
            return
    folder = await asyncio.to_thread(shifts.folder)
    whom = f"To {', '.join(state.recap.to)}\n{state.recap.subject}"
    if folder is None:
        before = "It has been sent before; this sends another mail.\n" if state.sent is RecapState.SENT else ""
        ask = Sure("Send the recap", f"{before}{whom}\n\nIt is sent at once and cannot be taken back.", "sends it")
    else:
        say = "No mail server is configured, so it is saved as a mail file, and you send it."
        ask = Sure("Save the recap as a mail", f"{whom}\n\n{say}\n{folder}", "saves it")
    if not await screen.app.push_screen_wait(ask):
        return
    screen.notify("Sending the recap." if folder is None else "Saving the recap.", markup=False, timeout=2)
    again = state.sent in (RecapState.UNKNOWN, RecapState.SAVED, RecapState.SENT)
    screen.recap_settled.clear()
    try:
        # On a thread that no end of the program waits for: what becomes of it then is in doubt, and is asked.
        sent = await blocking_call(
            lambda: asyncio.run(shifts.send(state.shift.id, again=again)), MAIL_ANSWER_WAIT.total_seconds()
        )
    except NotSent as error:
        tell(screen, error)
        return
    except TimeoutError:
        screen.notify(
            with_keys(
                screen.app, "It is not known whether the recap arrived; {shift.send} asks whether it has arrived."
            ),
            markup=False,
            severity="error",
        )
        return
    finally:
        screen.recap_settled.set()
        screen.look()
    _say(screen, sent)


def _say(screen: "ShiftScreen", sent: Shift) -> None:
    match sent.recap:
        case RecapState.SENT:
            screen.notify(f"The recap is sent: {sent.recap_reason}", markup=False, timeout=8)
        case RecapState.SAVED:
            said = f"The recap is in {sent.recap_reason}. Open it in your mail program and send it from there."
            screen.notify(said, markup=False, timeout=12)
        case RecapState.REFUSED:
            again = with_keys(screen.app, "It waits for you; {shift.send} sends it again.")
            said = f"The recap was not sent: {sent.recap_reason}. {again}"
            screen.notify(said, severity="error", markup=False, timeout=12)
        case _:
            screen.notify(
                f"Whether the recap has arrived is not known: {sent.recap_reason}", severity="error", markup=False,
                timeout=12,
            )  # fmt: skip


async def save(screen: "ShiftScreen", state: ShiftState) -> None:
    """Ask for a file's name and write the recap: Markdown, HTML or a mail file."""
    name = Path.home() / f"recap-{state.shift.started_at.astimezone():%Y-%m-%d}-{state.shift.name or 'shift'}.md"
    said = await screen.app.push_screen_wait(
        AskText(
            "Save the recap", "A name ending in .html saves a web page, .eml a mail, anything else Markdown.", str(name)
        )
    )
    if not said or not said.strip():
        return
    path = Path(os.path.expanduser(said.strip()))
    over = await may_write(screen, path)
    if over is None:
        return
    try:
        await asyncio.to_thread(_write, path, screen, state, over=over)
    except (NotSaved, HelpDeskError) as error:
        tell(screen, error)
        return
    screen.notify(f"The recap is in {path}.", markup=False, timeout=8)


def _write(path: Path, screen: "ShiftScreen", state: ShiftState, *, over: bool) -> None:
    match path.suffix.lower():
        case ".html" | ".htm":
            text = html_of(state.recap)
        case ".eml":
            text = as_mail_file(
                mail_of(state.recap), state.shift, screen.session.config.mail.sender, screen.session.desk.now
            )  # fmt: skip
        case _:
            text = markdown_of(state.recap)
    save_text(path, text, over=over)


async def complete(screen: "ShiftScreen", state: ShiftState) -> None:
    """End the shift, or say what stands in the way."""
    stops = [one.sentence for one in state.obstacles if one.stops]
    if stops:
        said = "; ".join(stops)
        screen.notify(f"The shift cannot be completed: {said}.", severity="warning", markup=False, timeout=10)
        return
    mind = "".join(f"\n· {one.sentence}" for one in state.obstacles)
    sentence = f"Not done yet:{mind}\n\nIt can be completed all the same." if mind else "Everything is done."
    if not await screen.app.push_screen_wait(Sure("Complete the shift", sentence, "completes it")):
        return
    try:
        await screen.session.writer.write(screen.paperwork.shifts.complete, state.shift.id)
    except NotComplete as error:
        tell(screen, error)
        return
    screen.notify("The shift is complete. The next one begins with your next decision.", markup=False, timeout=8)
    screen.look()


async def carry_over(screen: "ShiftScreen", state: ShiftState) -> None:
    """End the shift and leave the lines that are not accounted for to the next one, or say what stands in the way."""
    stops = [one.sentence for one in state.obstacles if one.stops and not one.carried]
    if stops:
        said = "; ".join(stops)
        screen.notify(f"The shift cannot be completed: {said}.", severity="warning", markup=False, timeout=10)
        return
    mind = "".join(f"\n· {one.sentence}" for one in state.obstacles)
    sentence = f"Not done yet:{mind}\n\nThe next shift begins with these tickets."
    if not await screen.app.push_screen_wait(Sure("Carry over and complete the shift", sentence, "carries over")):
        return
    try:
        await screen.session.writer.write(screen.paperwork.shifts.complete, state.shift.id, carry_over=True)
    except NotComplete as error:
        tell(screen, error)
        return
    screen.notify("The shift is complete; what is left waits for the next one.", markup=False, timeout=8)
    screen.look()


async def rename(screen: "ShiftScreen", state: ShiftState) -> None:
    """Ask what the shift is called."""
    names = screen.paperwork.shifts.names
    choices = [Choice(str(number), name, name) for number, name in enumerate(names[:9], start=1)]
    chosen = await screen.app.push_screen_wait(ChoiceScreen("What this shift is called", choices))
    if chosen is not None:
        await screen.session.writer.write(screen.paperwork.shifts.rename, state.shift.id, chosen)
        screen.look()


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
