"""What keeps words from admitting a fault: conditions, questions, reports by the customer, other people who did it."""

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_parts import Subject, Who
from csat_tui.domain.wording.fault_sentence import Sentence

_IF = lexicon.words("if whether unless")
_ASKS = lexicon.words("is are am was were do does did have has had will would shall should can could may might must")
_WH = lexicon.words("who what which where when why how whose whom")
_REPORTED = lexicon.words(
    "ask asked asks wonder wondered says writes"
    " feel felt think thought say said write wrote written mention mentioned believe believed describe"
    " described report reported state stated claim claimed suspect suspected complain complained consider"
    " considered assume assumed worry worried express expressed told tell explain explained imply suggest"
    " suggested find found fear feared point pointed see saw note noted feeling thinking saying writing telling"
    " concerned"
)
_OF_YOURS = lexicon.words(
    "impression feeling view message feedback concern complaint opinion comment words survey report"
)
_YOURS_FROM_US = lexicon.words(
    "bill booking statement delivery credit account order refund case ticket request chat box invoice plan message"
    " messages subscription file question email emails call"
)
"""What is the customer's, but is made or handled by us: “a mistake in your bill” may be anybody's."""
_GRANTED = lexicon.words("fair right correct justified valid true accurate understandable warranted deserved")
_AS_IF = lexicon.words("feel felt feels feeling sound sounds sounded")


def hushed(s: Sentence, subject: Subject, at: int) -> bool:
    """Return whether the clause of a subject and its verb does not say that something was so."""
    return unsaid(s, min(subject.start, at))


def unsaid(s: Sentence, start: int) -> bool:
    """Return whether the clause that begins at a word does not say that something was so."""
    return _conditional(s, start) or _asked(s, start) or _reported(s, start) or s.at(start) in ("anything", "any")


def _conditional(s: Sentence, start: int) -> bool:
    before = s.at(start - 1)
    if before in ("should", "had") and (start < 2 or s.boundary(start - 2)):
        return before == "should" or s.question
    if before == "though" and s.at(start - 2) == "as":
        return True
    if before == "like" and any(word in _AS_IF for word in s.before(start)):
        return True
    for at in s.places_before(start):
        word = s.words[at]
        if word in _IF or (word == "case" and s.at(at - 1) == "in") or (word == "event" and s.at(at - 1) == "the"):
            return True
        if (not word[0].isalnum() and word != "'s") or word in ("but", "because", "so"):
            return False
    return False


def _asked(s: Sentence, start: int) -> bool:
    if not s.question:
        return False
    if s.at(start - 1) in _ASKS:
        return True
    at = start
    while at > 0 and (s.words[at - 1][0].isalnum() or s.words[at - 1] == "'s"):
        at -= 1
    return s.at(at) in _ASKS | _WH


def _reported(s: Sentence, start: int) -> bool:
    """Return whether the customer said so, and not we: “you wrote that …”."""
    for at in range(start - 1, -1, -1):
        word = s.words[at]
        if word == "according" and {"you", "your"} & set(s.words[at + 2 : at + 4]):
            return True
        if word in ("but", "so", "because") or (word == "and" and s.at(at - 1) == ","):
            return False
        if word in _REPORTED:
            group = s.group(at)
            subject = s.at(group.start - 1)
            if not group.passive and (
                (subject == "you" and s.at(group.start - 2) != "as")
                or (s.is_noun(group.start - 1) and s.name(group.start - 1)[1] is Who.YOU)
            ):  # fmt: skip
                return True
            if subject == "customer" or (s.at(at - 1) == "you" and s.at(at - 2) in ("that", "which", "how", "what")):
                return True
        if word in _OF_YOURS and "your" in s.before(at):
            if s.at(at + 1) in ("is", "was") and (s.at(at + 2) in _GRANTED or s.at(at + 3) in _GRANTED):
                return False  # “your feedback is fair: …” says it again as ours
            return s.at(at + 1) in ("that", "was", "is", "of") or s.at(at + 1) in lexicon.US
    return False


def place(s: Sentence, index: int, through: frozenset[str] = lexicon.PLACES) -> Who:
    """Return at whose place, or by whom, something was by the words after it: “by our team”, “at the bank”."""
    found = Who.UNKNOWN
    for at in s.places_after(index):
        word = s.words[at]
        if s.boundary(at) and word not in ("and", "or", "'s", ","):
            break
        if word in through:
            whose = _whose(s, at + 1)
            if whose in (Who.US, Who.OURS, Who.NAME) and (word != "to" and word != "through"):
                return whose
            if found is Who.UNKNOWN and (
                (whose is Who.OTHER and word not in ("to", "through", "within", "inside"))
                or (whose is Who.YOU and word in ("by", "at", "on", "in", "from", "of"))
            ):  # fmt: skip
                found = whose
        if word in (",", "and", "or"):
            break
    return found


def _whose(s: Sentence, at: int) -> Who:
    word = s.at(at)
    if word in lexicon.US_OBJECT:
        return Who.US
    if word in ("yours", "yourself"):
        return Who.YOU
    if word in ("how", "what") and s.at(at + 1) in lexicon.US:
        return Who.US
    if word in ("how", "what") and s.at(at + 1) in lexicon.OUR:
        return _whose(s, at + 1)  # “a mistake in how our staff set it up”
    end = at
    while (
        (s.at(end) in lexicon.DETERMINERS and not (end > at and s.is_noun(end - 1)))
        or s.is_noun(end)
        or (s.is_adverb(end) and end == at)
    ):
        end += 1
        if end > at + 6:
            break
    if end == at:
        return Who.UNKNOWN
    _, who, head = s.name(end - 1)
    if who in (Who.THING, Who.UNKNOWN) and head in lexicon.VAGUE and s.at(end) in ("of", "in", "on", "from", "at"):
        return _whose(s, end + 1)
    if who is Who.YOU and head in _YOURS_FROM_US:
        return Who.UNKNOWN
    return who
