"""Blame that our side takes, apologies for a failing, and what our side did to customers without their consent."""

from collections.abc import Iterator

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_context import hushed, place, unsaid
from csat_tui.domain.wording.fault_parts import OURS, OURS_OR_THING, Who, WordSpan
from csat_tui.domain.wording.fault_sentence import Sentence

_TAKES = lexicon.words("take accept assume bear own admit acknowledge carry shoulder")
_WHAT_HAPPENED = lexicon.words(
    "this that it what happened mistake error delay damage loss problem mix-up trouble failure situation mess fault"
)
_FROM_NOW = lexicon.words(
    "every each all any case request making seeing ensuring getting putting following that your sure"
)
BLAMED = lexicon.BLAME | lexicon.words("responsible accountable liable answerable")
"""Who is to blame, and what for."""


def lies_with_us(s: Sentence, i: int) -> Iterator[WordSpan]:
    """The fault is ours; the blame lies with us; that is on us."""
    back = i - 1
    if s.at(back) in ("with", "on", "at", "to"):
        back -= 1 + (s.at(back) == "to" and s.at(back - 1) == "down")
    while s.is_adverb(back) or s.at(back) in ("squarely", "firmly"):
        if s.at(back) == "not":
            return
        back -= 1
    if s.at(back) not in ("is", "was", "lies", "lay", "rests", "'s", "are", "were", "falls"):
        return
    head = s.at(back - 1)
    far = s.subject(s.group(back).start)
    if head in lexicon.NOUNS | lexicon.BLAME or far.head in lexicon.NOUNS | lexicon.BLAME:
        if s.words[i] in lexicon.OUR and not (s.is_noun(i + 1) and s.name(i + 1)[1] is Who.US):
            return
        start = s.name(back - 1)[0] if head in lexicon.NOUNS | lexicon.BLAME else far.start
        if not unsaid(s, start) and "no" not in s.words[start:back]:
            yield start, i
    elif s.at(i - 2) == "down" and s.words[i] in ("us", "me"):
        yield back - 1, i
    elif s.at(i + 1) == "responsibility" and lexicon.NOUNS & set(s.words[:back]):
        yield back, i + 1
    elif s.at(i + 1) in ("responsibility", "duty", "job", "task") and s.at(back) == "was":
        yield back - 1, i + 1
    elif s.at(i - 1) == "on" and not s.question:
        ours = s.words[i] in ("us", "me") and s.boundary(i + 1)
        if s.words[i] in lexicon.OUR and s.is_noun(i + 1):
            ours = s.name(i + 1)[1] is Who.US and s.boundary(i + 2)
        if ours and (head in ("that", "this", "it") or head in lexicon.SOFT_NOUNS | {"damage", "loss", "confusion"}):
            yield back - 1, i


def takes_blame(s: Sentence, i: int) -> Iterator[WordSpan]:
    """We take the blame, own it, admit it, are responsible for what happened."""
    word = s.words[i]
    base = lexicon.verb(word)[0]
    if word in lexicon.BLAME:
        for verb in s.places_before(i):
            if lexicon.verb(s.words[verb])[0] in _TAKES or s.words[verb] in ("taking", "accepting"):
                group = s.group(verb)
                subject = s.subject(group.start)
                if group.negative or subject.who in (Who.YOU, Who.OTHER, Who.NOBODY) or hushed(s, subject, verb):
                    return
                if "seriously" in s.words[i:]:
                    return
                after = s.after(i)
                if (
                    after[:1] in (["for"], ["of"])
                    and set(after[1:3]) & _FROM_NOW
                    and not set(after) & {"mistake", "error"}
                ):
                    return
                if (word == "ownership" and after[:1] not in (["for"], ["of"])) or s.words[i - 1] in ("our", "your"):
                    return
                yield min(subject.start, verb), i
                return
    elif base == "own" and word in ("own", "owned") and s.at(i + 1) in ("up", "it", "this", "that", "our"):
        subject = s.subject(s.group(i).start)
        if subject.who in OURS and not hushed(s, subject, i):
            yield subject.start, i + 1
    elif base in ("admit", "concede", "confess") and s.at(i + 1) in (
        "that",
        "to",
        "our",
        "we",
        "i",
        "a",
        "the",
        "it",
        "this",
    ):
        group = s.group(i)
        subject = s.subject(group.start)
        if s.at(group.start - 1) == "to":
            subject = s.subject(group.start - 2)
        if subject.who in OURS and not group.negative and not hushed(s, subject, i):
            yield subject.start, i + 1
    elif word in ("responsible", "accountable", "liable", "answerable"):
        group = s.group(i)
        subject = s.subject(group.start)
        after = s.after(i)
        about_it = not after or after[0] != "for" or bool(set(after[1:]) & _WHAT_HAPPENED)
        if s.at(i + 1) == "for" and s.at(i + 2) in ("this", "that", "what", "it"):
            about_it = True
        if (
            subject.who in OURS
            and group.words & lexicon.BE
            and not group.negative
            and not hushed(s, subject, i)
            and about_it
        ):
            yield subject.start, i


def apologised_for(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Sorry for forgetting, for not calling, for having been rude, for how our agent treated you."""
    if unsaid(s, i):
        return
    if _regretted(s, i):
        yield i, i + 1
        return
    for at in s.places_after(i):
        word = s.words[at]
        if not word[0].isalnum() and word != "'s" and word != ",":
            return
        if word == "to" and s.at(at + 1) == "have" and _failed(s, at + 2):
            yield i, at + 2
            return
        if word not in ("for", "about", "of", "and", "or", "regret", "regrets"):
            continue
        verb = at + 1
        while s.at(verb) in ("our", "my", "having", "also", "again", "then", "ever"):
            verb += 1
        negative = s.at(verb) in ("not", "never")
        verb += negative
        while s.at(verb) in ("having", "been", "even", "properly", "first"):
            verb += 1
        base, kinds = lexicon.verb(s.at(verb))
        gerund = "ing" in kinds or (s.at(verb - 1) in ("having", "been") and "participle" in kinds)
        if s.at(verb) == "being" and set(s.after(verb)) & (lexicon.BAD_OF_US | {"late"}) and not negative:
            yield i, verb + 1
            return
        if (gerund or s.at(verb) == "being") and negative:
            yield i, verb
            return
        if gerund and _failed(s, verb) and base != "keep":
            yield i, verb
            return
        if gerund and set(s.after(verb)) & (lexicon.WRONG | lexicon.BADLY | {"twice"}) and base != "receive":
            yield i, verb
            return
        if word in ("for", "about") and _how_we_did(s, at + 1):
            yield i, at + 1
            return


def _regretted(s: Sentence, i: int) -> bool:
    """Return whether what is regretted is what we did: “I regret how my colleague …”, “sorry I did not see it”."""
    at = i + 1
    if s.words[i] in ("regret", "regrets") and (s.at(at) == "having" or _how_we_did(s, at)):
        return True
    if s.at(at) == "that":
        at += 1
    if s.at(at) not in lexicon.US:
        return False
    unseen = lexicon.words("see notice realise realize know spot think recognise recognize understand")
    return s.at(at + 1) in ("did", "had") and s.at(at + 2) == "not" and bool(unseen & set(s.words[at + 3 : at + 5]))


def _failed(s: Sentence, verb: int) -> bool:
    base = lexicon.verb(s.at(verb))[0]
    if base not in lexicon.FAIL or (
        s.at(verb) == "missing" and s.at(verb + 1) not in ("your", "the", "it", "that", "this")
    ):
        return False
    wanted = lexicon.FAIL_WITH.get(base)
    return wanted is None or bool(set(wanted) & set(s.after(verb)))


def _how_we_did(s: Sentence, at: int) -> bool:
    """“The way our agent treated you”, “how this was handled”, “what we put you through”."""
    if s.at(at) in ("the", "our") and s.at(at + 1) in ("way", "manner"):
        at += 1
    elif s.at(at) not in ("how", "what"):
        return False
    if s.at(at + 1) in lexicon.US:
        return True
    for verb in s.places_after(at):
        if lexicon.verb(s.words[verb])[0] in ("handle", "treat", "do", "speak", "answer", "respond"):
            subject = s.subject(s.group(verb).start)
            return subject.who not in (Who.OTHER, Who.UNKNOWN) and place(s, verb) not in (Who.OTHER, Who.YOU)
    return False


_DONE = lexicon.words(
    "charge bill debit invoice deduct ship send pack deliver cancel move change close enter use reject deny decline"
    " refuse cut shut freeze renew extend switch share post take enrol enroll subscribe sign add remove stop keep"
    " continue publish transfer book reschedule pause end give go email call text withhold open cook include double"
    " sell talk pressure"
)
"""What can be done to a customer against their wish."""
_BILLS = lexicon.words("charge bill debit invoice ship send email call text deliver contact")
_DONE_LOOSELY = lexicon.words(
    "enroll enrol reassign upgrad downgrad subscrib continu chang mov cancell cancel remov releas shar clos"
)
"""The same as the words that end in “-ed” are cut down where the verb is not in the dictionary."""
_LEAVE = lexicon.words(
    "permission consent approval authorisation authorization agreement knowledge asking telling informing notifying"
    " consulting cause reason notice warning word explanation okay say-so"
)
_GROUNDS = lexicon.words("reason cause grounds")
_SKIPPED = lexicon.words(
    "skipped cancelled canceled paused returned paid declined refused unsubscribed opted removed closed ended stopped"
    " ordered asked requested wanted agreed signed approved authorised authorized chosen booked"
)
_ONLY_DENIED = lexicon.words(
    "ordered asked requested wanted agreed signed approved authorised authorized chosen booked"
)
"""What was against the customer's wish only where they had not done it."""
_ON_RECORD = lexicon.words(
    "cancelled canceled paused skipped opted asked told said vegetarian vegan allergic allergy declined changed updated"
    " removed unsubscribed closed returned paid instructions instruction note notes request requests wish wishes"
    " profile preferences entitled eligible"
)
_KIND = lexicon.words("voucher credit refund gift new replacement free refunded discount instead")
_LATE = lexicon.words("cutoff cut-off deadline late only")
_NEVER_CAME = lexicon.words("arrived came delivered served shipped sent installed provided received given")
UNWANTED = lexicon.words("than without against although though despite after for you when that which entitled eligible")
"""Words with which it is said that something was not wanted."""


def unwanted(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“We billed you for a box you had skipped”, “… without your permission”, “… although you had opted out”."""
    if not _says_so(s, i):
        return
    for verb in s.places_before(i):
        base, kinds = lexicon.verb(s.words[verb])
        if not s.is_verb(verb) or not kinds & {"past", "participle"} or base not in _DONE | _DONE_LOOSELY:
            continue
        if s.words[i] == "after" and not _BILLS & {base, *(lexicon.verb(word)[0] for word in s.after(verb))}:
            return
        if base == "stop" and s.words[i] == "after":
            return
        group = s.group(verb)
        subject = s.subject(group.start)
        if group.negative or hushed(s, subject, verb) or (group.modal and not group.perfect):
            return
        if group.passive:
            named = place(s, verb)
            if named in OURS_OR_THING or (
                subject.who is Who.YOU
                and subject.head == "you"
                and named is not Who.OTHER
                and base in ("charge", "bill")
            ):
                yield min(subject.start, group.start), i
        elif subject.who in OURS_OR_THING and subject.start < verb:
            yield min(subject.start, group.start), i
        return


def _says_so(s: Sentence, i: int) -> bool:
    """Return whether what follows a word says that the customer had not wanted it."""
    word, after = s.words[i], s.ahead(i)
    if word == "without":
        return bool(_LEAVE & set(after[:4]))
    if word == "than":
        asked = after[:1] == ["you"] and bool({*_ONLY_DENIED, "needed", "owed"} & set(after[1:3]))
        return (asked and not _KIND & set(s.words[:i])) or (
            after[:1] == ["we"] and after[1:2] in (["should"], ["ought"])
        )
    if word == "against":
        return (
            bool(after)
            and after[0] in ("your", "you")
            and bool({"wish", "wishes", "will", "instructions"} & set(after))
        )
    if word == "for":
        return bool({"no", "wrong"} & set(after[:2])) and bool(_GROUNDS & set(after[:4]))
    if word in ("although", "though", "despite"):
        theirs = {"you", "your"} & set(after[:6])
        return bool(theirs) and bool(_ON_RECORD & set(after)) and not _KIND & set(s.words[:i])
    if word == "when":
        return after[:1] == ["you"] and bool({"entitled", "eligible", "allergic"} & set(after))
    if word == "after":
        begun = {"continued", "kept", "still", "billed", "charged", "on"} & set(s.words[:i])
        return bool(begun) and bool(set(after) & (_SKIPPED - _ONLY_DENIED)) and not _LATE & set(s.words)
    if word in ("that", "which"):
        lead = s.at(i + 1) in ("was", "were", "had", "has", "have") or s.at(i + 1) == "never"
        return lead and {"never", "not"} & set(after[:3]) != set() and bool(_NEVER_CAME & set(after[:5]))
    if word == "you":
        return (s.is_noun(i - 1) or s.at(i - 1) in ("that", "which")) and _you_had_not(after)
    return False


def _you_had_not(after: list[str]) -> bool:
    """Say whether a customer had put something off, or never asked for it: “you had skipped”, “you did not order”."""
    lead = after[:4]
    if not lead or lead[0] not in ("had", "did", "never", "have", "already", "'d", "were"):
        return False
    done = next((word for word in lead if word in _SKIPPED), "")
    if not done:
        wanted = {"order", "want", "ask", "request", "choose", "need", "authorise", "authorize"}
        return bool({"not", "never"} & set(lead)) and bool(wanted & set(lead))
    if done in _ONLY_DENIED:
        return bool({"not", "never"} & set(lead))
    return "had" in lead and not _LATE & set(after) and not {"not", "never"} & set(lead)


def entitled(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“You were entitled to a refund, and we refused it”."""
    if s.at(i - 1) not in ("were", "was", "been") or unsaid(s, i - 2):
        return
    for verb in range(i + 1, len(s)):
        if lexicon.verb(s.words[verb])[0] in ("refuse", "deny", "reject", "decline", "withhold") and s.is_verb(verb):
            subject = s.subject(s.group(verb).start)
            if subject.who in OURS_OR_THING and not s.group(verb).negative:
                yield i - 2, verb
            return
