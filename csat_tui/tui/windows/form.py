"""A window that asks a few things, line by line, and gives the answers back when all are right."""

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
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.base.session import Unsaved
from csat_tui.tui.base.text import one_line, safe, safe_line
from csat_tui.tui.windows.prompts import Submission, Take

R = TypeVar("R")
"""What the answers come to."""

LONGEST = 2_000
"""Characters that one answer may have; more is a slip of the clipboard."""


@dataclass(frozen=True)
class FormQuestion:
    """One line of a form: what is asked, an example, and what can be wrong with the answer."""

    id: str
    label: str
    hint: str
    wrong: Callable[[str], str]
    secret: bool = False
    missing: Callable[[str], str] | None = None
    """Looks at the disk for what is wrong, on a thread, once the person goes on."""


class FormAnswer(Guarded, Input):
    """One line of typing, in which a pasted control shows as a symbol."""

    def __init__(self, question: FormQuestion, text: str) -> None:
        super().__init__(
            text,
            placeholder=question.hint,
            password=question.secret,
            max_length=LONGEST,
            select_on_focus=False,
            compact=True,
        )
        self.question = question
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Keep every character on the one line, and visible."""
        return one_line(value[: LONGEST + 1]) if not value.isprintable() else value


class FormScreen(BackgroundWork, Commanded, ModalScreen[R | None], Generic[R]):
    """Asks a few things, judges them as they are typed, and gives them back when all are right."""

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
        Command("form.leave", ("escape",), "back", "Go back to the doors.", lambda s: s.leave(), footer=True),
    )

    def __init__(self, texts: dict[str, str] | None = None, problem: str = "", take: Take[R] | None = None) -> None:
        super().__init__()
        self._submission = Submission(self, take, self._refused)
        known = texts or {}
        self._answers = [FormAnswer(question, known.get(question.id, "")) for question in self.QUESTIONS]
        self._given = self._first = self.texts
        self._problem = problem
        self._said = Static("", classes="said", markup=False)
        self._tried = bool(problem)

    def compose(self) -> ComposeResult:
        """Lay the questions out under a sentence that says what they are for."""
        room = 2 + max(len(question.label) for question in self.QUESTIONS)
        with Vertical(classes="form") as form:
            form.border_title = Content(self.TITLE)
            form.border_subtitle = Content(
                with_keys(self.app, f"enter next · {{form.done}} {self.DEED} · {{form.leave}} back")
            )
            yield Static(Content.styled(self.SAY, "$muted"), classes="say", markup=False)
            for answer in self._answers:
                with Horizontal(classes="line"):
                    label = Static(safe_line(answer.question.label, "$muted"), markup=False)
                    label.styles.width = room
                    yield label
                    yield answer
            yield self._said

    def on_mount(self) -> None:
        """Begin to ask."""
        self.begin()
        self._tell()

    def begin(self) -> None:
        """Begin at the first line that is empty."""
        next((answer for answer in self._answers if not answer.value), self._answers[0]).focus()

    @property
    def texts(self) -> dict[str, str]:
        """The answers by question."""
        return {answer.question.id: answer.value.strip() for answer in self._answers}

    def result(self) -> R:
        """Return what the answers come to."""
        raise NotImplementedError

    def on_input_changed(self, message: Input.Changed) -> None:
        """Judge anew; what was said about other answers holds no more."""
        message.stop()
        if self.texts != self._given:
            self._problem = ""
        self._tell()

    def on_descendant_focus(self) -> None:
        """Judge the line that was left."""
        self._tell()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go to the next line, and from the last one on."""
        message.stop()
        if message.input is self._answers[-1]:
            self.past_the_last()
        else:
            self.focus_next(FormAnswer)

    def past_the_last(self) -> None:
        """Go on from the last line."""
        self.done()

    def done(self) -> None:
        """Give the answers back, or say what is wrong with the first one that cannot be right."""
        self._tried = True
        for answer in self._answers:
            if answer.question.wrong(answer.value):
                answer.focus()
                self._tell()
                return
        if any(answer.question.missing for answer in self._answers):
            self.do_anew("What you typed could not be checked", self._look_and_go_on, "looking")
        else:
            self._submission.begin(self.result())

    async def _look_and_go_on(self) -> None:
        """Give the answers back if the disk has what they name, and nobody has changed them meanwhile."""
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
        """Give nothing back."""
        self._submission.leave()

    def unsaved(self) -> Sequence[Unsaved]:
        """Return what was typed and is not taken yet, without what is secret; nothing where nobody has changed it."""
        texts = {answer.question.label: answer.value for answer in self._answers if not answer.question.secret}
        return [Unsaved(f"the form “{self.NAME}”", texts)] if self.texts != self._first else []

    def _refused(self, problem: str) -> None:
        """Say why the answers were not taken, until one of them is changed."""
        self._problem, self._given = problem, self.texts
        self._tell()

    def _tell(self) -> None:
        """Say what is wrong; of the line being typed, and of empty ones, only once the person has wanted to go on."""
        if self._problem:
            self._said.update(Content.styled("! ", "bold $bad") + safe(self._problem))
            return
        for answer in self._answers:
            judged = self._tried or (answer.value and not answer.has_focus)
            wrong = answer.question.wrong(answer.value) if judged else ""
            if wrong:
                label = f"{answer.question.label}: "
                self._said.update(Content.styled("! ", "bold $fair") + safe(label + wrong))
                return
        self._said.update(Content(""))
