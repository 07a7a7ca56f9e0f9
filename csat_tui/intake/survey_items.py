"""Classify the lines of a survey ticket: questions, figures, headings and words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csat_tui.intake.plain_text import plain_line
from csat_tui.intake.question_line import Certainty, QuestionLine, QuestionRecogniser, asks_for_comment, comment_behind
from csat_tui.intake.rating_token import SKIPPED, Token, parse_token, unanswered
from csat_tui.intake.survey_heading import HeadingLine, heading, is_debris, is_rule, is_stem, legend, value_for

_MOST_WRAPPED = 3
"""Lines over which a mail program may have broken a question with its rating."""
_LONGEST_FIGURE = 40
_MOST_LINES = 1_000
"""Lines that are looked at; whatever comes behind so many is somebody's words."""
_MOST_QUESTIONS = 100
"""Questions that are looked at: of so many some stand there twice, and the survey is held."""
_CONTINUES = re.compile(r"[(\[/–-]|(?:out of|of|von|sur|stars?|points?)\b", re.IGNORECASE)
_UNFINISHED = re.compile(r".*[(\[/–,:-]", re.DOTALL)
_ARTICLE = re.compile(r"(?:the|our|your|how)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SurveyItem:
    """One line that is not blank, or several that belong together; `gap` counts the blank ones above it."""

    what: str
    """question, figure, heading, invitation, stem, legend, rule, debris or words."""
    first: int
    last: int
    gap: int
    text: str
    asked: QuestionLine | None = None
    token: Token | None = None
    heading: HeadingLine | None = None
    problem: str = ""


def survey_items(lines: Sequence[str], asking: QuestionRecogniser) -> list[SurveyItem]:
    """Return what the lines are, in their order."""
    plain = [plain_line(line) for line in lines[:_MOST_LINES]]
    items = list(_items(plain, asking))
    rest = (number for number, line in enumerate(lines[_MOST_LINES:], _MOST_LINES) if line.strip())
    return items + [SurveyItem("words", number, number, 0, lines[number]) for number in rest]


def _items(plain: Sequence[str], asking: QuestionRecogniser) -> Iterator[SurveyItem]:
    at, gap, wanted, questions = 0, 0, "", 0
    while at < len(plain):
        text = plain[at]
        if not text:
            at, gap = at + 1, gap + 1
            continue
        if wanted and (found := value_for(wanted, text)) and asking.asked(text) is None:
            yield SurveyItem("heading", at, at, gap, text, heading=found)
            at, gap, wanted = at + 1, 0, ""
            continue
        if questions > _MOST_QUESTIONS:
            yield SurveyItem("words", at, at, gap, text)
            at, gap = at + 1, 0
            continue
        item = _wrapped(plain, at, gap, asking) or _one(text, at, gap, asking)
        questions += item.what == "question"
        wanted = item.heading.wants if item.heading else ""
        yield item
        at, gap = item.last + 1, 0


def _one(text: str, at: int, gap: int, asking: QuestionRecogniser) -> SurveyItem:
    """Return what a single line is."""
    asked = asking.asked(text)
    found = heading(text)
    if found and (asked is None or asked.kind is Certainty.DOUBTFUL or _names(found, asked, text)):
        return SurveyItem("heading", at, at, gap, text, heading=found)
    stem = is_stem(text)
    if stem and (asked is None or re.search(r"\b(?:below|following)\b", text, re.IGNORECASE)):
        said = legend(text)
        return SurveyItem("stem", at, at, gap, text, problem=said.problem if said else "")
    if asked is not None:
        return SurveyItem("question", at, at, gap, text, asked=asked)
    if asks_for_comment(text) or comment_behind(text):
        return SurveyItem("invitation", at, at, gap, text)
    token = _figure(text)
    if (token is None or token.odd) and (said := legend(text)):
        return SurveyItem("legend", at, at, gap, text, problem=said.problem)
    if token is not None:
        return SurveyItem("figure", at, at, gap, text, token=token)
    if is_rule(text):
        return SurveyItem("rule", at, at, gap, text)
    return SurveyItem("debris" if is_debris(text) else "words", at, at, gap, text)


def _names(found: HeadingLine, asked: QuestionLine, text: str) -> bool:
    """Return whether a line that could ask about the team rather names somebody: an agent, or with a colon."""
    if asked.rated and not re.match(r"\w+(?: \w+)?\s*:", text):
        return False
    return found.agent is not None or bool(found.tickets) or (found.customer is not None and ":" in text)


def _figure(text: str) -> Token | None:
    """Return the answer that a line is by itself: a rating, a mark for none, or a short figure of another scale."""
    token = parse_token(text)
    if token is None:
        return None
    if token.value is not None:
        return token
    if token is SKIPPED:
        return token if unanswered(text) or unanswered(text.strip(" -–:")) else None
    figures = re.findall(r"\d+", text)
    return token if len(text) <= _LONGEST_FIGURE and figures and max(map(len, figures)) <= 2 else None


def _wrapped(plain: Sequence[str], at: int, gap: int, asking: QuestionRecogniser) -> SurveyItem | None:
    """Return a question that a mail program has broken into lines; None where the line stands for itself."""
    base = asking.asked(plain[at])
    if base is None and heading(plain[at]):
        return None
    for end in range(at + 1, min(at + _MOST_WRAPPED, len(plain))):
        following = plain[end]
        lone = end > at + 1 and parse_token(plain[end - 1]) is not None
        if lone or not following or heading(following) or is_rule(following) or asks_for_comment(following):
            return None
        text = " ".join(plain[at : end + 1])
        joined = asking.asked(text)
        if joined is None or joined.kind is not Certainty.SURE:
            continue
        if _belongs(base, plain[at], joined, following, asking):
            return SurveyItem("question", at, end, gap, text, asked=joined)
    return None


def _belongs(
    base: QuestionLine | None, first: str, joined: QuestionLine, following: str, asking: QuestionRecogniser
) -> bool:
    """Return whether a line goes on in the one below it, which together ask a question for certain."""
    own, token = asking.asked(following), parse_token(following)
    if joined.bad:
        # The question goes on below, and what it is answered is no rating.
        return base is not None and base.blank and own is None and token is None and following[0].isalpha()
    if own is not None and own.kind is Certainty.SURE:
        # “The Larder” above “Customer Experience team 1” is the beginning of the question.
        short = len(first.split()) <= 4 and _ARTICLE.match(first) is not None
        return base is None and short and joined.factor is own.factor and joined.token == own.token
    if base is None or base.kind is Certainty.DOUBTFUL:
        return token is None and _ARTICLE.match(first) is not None
    if base.factor is not joined.factor:
        return False
    if base.bad:
        return joined.token is not None
    if base.blank:
        return token is None
    lone = token is not None and not token.odd
    return not lone and (_CONTINUES.match(following) is not None or _UNFINISHED.fullmatch(first) is not None)
