"""Fixed turns in which a fault is admitted, each found by the word that it ends or begins with."""

from collections.abc import Callable, Iterator, Mapping

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_context import hushed, place
from csat_tui.domain.wording.fault_parts import OURS, OURS_OR_THING, Found, Subject, Who
from csat_tui.domain.wording.fault_sentence import Sentence

_PROMISED = lexicon.words("promised said promise would agreed offered supposed duty responsibility obligation job task")


def _said(s: Sentence, verb: int) -> Subject | None:
    """Return the subject of a verb that says that something was so; None where it does not."""
    group = s.group(verb)
    subject = s.subject(group.start)
    if group.negative or hushed(s, subject, verb) or (group.modal and not group.perfect):
        return None
    return subject


def _through_the_cracks(s: Sentence, i: int) -> Iterator[Found]:
    fell = i - 3
    if s.at(i - 2) == "through" and s.at(fell) in ("fell", "fallen", "slipped", "slip") and (subject := _said(s, fell)):
        yield min(subject.start, fell), i


def _went_wrong(s: Sentence, i: int) -> Iterator[Found]:
    if s.at(i - 1) not in ("went", "gone") or (subject := _said(s, i - 1)) is None:
        return
    if subject.who in OURS or place(s, i) in OURS_OR_THING:
        yield min(subject.start, i - 1), i


def _did_wrong(s: Sentence, i: int) -> Iterator[Found]:
    if s.at(i - 1) in ("nothing", "anything") or s.at(i - 2) not in ("did", "done"):
        return
    if (subject := _said(s, i - 2)) and subject.who in OURS:
        yield subject.start, i


def _got(s: Sentence, i: int) -> Iterator[Found]:
    """“We got your address wrong”, “I got the dates mixed up”."""
    if s.words[i] == "up" and s.at(i - 1) not in ("mixed", "messed", "muddled"):
        return
    for verb in range(i - 1, max(-1, i - 7), -1):
        if s.words[verb] == "got":
            if (subject := _said(s, verb)) and subject.who in OURS:
                yield subject.start, i
            return


def _made_a_mess(s: Sentence, i: int) -> Iterator[Found]:
    made = next((at for at in range(i - 1, max(-1, i - 4), -1) if s.words[at] in ("made", "caused")), -1)
    if made >= 0 and (subject := _said(s, made)) and subject.who in OURS:
        yield subject.start, i


def _made_you_wait(s: Sentence, i: int) -> Iterator[Found]:
    if s.at(i - 2) == "made" and s.at(i - 1) == "you" and (subject := _said(s, i - 2)) and subject.who in OURS:
        yield subject.start, i


def _never_came(s: Sentence, i: int) -> Iterator[Found]:
    if s.group(i).negative and place(s, i) in OURS_OR_THING and not hushed(s, Subject(Who.THING, i - 1), i - 1):
        yield i - 1, i


def _hold_ourselves(s: Sentence, i: int) -> Iterator[Found]:
    if s.at(i - 1) in ("ourselves", "myself", "us"):
        yield i - 2, i


def _blame_ourselves(s: Sentence, i: int) -> Iterator[Found]:
    if s.at(i - 1) == "blame":
        yield i - 1, i


def _caused(s: Sentence, i: int) -> Iterator[Found]:
    """Our side caused it; it was caused by our side. For an inconvenience one may be sorry."""
    group = s.group(i)
    if s.at(i + 1) == "by" and place(s, i) in OURS_OR_THING and not group.negative:
        start, _, head = s.name(group.start - 1) if s.is_noun(group.start - 1) else (i, None, "")
        if head not in lexicon.INCONVENIENCE and not hushed(s, Subject(Who.THING, start), start):
            yield start, i + 1
        return
    if group.passive or not (subject := _said(s, i)) or subject.who not in OURS_OR_THING:
        return
    about = (*s.after(i, 6), s.at(subject.start - 1), s.at(subject.start - 2))
    if not lexicon.INCONVENIENCE & set(about):
        yield subject.start, i


def _not_kept(s: Sentence, i: int) -> Iterator[Found]:
    group = s.group(i)
    subject = s.subject(group.start)
    promise = subject.head in ("promise", "promises", "word", "appointment")
    if promise and group.negative and group.passive and not hushed(s, subject, i):
        yield subject.start, i


def _took_us_long(s: Sentence, i: int) -> Iterator[Found]:
    after = s.after(i, 12)
    ours = after[:1] and after[0] in lexicon.US_OBJECT | lexicon.OUR
    long = {"long", "longer", "weeks", "months"} & set(after)
    if ours and long and not s.question and not hushed(s, Subject(Who.IT, i - 1), i - 1):
        yield i - 1, i + 1


def _runaround(s: Sentence, i: int) -> Iterator[Found]:
    gave = next((at for at in range(i - 1, max(-1, i - 5), -1) if s.words[at] in ("gave", "given")), -1)
    if gave >= 0 and (subject := _said(s, gave)) and subject.who is not Who.OTHER:
        yield subject.start, i


def _had_we(s: Sentence, i: int) -> Iterator[Found]:
    """“We wish we had told you”; “had we checked, this would not have happened”."""
    if s.at(i - 2) == "wish" and s.at(i - 1) in lexicon.US:
        yield i - 2, i
        return
    done = any("participle" in lexicon.verb(ahead)[1] for ahead in s.words[i + 2 : i + 5])
    if done and s.at(i + 1) in lexicon.US and s.boundary(i - 1) and not s.question:
        yield i, i + 1


def _but_did_not(s: Sentence, i: int) -> Iterator[Found]:
    """“We promised to call but did not”."""
    if s.words[i] == "did" and s.at(i + 1) != "not" and s.at(i - 1) != "never":
        return
    end = i + (s.at(i + 1) == "not")
    before = set(s.words[:i])
    promised = _PROMISED & before and {"but", "and", "yet"} & before
    if promised and s.boundary(end + 1) and not s.question and s.subject(s.group(i).start).who in OURS:
        yield i - (s.at(i - 1) == "never"), end


def _in_circles(s: Sentence, i: int) -> Iterator[Found]:
    sent = next((at for at in range(i - 1, max(-1, i - 5), -1) if s.words[at] in ("sent", "went")), -1)
    if sent >= 0 and (subject := _said(s, sent)) and subject.who in OURS:
        yield subject.start, i


def _had_not_the_right(s: Sentence, i: int) -> Iterator[Found]:
    """“Our agent did not have the right information”."""
    group = s.group(i)
    subject = s.subject(group.start)
    right = {"right", "correct", "proper", "enough", "accurate", "full"} & set(s.after(i, 4))
    if right and group.negative and "did" in group.words and subject.who in OURS and not hushed(s, subject, i):
        yield subject.start, i


def _my_bad(s: Sentence, i: int) -> Iterator[Found]:
    if s.at(i - 1) in lexicon.OUR and s.boundary(i + 1):
        yield i - 1, i


def _mea_culpa(s: Sentence, i: int) -> Iterator[Found]:
    if s.at(i - 1) == "mea":
        yield i - 1, i


TURNS: Mapping[str, tuple[Callable[[Sentence, int], Iterator[Found]], ...]] = {
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
