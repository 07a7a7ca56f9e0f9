"""What our side did to customers that they had not asked for: without their consent, after they had cancelled."""

from collections.abc import Iterator

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_context import hushed, place
from csat_tui.domain.wording.fault_parts import OURS_OR_THING, Found, Subject, Who
from csat_tui.domain.wording.fault_sentence import Sentence

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


def unwanted(s: Sentence, i: int) -> Iterator[Found]:
    """“We billed you for a box you had skipped”, “… without your permission”, “… although you had opted out”."""
    if not _says_so(s, i):
        return
    for verb in range(i - 1, max(-1, i - 14), -1):
        base, kinds = lexicon.verb(s.words[verb])
        if not s.is_verb(verb) or not kinds & {"past", "participle"} or base not in _DONE | _DONE_LOOSELY:
            continue
        if s.words[i] == "after" and not _BILLS & {base, *(lexicon.verb(word)[0] for word in s.after(verb, 3))}:
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
    """Tell whether what follows a word says that the customer had not wanted it."""
    word, after = s.words[i], s.words[i + 1 : i + 8]
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
    """Tell whether a customer had put something off, or never asked for it: “you had skipped”, “you did not order”."""
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


def entitled(s: Sentence, i: int) -> Iterator[Found]:
    """“You were entitled to a refund, and we refused it”."""
    if s.at(i - 1) not in ("were", "was", "been") or hushed(s, Subject(Who.YOU, i - 2), i - 2):
        return
    for verb in range(i + 1, len(s)):
        if lexicon.verb(s.words[verb])[0] in ("refuse", "deny", "reject", "decline", "withhold") and s.is_verb(verb):
            subject = s.subject(s.group(verb).start)
            if subject.who in OURS_OR_THING and not s.group(verb).negative:
                yield i - 2, verb
            return
