"""A window with a form of several lines, and maybe a longer text; it returns the answers once all are valid."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from csat_tui.tui.base.background_work import BackgroundWork
from csat_tui.tui.base.commands import Command, Commanded, Guarded
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.session import Unsaved
from csat_tui.tui.base.text import one_line, safe, safe_line
from csat_tui.tui.windows.prompts import Submission, Take

R = TypeVar("R")
"""The type of a form's result."""

MAX_LENGTH = 2_000
"""The largest number of characters of an answer; a longer paste is a mistake."""


@dataclass(frozen=True)
class FormQuestion:
    """One line of a form: its label, a hint, and `wrong`, which returns the problem of an answer or an empty text."""

    id: str
    label: str
    hint: str
    wrong: Callable[[str], str]
    secret: bool = False
    missing: Callable[[str], str] | None = None
    """Like `wrong`, but may read the disk: called on another thread when the person submits the form."""


class FormAnswer(Guarded, Input):
    """The input of one line; it shows control characters as symbols."""

    def __init__(self, question: FormQuestion, text: str) -> None:
        super().__init__(
            text,
            placeholder=question.hint,
            password=question.secret,
            max_length=MAX_LENGTH,
            select_on_focus=False,
            compact=True,
        )
        self.question = question
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Make a value one line of visible characters."""
        return one_line(value[: MAX_LENGTH + 1]) if not value.isprintable() else value


class FormScreen(BackgroundWork, Commanded, ModalScreen[R | None], Generic[R]):
    """Asks for several answers, checks them as they are typed, and returns the result once all are valid."""

    NAME = "Form"
    TITLE = ""
    SAY = ""
    DEED = ""
    QUESTIONS: ClassVar[Sequence[FormQuestion]] = ()
    COMMANDS: ClassVar[tuple[Command, ...]] = (  # type: ignore[assignment]
        Command("form.done", ("ctrl+s", "f12"), "done", "Go on with these answers.", lambda s: s.done(), footer=True),
        Command("form.next", ("down",), "next", "Go to the next line.", lambda s: s.focus_next(FormAnswer) and None),
        Command(
            "form.previous", ("up",), "previous", "Go back a line.", lambda s: s.focus_previous(FormAnswer) and None
        ),
        Command("form.leave", ("escape",), "back", "Close the form.", lambda s: s.leave(), footer=True),
    )

    def __init__(
        self,
        texts: dict[str, str] | None = None,
        problem: str = "",
        take: Take[R] | None = None,
        words: FieldArea | None = None,
    ) -> None:
        super().__init__()
        self.words = words
        """A longer text below the lines."""
        self._words_before = "" if words is None else words.text
        self._submission = Submission(self, take, self._refused)
        known = texts or {}
        self._answers = [FormAnswer(question, known.get(question.id, "")) for question in self.QUESTIONS]
        self._given = self._first = self.texts
        self._problem = problem
        self._problem_line = Static("", classes="problem", markup=False)
        self._tried = bool(problem)

    def compose(self) -> ComposeResult:
        """Lay out the lines under an explanation."""
        with Vertical(classes="form") as form:
            form.border_title = Content(self.TITLE)
            form.border_subtitle = Content(
                with_keys(self.app, f"enter next · {{form.done}} {self.DEED} · {{form.leave}} back")
            )
            yield Static(Content.styled(self.SAY, "$muted"), classes="say", markup=False)
            yield from self.lines()

    def lines(self) -> ComposeResult:
        """Lay out the lines, the longer text and the problem."""
        below = [] if self.words is None else [self.words.field.label]
        room = 2 + max(map(len, [*(question.label for question in self.QUESTIONS), *below]))
        for answer in self._answers:
            with Horizontal(classes="line"):
                yield self._label(answer.question.label, room)
                yield answer
        if self.words is not None:
            with Horizontal(classes="line -words"):
                yield self._label(self.words.field.label, room)
                yield self.words
        yield self._problem_line

    @staticmethod
    def _label(text: str, room: int) -> Static:
        label = Static(safe_line(text, "$muted"), markup=False)
        label.styles.width = room
        return label

    def on_mount(self) -> None:
        """Focus the first line to fill."""
        self.begin()
        self._show_problem()

    def begin(self) -> None:
        """Focus the first empty line."""
        next((answer for answer in self._answers if not answer.value), self._answers[0]).focus()

    @property
    def texts(self) -> dict[str, str]:
        """The answers by the id of their question."""
        return {answer.question.id: answer.value.strip() for answer in self._answers}

    def result(self) -> R:
        """Return the result of the form."""
        raise NotImplementedError

    def on_input_changed(self, message: Input.Changed) -> None:
        """Check the answers again; a problem reported for earlier answers is removed."""
        message.stop()
        if self.texts != self._given:
            self._problem = ""
        self._show_problem()

    def on_descendant_focus(self) -> None:
        """Check the line that lost the focus."""
        self._show_problem()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go to the next line; on the last line, submit."""
        message.stop()
        if message.input is self._answers[-1]:
            self.past_the_last()
        else:
            self.focus_next(FormAnswer)

    def past_the_last(self) -> None:
        """Called after Enter on the last line: go on to the longer text, or submit."""
        if self.words is not None:
            self.words.focus()
        else:
            self.done()

    def on_field_area_left(self, message: FieldArea.Left) -> None:
        """Go from the longer text's first line back to the last line."""
        message.stop()
        if message.step < 0:
            self._answers[-1].focus()

    def done(self) -> None:
        """Submit the answers, or show the first problem."""
        self._tried = True
        for answer in self._answers:
            if answer.question.wrong(answer.value):
                answer.focus()
                self._show_problem()
                return
        if any(answer.question.missing for answer in self._answers):
            self.do_anew("What you typed could not be checked", self._look_and_go_on, "looking")
        else:
            self._submission.begin(self.result())

    async def _look_and_go_on(self) -> None:
        """Submit the answers if the checks on the disk pass and the answers have not changed meanwhile."""
        given = self.texts
        for answer in self._answers:
            look = answer.question.missing
            problem = await asyncio.to_thread(look, answer.value) if look is not None else ""
            if self.texts != given:
                return
            if problem:
                answer.focus()
                self._refused(f"{answer.question.label}: {problem}")
                return
        self._submission.begin(self.result())

    def leave(self) -> None:
        """Close the form without a result."""
        self._submission.leave()

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the typed answers without secret ones; empty if nothing was changed."""
        texts = {answer.question.label: answer.value for answer in self._answers if not answer.question.secret}
        texts |= {} if self.words is None else {self.words.field.label: self.words.text}
        changed = self.texts != self._first or (self.words is not None and self.words.text != self._words_before)
        return [Unsaved(f"the form “{self.NAME}”", texts)] if changed else []

    def _refused(self, problem: str) -> None:
        """Show why the answers were refused, until one of them changes."""
        self._problem, self._given = problem, self.texts
        self._show_problem()

    def _show_problem(self) -> None:
        """Show the first problem; the focused line and empty lines are checked only after the first submission."""
        if self._problem:
            self._problem_line.update(Content.styled("! ", "bold $bad") + safe(self._problem))
            return
        for answer in self._answers:
            judged = self._tried or (answer.value and not answer.has_focus)
            wrong = answer.question.wrong(answer.value) if judged else ""
            if wrong:
                label = f"{answer.question.label}: "
                self._problem_line.update(Content.styled("! ", "bold $fair") + safe(label + wrong))
                return
        self._problem_line.update(Content(""))
