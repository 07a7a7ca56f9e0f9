"""A person types while cases arrive, leave or are decided: every letter stays with its case."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from csat_tui.domain.case import Stage
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases import drafts
from csat_tui.store.cases.queue import Sort
from csat_tui.tui.app import Workstation
from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage.screen import TriageScreen
from tests.tui.desk_fixture import a_low_survey, put, settled, workstation
from tests.tui.test_case_on_the_desk import DEPARTURES, ORDERS, first_in

EXAMPLES = int(os.environ.get("DESK_EXAMPLES", "6"))
"""How many stories are told; `DESK_EXAMPLES=200` looks longer."""

SURVEYS = 6


@dataclass(frozen=True)
class Arrives:
    """A survey comes in, above or below everything."""

    order: Sort
    above: bool


@dataclass(frozen=True)
class Leaves:
    """Something happens elsewhere to the open case (0) or to another one."""

    how: str
    which: int


@dataclass(frozen=True)
class Presses:
    """The person presses keys outside the note."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Types:
    """The person goes to the note and types letters, while something happens after the second of them."""

    meanwhile: "Arrives | Leaves | None"


EVENTS = st.one_of(
    st.builds(Arrives, st.sampled_from(ORDERS), st.booleans()),
    st.builds(Leaves, st.sampled_from(sorted(DEPARTURES)), st.integers(0, 2)),
)
KEYS = st.sampled_from([
    ("s",), ("f", "1"), ("f", "a"), ("f", "d"), ("j",), ("k",), ("slash", *"box", "enter"), ("slash", "escape"),
    ("b", "1"), ("c",), ("g", "o", "g", "q"),
]).map(Presses)  # fmt: skip
STORIES = st.lists(st.one_of(st.builds(Types, st.none() | EVENTS), st.builds(Types, EVENTS), KEYS, EVENTS), max_size=7)


def triage(app: Workstation) -> TriageScreen:
    assert isinstance(app.screen, TriageScreen)
    return app.screen


class Story:
    """One story, told to a real workstation over a real store."""

    def __init__(self, app: Workstation, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot
        self.begun: dict[str, SurveyId] = {}
        """The letters typed in one go, with the case on which they were begun."""
        self._numbers = count(40)

    async def tell(self, steps: list[object]) -> None:
        """Let everything happen in order."""
        await settled(self.pilot)
        for step in [*steps, Types(None)]:
            match step:
                case Presses(keys):
                    await self._to_the_queue()
                    await self.pilot.press(*keys)
                    await settled(self.pilot)
                    if not isinstance(self.app.screen, TriageScreen):  # a menu that had nothing to choose
                        await self.pilot.press("escape")
                        await settled(self.pilot)
                case Types(meanwhile):
                    await self._type(meanwhile)
                case _:
                    self._happens(step)
                    await settled(self.pilot)

    async def _to_the_queue(self) -> None:
        await self.pilot.press("escape", "escape", "1")
        await settled(self.pilot)

    async def _type(self, meanwhile: object) -> None:
        await self._to_the_queue()
        await self.pilot.press("4")
        await settled(self.pilot)
        if not isinstance(self.app.screen.focused, FieldArea):
            await self.pilot.press("e")
            await settled(self.pilot)
            if isinstance(self.app.screen, TriageScreen):
                return  # no outcome can be chosen here
            await self.pilot.press("n")
            await settled(self.pilot)
        if not isinstance(self.app.screen.focused, FieldArea):
            return
        case = triage(self.app).case
        assert case is not None
        assert case.id == triage(self.app).queue.survey_id
        letters = f"{'yanrebu'[len(self.begun) % 7]}{chr(97 + len(self.begun))}ysn"
        await self._letters(letters[:2])
        if meanwhile is not None:
            self._happens(meanwhile)
            await settled(self.pilot)
        await self._letters(letters[2:])
        self.begun[letters] = case.id
        assert isinstance(self.app.screen.focused, FieldArea)
        assert triage(self.app).case.id == case.id

    async def _letters(self, letters: str) -> None:
        before = self.answers()
        await self.pilot.press(*letters)
        assert self.answers() == before, "a letter was taken for a command"

    def _happens(self, event: object) -> None:
        database = self.app.session.desk._database
        match event:
            case Arrives(order, above):
                number = next(self._numbers)
                survey = first_in(order, number) if above else a_low_survey(number)
                put(database, [survey])
            case Leaves(how, which):
                rows = triage(self.app).queue.list.window.rows
                at = triage(self.app).queue.list.window.index + which
                if not rows:
                    return
                case = self.app.session.desk.case(rows[min(at, len(rows) - 1)].id)
                if case is not None and case.stage is Stage.OPEN and not case.draft.others:
                    DEPARTURES[how][0](self.app, case)

    def answers(self) -> Mapping[int, int]:
        """Return how many answers each case has."""
        with self.app.session.desk._database.read() as connection:
            rows = connection.exec_driver_sql("SELECT survey_id, count(*) FROM answer GROUP BY 1").fetchall()
        return {row[0]: row[1] for row in rows}

    def holders(self, letters: str) -> set[SurveyId]:
        """Return the cases in whose words these letters stand, drafted or decided."""
        return {survey_id for survey_id, text in self._texts() if letters in text}

    def _texts(self) -> Iterator[tuple[SurveyId, str]]:
        with self.app.session.desk._database.read() as connection:
            ids = [SurveyId(row[0]) for row in connection.exec_driver_sql("SELECT id FROM survey")]
        for survey_id in ids:
            case = self.app.session.desk.case(survey_id)
            assert case is not None
            yield from ((survey_id, text) for text in case.draft.fields.values())
            yield from ((survey_id, one.text) for versions in case.draft.others.values() for one in versions)
            if case.decided is not None:
                yield from ((survey_id, text) for text in case.decided.fields.values())


async def told(steps: list[object]) -> None:
    """Tell a story, leave, and look in the store where every letter is."""
    with TemporaryDirectory() as folder, workstation(Path(folder), SURVEYS) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            story = Story(app, pilot)
            await story.tell(steps)
            await app.keep_everything()
        for letters, survey_id in story.begun.items():
            with app.session.desk._database.read() as connection:
                holder = drafts.living(connection, survey_id)
            assert story.holders(letters) == {holder}, f"“{letters}” was begun on case {survey_id}"


@settings(
    max_examples=EXAMPLES, derandomize="DESK_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(STORIES)
def test_every_letter_stays_with_the_case_on_which_it_was_begun(steps: list[object]) -> None:
    asyncio.run(told(steps))


def test_words_for_a_case_whose_place_is_taken_while_they_are_typed_go_to_the_one_that_takes_it() -> None:
    asyncio.run(told([Types(Leaves("replaced", 0)), Presses(("j",)), Types(None)]))


def test_words_for_a_case_that_is_decided_elsewhere_while_they_are_typed_stay_with_it() -> None:
    asyncio.run(told([Types(Leaves("decided", 0)), Presses(("s",)), Types(None)]))
