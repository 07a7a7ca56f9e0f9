"""Verbs that admit a fault; each rule yields the words from the subject to the end of what failed.

A rule is asked only about words with which it can begin: see `_rules_for` in `fault.py`.
"""

from collections.abc import Iterator

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_context import hushed, place
from csat_tui.domain.wording.fault_parts import OURS, OURS_OR_THING, Group, Subject, Who, WordSpan
from csat_tui.domain.wording.fault_sentence import Sentence

_NO_DOER = frozenset((Who.YOU, Who.THING, Who.IT, Who.OURS, Who.UNKNOWN))
_MADE = lexicon.words("call calls refund payment change note entry booking correction adjustment")
_DOERS = lexicon.words("by at from in on within")
_MAY_FAIL = lexicon.words("attempt attempts call calls delivery payment charge request email message mail try")
OLD = lexicon.words("old previous former different")
"""What is wrong only as an address, a card or a price that we used."""
_BETTER = lexicon.words("better easier faster clearer quicker simpler different more")
_VAGUE = lexicon.words("see say share reach enter get skip take make know put")
_IN_EARNEST = lexicon.words("back seriously note care sure it right through time clear")
"""What makes a verb that says little a duty: “take it seriously”, “get back to you”."""
_YOURS_TO_KEEP = lexicon.words("card address email phone number password")
_NAMED = lexicon.words("step steps check checks question instruction time money evening day rule policy labels orders")
_REASONS = lexicon.words("because until yet unless")
_REASSURING = lexicon.words("cancel change remove add close delete stop")
_NOT_SENT = lexicon.words("email e-mail message text mail link sms letter")
_CONTACTLESS = lexicon.words("door bell doorbell phone gate")
_RECEIVED = lexicon.words("receive get hear arrive see find know expect understand be need want owe")
_HANDED = lexicon.words(
    "give send ship pack tell quote charge apply provide issue print label use put deliver book show display"
    " list state promise cancel refund credit debit publish enclose offer assign attach dial write enter note"
    " record log register bill invoice add email mention forward pass transfer share set prepare cook mispack"
    " close say post address make read choose pick select explain return swap recommend suggest do call load"
)
_PUT_RIGHT = lexicon.words(
    "correct fix replace remove notice spot repair exchange collect return resolve discard exclude prevent avoid recall"
    " test try"
)
_CHOSEN_BY_ANYBODY = lexicon.words("enter choose pick select return order address read make do say load write put")


def failing(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Our side forgot, missed, mixed up: verbs that are failings by themselves."""
    base, kinds = lexicon.verb(s.words[i])
    if not s.is_verb(i) or kinds == {"ing"}:
        return
    group, end = s.group(i), i
    if base in lexicon.FAIL_WITH:
        near = s.after(i)
        particle = next((at for at, word in enumerate(near) if word in lexicon.FAIL_WITH[base]), -1)
        before = s.words[max(0, s.subject(group.start).start - 3) : group.start]
        relative = bool(set(before) & set(lexicon.FAIL_WITH[base]) & _NAMED)  # “a step that our team skipped”
        if particle < 0 and not relative and not (group.passive and place(s, i) in OURS_OR_THING):
            return
        if base == "keep" and particle >= 0 and near[particle] == "hold" and near[0] != "you":
            return
        end = i + 1 + max(particle, -1)
    subject = s.subject(group.start)
    if (
        group.negative
        or hushed(s, subject, i)
        or (subject.who in (Who.YOU, Who.OTHER, Who.NOBODY) and not group.passive)
        or s.at(group.start - 1) == "nothing"
    ):
        return
    if group.passive:
        if _passive_failing(s, end, base, group, subject):
            yield min(subject.start, group.start), end
        return
    if base == "miss" and (s.at(i + 1) in ("nothing", "seeing") or (s.at(i + 1) == "you" and s.boundary(i + 2))):
        return
    if base == "lose" and set(s.after(i)) & {"connection", "contact", "signal", "line", "weight", "sight"}:
        return
    if base == "fail" and (subject.who not in OURS_OR_THING or subject.head in _MAY_FAIL):
        return
    asserted = (kinds & {"past", "participle"} and _over(group)) or (
        s.at(subject.start - 1) == "did" and "base" in kinds
    )
    emphatic = "base" in kinds and "did" in group.words
    if (asserted or emphatic) and subject.who in OURS_OR_THING:
        yield min(subject.start, group.start), end
    elif _left_out(s, group, subject) and s.words[i] in (
        "forgot",
        "messed",
        "dropped",
        "screwed",
        "overlooked",
        "missed",
    ):
        yield i, end


def _left_out(s: Sentence, group: Group, subject: Subject) -> bool:
    """Return whether a sentence begins with its verb, as people write in haste: “Forgot your credit, sorry”."""
    return subject.who is Who.UNKNOWN and group.start == 0 and not s.question


def _passive_failing(s: Sentence, end: int, base: str, group: Group, subject: Subject) -> bool:
    """Return whether something was forgotten, missed or mishandled, and nobody else is named for it."""
    if subject.who in (Who.US, Who.NOBODY, Who.NAME) and subject.head != "":
        return False
    if (group.modal and not group.perfect) or not group.words & lexicon.PAST_BE:
        return False
    where = place(s, end, _DOERS)
    if where in (Who.OTHER, Who.YOU):
        return False
    if subject.who is Who.OTHER and where not in OURS_OR_THING:
        return False
    return base not in lexicon.BY_ANYBODY or where in OURS_OR_THING


def _over(group: Group) -> bool:
    """Return whether a group of verbs speaks of what has been, be it certain or guessed."""
    if not group.modal:
        return True
    return group.perfect and not group.modal & {"will", "would", "shall", "can"}


def not_done(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Our side did not do what it owes: cancel, answer, call back."""
    base, kinds = lexicon.verb(s.words[i])
    verb_here = s.is_verb(i) or (s.at(i - 1) == "not" and "base" in kinds)
    if not verb_here or base == "hear":
        return
    group = s.group(i)
    subject = s.subject(group.start)
    if hushed(s, subject, i) or _has_a_reason(s, i, base):
        return
    past = "did" in group.words or (group.perfect and not group.modal) or ("never" in group.words and "past" in kinds)
    if group.passive:
        owed = (
            (base not in lexicon.NOT_OWED or (base == "pass" and s.at(i + 1) == "on"))
            and group.words & lexicon.PAST_BE
            and not group.modal
        )
        earnest = bool(set(s.after(i)) & _IN_EARNEST) or subject.head in _MADE
        owed = owed or (base in ("take", "make", "do") and earnest and bool(group.words & lexicon.PAST_BE))
        elsewhere = place(s, i) is not Who.OTHER and subject.head not in lexicon.US
        if (
            subject.who is Who.US
            and base in ("tell", "inform", "train", "warn")
            and group.negative
            and owed
            and elsewhere
        ):
            yield subject.start, i
        owed = owed or bool(base == "enter" and "never" in group.words)
        owed = owed or bool(subject.who is Who.OURS and base in ("set", "lock", "clean", "test", "connect"))
        if base in ("give", "provide") and subject.who is not Who.YOU:
            owed = place(s, i) in OURS_OR_THING
        if (group.negative and owed and subject.who in _NO_DOER and place(s, i) not in (Who.OTHER, Who.YOU)
                and subject.head not in ("payment", "card", "charge", "it")
                and not (subject.head == "which" and _YOURS_TO_KEEP & set(s.words[: subject.start]))):  # fmt: skip
            yield subject.start, i
        return
    if subject.who is Who.NOBODY and kinds & {"past", "participle"} and not group.modal and not group.negative:
        if not set(s.after(i)) & _CONTACTLESS and place(s, i) is not Who.OTHER:
            yield subject.start, i
        return
    in_earnest = base not in _VAGUE or set(s.after(i, 4)) & _IN_EARNEST
    if in_earnest and group.negative and past and not group.modal and subject.who in OURS_OR_THING:
        yield subject.start, i


def not_received(s: Sentence, i: int) -> Iterator[WordSpan]:
    """“You did not receive a reply from us”."""
    group = s.group(i)
    subject = s.subject(group.start)
    over = group.words & {"did", "have", "had", "never"} and not group.modal
    ours = subject.who is Who.YOU and place(s, i) in OURS_OR_THING
    if ours and over and group.negative and not hushed(s, subject, i) and not _has_a_reason(s, i, ""):
        yield subject.start, i


def _has_a_reason(s: Sentence, i: int, base: str) -> bool:
    """Return whether what was not done has a reason that is not ours, or was not to be done."""
    rest = s.words[i + 1 :]
    for at, word in enumerate(rest, i + 1):
        if word in _REASONS:
            return word in ("yet", "until", "unless") or s.at(at + 1) in ("you", "your") or _begins_elsewhere(s, at + 1)
        if word in ("as", "since") and s.at(at + 1) == "you" and s.at(at + 2) in (
            "asked", "requested", "wished", "wanted", "had", "have", "told", "cancelled", "paused",
        ):  # fmt: skip
            return "keep" in rest or word == "since" or "not" in rest
        if word == "without" and s.at(at + 1) == "your":
            return True
    if base in ("add", "apply") and set(rest[:5]) & {"fee", "fees", "surcharge", "costs", "charge"}:
        return True
    if "yet" in s.before(i):
        return True
    if base == "catch" and "quite" in s.before(i):
        return True  # “I did not quite catch your number”
    if s.at(s.subject(s.group(i).start).start - 1) == "so" and lexicon.OTHERS & set(s.words[:i]):
        return True  # “the card was declined, so the order was not processed”
    if base in _REASSURING and set(rest[:2]) & {"anything", "any"}:
        return True
    if base in ("do", "make") and set(rest[:4]) & {"wrong", "mistake", "error", "mistakes", "errors"}:
        return True
    if base == "change" and set(rest[:5]) & {"price", "prices", "policy", "recipe", "terms", "menu"}:
        return True
    return (
        base in ("send", "write")
        and bool(set(rest[:4]) & _NOT_SENT)
        and bool(set(rest[:3]) & {"this", "that", "these"})
    )


def _begins_elsewhere(s: Sentence, at: int) -> bool:
    """Return whether what follows “because” is not about us."""
    ahead = set(s.words[at : at + 7])
    return not ahead & (lexicon.US | lexicon.OUR | lexicon.US_OBJECT | s.names.ours | lexicon.OUR_PERSONS)


def owed(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Our side should have, could have, was supposed to."""
    word = s.words[i]
    if word in ("supposed", "meant") and s.at(i + 1) == "to":
        group = s.group(i)
        subject = s.subject(group.start)
        if group.words & {"was", "were"} and subject.who in OURS and not hushed(s, subject, i) and not group.negative:
            yield subject.start, i + 1
        return
    known = lexicon.verb(word)
    if "participle" not in known[1] and word not in ("been", "had"):
        return
    group = s.group(i)
    if not group.perfect or not group.modal & {"should", "ought", "could"}:
        return
    subject = s.subject(group.start)
    if (
        subject.who is Who.YOU
        and group.negative
        and word == "had"
        and s.at(i + 1) == "to"
        and not hushed(s, subject, i)
    ):
        yield subject.start, i  # “you should not have had to call twice”
        return
    reply = known[0] in ("get", "receive", "hear") and place(s, i) in OURS_OR_THING
    if subject.who is Who.YOU and reply and not hushed(s, subject, i):
        yield subject.start, i
    if hushed(s, subject, i) or (known[0] in _RECEIVED and word != "known"):
        return
    avoidable = known[0] in ("avoid", "prevent") and subject.who is Who.IT and place(s, i) is not Who.OTHER
    laborious = known[0] in ("take", "need", "require") and subject.who is Who.IT and group.negative
    if avoidable or laborious:
        yield subject.start, i
        return
    if group.modal == {"could"} and (group.negative or subject.who not in OURS):
        return
    if "been" in group.words:
        elsewhere = subject.who in (Who.OTHER, Who.US, Who.NOBODY) or place(s, i) in (Who.OTHER, Who.YOU)
        if not elsewhere and known[0] not in ("deliver", "add"):
            yield subject.start, i
    elif subject.who in OURS_OR_THING or (
        known[0] in ("happen", "occur") and subject.who not in (Who.OTHER, Who.NOBODY)
    ):
        yield subject.start, i


def owed_to_be(s: Sentence, i: int) -> Iterator[WordSpan]:
    """It should have been easier; this should not have been like that."""
    group = s.group(i)
    if not group.perfect or not group.modal & {"should", "ought", "could"} or "participle" in _kinds(s.at(i + 1)):
        return
    subject = s.subject(group.start)
    if hushed(s, subject, i) or s.at(i + 1) == "there":
        return
    if subject.who in OURS_OR_THING or (
        (subject.who is Who.IT and s.at(i + 1) in _BETTER)
        or (group.negative and subject.who in (Who.IT, Who.THING, Who.YOU))
    ):
        yield subject.start, i + 1


def _kinds(word: str) -> frozenset[str]:
    return lexicon.verb(word)[1]


def wrong_thing(s: Sentence, i: int) -> Iterator[WordSpan]:
    """Our side gave, sent or charged something wrong; the wrong thing was sent; our wrong answer."""
    if s.at(i - 1) in ("anything", "nothing", "something", "what"):
        return
    wrong = s.words[i] in lexicon.WRONG
    end = i
    while s.is_noun(end + 1) and end < i + 4:
        end += 1
    if end == i:
        return
    if s.words[i] == "late" and s.at(i + 1) in ("night", "evening", "shift", "hours", "summer", "fee"):
        return
    start = i
    while s.is_noun(start - 1) or (
        s.is_adverb(start - 1) and s.at(start - 1) in ("very", "so", "too", "completely", "totally")
    ):
        start -= 1
    determiner = s.at(start - 1)
    start -= determiner in lexicon.DETERMINERS
    before = s.at(start - 1)
    subject = Subject(Who.UNKNOWN, start)
    if hushed(s, subject, i) or determiner in ("no", "any") or {"not", "no", "without"} & set(s.before(start, 2)):
        return
    if s.words[i] in OLD:
        if s.words[i] == "different" or s.at(end) in ("address", "card", "number", "label", "price"):
            yield from _governed(s, start, end, before)
        return
    if determiner in lexicon.OUR:
        yield start, end
        return
    sorry = before in ("for", "about") and lexicon.SORRY & set(s.before(start))
    if wrong and sorry and "you" not in s.after(end) and place(s, end) not in (Who.OTHER, Who.YOU):
        yield start, end
        return
    if place(s, end) in OURS_OR_THING and s.at(end + 1) not in ("to", "through"):
        yield start, end
        return
    follower = end + 1 + (s.at(end + 1) in ("that", "which"))
    if wrong and _said_or_sent(s, follower):
        yield start, end
        return
    yield from _governed(s, start, end, before)


def _said_or_sent(s: Sentence, at: int) -> bool:
    """Return whether what follows a wrong thing says that we gave it: “we sent you”, “you were told”."""
    for verb in s.places_after(at - 1):
        base, kinds = lexicon.verb(s.words[verb])
        if base in _HANDED and kinds & {"past", "participle"} and s.is_verb(verb):
            group = s.group(verb)
            subject = s.subject(group.start)
            if group.passive:
                return subject.who is Who.YOU and subject.start >= at
            return subject.who in OURS and subject.start >= at
    return False


def _governed(s: Sentence, start: int, end: int, before: str) -> Iterator[WordSpan]:
    """Look at the verb whose object, or whose subject, a wrong thing is."""
    for verb in s.places_after(end):  # “the wrong item was sent”
        base, kinds = lexicon.verb(s.words[verb])
        if base in _HANDED and "participle" in kinds:
            group = s.group(verb)
            if group.passive and group.start == end + 1 and group.words & lexicon.PAST_BE and not group.negative:
                if base not in _CHOSEN_BY_ANYBODY and place(s, verb) not in (Who.OTHER, Who.YOU):
                    yield start, verb
                return
    if before in ("for", "about", "if", "of", "regarding") and s.at(start - 2) not in ("lot", "lots", "number", "set"):
        back = s.before(start)
        if not {"charged", "billed"} & set(back):
            return
    for verb in s.places_before(start):
        word = s.words[verb]
        if word in lexicon.CONJUNCTIONS or (not word[0].isalnum() and word != "'s"):
            if word != "and":
                return
            continue
        if word == "had" and verb == start - 1 + (s.at(start) in lexicon.DETERMINERS and s.at(start - 1) != "had"):
            subject = s.subject(s.group(verb).start)
            if subject.who in OURS_OR_THING and not hushed(s, subject, verb) and not s.group(verb).negative:
                yield subject.start, end
            return
        base, kinds = lexicon.verb(word)
        if base and base not in _PUT_RIGHT and base not in _RECEIVED and s.is_verb(verb):
            group = s.group(verb)
            subject = s.subject(group.start)
            if group.negative or hushed(s, subject, verb) or not kinds & {"past", "participle"} or not _over(group):
                return
            if group.passive:
                given = base in _HANDED and (subject.who is Who.YOU or base not in _CHOSEN_BY_ANYBODY)
                named = Who.OTHER in (place(s, end), place(s, verb))
                if given and not named and subject.who in (Who.YOU, Who.THING, Who.IT):
                    yield subject.start, end
            elif subject.who in OURS_OR_THING:
                yield subject.start, end
            return
        if base in ("receive", "get") and place(s, end) in OURS_OR_THING:
            yield verb, end
            return
