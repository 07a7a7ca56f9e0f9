"""Correcting the survey of the open case in a form; the store keeps the author and the earlier version."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from csat_tui.domain.case import Case
from csat_tui.domain.ids import FactorId, SurveyId, TicketId
from csat_tui.domain.playbook import Field, Playbook
from csat_tui.domain.survey import InvalidMending, parse_rating, parse_ticket
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.text import safe
from csat_tui.tui.triage.state import OpenCase
from csat_tui.tui.windows.form import FormQuestion, FormScreen
from csat_tui.tui.windows.prompts import Take
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.mending import COMMENT, TICKET, MendingDesk, NotMended

RAW_SHOWN = 2_000
"""Characters shown of the survey's raw text; the transcript shows more."""


def _wrong_ticket(text: str) -> str:
    try:
        parse_ticket(text)
    except InvalidMending as error:
        return str(error)
    return ""


def _wrong_rating(label: str, text: str) -> str:
    try:
        parse_rating(text, label)
    except InvalidMending as error:
        return str(error)
    return ""


def questions(playbook: Playbook) -> tuple[FormQuestion, ...]:
    """Return the lines of the form."""
    factors = tuple(
        FormQuestion(factor.id, factor.short, "1 to 5; empty if it was skipped", partial(_wrong_rating, factor.label))
        for factor in playbook.factors
    )
    return (FormQuestion(TICKET, "ticket", "the ticket that it rates: a number or an address", _wrong_ticket), *factors)


class MendForm(FormScreen[dict[str, str]]):
    """Asks for the corrected survey; returns the texts by name, or None."""

    NAME = "Fix a survey"
    DEED = "keeps it"
    COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("mending.offer", ("ctrl+n", "f4"), "next ticket offered",
                "Put the next ticket that the survey names into the line.", lambda s: s.offer(),
                lambda s: "" if s.offered else "the survey names no ticket", footer=True, hint="ticket", priority=True),
        Command("form.leave", ("escape",), "back", "Leave the survey as it is.", lambda s: s.leave(), footer=True),
    )  # fmt: skip

    def __init__(
        self, case: Case, playbook: Playbook, offered: Sequence[TicketId], problem: str = "",
        take: Take[Mapping[str, str]] | None = None,
    ) -> None:  # fmt: skip
        survey = case.survey
        self.QUESTIONS = questions(playbook)  # type: ignore[misc]  # of this playbook, and not of the class
        texts = {TICKET: str(survey.source_ticket_id or "")}
        texts |= {factor: str(figure) for factor, figure in survey.ratings.items()}
        self.offered = tuple(offered)
        words = Field(COMMENT, "comment", multiline=True, hint="the customer's words")
        self.comment = FieldArea(words, survey.comment)
        self._why = survey.problem
        self._raw = Static(classes="raw", markup=False)
        self._explanation = Static(classes="say", markup=False)
        self._raw_before = survey.raw
        super().__init__(texts, problem, take, self.comment)

    def compose(self) -> ComposeResult:
        """Lay out the raw text above the lines to fill."""
        self._show_raw(self._raw_before)
        with Vertical(classes="form") as form:
            form.border_title = Content("Fix the survey")
            form.border_subtitle = Content(
                with_keys(self.app, "enter next · {mending.offer} ticket · {form.done} saves it · {form.leave} back")
            )
            yield self._raw
            yield self._explanation
            yield from self.lines()

    def _show_raw(self, raw: str) -> None:
        text = raw.strip()[:RAW_SHOWN]
        self._raw.update(safe(text, "$muted"))
        self._raw.display = bool(text)
        self._explanation.update(safe(self._say()))

    def _say(self) -> str:
        why = f"{self._why[:1].upper()}{self._why[1:]}. " if self._why else ""
        named = ", ".join(f"#{ticket_id}" for ticket_id in self.offered)
        return why + (
            with_keys(self.app, f"It may be about {named}: {{mending.offer}} inserts them.")
            if named
            else "The survey names no ticket."
        )

    def show_again(self, case: Case) -> None:
        """Show the survey's current contents after it was changed elsewhere."""
        survey = case.survey
        figures = (
            f"{question.label} {survey.ratings.get(FactorId(question.id), '–')}" for question in self.QUESTIONS[1:]
        )
        ticket = f"#{survey.source_ticket_id}" if survey.source_ticket_id else "no ticket"
        comment = f" “{survey.comment}”" if survey.comment else ""
        self._show_raw(survey.raw)
        self._explanation.update(safe(f"It says now: {ticket}, {', '.join(figures)}.{comment}"))

    def offer(self) -> None:
        """Put the next ticket that the survey names into the first line."""
        line = self._answers[0]
        numbers = [str(ticket_id) for ticket_id in self.offered]
        place = numbers.index(line.value) + 1 if line.value in numbers else 0
        line.value = numbers[place % len(numbers)]
        line.cursor_position = len(line.value)
        line.focus()

    def result(self) -> dict[str, str]:
        """Return the texts by name."""
        return self.texts | {COMMENT: self.comment.text}


class SurveyMending:
    """Corrects the survey of the open case."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        mending: MendingDesk,
        writer: Writer,
        sync: BackgroundSync | None,
        dialog: Dialog,
        *,
        read: Callable[[SurveyId], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._mending = mending
        self._writer = writer
        self._sync = sync
        self._dialog = dialog
        self._read = read

    def nothing_to_correct(self) -> str:
        """Return why the survey cannot be corrected; empty if it can."""
        case = self._opened.case
        return "no case is chosen" if case is None else self._mending.reason_not_to(case)

    def nothing_to_fix(self) -> str:
        """Return why the survey needs no fix; empty if it does."""
        case = self._opened.case
        if (reason := self.nothing_to_correct()) or case is None:
            return reason
        return "" if case.survey.problem else "this survey was read; “correct the survey” changes what it says"

    async def mend(self) -> None:
        """Ask for the corrections, save them, and have the named ticket fetched."""
        case = self._opened.case
        if case is None:
            return
        seen = case.survey

        async def take(texts: Mapping[str, str]) -> str:
            nonlocal seen
            try:
                await self._writer.write(self._mending.mend, case.id, self._mending.typed(seen, texts), seen)
            except NotMended as error:
                # The next attempt is based on the survey's current contents.
                now = await asyncio.to_thread(self._desk.case, case.id)
                if now is not None and now.survey != seen:
                    seen = now.survey
                    form.show_again(now)
                return str(error)
            return ""

        form = MendForm(case, self._desk.playbook, self._mending.offered(case), take=take)
        if await self._dialog.ask(form) is None:
            return
        self._dialog.notify("The survey is fixed; the earlier version is kept with the case.", timeout=5)
        if self._sync is not None:
            self._sync.prioritize([case.id])
        if self._opened.wanted == case.id:
            self._read(case.id)
