"""Failings by name, and whose they were; and things done badly: wrongly, twice, too late."""

from collections.abc import Iterator

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_context import hushed, place, unsaid
from csat_tui.domain.wording.fault_parts import OURS, OURS_OR_THING, Who, WordSpan
from csat_tui.domain.wording.fault_sentence import Sentence

_BREAKS = lexicon.words(
    "glitch glitches bug bugs lack misunderstanding breakdown breakdowns gap gaps flaw flaws mishap mishaps hitch"
)
"""What is a failing wherever it was with us: “a breakdown between our teams”."""
_BETWEEN_US = lexicon.words("mix-up mix-ups mixup miscommunication misunderstanding failure lapse")
_PASSED_OFF = lexicon.words("rule exclude check look search searching looking avoid")
_OUR_AFFAIRS = lexicon.words(
    "order invoice refund bill billing records packing process processing account system handling"
)
_MAKES = lexicon.words("make commit admit acknowledge own accept concede regret do")
_BY_YOU = lexicon.words("entered typed gave given provided sent chose selected wrote made saw see")
_DETAILS = lexicon.words("address postcode zip street spelling surname phone apartment")
_HOLDS = lexicon.words("contain include have show hold")
_BY_ITSELF = lexicon.words("enter type fill spell select choose order pick")
_SLOW = lexicon.words("late slow long slowly early soon little hastily quickly")
_AT_ONCE = lexicon.words(
    "answering replying asking telling checking reading helping listening solving resolving explaining looking"
    " informing answer reply explanation notice warning word solution help"
)


_BILLED = lexicon.words("charge bill debit invoice deduct book")
_MAY_REPEAT = lexicon.words(
    "send call try write contact check remind ask explain look email mention deliver attempt read review confirm visit"
    " phone ring test verify double-check book pay offer be meet"
)
_SENT = lexicon.words(
    "ship send post answer reply respond call start open turn arrive show write mail dispatch inform tell"
)
_DONE_BY_HAND = lexicon.words(
    "type enter write spell read label pack put set do calculate copy install measure book add file hear log print"
    " assemble cook"
)
_ENDED = lexicon.words("cut shut close end cancel leave transfer change stop hang")
_CARRIED = lexicon.words("card payment delivery package parcel")
BADLY_DONE = (
    lexicon.BADLY
    | _SLOW
    | lexicon.words("mistake error accident typo twice double without while much few many wrong early")
)
"""Words that say how something was done."""


def by_name(s: Sentence, i: int) -> Iterator[WordSpan]:
    """A mistake, error or oversight that is ours, or that nobody else made."""
    word = s.words[i]
    soft = word in lexicon.SOFT_NOUNS
    if s.at(i + 1) in lexicon.ERROR_COMPOUNDS:
        return
    start, who, _ = s.name(i)
    body = set(s.words[start:i])
    before = s.before(start, 3)
    if _denied(s, start) or unsaid(s, start) or body & {"no", "any", "neither", "every", "your"}:
        return
    if _PASSED_OFF & set(s.before(start)):
        return
    where = place(
        s, i, lexicon.PLACES | {"between", "among", "across"} if soft or word in _BETWEEN_US else lexicon.PLACES
    )
    if soft:
        side = bool(lexicon.OUR_PLACES & set(s.after(i, 6))) and where is Who.OURS
        if (
            side
            or (body & lexicon.OUR and word in ("delay", "delays", "lack", "misunderstanding", "inaccuracy"))
            or (where in OURS_OR_THING and word in _BREAKS)
            or (word in _BREAKS | {"hiccup", "hiccups", "outage"} and _had(s, start))
        ):
            yield start, i
        return
    maker = _maker(s, i)
    if maker is not None:
        if maker in OURS:
            yield start, i
        if maker in OURS or maker in (Who.OTHER, Who.YOU, Who.NOBODY):
            return
    if who not in (Who.US, Who.OURS) and (_yours(s, i) or _DETAILS & set(s.after(i))):
        return
    if who in (Who.US, Who.OURS) or (where in OURS_OR_THING and not _only_about(s, i)) or (s.at(i + 1) == "of" and (
        s.at(i + 2) in ("ours", "mine")
    )):  # fmt: skip
        yield start, i
        return
    if who in (Who.OTHER, Who.YOU) or where in (Who.OTHER, Who.YOU):
        return
    if (
        body & lexicon.PROCESS and word in ("error", "errors", "mistake", "mistakes", "oversight", "fault")
    ) or _unattributed(s, i, start, before, word):
        yield start, i


def _had(s: Sentence, start: int) -> bool:
    """Return whether something of ours is said to have had what begins at a word: “our system had a hiccup”."""
    if s.at(start - 1) not in ("had", "suffered", "experienced"):
        return False
    group = s.group(start - 1)
    return s.subject(group.start).who in OURS_OR_THING and not group.negative


def _yours(s: Sentence, i: int) -> bool:
    """Return whether the customer is said to have done it: “a typo in the street that you entered”."""
    return any(s.words[at] == "you" and _BY_YOU & set(s.ahead(at)) for at in s.places_after(i))


def _only_about(s: Sentence, i: int) -> bool:
    """“The error in the app” is one that people see there."""
    return s.words[i] in ("error", "errors") and bool({"app", "website", "site", "page", "browser"} & set(s.after(i)))


def _denied(s: Sentence, start: int) -> bool:
    for at in s.places_before(start, 4):
        word = s.words[at]
        if word in ("only", "just", "enough", "but", ",", "which", "because") or word in ("we", "i"):
            return False
        if word in lexicon.NO or word in ("rather", "instead", "nobody"):
            return not (word == "without" and s.at(at + 1) in ("a", "doubt", "question"))
    return False


def _maker(s: Sentence, i: int) -> Who | None:
    """Return who made a mistake, as far as its own clause or the verb before it says so."""
    at = i + 1 + (s.at(i + 1) in ("that", "which"))
    for verb in s.places_after(at - 1):
        if lexicon.verb(s.words[verb])[0] in ("make", "cause", "commit", "do"):
            subject = s.subject(s.group(verb).start)
            if subject.start >= at and subject.who is not Who.UNKNOWN:
                return subject.who
            return Who.US if place(s, verb) in OURS_OR_THING else None
    for verb in s.places_before(i):
        base, kinds = lexicon.verb(s.words[verb])
        told = s.words[i] == "misinformation" and base in ("give", "provide", "send")
        if (base in _MAKES or base in _HOLDS or told) and (s.is_verb(verb) or s.words[verb] == "had"):
            group = s.group(verb)
            subject = s.subject(group.start)
            present = base not in ("make", "commit", "do")
            if group.negative or hushed(s, subject, verb) or not (kinds & {"past", "participle"} or present):
                return Who.NOBODY
            if base in _HOLDS:
                return Who.US if subject.who is Who.OURS and kinds & {"past"} else None
            return subject.who if not group.modal or group.perfect or present else Who.NOBODY
    return None


def _unattributed(s: Sentence, i: int, start: int, before: list[str], word: str) -> bool:
    """Return whether a failing is said to be there, and of nobody else."""
    technical = word in ("error", "errors", "fault", "faults", "failure", "failures", "blame", "neglect", "guilt")
    lead = s.before(start)
    if (
        lexicon.SORRY & set(lead)
        and before[-1:]
        and before[-1] in ("for", "about", "the")
        and word not in ("fault", "faults")
    ):
        seen = set(s.after(i)) & {"saw", "see", "got", "get", "app", "website", "page", "screen", "checkout"}
        return not (word in ("error", "errors") and seen)
    if any(one in before for one in ("was", "were", "is", "been", "'s")) and word not in (
        "fault",
        "faults",
        "failure",
        "blame",
    ):
        verb = max(at for at in range(start - len(before), start) if s.words[at] in ("was", "were", "is", "been", "'s"))
        group = s.group(verb + 1)
        subject = s.subject(group.start)
        if s.at(group.start - 1) == "there":
            return not technical or bool(_OUR_AFFAIRS & set(s.after(i)))
        deed = subject.head in lexicon.DEEDS and "is" not in group.words
        return (subject.who is Who.IT or deed or s.at(group.start - 1) == "which") and not group.negative and (
            "is" not in group.words or not (technical or {"easy", "common", "frequent"} & set(s.words[start:i]))
        )  # fmt: skip
    after = s.ahead(i)
    if after[:1] and after[0] in ("was", "were", "has", "have", "had") and "made" in after and "not" not in after:
        return "by" not in after or place(s, i) not in (Who.OTHER, Who.YOU)
    if (
        word not in ("fault", "faults", "blame")
        and after[:1]
        and after[0] in ("happened", "occurred", "crept", "slipped")
    ):
        return not technical or place(s, i + 1) in OURS_OR_THING
    if before[-2:] in (["due", "to"], ["because", "of"], ["owing", "to"], ["result", "of"], ["caused", "by"]) or (
        before[-1:] == ["through"]
    ):
        return word not in ("fault", "faults", "failure", "failures")
    return False


def done_badly(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Done wrongly, by mistake, twice, too late, without a word: by us, or by nobody else who is named."""
    manner = _manner(s, i)
    if not manner:
        return
    ahead = lexicon.verb(s.at(i + 1))[1] & {"participle", "past"} and manner == "badly"
    led = (
        i + 2 if manner == "badly" and s.at(i + 1) == "," and s.boundary(i - 2) else 0
    )  # “In error, our team marked it”
    verb = i + 1 if ahead else next((at for at in range(led, min(led + 7, len(s))) if led and s.is_verb(at)), -1)
    if verb < 0:
        verb = next((at for at in s.places_before(i) if s.is_verb(at)), -1)
    if verb < 0:
        return
    base, kinds = lexicon.verb(s.words[verb])
    group = s.group(verb)
    subject = s.subject(group.start)
    if group.negative or hushed(s, subject, verb) or not kinds & {"past", "participle"}:
        return
    ours = place(s, max(verb, i)) in OURS_OR_THING
    if (group.modal and not group.perfect) or not _fits(manner, base, passive=group.passive, ours=ours):
        return
    if group.passive:
        named = {place(s, max(verb, i)), place(s, verb)} & {Who.OTHER, Who.YOU}
        over = group.words & lexicon.PAST_BE
        others = subject.who is Who.OTHER and manner != "twice" and subject.head not in _CARRIED
        if not named and over and not others and subject.who not in (Who.US, Who.NOBODY):
            yield min(subject.start, group.start), max(verb, i)
    elif subject.who in OURS_OR_THING:
        yield min(subject.start, group.start), max(verb, i)


def _manner(s: Sentence, i: int) -> str:
    """Return in which way something was done that a word says; empty where it is none of these."""
    word = s.words[i]
    if word in lexicon.BADLY or (word in ("mistake", "error", "accident") and s.at(i - 1) in ("by", "in")):
        return "badly"
    if word in ("typo", "mistake", "error") and s.at(i - 1) in lexicon.DETERMINERS and s.at(i - 2) == "with":
        return "badly"
    if word == "early":
        return "while" if s.boundary(i + 1) else ""
    if word == "wrong":
        return "wrong" if s.boundary(i + 1) and s.is_noun(i - 1) else ""
    if word in ("twice", "double"):
        return "twice"
    if word == "much" and s.at(i - 1) == "too":
        return "too much"
    if word == "late" and s.boundary(i + 1) and s.at(i - 1) != "too":
        return "late"
    if word in ("few", "many", "little") and s.at(i - 1) == "too":
        return "too few"
    if word in _SLOW and s.at(i - 1) == "too":
        return "too late"
    if word == "without" and _AT_ONCE & set(s.ahead(i)):
        return "without"
    return "while" if word == "while" and s.at(i + 1) == "you" else ""


def _fits(manner: str, base: str, *, passive: bool, ours: bool) -> bool:
    """Return whether a verb done in a way is a failing: charged twice is one, called twice is none."""
    if base == "meet":
        return False
    if manner == "wrong":  # “I typed your name wrong”
        return not passive and base in _DONE_BY_HAND
    if manner in ("twice", "too much"):
        if base == "promise":
            return manner == "too much"
        return base in _BILLED or (manner == "twice" and not passive and base not in _MAY_REPEAT)
    if manner == "late":
        return not passive and base in _SENT
    if manner == "too few" and (passive or base in ("receive", "get", "see", "have", "hear", "find", "know")):
        return False
    if manner == "while":
        return base in _ENDED
    if passive:
        return (base not in _BY_ITSELF or ours) and manner != "too late" and (manner != "without" or base in _ENDED)
    return True
