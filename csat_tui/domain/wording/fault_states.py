"""What our side was, as in “we were wrong”, and short fixed phrases that admit a fault."""

from collections.abc import Callable, Iterator, Mapping

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_context import hushed, place, unsaid
from csat_tui.domain.wording.fault_parts import OURS, OURS_OR_THING, Subject, Who, WordSpan
from csat_tui.domain.wording.fault_sentence import Sentence

_TELLING = lexicon.words("tell say promise give quote write state answer explain confirm inform send assure")
_CAUGHT = lexicon.words("caught set kept left found packed printed")
"""“We were caught unprepared”, “our oven was set too low”."""
_BETWEEN = lexicon.BAD_OF_US | {"and", ",", "or", "both", "a", "bit", "little", "the", "one", "ones"}
_GOOD = lexicon.words(
    "enough acceptable okay ok right fair professional helpful correct accurate good careful attentive clear"
    " polite thorough transparent honest upfront responsive prompt considerate respectful kind friendly quick fast"
    " timely consistent reliable there"
)
STATES = (
    lexicon.BAD_OF_US
    | _GOOD
    | lexicon.words(
        "date line place order low high hot cold full small old busy"
        " fault error blame standard standards par expectations"
    )
)
"""What our side can be said to have been, or not to have been."""


def wrong_state(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Our side was wrong, at fault, careless; what we said was incorrect; that was not good enough."""
    end, word = i, s.words[i]
    if word in ("fault", "error") and s.at(i - 1) in ("at", "in"):
        back = i - 2
    elif word == "wrong" and s.at(i - 2) == "in" and s.at(i - 1) == "the":
        back = i - 3
    elif word == "blame" and s.at(i - 1) == "to":
        back = i - 2
    elif word in ("standard", "standards", "par", "expectations") and (below := _below(s, i)) is not None:
        back = below
    elif word in ("date", "line", "place", "order") and s.at(i - 1) == "of" and s.at(i - 2) == "out":
        back = i - 3
    elif word in ("low", "high", "hot", "cold", "full", "small", "old", "busy") and s.at(i - 1) == "too":
        back = i - 2
    elif word in _GOOD:
        yield from _not_right(s, i)
        return
    elif word in lexicon.BAD_OF_US:
        if s.is_noun(i + 1) and s.at(i + 1) not in ("today", "yesterday") and word not in ("late", "slow"):
            return
        back = i - 1
    else:
        return
    while s.is_adverb(back) or s.at(back) in _BETWEEN | _CAUGHT:
        if s.at(back) == "not":
            break
        back -= 1
    if s.at(back) == "be" and s.at(back - 1) == "to" and s.at(back - 2) in ("out", "proved", "proven", "appeared"):
        back -= 3 if s.at(back - 2) == "out" else 2
        if s.at(back) == "turned":
            back = s.group(back).start - 1
            subject = s.subject(back + 1)
            if subject.who in OURS_OR_THING and not hushed(s, subject, i):
                yield subject.start, end
            return
    if s.at(back) not in lexicon.BE | {"came", "arrived", "were", "proved", "not"}:
        return
    verb = back if s.at(back) != "not" else back - 1
    group = s.group(verb + 1)
    subject = s.subject(group.start)
    if (
        group.negative
        or "not" in s.words[verb:i]
        or (group.modal - {"must"} and not group.perfect)
        or hushed(s, subject, i)
    ):
        return
    if s.at(group.start - 1) == "which" and _was_said_by_us(s, group.start - 2):
        yield group.start - 1, end
        return
    if _how_we(s, group.start):
        yield min(subject.start, group.start), end
        return
    if subject.who is Who.IT and s.at(i + 1) in ("of", "for") and _our_side(s, i + 2):
        yield subject.start, end  # “it was remiss of me”
        return
    told = subject.head in (
        "information",
        "advice",
        "answer",
        "what",
        "price",
        "date",
        "instructions",
        "info",
        "details",
    )
    if (
        subject.who in OURS_OR_THING
        or (word in ("wrong", "incorrect") and subject.head in lexicon.DEEDS and group.words & {"was", "were"})
        or (told and _was_told(s, subject.start, group.start))
        or (
            subject.who is Who.IT
            and word
            in (
                "wrong",
                "negligent",
                "careless",
                "unacceptable",
                "unprofessional",
                "inexcusable",
                "unfair",
                "rude",
                "thoughtless",
                "misleading",
            )
            and s.at(i + 1) not in ("with", "about", "in")
            and not (s.at(i + 1) == "to" and group.words & {"is", "'s"})
            and (word != "wrong" or s.at(i + 1) in ("of", "to", "", ",", "and"))
        )
    ):
        yield subject.start, end


def _how_we(s: Sentence, upto: int) -> bool:
    """Return whether what a verb speaks of is how we did something: “the way in which we answered was rude”."""
    return (
        any(
            s.words[at] in ("how", "way", "manner")
            and set(s.ahead(at)) & (lexicon.US | lexicon.OUR)
            and (at == 0 or s.words[at] != "how" or s.boundary(at - 1))
            for at in range(upto)
        )
        and not set(s.words[:upto]) & lexicon.OTHERS
    )


def _our_side(s: Sentence, at: int) -> bool:
    """Return whether a name that begins at a word is our side's."""
    if s.at(at) in lexicon.US_OBJECT:
        return True
    end = at
    while s.at(end) in lexicon.DETERMINERS or s.is_noun(end):
        end += 1
    return end > at and s.name(end - 1)[1] in OURS


def _was_said_by_us(s: Sentence, upto: int) -> bool:
    """Return whether what “…, which was wrong” is about was told by us."""
    for verb in range(upto):
        if lexicon.verb(s.words[verb])[0] in _TELLING and s.is_verb(verb):
            subject = s.subject(s.group(verb).start)
            if subject.who in OURS and not hushed(s, subject, verb):
                return True
    return False


def _was_told(s: Sentence, start: int, end: int) -> bool:
    """Return whether something is what the customer was told, by nobody else."""
    between = s.words[start:end]
    passive = "you" in between and any(word in between for word in ("were", "was", "been", "given"))
    return passive and not set(between) & lexicon.OTHERS


def _below(s: Sentence, i: int) -> int | None:
    for at in s.places_before(i):
        if s.words[at] in ("below", "under"):
            return at - 1
    return None


def _not_right(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“That was not good enough”: of ours, or of what happened."""
    negative = s.find_before(i, ("not", "never", "hardly"))
    if negative is None:
        return
    been = s.at(negative + 1) == "been" and s.at(negative - 1) in lexicon.HAVE
    if s.at(negative - 1) not in ("was", "were", "is", "are", "been") and not been:
        return
    if s.words[i] == "good" and s.at(i + 1) == "enough":
        return
    group = s.group(negative)
    subject = s.subject(group.start)
    if hushed(s, subject, i) or group.modal:
        return
    if _how_we(s, group.start) and s.words[i] not in ("there", "clear"):
        yield min(subject.start, group.start), i
        return
    if subject.who is Who.IT and s.at(i + 1) == "of" and s.at(i + 2) in lexicon.OUR | lexicon.US_OBJECT:
        yield subject.start, i
        return
    if subject.who in OURS_OR_THING or (
        subject.who is Who.IT
        and (
            s.words[i] in ("acceptable", "enough", "okay", "professional")
            or (s.words[i] in ("right", "fair", "ok", "kind") and s.boundary(i + 1) and group.start > 1)
        )
    ):
        yield subject.start, i


_PROMISED = lexicon.words("promised said promise would agreed offered supposed duty responsibility obligation job task")


def _said(s: Sentence, verb: int) -> Subject | None:
    """Return the subject of a verb that says that something was so; None where it does not."""
    group = s.group(verb)
    subject = s.subject(group.start)
    if group.negative or hushed(s, subject, verb) or (group.modal and not group.perfect):
        return None
    return subject


def _through_the_cracks(s: Sentence, i: int) -> Iterator[WordSpan]:
    fell = i - 3
    if s.at(i - 2) == "through" and s.at(fell) in ("fell", "fallen", "slipped", "slip") and (subject := _said(s, fell)):
        yield min(subject.start, fell), i


def _went_wrong(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) not in ("went", "gone") or (subject := _said(s, i - 1)) is None:
        return
    if subject.who in OURS or place(s, i) in OURS_OR_THING:
        yield min(subject.start, i - 1), i


def _did_wrong(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) in ("nothing", "anything") or s.at(i - 2) not in ("did", "done"):
        return
    if (subject := _said(s, i - 2)) and subject.who in OURS:
        yield subject.start, i


def _got(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“We got your address wrong”, “I got the dates mixed up”."""
    if s.words[i] == "up" and s.at(i - 1) not in ("mixed", "messed", "muddled"):
        return
    for verb in s.places_before(i):
        if s.words[verb] == "got":
            if (subject := _said(s, verb)) and subject.who in OURS:
                yield subject.start, i
            return


def _made_a_mess(s: Sentence, i: int) -> Iterator[WordSpan]:
    made = s.find_before(i, ("made", "caused"))
    if made is not None and (subject := _said(s, made)) and subject.who in OURS:
        yield subject.start, i


def _made_you_wait(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 2) == "made" and s.at(i - 1) == "you" and (subject := _said(s, i - 2)) and subject.who in OURS:
        yield subject.start, i


def _never_came(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.group(i).negative and place(s, i) in OURS_OR_THING and not unsaid(s, i - 1):
        yield i - 1, i


def _hold_ourselves(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) in ("ourselves", "myself", "us"):
        yield i - 2, i


def _blame_ourselves(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) == "blame":
        yield i - 1, i


def _caused(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Our side caused it; it was caused by our side. For an inconvenience one may be sorry."""
    group = s.group(i)
    if s.at(i + 1) == "by" and place(s, i) in OURS_OR_THING and not group.negative:
        start, _, head = s.name(group.start - 1) if s.is_noun(group.start - 1) else (i, None, "")
        if head not in lexicon.INCONVENIENCE and not unsaid(s, start):
            yield start, i + 1
        return
    if group.passive or not (subject := _said(s, i)) or subject.who not in OURS_OR_THING:
        return
    about = (*s.after(i), s.at(subject.start - 1), s.at(subject.start - 2))
    if not lexicon.INCONVENIENCE & set(about):
        yield subject.start, i


def _not_kept(s: Sentence, i: int) -> Iterator[WordSpan]:
    group = s.group(i)
    subject = s.subject(group.start)
    promise = subject.head in ("promise", "promises", "word", "appointment")
    if promise and group.negative and group.passive and not hushed(s, subject, i):
        yield subject.start, i


def _took_us_long(s: Sentence, i: int) -> Iterator[WordSpan]:
    after = s.after(i)
    ours = after[:1] and after[0] in lexicon.US_OBJECT | lexicon.OUR
    long = {"long", "longer", "weeks", "months"} & set(after)
    if ours and long and not s.question and not unsaid(s, i - 1):
        yield i - 1, i + 1


def _runaround(s: Sentence, i: int) -> Iterator[WordSpan]:
    gave = s.find_before(i, ("gave", "given"))
    if gave is not None and (subject := _said(s, gave)) and subject.who is not Who.OTHER:
        yield subject.start, i


def _had_we(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“We wish we had told you”; “had we checked, this would not have happened”."""
    if s.at(i - 2) == "wish" and s.at(i - 1) in lexicon.US:
        yield i - 2, i
        return
    done = any("participle" in lexicon.verb(ahead)[1] for ahead in s.ahead(i + 1))
    if done and s.at(i + 1) in lexicon.US and s.boundary(i - 1) and not s.question:
        yield i, i + 1


def _but_did_not(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“We promised to call but did not”."""
    if s.words[i] == "did" and s.at(i + 1) != "not" and s.at(i - 1) != "never":
        return
    end = i + (s.at(i + 1) == "not")
    before = set(s.words[:i])
    promised = _PROMISED & before and {"but", "and", "yet"} & before
    if promised and s.boundary(end + 1) and not s.question and s.subject(s.group(i).start).who in OURS:
        yield i - (s.at(i - 1) == "never"), end


def _in_circles(s: Sentence, i: int) -> Iterator[WordSpan]:
    sent = s.find_before(i, ("sent", "went"))
    if sent is not None and (subject := _said(s, sent)) and subject.who in OURS:
        yield subject.start, i


def _had_not_the_right(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Our agent did not have the right information”."""
    group = s.group(i)
    subject = s.subject(group.start)
    right = {"right", "correct", "proper", "enough", "accurate", "full"} & set(s.after(i))
    if right and group.negative and "did" in group.words and subject.who in OURS and not hushed(s, subject, i):
        yield subject.start, i


def _my_bad(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) in lexicon.OUR and s.boundary(i + 1):
        yield i - 1, i


def _mea_culpa(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) == "mea":
        yield i - 1, i


TURNS: Mapping[str, tuple[Callable[[Sentence, int], Iterator[WordSpan]], ...]] = {
    "cracks": (_through_the_cracks,), "net": (_through_the_cracks,), "gaps": (_through_the_cracks,),
    "wrong": (_went_wrong, _did_wrong, _got), "up": (_got,), "confused": (_got,), "mess": (_made_a_mess,),
    "wait": (_made_you_wait,), "came": (_never_came,), "arrived": (_never_came,), "accountable": (_hold_ourselves,),
    "responsible": (_hold_ourselves,), "ourselves": (_blame_ourselves,), "myself": (_blame_ourselves,),
    "cause": (_caused,), "caused": (_caused,), "kept": (_not_kept,), "took": (_took_us_long,),
    "runaround": (_runaround,), "had": (_had_we,), "did": (_but_did_not,), "bad": (_my_bad,),
    "have": (_had_not_the_right,),
    "circles": (_in_circles,), "culpa": (_mea_culpa,),
}  # fmt: skip
"""By word: what may end or begin with it."""
