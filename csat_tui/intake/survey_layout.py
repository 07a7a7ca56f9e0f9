"""Decide which figure answers which question, over a whole survey and never by one line alone.

Ratings stand on their question's line, or on lines of their own above or below. A layout is believed only if no other
layout reads the same lines differently; where two do, nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from csat_tui.domain.ids import FactorId
from csat_tui.domain.playbook import Factor
from csat_tui.intake.figure_assignments import FigureAssignments, FigureLines
from csat_tui.intake.question_line import Certainty, QuestionLine
from csat_tui.intake.rating_token import Token, figures_of
from csat_tui.intake.survey_items import SurveyItem

_UNCLEAR = "it is not clear which figure belongs to which question"
_APART = 1
"""Blank lines that divide a text from a question; closer to it the text may be meant as its answer."""
_FEWEST_GAPS = 3
_MOST_NOISE = 3
"""Lines of words that may stand between two stretches of questions."""
_BREAKS = frozenset({"heading", "invitation", "words"})

Answers = dict[FactorId, Token | None]


@dataclass(slots=True)
class SurveyLayout:
    """The answers to a survey's questions; `used` are the places of the items that were read."""

    answers: Answers = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def problem(self, sentence: str) -> None:
        """Note what could not be read, once."""
        if sentence not in self.problems:
            self.problems.append(sentence)


def lay_out(items: Sequence[SurveyItem], factors: Sequence[Factor], indents: Sequence[int]) -> SurveyLayout:
    """Return the answer for each factor; `indents` are the indentations of the items' lines."""
    laid = SurveyLayout()
    chosen = _chosen(items, factors, laid)
    if not chosen:
        return laid
    questions = [(place, items[place], asked) for place in sorted(chosen) if (asked := items[place].asked)]
    questions = _uncounted(questions, laid)
    laid.used.update(place for place, _, _ in questions)
    for _, _, asked in questions:
        if asked.before is not None and asked.behind is not None:
            laid.problem(f"{asked.factor.label} has a figure on both sides of its question")
        elif asked.bad:
            shown = asked.bad if len(asked.bad) <= 60 else asked.bad[:59] + "…"
            laid.problem(f"beside {asked.factor.label} stands “{shown}”, which is not a rating")
        else:
            laid.answers[asked.factor.id] = asked.token
    _standing_apart(items, questions, laid)
    up, down = _own_lines(items, questions, indents, laid)
    _labelled(items, questions, laid)
    _unanswered(items, questions, laid, upward=up, downward=down)
    return laid


def _chosen(items: Sequence[SurveyItem], factors: Sequence[Factor], laid: SurveyLayout) -> set[int]:
    """Return the places of the questions, one for each factor, and note those in doubt."""
    stretches = _stretches(items)
    if not stretches:
        return set()
    chosen: dict[FactorId, int] = {}
    for stretch in _belonging(items, stretches, len(factors)):
        for place in stretch:
            asked = items[place].asked
            if asked is None or not _trusted(items, stretch, place):
                continue
            other = chosen.setdefault(asked.factor.id, place)
            if other != place:
                chosen[asked.factor.id] = _better(items, other, place, laid)
    last = max(chosen.values(), default=-1)
    for place, item in enumerate(items):
        asked = item.asked
        if asked is None or place in chosen.values() or asked.kind is not Certainty.SURE or not asked.rated:
            continue
        invited = any(one.what == "invitation" for one in items[last + 1 : place])
        if asked.factor.id in chosen and not invited:
            laid.problem(f"{asked.factor.label} is rated twice")
    return set(chosen.values())


def _stretches(items: Sequence[SurveyItem]) -> list[list[int]]:
    """Return the places of questions that follow each other with nobody speaking in between."""
    found: list[list[int]] = []
    open_ = False
    for place, item in enumerate(items):
        if item.what == "question":
            if not open_:
                found.append([])
            found[-1].append(place)
            open_ = True
        elif item.what in _BREAKS:
            open_ = False
    return found


def _belonging(items: Sequence[SurveyItem], stretches: Sequence[list[int]], count: int) -> list[list[int]]:
    """Return the stretches that are the survey: the one with most factors, and those that noise divides from it."""

    def weight(stretch: Sequence[int]) -> tuple[int, int]:
        sure = {asked.factor.id for place in stretch if (asked := items[place].asked) and asked.kind is Certainty.SURE}
        return len(sure), len(stretch)

    main = max(range(len(stretches)), key=lambda index: weight(stretches[index]))
    if weight(stretches[main])[0] <= 1 < count:
        singles = [items[stretch[0]].asked for stretch in stretches if len(stretch) == 1]
        known = [asked for asked in singles if asked is not None and asked.kind is Certainty.SURE and asked.rated]
        if len({asked.factor.id for asked in known}) == len(known) == len(stretches) == count:
            return list(stretches)
    first = last = main
    for step, bound in ((-1, -1), (1, len(stretches))):
        index = main
        while index + step != bound and _near(items, stretches, index, index + step):
            index += step
            inner = any(len(stretches[other]) > 1 for other in range(index + step, bound, step)) and _near(
                items, stretches, index, index + step
            )
            if weight(stretches[index])[0] > 1 or inner:
                first, last = min(first, index), max(last, index)
    return list(stretches[first : last + 1])


def _near(items: Sequence[SurveyItem], stretches: Sequence[list[int]], one: int, other: int) -> bool:
    if not 0 <= other < len(stretches):
        return False
    upper, lower = sorted((one, other))
    between = items[stretches[upper][-1] + 1 : stretches[lower][0]]
    words = sum(item.last - item.first + 1 for item in between if item.what == "words")
    return words <= _MOST_NOISE and not any(item.what in ("heading", "invitation") for item in between)


def _trusted(items: Sequence[SurveyItem], stretch: Sequence[int], place: int) -> bool:
    """Return whether a line of a stretch is a question: for certain, or by what stands around it."""
    asked = items[place].asked
    if asked is None:
        return False
    if asked.kind is Certainty.SURE:
        return True
    if asked.token is None:
        return False
    sure = [one for one in stretch if (other := items[one].asked) and other.kind is Certainty.SURE]
    # Where hardly any question is made of the usual words, the playbook's fragments are all there is to go by.
    return len(sure) * 2 <= len(stretch) or sure[0] < place < sure[-1]


def _better(items: Sequence[SurveyItem], one: int, other: int, laid: SurveyLayout) -> int:
    """Return which of two lines asks about the factor; a title or a customer's sentence may look like the question."""
    first, second = items[one].asked, items[other].asked
    if first is None or second is None:  # pragma: no cover - both are questions
        return one
    if first.kind is not second.kind:
        return one if first.kind is Certainty.SURE else other
    if first.blank != second.blank and (first.rated or second.rated):
        return other if first.blank else one
    if bool(first.bad) != bool(second.bad) and first.rated:
        return one
    laid.problem(f"{first.factor.label} is asked twice")
    return one


def _standing_apart(
    items: Sequence[SurveyItem], questions: Sequence[tuple[int, SurveyItem, QuestionLine]], laid: SurveyLayout
) -> None:
    """Note a first or last question that stands apart from the others: a customer's line may read like one."""
    gaps = [items[below].gap for (place, _, _), (below, _, _) in pairwise(questions) if below == place + 1]
    if len(gaps) < len(questions) - 1 or len(gaps) < _FEWEST_GAPS:
        return
    last, following = questions[-1], questions[-1][0] + 1
    continued = following < len(items) and items[following].what == "words" and not items[following].gap
    if gaps[0] > max(gaps[1:]):
        laid.problem(f"{questions[0][2].factor.label} is separate from the other questions")
    if gaps[-1] > max(gaps[:-1]) or (continued and min(gaps) > 0 and last[2].rated):
        laid.problem(f"{last[2].factor.label} is separate from the other questions")


def _uncounted(
    questions: Sequence[tuple[int, SurveyItem, QuestionLine]], laid: SurveyLayout
) -> list[tuple[int, SurveyItem, QuestionLine]]:
    """Return the questions without the figures in front that count them."""
    numbers = [asked.number for _, _, asked in questions]
    if len(questions) < 2 or any(number is None for number in numbers):
        return list(questions)
    counts = [number for number in numbers if number is not None]
    in_order = all(later == sooner + 1 for sooner, later in pairwise(counts))
    listed = all(asked.listed for _, _, asked in questions)
    behind = any(asked.behind is not None or asked.bad for _, _, asked in questions)
    constant, distinct = len(set(counts)) == 1, len(set(counts)) == len(counts)
    counted = (in_order and (behind or counts[-1] > 5)) or (listed and behind and (constant or distinct))
    if not counted:
        if in_order or (listed and constant and behind):
            laid.problem("the figures before the questions may count them or rate them")
        return list(questions)
    return [(place, item, replace(asked, before=None)) for place, item, asked in questions]


def _own_lines(
    items: Sequence[SurveyItem],
    questions: Sequence[tuple[int, SurveyItem, QuestionLine]],
    indents: Sequence[int],
    laid: SurveyLayout,
) -> tuple[bool, bool]:
    """Give the figures on lines of their own to the questions that they answer, if there is only one way to.

    Returns whether figures stand above their questions, and whether below.
    """
    lines = _around(items, questions)
    if not any(lines.slots):
        first, last = questions[0][2], questions[-1][2]
        trail = items[lines.trail].token if lines.trail is not None else None
        if trail is not None and last.blank and (trail.value is not None or trail.odd):
            laid.problem(f"the figure below {last.factor.label} may be its rating or the beginning of the comment")
        invited = lines.lead and items[lines.lead - 1].what == "invitation"
        if lines.lead is not None and not invited:
            laid.problem(f"the figure above {first.factor.label} may be its rating or belong to something else")
        return False, False
    laid.used.update(place for slot in lines.slots for place in slot)
    if any(len(slot) > 1 for slot in lines.slots):
        laid.problem(_UNCLEAR)
        return False, False
    readings = FigureAssignments(items, lines, indents).possible()
    if len(readings) != 1:
        laid.problem(_UNCLEAR)
        return False, False
    (reading,) = readings
    for index, place in reading.items():
        _, _, asked = questions[index]
        laid.answers[asked.factor.id] = items[place].token
        laid.used.add(place)
    upward = all(place < questions[index][0] for index, place in reading.items())
    return upward, not upward


def _around(items: Sequence[SurveyItem], questions: Sequence[tuple[int, SurveyItem, QuestionLine]]) -> FigureLines:
    """Return the figures beside the questions; those divided from every question by words are the customer's."""
    slots: list[list[int]] = []
    for (place, _, upper), (below, _, lower) in pairwise(questions):
        figures = [one for one in range(place + 1, below) if items[one].what == "figure"]
        if not (upper.blank or lower.blank):
            figures = [one for one in figures if items[one].text.strip("-–")]
        slots.append(figures)
    first, last = questions[0][0], questions[-1][0]
    lead = first - 1 if first and items[first - 1].what == "figure" else None
    trail = last + 1 if last + 1 < len(items) and items[last + 1].what == "figure" else None
    return FigureLines(questions, slots, lead, trail)


def _unanswered(
    items: Sequence[SurveyItem],
    questions: Sequence[tuple[int, SurveyItem, QuestionLine]],
    laid: SurveyLayout,
    *,
    upward: bool,
    downward: bool,
) -> None:
    """Note the words that stand in the place of an answer: between two questions, or where the others are answered."""
    gaps = [(place, below) for (place, _, _), (below, _, _) in pairwise(questions)]
    open_ = [laid.answers.get(asked.factor.id) is None and asked.blank for _, _, asked in questions]
    for index, (place, below) in enumerate(gaps):
        if open_[index] or open_[index + 1]:
            _assign_words(items[place + 1 : below], questions[index if open_[index] else index + 1][2], laid)
    first, last = questions[0][0], questions[-1][0]
    if upward and open_[0] and first and items[first].gap < _APART:
        _assign_words(items[first - 1 : first], questions[0][2], laid)
    if downward and open_[-1] and last + 1 < len(items) and items[last + 1].gap < _APART:
        _assign_words(items[last + 1 : last + 2], questions[-1][2], laid)


def _labelled(
    items: Sequence[SurveyItem], questions: Sequence[tuple[int, SurveyItem, QuestionLine]], laid: SurveyLayout
) -> None:
    """Compare the words below a rating with its figure."""
    last = questions[-1][0]
    for place, _, asked in questions:
        token = laid.answers.get(asked.factor.id)
        below = next((one for one in range(place + 1, len(items)) if one not in laid.used), len(items))
        if token is None or token.value is None or below == len(items) or items[below].gap:
            continue
        label = items[below].text.strip(" ()[]-–:")
        if items[below].what == "words" and figures_of(label):
            if token.value not in figures_of(label):
                laid.problem(f"{asked.factor.label} rated {token.value}, and below it is “{label}”")
            elif below < last:
                laid.used.add(below)


def _assign_words(items: Sequence[SurveyItem], asked: QuestionLine, laid: SurveyLayout) -> None:
    words = [item.text for item in items if item.what in ("words", "debris")]
    if words:
        shown = words[0] if len(words[0]) <= 60 else words[0][:59] + "…"
        laid.problem(f"beside {asked.factor.label} stands “{shown}”, which is not a rating")
