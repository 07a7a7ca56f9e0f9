"""Samples on the review screen: a form that shows what it would draw while it is filled in, and the replacement."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import ClassVar

from textual.content import Content
from textual.widgets import Input, Static

from csat_tui.domain.review.sample import LARGEST_SAMPLE, SampleMethod
from csat_tui.store.review import NoteInList
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.session import Session
from csat_tui.tui.base.text import safe, safe_line
from csat_tui.tui.review.coaching import read_day
from csat_tui.tui.windows.form import FormQuestion, FormScreen
from csat_tui.tui.windows.prompts import Choice, ChoiceScreen, Take, TextPrompt
from csat_tui.workflow.review_samples import (
    NotSampled,
    SamplePreview,
    SamplesDesk,
    SampleWish,
    due_day_words,
    end_of_day,
)

METHODS = (
    Choice("r", "At random", SampleMethod.RANDOM, "each note alike"),
    Choice("s", "By agent and outcome", SampleMethod.STRATIFIED, "of each their share"),
    Choice("k", "By risk", SampleMethod.RISK, "the riskiest"),
    Choice("q", "Fill a quota", SampleMethod.QUOTA, "what each agent lacks"),
)

USUAL_SIZE = {SampleMethod.QUOTA: 3}
"""How many notes the form offers, for each agent; other methods draw `USUAL_NOTES` in all."""

USUAL_NOTES = 10

AGENTS_SHOWN = 12
"""Agents that the form shows at most, each on a line."""


def _no_number(text: str) -> str:
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= 6 and 1 <= int(digits) <= LARGEST_SAMPLE:
        return ""
    return f"a whole number from 1 to {LARGEST_SAMPLE:,}"


def _no_day(text: str) -> str:
    return "" if read_day(text) is not None else "write a day as 2026-11-08"


NUMBER = FormQuestion("number", "Notes", "how many in all", _no_number)
EACH = FormQuestion("number", "Notes of each agent", "reviewed and sampled ones count", _no_number)
SINCE = FormQuestion("since", "From", "the first day: 2026-11-08", _no_day)
UNTIL = FormQuestion("until", "To", "the last day: 2026-11-14", _no_day)
DUE = FormQuestion("due", "Review until", "a day: 2026-11-21", _no_day)


class SampleForm(FormScreen[SampleWish]):
    """Asks how much to draw, and shows meanwhile what would be drawn."""

    NAME = "Draw a sample"
    SAY = "Of what others wrote, and nobody has reviewed or sampled."
    DEED = "draws it"

    def __init__(self, desk: SamplesDesk, method: Choice, take: Take[SampleWish]) -> None:
        quota = method.value is SampleMethod.QUOTA
        self.TITLE = f"Draw a sample · {method.label.lower()}"  # type: ignore[misc]  # of this method, not of the class
        self.QUESTIONS = (EACH, DUE) if quota else (NUMBER, SINCE, UNTIL, DUE)  # type: ignore[misc]
        self._desk = desk
        self._begun = desk.wish(method.value, USUAL_SIZE.get(method.value, USUAL_NOTES))
        self._preview = Static("", classes="preview", markup=False)
        self.seen = ""
        """The hash of the notes from which the sample that is shown would be drawn; empty until it is shown."""
        texts = {
            "number": str(self._begun.size), "since": _typed(self._begun.since), "until": _typed(self._begun.until),
            "due": _typed(self._begun.due_at),
        }  # fmt: skip
        super().__init__({question.id: texts[question.id] for question in self.QUESTIONS}, take=take)

    def on_mount(self) -> None:
        """Show what would be drawn under the lines."""
        super().on_mount()
        self.query_one(".form").mount(self._preview, before=self._problem_line)
        self.look()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Check the answers, and show what they would draw."""
        super().on_input_changed(message)
        self.look()

    def look(self) -> None:
        """Find out what would be drawn, if the answers are valid."""
        self.seen = ""
        if any(answer.question.wrong(answer.value) for answer in self._answers):
            self._preview.update("")
            return
        wish = self.result()
        self.read_store(
            "preview", "What would be drawn could not be read", partial(_look, self._desk, wish), self._show, wish
        )

    def _show(self, found: SamplePreview | str) -> None:
        if isinstance(found, str):
            self._preview.update(safe(found, "$fair"))
        else:
            self.seen = found.population_hash
            self._preview.update(preview_text(found))

    def result(self) -> SampleWish:
        """Return the wish."""
        texts, now = self.texts, self._begun.until
        wish = replace(self._begun, size=int(texts["number"]), due_at=end_of_day(_begin(texts["due"])))
        if "since" not in texts:
            return wish
        # What is not written yet is in no period: a later replacement comes from what could be drawn now.
        until = min(_begin(texts["until"]) + timedelta(days=1), now)
        return replace(wish, since=_begin(texts["since"]), until=until)


def _look(desk: SamplesDesk, wish: SampleWish) -> SamplePreview | str:
    try:
        return desk.preview(wish)
    except NotSampled as error:
        return str(error)


def preview_text(found: SamplePreview) -> Content:
    """Return how many notes would be drawn, and how many of each agent."""
    count = f"{len(found.notes):,} of {found.population:,} {'note' if found.population == 1 else 'notes'}"
    lines = [Content.styled(count, "bold") + Content.styled(f" · seed {found.wish.seed}", "$muted")]
    for one in found.agents[:AGENTS_SHOWN]:
        style = "" if one.drawn else "$muted"
        covered = f", {one.covered:,} covered" if one.covered else ""
        counted = Content.styled(f"{one.drawn:>3} of {one.free:,} by ", style)
        lines.append(counted + safe_line(f"{one.agent or 'somebody'}{covered}", style))
    if left := found.agents[AGENTS_SHOWN:]:
        lines.append(Content.styled(f"{sum(one.drawn for one in left):>3} by {len(left):,} more agents", "$muted"))
    if found.not_audited and found.wish.method is SampleMethod.RISK:
        lines.append(Content.styled(f"{found.not_audited:,} are not checked yet and count as without a risk.", "$fair"))
    return Content("\n").join(lines)


class SampleActions:
    """Draws a sample, or replaces a note of one."""

    _WHY: ClassVar[str] = "It stays with the sample, and the next note of its kind takes its place."

    def __init__(self, session: Session, dialog: Dialog) -> None:
        self._write = session.writer.write
        self._samples = session.paperwork.samples
        self._dialog = dialog

    async def draw(self) -> bool:
        """Ask how to draw and how much, and draw it; returns whether a sample was drawn."""
        method = await self._dialog.ask(ChoiceScreen("Draw a sample", METHODS))
        if method is None:
            return False

        async def take(wish: SampleWish) -> str:
            try:
                await self._write(self._samples.draw, wish, form.seen)
            except NotSampled as error:
                form.look()
                return str(error)
            return ""

        form = SampleForm(self._samples, next(one for one in METHODS if one.value is method), take)
        wish = await self._dialog.ask(form)
        if wish is None:
            return False
        self._dialog.notify(f"The sample is drawn, {due_day_words(wish.due_at, self._samples.now)}.", timeout=6)
        return True

    async def replace(self, note: NoteInList) -> bool:
        """Ask why a note is replaced, and replace it; returns whether it was."""
        said = ""

        async def take(reason: str) -> str:
            nonlocal said
            try:
                _, by = await self._write(self._samples.replace, note.comment_id, reason)
            except NotSampled as error:
                return str(error)
            said = (
                "there is no other of its kind to take its place" if by is None
                else f"one by {by.author or 'somebody'} takes its place"
            )  # fmt: skip
            return ""

        window = TextPrompt("Replace the note: why", self._WHY, hint="why it is not reviewed", take=take)
        if await self._dialog.ask(window) is None:
            return False
        self._dialog.notify(f"The note is out of the sample; {said}.", timeout=6)
        return True


def _begin(text: str) -> datetime:
    """Return the beginning of a typed day of this machine's zone."""
    return datetime.combine(read_day(text) or date.min, time()).astimezone()


def _typed(moment: datetime) -> str:
    return moment.astimezone().date().isoformat()
