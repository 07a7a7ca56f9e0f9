"""Draw the survey on top of the transcript: ratings, comment, what people fixed in it, and questions about the case."""

from collections.abc import Callable
from datetime import datetime

from textual.content import Content

from csat_tui.domain.case import AskedQuestion, Case
from csat_tui.domain.playbook import Playbook, RatingRule
from csat_tui.domain.survey import FROM_A_LIST, Survey, lowest_rating, mean_rating, reading_changes
from csat_tui.domain.ticket import Status
from csat_tui.tui.base.keymap import DEFAULT_KEYS, InKeys
from csat_tui.tui.base.lines import hang
from csat_tui.tui.base.text import day, safe, safe_line, stamp
from csat_tui.tui.triage.queue.lines import WORST

QUESTIONS_SHOWN = 300
"""Characters shown of a question or an answer; the whole is where it was asked."""


def open_question(case: Case) -> AskedQuestion | None:
    """Return the newest question about a case that nobody has answered yet."""
    return next((one for one in reversed(case.questions) if one.answered_at is None), None)


def question_lines(case: Case, now: datetime, width: int, keys: InKeys = DEFAULT_KEYS) -> list[Content]:
    """Return each question with its answer, or with the key that takes one."""
    lines: list[Content] = []
    for one in case.questions:
        head = safe_line(f"asked in #{one.channel.lstrip('#')}, {stamp(one.asked_at, now)}: ", "$muted")
        mark = Content.styled("?", "bold $fair") if one.answered_at is None else Content.styled("✔", "$good")
        lines += hang(head + safe_line(_cut_question(one.text)), width, mark)
        if one.answered_at is None:
            parts = (
                ("not answered yet, ", "$muted"),
                (keys("{case.answer}"), "bold $accent"),
                (" enters the answer", "$muted"),
            )
            lines += hang(Content.assemble(*parts), width)
        else:
            who = f"{one.answered_by}, " if one.answered_by else ""
            said = safe_line(f"{who}{stamp(one.answered_at, now)}: ", "$muted") + safe_line(
                _cut_question(one.answer), "bold"
            )
            lines += hang(said, width)
    return lines


def _cut_question(text: str) -> str:
    return text if len(text) <= QUESTIONS_SHOWN else f"{text[:QUESTIONS_SHOWN]}…"


MENDINGS_SHOWN = 300
"""Characters shown of a comment that another survey stands for; its own case has the whole."""


def mending_lines(case: Case, playbook: Playbook, now: datetime, width: int) -> list[Content]:
    """Return each mending with who, when and what it was before, then the surveys that gave way to this one."""
    lines: list[Content] = []
    for one in case.mendings:
        changes = ", ".join(reading_changes(one.before, one.reading, playbook.factors)) or "confirmed as it was read"
        said = f"fixed by {one.by or 'somebody'}, {stamp(one.at, now)}: {changes}"
        lines += hang(safe_line(said, "$muted"), width, Content.styled("✎", "$fair"))
        if one.before.comment.strip() and one.before.comment != one.reading.comment:
            before = " ".join(one.before.comment.split())
            lines += hang(safe_line(f"before: “{before[:MENDINGS_SHOWN]}”", "$muted"), width)
    for number, survey in case.replaced:
        figures = ", ".join(
            f"{factor.short} {survey.ratings[factor.id]}" for factor in playbook.factors if factor.id in survey.ratings
        )
        words = survey.headline or " ".join(survey.raw.split())
        said = f"another survey for this ticket, {stamp(survey.received_at, now)}, case {number}"
        if figures:
            said += f": {figures}"
        if words:
            said += f" “{words[:MENDINGS_SHOWN]}”"
        lines += hang(safe_line(said, "$muted"), width, Content.styled("↩", "$fair"))
    return lines


COMMENT_FOLD = 8
"""Lines shown of a long comment until it is unfolded, so that the conversation stays in sight."""

COMMENT_LIMIT = 6_000
"""Characters shown of a comment or of a survey's raw text; the help desk has the rest."""


def survey_lines(
    case: Case, playbook: Playbook, now: datetime, width: int, *, unfolded: bool = True, keys: InKeys = DEFAULT_KEYS
) -> list[Content]:
    """Return the survey's lines, cut to the width."""
    lines = _factors(case, playbook, width)
    survey = case.survey
    if survey.comment.strip():
        lines += _comment(survey.comment, width, keys, unfolded=unfolded)
    else:
        lines += hang(Content.styled("— no comment —", "$muted"), width)
    if survey.problem:
        lines.append(Content(""))
        banner = Content.assemble(("! This survey needs fixing: ", "bold $bad"), safe(survey.problem, "$bad"))
        lines += hang(banner, width, indent=0)
        if survey.raw.strip():
            lines += barred(safe(_cut(survey.raw.strip()), "$muted"), width, "$bad")
    lines += mending_lines(case, playbook, now, width)
    lines += question_lines(case, now, width, keys)
    for sentence in _circumstances(case):
        lines += hang(safe_line(sentence, "$muted"), width, Content.styled("·", "$muted"))
    for earlier in case.earlier:
        try:
            label = playbook.outcome(earlier.outcome_id).label
        except KeyError:
            label = earlier.outcome_id
        words = safe_line(f"decided before: {label.lower()}, {day(earlier.decided_at, now)}", "$muted")
        lines += hang(words, width, Content.styled("↩", "$fair"))
    return lines


def is_long_comment(case: Case, width: int) -> bool:
    """Whether a comment is folded until the person wants it whole."""
    return len(_comment(case.survey.comment, width, DEFAULT_KEYS, unfolded=True)) > COMMENT_FOLD + 1


def _comment(comment: str, width: int, keys: InKeys, *, unfolded: bool) -> list[Content]:
    lines = barred(safe(_cut(comment.strip())), width, "$internal")
    # A fold that hides a single line only costs a key.
    if unfolded or len(lines) <= COMMENT_FOLD + 1:
        return lines
    hint = Content.styled(
        f"… {len(lines) - COMMENT_FOLD:,} more lines, {keys('{transcript.unfold}')} to unfold", "$accent"
    )
    return [*lines[:COMMENT_FOLD], hint]


def barred(text: Content, width: int, style: str) -> list[Content]:
    """Return a text wrapped beside a bar that runs along all its lines."""
    bar = Content.styled("▎ ", style)
    return [bar + line for line in text.wrap(max(4, width - 2))]


def rating_style(rating: float | None, low: float) -> str:
    """Return the style of a rating; the figure itself says the same without colour."""
    if rating is None or rating < WORST:
        return "bold $bad"
    return "bold $fair" if rating <= low else "bold $good"


def _factors(case: Case, playbook: Playbook, width: int) -> list[Content]:
    """Return what counts, the mean, and the factors on as few lines as they take; factor and figure stay together."""
    survey = case.survey
    average = mean_rating(survey.ratings)
    first, rating = _that_counts(survey, playbook)
    style = rating_style(survey.rating, playbook.low)
    lines = [Content.assemble(("Survey", "bold"), "  ", (first, "$muted"), (rating, style))]
    if average is not None:
        lines[0] += Content.assemble((" ⌀ mean ", "$muted"), f"{average:.1f}")
    for factor in playbook.factors:
        if factor.id in survey.ratings:
            one = Content.assemble((factor.short, "$muted"), " ", str(survey.ratings[factor.id]))
            if lines[-1].cell_length + 2 + one.cell_length <= width:
                lines[-1] = lines[-1] + "  " + one
            else:
                lines.append(one)
    return lines


def _that_counts(survey: Survey, playbook: Playbook) -> tuple[str, str]:
    """Return what the figure before the mean is called, and the figure, as the queue's rows have it."""
    if playbook.rating is RatingRule.FACTOR:
        return f"{first_figure(playbook)} ", "?" if survey.rating is None else f"{survey.rating:.0f}"
    worst = lowest_rating(survey.ratings)
    return f"{first_figure(playbook)} ", "?" if worst is None else str(worst)


def first_figure(playbook: Playbook) -> str:
    """Return what the figure before the mean is called: one factor's name, or else it is the lowest of all."""
    if playbook.rating is not RatingRule.FACTOR:
        return "lowest"
    return next((one.short for one in playbook.factors if one.id == playbook.rating_factor), "rating")


def _circumstances(case: Case) -> list[str]:
    """Return in words what stands in the way of reading or answering, and whose case it is."""
    sentences = [f"claimed by {case.claimed_by}"] if case.claimed_by else []
    if case.survey.source.startswith(FROM_A_LIST):
        sentences.append("the survey itself is not here; this comes from a list of low scores")
    ticket, number = case.source_ticket, case.survey.source_ticket_id
    for kind, one in (("survey ticket", case.survey_ticket), ("ticket", ticket)):
        if one is None:
            continue
        say: Callable[[str], None] = sentences.append
        if one.status is Status.DELETED:
            say(f"the {kind} #{one.id} was deleted at the help desk; this is an earlier copy")
        elif one.merged:
            say(f"the {kind} #{one.id} was merged into another one, where the conversation goes on")
        elif one.status is Status.CLOSED:
            say(f"the {kind} #{one.id} is closed, so notes and replies cannot be added")
    if number is None:
        sentences.append("the survey does not name a ticket, so there is no transcript")
    sentences += [one for one in case.missing if "admin" not in one]
    return sentences


def _cut(text: str) -> str:
    return (
        text if len(text) <= COMMENT_LIMIT else f"{text[:COMMENT_LIMIT]}… {len(text) - COMMENT_LIMIT:,} more characters"
    )
