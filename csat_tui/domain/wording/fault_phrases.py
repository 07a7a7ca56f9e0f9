"""Fixed phrases that admit a fault: excuses, regrets, runarounds, and colleagues who were corrected."""

from collections.abc import Callable, Iterator, Mapping

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_context import hushed, place, unsaid
from csat_tui.domain.wording.fault_parts import OURS, OURS_OR_THING, Who, WordSpan
from csat_tui.domain.wording.fault_sentence import Sentence

_LYING = lexicon.words("sat lay languished waited stuck lingered gathered")
_UNHEARD = lexicon.words("unanswered unnoticed unheeded unread unprocessed unattended untouched unresolved")
_PUT_STRAIGHT = lexicon.words(
    "reprimanded disciplined coached retrained counselled counseled rebuked cautioned admonished sanctioned corrected"
)
_SYSTEMS = lexicon.words("system software app website site database bug update server migration platform bot tool")
_WORSE = lexicon.words("harder longer slower worse complicated difficult confusing painful stressful")


def _no_right(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Our agent had no business telling you that”, “there was no need for our agent to be so blunt”."""
    led = i - 1 - (s.at(i - 1) in ("good", "valid", "real", "possible"))
    if s.at(led) != "no":
        return
    verb = led - 1
    after = s.ahead(i)
    if s.at(verb) in ("had", "have"):
        subject = s.subject(s.group(verb).start)
        wrong = after[:1] and (after[0] in ("to", "for") or after[0].endswith("ing"))
        tense = s.at(verb) == "had" or s.words[i] == "excuse"
        if subject.who in OURS and wrong and tense and not hushed(s, subject, i):
            yield subject.start, i
    elif s.at(verb) in ("is", "was", "'s") and s.at(verb - 1) == "there":
        ours = bool(set(after) & (lexicon.OUR | lexicon.US | lexicon.US_OBJECT | s.names.ours))
        behaved = s.words[i] == "excuse" and bool({"how", "what", "this", "that", "it", "way", "such"} & set(after))
        # “…, and there is no excuse for it” speaks of what was said before it.
        behaved = behaved or (s.words[i] == "excuse" and s.boundary(i + 1) and verb > 1)
        needless = s.words[i] in ("need", "reason") and s.at(verb) == "was" and ours
        if (behaved or needless) and not unsaid(s, verb - 1):
            yield verb - 1, i


def _there_was_silence(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Your request sat in our queue”, “your email went unanswered”."""
    word = s.words[i]
    if word in _UNHEARD:
        if s.at(i - 1) not in ("went", "gone", "remained", "stayed", "was", "were", "left", "sat"):
            return
        verb = i - 1
    else:
        verb = i
    group = s.group(verb)
    subject = s.subject(group.start)
    if group.negative or hushed(s, subject, verb) or subject.who in (Who.OTHER, Who.US, Who.NOBODY):
        return
    where = place(s, i)
    if where in OURS_OR_THING or (word in _UNHEARD and where not in (Who.OTHER, Who.YOU)):
        yield min(subject.start, verb), i


def _corrected(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“The agent has been coached on it”, “we have reprimanded the clerk”."""
    if s.words[i] == "corrected" and not {"agent", "rep", "colleague"} & set(s.before(i)):
        return
    group = s.group(i)
    subject = s.subject(group.start)
    if group.negative or group.modal or hushed(s, subject, i) or subject.who not in OURS:
        return
    persons = lexicon.OUR_PERSONS | s.names.ours | lexicon.words("him her them colleague clerk")
    if group.passive or persons & set(s.after(i)):
        yield subject.start, i


def _about(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“You were bounced around between our departments”, “we sent you from pillar to post”."""
    sent = ("bounced", "passed", "sent", "handed", "shuffled", "shunted", "pushed", "transferred", "tossed")
    if s.words[i] == "from" and s.at(i + 1) not in ("one", "pillar", "person", "department", "agent", "desk"):
        return
    verb = s.find_before(i, sent)
    if verb is None:
        return
    group = s.group(verb)
    subject = s.subject(group.start)
    if group.negative or group.modal or hushed(s, subject, verb):
        return
    where = place(s, i, lexicon.PLACES | {"between", "among", "across"})
    if (subject.who in OURS and s.at(verb + 1) == "you" and not group.passive) or (
        group.passive and subject.head == "you" and where is not Who.OTHER
    ):
        yield subject.start, i


def _made_up(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) == "made" and s.at(i + 1) in ("a", "an", "the", "that", "this", "some"):
        subject = s.subject(s.group(i - 1).start)
        if subject.who in OURS and not hushed(s, subject, i):
            yield subject.start, i


def _worse(s: Sentence, i: int) -> Iterator[WordSpan]:
    made = s.find_before(i, ("made",))
    if made is None:
        return
    subject = s.subject(s.group(made).start)
    if subject.who not in OURS or s.group(made).negative or hushed(s, subject, made):
        return
    if "than" in s.after(i) or "more" in s.words[made:i] or s.boundary(i + 1) or s.at(i + 1) == "for":
        yield subject.start, i


def _better(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“You deserved better from us”."""
    said = s.at(i - 1) == "you" and {"better", "more"} & set(s.after(i)) and not s.question
    if said and not unsaid(s, i - 1) and place(s, i) is not Who.OTHER:
        yield i - 1, i + 1


def _disservice(s: Sentence, i: int) -> Iterator[WordSpan]:
    verb = s.find_before(i, ("did", "done", "treated"))
    if verb is None:
        return
    subject = s.subject(s.group(verb).start)
    if subject.who in OURS and not hushed(s, subject, verb):
        yield subject.start, i


def _only_ourselves(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i + 1) == "to" and s.at(i + 2) == "blame":
        yield i - 1, i + 2


def _buck(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i + 1) in ("stops", "stopped") and {"us", "me", "here"} & set(s.after(i + 1)):
        yield i, i + 1


def _through_ours(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Through no fault of yours, and entirely through ours”."""
    if s.at(i - 1) in ("through", "by") and lexicon.NOUNS & set(s.before(i)):
        yield i - 1, i


def _if_only(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) == "if" and s.at(i + 1) in lexicon.US and s.at(i + 2) in ("had", "'d"):
        yield i - 1, i + 2


def _had_ours(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Had our team looked closely, they would have seen it”."""
    if not s.boundary(i - 1) or s.question or s.at(i + 1) not in lexicon.OUR | s.names.ours | {"the"}:
        return
    for verb in s.places_after(i + 1):
        if "participle" in lexicon.verb(s.words[verb])[1]:
            if s.is_noun(verb - 1) and s.name(verb - 1)[1] is Who.US:
                yield i, verb
            return


def _broke_word(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“We went back on our word”."""
    if s.at(i - 1) in ("went", "gone") and s.at(i + 1) == "on":
        subject = s.subject(s.group(i - 1).start)
        if subject.who in OURS and not hushed(s, subject, i):
            yield subject.start, i + 1


def _gave_away(s: Sentence, i: int) -> Iterator[WordSpan]:
    verb = s.find_before(i, ("gave", "given", "threw", "thrown", "turned"))
    if verb is None or s.at(i - 1) in ("right", "straight"):
        return
    group = s.group(verb)
    subject = s.subject(group.start)
    if group.negative or group.modal or hushed(s, subject, verb):
        return
    theirs = "you" in s.words[verb:i] or "your" in s.words[verb : i + 3]
    if (subject.who in OURS and theirs) or (group.passive and place(s, i) in OURS_OR_THING):
        yield subject.start, i


def _lost_data(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Our software deleted your saved addresses”: what a system of ours did by itself."""
    group = s.group(i)
    subject = s.subject(group.start)
    if (
        (
            subject.head in _SYSTEMS
            and subject.who in OURS_OR_THING
            and not (group.negative or group.modal or group.passive)
        )
        and not hushed(s, subject, i)
        and not {"asked", "request", "requested", "wish"} & set(s.words)
    ):
        yield subject.start, i


def _could_not_keep(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Our agent promised you something she could not deliver”."""
    group = s.group(i)
    subject = s.subject(group.start)
    if subject.who not in OURS or group.negative or hushed(s, subject, i):
        return
    if {"more", "than"} <= set(s.ahead(i)):
        yield subject.start, i + 1
        return
    rest = s.ahead(i)
    for at, word in enumerate(rest, i + 1):
        if word in ("not", "never", "cannot") and {"deliver", "keep", "honour", "honor", "offer", "give", "do"} & set(
            s.ahead(at)
        ):
            yield subject.start, at
            return


def _hoops(s: Sentence, i: int) -> Iterator[WordSpan]:
    made = s.find_before(i, ("made", "had"))
    if made is not None and s.at(made + 1) == "you" and (subject := s.subject(s.group(made).start)).who in OURS:
        yield subject.start, i


def _full_of(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i + 1) in ("of", "with") and lexicon.NOUNS & set(s.ahead(i + 1)):
        subject = s.subject(s.group(i).start)
        if subject.who in OURS_OR_THING and not s.group(i).negative and not hushed(s, subject, i):
            yield subject.start, i + 2


def _on_hold(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“Our team put you on hold for an hour”."""
    verb = s.find_before(i, ("put", "left", "kept"))
    if verb is None or s.at(i - 1) != "on" or not {"hour", "hours", "minutes", "long", "twice"} & set(s.ahead(i)):
        return
    group = s.group(verb)
    subject = s.subject(group.start)
    ours = place(s, i) in OURS_OR_THING if group.passive else subject.who in OURS
    if ours and not group.negative and not group.modal and not hushed(s, subject, verb):
        yield subject.start, i


_IDIOMS = {
    "corners": ("cut",), "feet": ("dragged",), "heels": ("dragged",), "conclusions": ("jumped", "leapt"),
    "drag": ("let",), "slide": ("let",), "linger": ("let",), "slip": ("let",), "lapse": ("let",), "wait": ("let",),
    "track": ("lost",), "protocol": ("broke", "breached"), "into": ("pressured", "pushed", "talked", "tricked",
    "forced", "coerced", "lured"), "radar": ("fell", "dropped", "slipped"), "eye": ("took",), "hope": ("gave",),
}  # fmt: skip
"""Turns for failing at something: by their last word, the verbs that they begin with."""


def _idiom(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“We dragged our feet”, “our agent talked you into it”, “your claim fell off our radar”."""
    verbs = _IDIOMS[s.words[i]]
    verb = s.find_before(i, verbs)
    if verb is None:
        return
    if s.words[i] in ("into", "hope") and not {"you", "false"} & set(s.words[verb:i]):
        return
    group = s.group(verb)
    subject = s.subject(group.start)
    by_us = subject.who in OURS_OR_THING or (s.words[i] == "radar" and s.at(i - 1) in lexicon.OUR)
    if by_us and not (group.negative or group.modal) and not hushed(s, subject, verb):
        yield subject.start, i


def _doing(s: Sentence, i: int) -> Iterator[WordSpan]:
    if s.at(i - 1) in lexicon.OUR and s.at(i - 2) in ("was", "is", "were"):
        yield i - 2, i


def _because_of_us(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“It is because of us that you missed it”, “it was down to us”."""
    if s.at(i - 1) == "of" and s.at(i - 2) == "because" and not unsaid(s, i - 2):
        yield i - 2, i


_Turn = Callable[[Sentence, int], Iterator[WordSpan]]


def _each(of: frozenset[str], turn: _Turn) -> dict[str, tuple[_Turn, ...]]:
    return dict.fromkeys(of, (turn,))


PHRASES: Mapping[str, tuple[_Turn, ...]] = {
    **_each(lexicon.words("business right reason cause excuse need call"), _no_right),
    **_each(_LYING | _UNHEARD, _there_was_silence),
    **_each(_PUT_STRAIGHT, _corrected),
    **_each(_WORSE, _worse),
    **_each(lexicon.words("around round from between"), _about),
    **_each(lexicon.words("deserved deserve"), _better),
    **_each(lexicon.words("deleted erased wiped overwrote dropped reset"), _lost_data),
    **_each(frozenset(_IDIOMS), _idiom),
    "doing": (_doing,), "us": (_because_of_us,),
    "up": (_made_up,), "disservice": (_disservice,), "ourselves": (_only_ourselves,), "buck": (_buck,),
    "ours": (_through_ours,), "only": (_if_only,), "had": (_had_ours,), "back": (_broke_word,), "away": (_gave_away,),
    "full": (_full_of,), "riddled": (_full_of,), "hold": (_on_hold,), "promised": (_could_not_keep,),
    "hoops": (_hoops,),
}  # fmt: skip
"""By word: what may end or begin with it."""
