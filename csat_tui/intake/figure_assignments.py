"""The possible assignments of figures on lines of their own to the questions above or below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from csat_tui.intake.question_line import QuestionLine
from csat_tui.intake.rating_token import Token
from csat_tui.intake.survey_items import SurveyItem


@dataclass(frozen=True, slots=True)
class FigureLines:
    """The questions in their order, and the figures on lines of their own around them."""

    questions: Sequence[tuple[int, SurveyItem, QuestionLine]]
    slots: Sequence[Sequence[int]]
    """Places of the figures behind each question but the last."""
    lead: int | None
    trail: int | None


class FigureAssignments:
    """The ways in which figures on lines of their own can be given to questions, told apart by how the lines stand."""

    def __init__(self, items: Sequence[SurveyItem], lines: FigureLines, indents: Sequence[int]) -> None:
        self._items = items
        self._lines = lines
        self._indents = indents
        inner = [(index, slot[0]) for index, slot in enumerate(lines.slots) if slot]
        self._inner = inner
        self._above = {items[place].gap for _, place in inner}
        """Blank lines between a figure and the question above it."""
        self._below = {items[lines.questions[index + 1][0]].gap for index, _ in inner}
        self._styles = {self._style(place) for _, place in inner if not _skips(items[place].token)}

    def possible(self) -> list[dict[int, int]]:
        """Return each way that the lines allow, as places of figures by number of question."""
        trail, lead = self._tied_trail(), self._tied_lead()
        near = bool(self._above) and max(self._above) < min(self._below)
        far = bool(self._below) and max(self._below) < min(self._above)
        styled = self._plainly_styled()
        found: list[dict[int, int]] = []
        if not (lead or (far and not (trail and styled))):
            found += self._downward(tied=trail)
        if not (trail or (near and not (lead and styled))):
            found += self._upward(tied=lead)
        if trail and lead:
            return []
        return [one for place, one in enumerate(found) if self._values(one) not in map(self._values, found[:place])]

    def _downward(self, *, tied: bool) -> list[dict[int, int]]:
        """Return the readings in which figures stand below their questions."""
        lines = self._lines
        given = dict(self._inner)
        if lines.lead is not None or not self._free(given):
            return []
        last = len(lines.questions) - 1
        if lines.trail is None:
            return [given]
        with_trail = given | {last: lines.trail}
        loose = self._items[lines.trail].gap > max(self._above)
        found = [] if tied else [given]
        return found + ([with_trail] if self._free(with_trail) and not loose else [])

    def _upward(self, *, tied: bool) -> list[dict[int, int]]:
        """Return the readings in which figures stand above their questions."""
        lines = self._lines
        given = {index + 1: place for index, place in self._inner}
        if not self._free(given):
            return []
        if lines.lead is None:
            return [given]
        with_lead = given | {0: lines.lead}
        found = [] if tied else [given]
        return found + ([with_lead] if self._free(with_lead) else [])

    def _free(self, given: dict[int, int]) -> bool:
        """Return whether no question of a reading is answered on its own line as well."""
        return all(self._lines.questions[index][2].blank for index in given)

    def _values(self, given: dict[int, int]) -> dict[int, Token | None]:
        tokens = {index: self._items[place].token for index, place in given.items()}
        return {index: token for index, token in tokens.items() if token is not None and not _skips(token)}

    def _tied_trail(self) -> bool:
        """Return whether the figure below the last question must be its rating, as the others below theirs."""
        place = self._lines.trail
        if place is None or {self._items[place].gap} != self._above or not self._alike(place):
            return False
        after = self._items[place + 1] if place + 1 < len(self._items) else None
        if self._plainly_styled() or (after is not None and after.what == "invitation"):
            return True
        gap = self._items[place].gap
        if after is not None and after.gap <= gap:
            return False
        return max(self._above) < min(self._below) or self._apart(self._lines.questions[0][0], gap)

    def _tied_lead(self) -> bool:
        """Return whether the figure above the first question must be its rating, as the others above theirs."""
        place = self._lines.lead
        if place is None or not self._alike(place):
            return False
        gap = self._items[self._lines.questions[0][0]].gap
        if {gap} != self._below:
            return False
        if self._plainly_styled():
            return True
        return self._items[place].gap > gap and (
            max(self._below) < min(self._above) or self._apart(place, max(gap, *self._above))
        )

    def _apart(self, place: int, gap: int) -> bool:
        """Return whether more blank lines stand above the questions than among them, so that parts are kept apart."""
        return place > 0 and self._items[place].gap > gap and {*self._above, *self._below} == {gap}

    def _style(self, place: int) -> tuple[int, str]:
        """Return how a figure is written: how far it is set in, and the signs and words beside it."""
        text = self._items[place].text
        signs = "".join(char for char in text if not char.isalnum() and not char.isspace())
        signs = "★" if signs.strip("★☆⭐🌟✩●○") != signs else signs
        words = "w" if any(map(str.isalpha, text)) else ""
        return min(self._indents[place], 1), signs + words

    def _alike(self, place: int) -> bool:
        return _skips(self._items[place].token) or self._style(place) in self._styles

    def _plainly_styled(self) -> bool:
        """Return whether figures are written in a way of their own, and not as a lone figure in a comment would be."""
        return len(self._styles) == 1 and self._styles != {(0, "")}


def _skips(token: Token | None) -> bool:
    """Return whether an answer is a mark for none."""
    return token is not None and token.value is None and not token.odd
