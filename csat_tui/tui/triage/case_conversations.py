"""Recording a conversation with the client or the employee about the open case, in a form."""

from collections.abc import Callable, Sequence
from functools import partial

from csat_tui.domain.case_conversation import (
    ConversationMeans,
    Counterpart,
    missing_conversations,
    why_nothing_said,
)
from csat_tui.domain.ids import SurveyId
from csat_tui.domain.playbook import Field
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage.state import OpenCase
from csat_tui.tui.windows.form import FormQuestion, FormScreen
from csat_tui.tui.windows.prompts import Take
from csat_tui.workflow.conversations import ConversationDesk, NotRecorded, TypedConversation

_YES_NO = ("yes", "no")


def _meant(words: Sequence[str], text: str) -> str:
    """Return the word that a text begins or is; empty if it is none, or the beginning of several."""
    said = text.strip().casefold()
    found = [word for word in words if said and word.startswith(said)]
    return found[0] if len(found) == 1 or said in found else ""


def _wrong(words: Sequence[str], text: str) -> str:
    return "" if _meant(words, text) else f"expected {', '.join(words[:-1])} or {words[-1]}"


_WITH = [one.value for one in Counterpart]
_HOW = [one.value for one in ConversationMeans]


class ConversationForm(FormScreen[TypedConversation]):
    """Asks with whom, when and how somebody spoke, what was said, and whether prevention was discussed."""

    NAME = "Record a conversation"
    TITLE = "Record a conversation"
    SAY = "It stays with the case under your name, and nobody can change it. The first letters of a word are enough."
    DEED = "records it"

    def __init__(
        self, why_no_moment: Callable[[str], str], counterpart: Counterpart | None, take: Take[TypedConversation]
    ) -> None:
        self.QUESTIONS = (  # type: ignore[misc]  # with this desk's clock, and not of the class
            FormQuestion("with", "with whom", "client or employee", partial(_wrong, _WITH)),
            FormQuestion("how", "how", ", ".join(_HOW), partial(_wrong, _HOW)),
            FormQuestion("when", "when", "now if empty; 14:05, yesterday 14:05, 2026-11-08 14:05", why_no_moment),
            FormQuestion(
                "prevention", "prevention", "discussed how to prevent the same: yes or no", partial(_wrong, _YES_NO)
            ),
        )
        words = FieldArea(Field("said", "said", multiline=True, hint="what was said, in a few words"))
        texts = {"with": counterpart.value if counterpart else ""}
        super().__init__(texts, take=take, words=words)

    def done(self) -> None:
        """Submit the conversation, or show what it lacks."""
        lines_are_fine = not any(answer.question.wrong(answer.value) for answer in self._answers)
        why = why_nothing_said(self.result_text) if lines_are_fine else ""
        if why and self.words is not None:
            self.words.focus()
            self._refused(f"{why[:1].upper()}{why[1:]}.")
            return
        super().done()

    @property
    def result_text(self) -> str:
        """What was said, as it is typed so far."""
        return "" if self.words is None else self.words.text

    def result(self) -> TypedConversation:
        """Return what was typed."""
        texts = self.texts
        return TypedConversation(
            Counterpart(_meant(_WITH, texts["with"])), ConversationMeans(_meant(_HOW, texts["how"])), texts["when"],
            self.result_text, _meant(_YES_NO, texts["prevention"]) == "yes",
        )  # fmt: skip


class CaseConversations:
    """Records conversations about the open case."""

    def __init__(
        self,
        opened: OpenCase,
        talks: ConversationDesk,
        writer: Writer,
        dialog: Dialog,
        *,
        read: Callable[[SurveyId], None],
    ) -> None:
        self._opened = opened
        self._talks = talks
        self._writer = writer
        self._dialog = dialog
        self._read = read

    def no_case(self) -> str:
        """Return why no conversation can be recorded; empty if one can."""
        return "" if self._opened.case is not None else "no case is chosen"

    async def record(self, counterpart: Counterpart | None = None) -> None:
        """Ask for a conversation and record it; offers the one that is missing."""
        case = self._opened.case
        if case is None:
            return
        missing = next((one.counterpart for one in missing_conversations(case.conversations)), None)

        async def take(typed: TypedConversation) -> str:
            try:
                await self._writer.write(self._talks.record, case.id, typed)
            except NotRecorded as error:
                return str(error)
            return ""

        form = ConversationForm(self._talks.why_no_moment, counterpart or missing, take)
        typed = await self._dialog.ask(form)
        if typed is None:
            return
        self._dialog.notify(f"The conversation with the {typed.counterpart.value} is recorded.", timeout=4)
        if self._opened.wanted == case.id:
            self._read(case.id)
