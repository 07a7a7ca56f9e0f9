"""Set a rating aside on the review screen: choose what it is about, say why; the note's detail says that it is out."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, ParamSpec

from textual.content import Content

from csat_tui.domain.ids import SurveyId
from csat_tui.domain.review.set_aside import SetAside, SetAsideKind, why_no_reason
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.lines import Line, wrap
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.text import ago, safe
from csat_tui.tui.windows.form import FormQuestion, FormScreen
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, TextPrompt
from csat_tui.workflow.setting_aside import NotSetAside

P = ParamSpec("P")

GIVE = "give"
"""The choice for a rating that belongs to another agent."""

CHOICES = (
    Choice("p", "The product, or what it costs", SetAsideKind.PRODUCT),
    Choice("c", "The carrier, who brought it late or broken", SetAsideKind.CARRIER),
    Choice("s", "Spam, or not a customer", SetAsideKind.SPAM),
    Choice("w", "Another person, and nobody knows who", SetAsideKind.WRONG_PERSON),
    Choice("g", "Another agent: give it to them", GIVE),
)


def set_aside_lines(step: SetAside | None, width: int, now: datetime) -> list[Line]:
    """Return what the detail of a note says of a rating that is set aside or given; nothing where it stands."""
    if step is None:
        return []
    said = f"The rating is {step.words}, by {step.author or 'somebody'}, {ago(step.at, now)}: {step.reason}"
    return [Line(line) for line in wrap(safe(said, "$fair"), width, Content.styled("⊘ ", "$fair"))]


def _given_to_nobody(text: str) -> str:
    return "" if text.strip() else "name the agent to whom the rating belongs"


class GiveForm(FormScreen[dict[str, str]]):
    """Asks to whom a rating belongs, and why."""

    NAME = "Give the rating"
    TITLE = "Give the rating to another agent"
    SAY = "It counts for that agent from now on. Who gave it and why stays with it, and it can be restored."
    DEED = "gives it"
    QUESTIONS: ClassVar[tuple[FormQuestion, ...]] = (
        FormQuestion("to", "To whom", "the agent's name as surveys have it", _given_to_nobody),
        FormQuestion("reason", "Why", "what shows that it was that agent", why_no_reason),
    )

    def result(self) -> dict[str, str]:
        """Return the answers."""
        return self.texts


class RatingActions:
    """Sets the rating of a case aside, gives it to another agent, or restores it."""

    def __init__(self, session: Session, dialog: Dialog) -> None:
        self._write = session.writer.write
        self._aside = session.paperwork.aside
        self._dialog = dialog

    async def ask(self, survey_id: SurveyId) -> bool:
        """Ask about the rating of a case and write what is said; returns whether anything was written."""
        stands = await asyncio.to_thread(self._aside.standing, survey_id)
        if stands is not None:
            return await self._restore(survey_id, stands)
        say = "The rating leaves every figure that follows, and is counted there. It can be restored."
        kind = await self._dialog.ask(ChoiceScreen("What the rating is about", CHOICES, say))
        if kind is None:
            return False
        return await (self._give(survey_id) if kind == GIVE else self._set_aside(survey_id, kind))

    async def _set_aside(self, survey_id: SurveyId, kind: SetAsideKind) -> bool:
        async def take(reason: str) -> str:
            return await self._written(self._aside.set_aside, survey_id, kind, reason)

        window = TextPrompt("Set the rating aside: why", hint="what shows that it is not the agent's", take=take)
        return await self._dialog.ask(window) is not None

    async def _give(self, survey_id: SurveyId) -> bool:
        async def take(said: dict[str, str]) -> str:
            kind = SetAsideKind.WRONG_PERSON
            return await self._written(self._aside.set_aside, survey_id, kind, said["reason"], said["to"])

        return await self._dialog.ask(GiveForm(take=take)) is not None

    async def _restore(self, survey_id: SurveyId, stands: SetAside) -> bool:
        async def take(reason: str) -> str:
            return await self._written(self._aside.restore, survey_id, reason)

        say = f"The rating is {stands.words}, by {stands.author}: {stands.reason}"
        window = TextPrompt("Restore the rating: why", say, hint="why it counts after all", take=take)
        return await self._dialog.ask(window) is not None

    async def _written(self, what: Callable[P, SetAside], *arguments: P.args, **named: P.kwargs) -> str:
        """Write a step and say what was done; returns why it was refused."""
        try:
            step = await self._write(what, *arguments, **named)
        except NotSetAside as error:
            return str(error)
        self._dialog.notify(f"The rating of case {step.survey_id} is {step.words}.", timeout=6)
        return ""
