"""What the triage screen asks before it does it: which cases, for how long; and what it does with a ticket's number."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from csat_tui import browser
from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueView
from csat_tui.tui.base.keys import with_keys
from csat_tui.tui.base.web_pages import show_page
from csat_tui.tui.triage.transcript.question_lines import open_question
from csat_tui.tui.windows.ask_text import AskText
from csat_tui.tui.windows.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation
    from csat_tui.tui.triage.screen import TriageScreen

SPANS = (
    Choice("1", "an hour", timedelta(hours=1)),
    Choice("4", "four hours", timedelta(hours=4)),
    Choice("8", "until the next shift, 8 hours", timedelta(hours=8)),
    Choice("d", "a day", timedelta(days=1)),
    Choice("w", "a week", timedelta(weeks=1)),
)

NEWS = 10
"""Seconds between two wishes for news of the case whose note is being written; the sync asks when it is worth it."""


COMPOSER = "composer"
"""Under which name it is remembered whether this person writes fields or texts."""


def writes_text(app: "Workstation") -> bool:
    """Whether this person writes notes as text: as they did last, or as is configured."""
    return (app.desk.habit(COMPOSER) or app.config.ui.composer) == "text"


def sync_now(screen: "TriageScreen") -> None:
    """Ask the help desk now, also for what was said in the case on the screen."""
    if screen.background is not None:
        screen.background.sync_now()
        if screen.case is not None:
            screen.background.want([screen.case.id])
        screen.notify("Asking the help desk what is new.", markup=False, timeout=2)


def news_of_the_note(screen: "TriageScreen") -> None:
    """Keep the case current whose note is being written: polls see its survey's ticket, and not the one behind it."""
    case, note = screen.case, screen.composer
    if case is not None and note.outcome is not None and not note.closed and screen.background is not None:
        screen.background.want([case.id])


async def choose_filter(screen: "TriageScreen") -> None:
    """Ask which cases the queue shows."""
    counts, desk = screen.counts, screen.desk
    view = screen.queue.view
    base = QueueView(sort=view.sort, search=view.search)

    def stage(one: Stage) -> str:
        return f"{counts.by_stage.get(one, 0):,}" if counts else ""

    choices = [Choice("a", "every open case", base, stage(Stage.OPEN))]
    if desk.agent:
        choices.append(Choice("m", "mine", QueueView(claimed_by=desk.agent, sort=view.sort, search=view.search)))
    choices.append(Choice("t", "with tickets to merge", replace(base, to_merge=True)))
    for number, path in enumerate(desk.playbook.paths[:9], start=1):
        held = f"{counts.by_path.get(path.id, 0):,}" if counts else ""
        wanted = QueueView(path=path.id, sort=view.sort, search=view.search)
        choices.append(Choice(str(number), path.label, wanted, held))
    for key, label, one in (
        ("z", "snoozed", Stage.SNOOZED), ("p", "parked, waiting for an answer", Stage.PARKED),
        ("d", "decided", Stage.DECIDED), ("g", "finished elsewhere", Stage.GONE),
    ):  # fmt: skip
        choices.append(Choice(key, label, QueueView(stage=one, sort=view.sort, search=view.search), stage(one)))
    begin = next((index for index, one in enumerate(choices) if one.value == view), 0)
    chosen = await screen.app.push_screen_wait(ChoiceScreen("Show", choices, begin=begin))
    if chosen is not None:
        screen.queue.show(chosen)


async def choose_snooze(screen: "TriageScreen", survey_ids: tuple[SurveyId, ...]) -> None:
    """Ask for how long cases are put away; in the view of snoozed ones, take them back."""
    if screen.queue.view.stage is Stage.SNOOZED:
        await _snooze(screen, survey_ids, None)
        return
    title = "Snooze for" if len(survey_ids) == 1 else f"Snooze {len(survey_ids)} cases for"
    span = await screen.app.push_screen_wait(ChoiceScreen(title, SPANS))
    if span is not None:
        await _snooze(screen, survey_ids, span)


async def _snooze(screen: "TriageScreen", survey_ids: tuple[SurveyId, ...], span: timedelta | None) -> None:
    with screen.acting(*survey_ids):
        await screen.app.writer.write(screen.desk.snooze_all, survey_ids, span)
        screen.queue.unmark()
        screen.queue.move_on()


async def claim(screen: "TriageScreen", survey_ids: tuple[SurveyId, ...]) -> None:
    """Put the agent's name on cases, or take it off where it is on all of them."""
    agent = screen.desk.agent
    if not agent:
        screen.notify(
            "csat-tui does not know who you are yet: connect to the help desk once, then claim.", severity="warning"
        )
        return
    rows = {row.id: row for row in screen.queue.list.window.rows}
    mine = all(one in rows and rows[one].claimed_by == agent for one in survey_ids)
    await screen.app.writer.write(screen.desk.claim_all, survey_ids, mine=not mine)
    screen.queue.unmark()
    screen.queue.move_on()


def no_question(screen: "TriageScreen") -> str:
    """Say why there is no answer to be kept."""
    if screen.case is None:
        return "no case is chosen"
    return "" if open_question(screen.case) else "no question about this case waits for an answer"


async def answer_question(screen: "TriageScreen") -> None:
    """Ask for the answer to the case's question, and bring the case back to the queue with it."""
    case = screen.case
    asked = open_question(case) if case is not None else None
    if case is None or asked is None:
        return

    async def take(text: str) -> str:
        if not text.strip():
            return with_keys(screen.app, "An answer needs words; {words.leave} leaves the question open.")
        try:
            await screen.app.writer.write(screen.desk.answer_question, case.id, asked.id, text)
        except LookupError:
            return with_keys(
                screen.app,
                "Somebody else has entered an answer to this question. Copy what you need; {words.leave} closes this.",
            )
        return ""

    title = f"Answer from #{asked.channel.lstrip('#')}"
    window = AskText(title, asked.text, hint="what was answered", lines=True, take=take)
    if await screen.app.push_screen_wait(window) is not None:
        screen.notify("The answer is saved, and the case is in the queue again.", markup=False, timeout=5)
    screen.look(frozenset({"queue"}))
    screen.read(case.id)


def no_ticket(screen: "TriageScreen") -> str:
    """Say why there is no ticket to go to."""
    return "" if screen.transcript.ticket_id is not None else "this case has no ticket"


async def open_ticket(screen: "TriageScreen") -> None:
    """Open the case's ticket in the browser, or say its address where there is none."""
    ticket_id, link = screen.transcript.ticket_id, screen.app.link
    url = link(ticket_id) if link is not None and ticket_id is not None else ""
    if not browser.is_page(url):
        screen.notify("The help desk does not give addresses for its tickets.", severity="warning")
    else:
        await show_page(screen, url)


def copy_ticket(screen: "TriageScreen") -> None:
    """Put the ticket's number on the clipboard."""
    ticket_id = screen.transcript.ticket_id
    screen.app.copy_to_clipboard(str(ticket_id))
    screen.notify(f"Copied {ticket_id}", timeout=2)
