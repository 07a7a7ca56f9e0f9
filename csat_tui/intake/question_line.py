"""One line that asks: about a factor, with at most one rating beside it and nothing else, or for a comment.

A factor is known by fragments of its question, and customers use the same words. So a line is a question for certain
only if the rest of it is what questions are made of; other lines are doubtful, and the whole survey decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from csat_tui.domain.playbook import Factor
from csat_tui.intake.plain_text import word_list
from csat_tui.intake.rating_token import LONGEST_TOKEN, SENTIMENTS, SKIPPED, Token, label_at, parse_token

LONGEST_QUESTION = 240
"""Characters of a question with its rating."""

_WORDS = frozenset(
    word_list(
        """
    a an the our your us we you how what was were is are did do does that which it its this these of to for with
    in on by as at from and or when who overall level satisfaction satisfied please rate well much quickly fast
    soon promptly easily easy easier ease difficult speed quick timely timeliness time response responses
    responsiveness responded respond answer answers answered answering reply replied request requests question
    questions issue issues inquiry enquiry query queries concern concerns problem problems contact contacted
    contacting connect connected connecting reach reached reaching get getting got touch team teams team's
    member members representative representatives rep agent agents agent's associate associates advisor adviser
    specialist staff person people colleague customer customers customer's care service services support
    experience help helped helpful helpfulness knowledge knowledgeable product products expertise resolution
    resolutions resolve resolved resolving solution solutions solve solved outcome provided provide providing
    provides received receive offered offer given gave give made make makes feel felt feeling valued value
    treated treat respected respect quality interaction interactions conversation call chat email e-mail phone
    channel spoke talked dealt dealing handled handle handling about regarding ability able communicate
    communication courtesy courteous friendly friendliness polite politeness professional professionalism
    understanding understood clear clarity has have had been can could would desk
    """
    )
)
"""Words of questions about a contact; none of them praises, blames or denies."""

_SPEAKER = frozenset({"i", "me", "my", "mine", "myself", "i'm", "i've", "i'd", "i'll", "im", "ive"})
"""Words that only a customer uses."""

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_STEM = re.compile(r"[^?]{5,120}\?\s*[-–:|]\s*")
_COUNT = re.compile(
    r"(?:q(?:uestion)?\.?\s?\d{1,2}(?:[._]\d{1,2})?|[a-h]|\(?[a-h]\))\s*[:.)–-]+\s+|q\d{1,2}\s+", re.IGNORECASE
)
_NUMBER = re.compile(r"[(\[]?(\d{1,2})([.)\]]*)\s*[:|–-]?\s*")
_APART = ":|=-–([{,…→"
_SCALED = re.compile(r"[(\[][^()\[\]]{0,60}[)\]]")
_SIGNS = " :|=-–(["
_MOST_BRANDS = 5


class Certainty(IntEnum):
    """How certain it is that a line with a fragment asks its question."""

    DOUBTFUL = 0
    SURE = 1


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A line that asks about a factor; `before` and `behind` are the tokens beside the question."""

    factor: Factor
    kind: Certainty
    before: Token | None = None
    behind: Token | None = None
    bad: str = ""
    """Text beside the question that is no answer on the scale."""
    number: int | None = None
    """A small figure in front, which may count the questions or rate them."""
    listed: bool = False
    """Whether that figure is written like a list number: “1.” or “1)”."""

    @property
    def token(self) -> Token | None:
        """The answer on this line; None if there is none."""
        return self.behind or self.before

    @property
    def rated(self) -> bool:
        """Whether a figure of the scale stands on the line."""
        return self.token is not None and self.token.value is not None

    @property
    def blank(self) -> bool:
        """Whether the line is the question alone."""
        return self.token is None and not self.bad

    def counted(self) -> "QuestionLine":
        """Return the line with the figure in front taken for a count."""
        return replace(self, before=None)


@dataclass(slots=True)
class _Words:
    """Words beside a fragment, and what makes the line doubtful."""

    strange: list[str] = field(default_factory=list)
    sentence: bool = False
    figured: bool = False
    """Whether there are figures among them, so that no figure beside them is certainly the answer."""


class QuestionRecogniser:
    """Recognises the questions of a playbook's factors."""

    def __init__(self, factors: Sequence[Factor]) -> None:
        fragments = [(fragment, factor) for factor in factors for fragment in factor.match]
        self._fragments = sorted(fragments, key=lambda one: -len(one[0]))
        own = [normalised_question(text) for factor in factors for text in (factor.label, *factor.match)]
        self._words = _WORDS | {word for text in own for word in _WORD.findall(text)} - _SPEAKER

    def asked(self, text: str) -> QuestionLine | None:
        """Return the question in a line of plain text; None if it asks nothing or a customer is speaking."""
        if len(text) > LONGEST_QUESTION:
            return None
        folded = normalised_question(text)
        if len(folded) != len(text):
            text = folded
        for fragment, factor in self._fragments:
            at = folded.find(fragment)
            if at >= 0 and not (at and folded[at - 1].isalnum() and fragment[0].isalnum()):
                return self._read(text, at, at + len(fragment), factor)
        return None

    def _read(self, text: str, start: int, end: int, factor: Factor) -> QuestionLine | None:
        while end < len(text) and text[end].isalpha():
            end += 1
        words = _Words()
        before, number, listed = self._front(text[:start], words)
        behind, bad = self._back(text[end:], words)
        if any(word in _SPEAKER for word in words.strange):
            return None
        sure = not (words.strange or words.sentence or words.figured)
        if words.figured or (bad and not sure):
            return QuestionLine(factor, Certainty.DOUBTFUL, bad=text)
        return QuestionLine(factor, Certainty.SURE if sure else Certainty.DOUBTFUL, before, behind, bad, number, listed)

    def _front(self, text: str, words: _Words) -> tuple[Token | None, int | None, bool]:
        """Read what stands before the fragment: a count or a rating, then words of the question."""
        text = text.lstrip()
        if stem := _STEM.match(text):
            text = text[stem.end() :]
        if count := _COUNT.match(text):
            text = text[count.end() :]
        token, rest = _leading(text)
        number, listed = None, False
        if token is not None and (match := _NUMBER.fullmatch(text[: len(text) - len(rest)])):
            number, listed = int(match[1]), bool(match[2])
        self._weigh(rest, words, leading=True)
        return token, number, listed

    def _back(self, text: str, words: _Words) -> tuple[Token | None, str]:
        """Read what stands behind the fragment: words of the question, then a rating or something else."""
        ends = [0, *(match.end() for match in _WORD.finditer(text))]
        for end in ends:
            rest = text[end:]
            if (rest and rest[0].isalnum()) or len(rest) > LONGEST_TOKEN:
                continue
            token = parse_token(rest.lstrip("? "))
            if token is None or (token.odd and rest.lstrip()[:1].isalpha() and end != ends[-1] and _wordy(rest)):
                continue
            if _in_a_sentence(text[:end], rest):
                continue
            return self._divided(text, end, _said(token, rest), words)
        return self._divided(text, len(text), None, words)

    def _divided(self, text: str, end: int, token: Token | None, words: _Words) -> tuple[Token | None, str]:
        """Divide a text whose rating begins at `end`: what a sign sets apart from the question answers it as well."""
        # A name may belong to a question that is rated; beside one that is not it may be the answer.
        named = token is not None
        beside = self._strange_from(text[:end], named=named)
        if beside is not None and beside[1]:
            self._weigh(text[: beside[0]], words, named=named)
            return None, text[beside[0] :].strip()
        self._weigh(text[:end], words, named=named)
        return token, ""

    def _strange_from(self, text: str, *, named: bool) -> tuple[int, bool] | None:
        """Return where words behind a fragment stop being a question's, and whether a sign divides them from it."""
        at = 0
        for match in _WORD.finditer(text):
            gap = text[at : match.start()]
            if any(char.isdigit() or char in "$€£#%" for char in gap):
                return at, True
            if not self._known(match[0], named=named):
                return at, any(char in _APART for char in gap)
            at = match.end()
        gap = text[at:]
        return (at, True) if any(char.isdigit() or char in "$€£#%" for char in gap) else None

    def _weigh(self, text: str, words: _Words, *, leading: bool = False, named: bool = True) -> None:
        """Note the words that no question has; names of a brand stand between “the” and the team."""
        found = list(_WORD.finditer(text))
        strangers = [match for match in found if normalised_question(match[0]) not in self._words]
        brand = (
            leading
            and len(strangers) <= _MOST_BRANDS
            and found
            and normalised_question(found[0][0]) in ("the", "our", "your")
        )
        for match in strangers:
            word = normalised_question(match[0])
            if word in _SPEAKER or not (self._known(match[0], named=named) or (brand and word not in SENTIMENTS)):
                words.strange.append(word)
        bare = _SCALED.sub("", text)
        words.sentence = words.sentence or any(char in bare for char in ".!;,")
        words.figured = words.figured or any(char in bare for char in "$€£%<>") or any(map(str.isdigit, bare))

    def _known(self, word: str, *, named: bool) -> bool:
        """Return whether a word is one of a question's, or in its place a name by its capital."""
        folded = normalised_question(word)
        if folded in self._words:
            return True
        return named and word[0].isupper() and folded not in _SPEAKER and folded not in SENTIMENTS


def _said(token: Token, rest: str) -> Token | None:
    """Return what a rest answers: nothing where there is none, and a skip where one is marked."""
    return None if token is SKIPPED and not rest.strip(" :?|=.…·>") else token


def _in_a_sentence(text: str, rest: str) -> bool:
    """Return whether a label before its figure is said in a sentence: “was useless 1” is, “: Useless (1)” is not."""
    label = label_at(rest.lstrip(_SIGNS))
    if not label:
        return False
    signs = rest[: len(rest) - len(rest.lstrip(_SIGNS))]
    set_apart = bool(signs.strip()) or label[0].isupper()
    figured = rest.lstrip(_SIGNS)[len(label) :].lstrip()[:1] in ("(", "[", "-", "–", ":", "|", "=")
    return not (set_apart and figured) or text.rstrip().endswith((" was", " were", " is"))


def _wordy(text: str) -> bool:
    """Return whether a text that has no figure is rather words of the question: “easy”, “the answer”."""
    return not any(map(str.isdigit, text))


def _leading(text: str) -> tuple[Token | None, str]:
    """Divide what stands before a question's words: the longest beginning that is an answer, and the rest."""
    ends = [match.end() for match in re.finditer(r"\S+\s*", text)][:14]
    for end in reversed(ends):
        token = parse_token(text[:end])
        if token is None or (token is SKIPPED and not any(map(str.isalnum, text[:end]))):
            continue
        if token.odd and _wordy(text[:end]):
            continue
        return token, text[end:]
    return None, text


_COMMENT_QUESTION = re.compile(
    r"(?:is there )?anything else (?:you(?:'d| would) like to|that you want to)\b[^?]{0,80}"
    r"|(?:additional |further |customer |your |any )?(?:comments?|feedback|verbatim)",
    re.IGNORECASE,
)

_ANSWERED = re.compile(
    r"(?:(?:is there )?anything else you.{0,90}?\?|(?:(?:additional|further|customer|your|any) )?"
    r"(?:comments?|feedback|verbatim)\s?[:|])\s*[-–:|]*\s*(\S.*)",
    re.IGNORECASE,
)


def normalised_question(text: str) -> str:
    """Return a text for comparing questions: one line, no capitals, straight apostrophes."""
    return " ".join(text.replace("’", "'").casefold().split())


def factor_of(text: str, factors: Sequence[Factor]) -> Factor | None:
    """Return the factor that a question is about: of several whose fragments it contains, the longest fragment's."""
    asked = normalised_question(text)
    best: Factor | None = None
    longest = 0
    for factor in factors:
        for fragment in factor.match:
            if len(fragment) > longest and fragment in asked:
                best, longest = factor, len(fragment)
    return best


def asks_for_comment(text: str) -> bool:
    """Return whether a text is the invitation to write freely, and nothing more."""
    return _COMMENT_QUESTION.fullmatch(normalised_question(text).strip(" :?*-.")) is not None


def comment_behind(text: str) -> str:
    """Return the text behind the invitation on its line; empty if the line has no invitation."""
    match = _ANSWERED.fullmatch(" ".join(text.replace("’", "'").split())) if len(text) <= 4_000 else None
    return match[1] if match else ""
