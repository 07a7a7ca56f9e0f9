"""Parse a sentence as far as is needed to know who did what: words, groups of verbs, and their subjects."""

import re
from collections.abc import Container

from csat_tui.domain.wording import fault_words as lexicon
from csat_tui.domain.wording.fault_parts import Group, Names, Subject, Who, expand_contraction

_WORD = re.compile(
    r"[^\W\d_]+(?:-[^\W\d_]+)*(?:'[^\W\d_]{1,3}(?![^\W\d_]))?|\d[\d.,:]*|[^\w\s]|\n\s*\n|\n(?=[ \t]{0,8}[-*•\d])"
)
_PERSON = frozenset(["person", "lady", "gentleman", "man", "woman", "guy", "people"])
_SOME = lexicon.words("one some both all any none each neither either many most several two few everyone everybody")
_INTO = lexicon.words("ought seem seems seemed appear appears appeared")
_POINTS = lexicon.words("you us me him her them it this that these those what there")
_NEAR = 10
"""Words in which the parts of a turn of phrase stand together."""
_FAR = 25
"""Words that are looked through for a subject."""


class Sentence:
    """One sentence's words, in small letters and with contractions taken apart, and where each stands in the text."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.words: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.capital: list[bool] = []
        self.question = False
        self.persons_are_ours = False
        """Whether “she” and “they” speak of somebody of ours, after what was said before."""
        self.others_before = False

    def add(self, found: str, start: int, end: int) -> None:
        """Take a word in, or the two that a contraction stands for."""
        for part in expand_contraction(found):
            self.words.append(part)
            self.spans.append((start, end))
            self.capital.append(found[:1].isupper())

    def __len__(self) -> int:
        return len(self.words)

    def at(self, index: int) -> str:
        """Return a word; nothing before the first and after the last."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def places_before(self, index: int, most: int = _NEAR) -> range:
        """Return the places of the words shortly before one, the nearest first."""
        return range(index - 1, max(0, index - most) - 1, -1)

    def before(self, index: int, most: int = _NEAR) -> list[str]:
        """Return the words shortly before one, in their order."""
        return self.words[max(0, index - most) : index]

    def places_after(self, index: int, most: int = _NEAR) -> range:
        """Return the places of the words soon after one."""
        return range(index + 1, min(index + 1 + most, len(self.words)))

    def ahead(self, index: int, most: int = _NEAR) -> list[str]:
        """Return the words soon after one, whatever clause they belong to."""
        return self.words[index + 1 : index + 1 + most]

    def find_before(self, index: int, wanted: Container[str]) -> int | None:
        """Return the place of the nearest of some words shortly before one."""
        return next((at for at in self.places_before(index) if self.words[at] in wanted), None)

    # ── Kinds of words ───────────────────────────────────────────────────────────────────────────────────────────

    def is_verb(self, index: int) -> bool:
        """Return whether a word that can be a verb is one here."""
        word = self.at(index)
        known = lexicon.verb(word)
        if not known[0]:
            return False
        back = index - 1
        while self.is_adverb(back):
            back -= 1
        led = self.at(back)
        if (
            led in lexicon.DETERMINERS and led not in ("that", "this", "all", "both", "no", "each", "one", "none")
        ) or led == "'s":
            return False
        if known[1] & {"past", "participle"}:
            stranded = lexicon.verb(self.at(back - 1))[0] != "" and self.at(back - 1) not in lexicon.DETERMINERS
            return led not in lexicon.PREPOSITIONS or led == "than" or stranded
        if "ing" in known[1]:
            return led in lexicon.BE
        return led == "to" or led in lexicon.SUBJECTS or led in lexicon.MODALS or led in lexicon.DO

    def is_adverb(self, index: int) -> bool:
        """Return whether a word only says how or when."""
        word = self.at(index)
        return word in lexicon.ADVERBS or (word.endswith("ly") and len(word) > 4 and word not in lexicon.NOT_ADVERBS)

    def is_noun(self, index: int) -> bool:
        """Return whether a word can stand in the name of somebody or something."""
        word = self.at(index)
        return bool(
            word not in lexicon.NEVER_NOUNS
            and word
            and (word[0].isalnum() or word in ("'s", "#"))
            and not self.is_adverb(index)
            and not self.is_verb(index)
        )

    def boundary(self, index: int) -> bool:
        """Return whether a clause ends before this word at the latest."""
        word = self.at(index)
        return not word or word in lexicon.CONJUNCTIONS or not (word[0].isalnum() or word[0] in "'#")

    # ── Verbs and their subjects ─────────────────────────────────────────────────────────────────────────────────

    def group(self, index: int) -> Group:
        """Return the auxiliaries, negations and adverbs before a verb."""
        start, words = index, set[str]()
        while start > 0:
            word = self.words[start - 1]
            auxiliary = word in lexicon.AUXILIARIES or word == "'d"
            possessive = word == "'s" and self.at(start - 2) not in lexicon.NOBODY
            if possessive and start == index and not self._is_has(start):
                break
            if word in ("and", "or") and {self.at(start - 2), self.at(start)} <= lexicon.MODALS:
                start -= 1  # “we could and should have”
                continue
            if word == "to" and self.at(start - 2) in ("not", "never") and self.at(start - 3) == "ought":
                words |= {"should", self.words[start - 2]}
                start -= 3
                continue
            if word == "not" and self.at(start - 2) == "need" and "have" in words:
                words |= {"should", "not"}
                start -= 2
                continue
            if word == "to" and self.at(start - 2) in _INTO and start < index:
                words.add("should" if self.at(start - 2) == "ought" else "seem")
                start -= 2
                continue
            if not (auxiliary or word in ("not", "never") or word == "'s" or self.is_adverb(start - 1)):
                break
            words.add({"'d": "had", "'s": "has"}.get(word, word))
            start -= 1
        return Group(start, frozenset(words))

    def _is_has(self, index: int) -> bool:
        """Return whether “'s” before a word is “has” or “is”: “the team's forgotten it”."""
        return lexicon.verb(self.at(index))[1] == {"participle"}

    def subject(self, index: int) -> Subject:
        """Return who does what begins at a word: the nearest name before it, past what is only said about that."""
        mods: list[tuple[str, Who]] = []
        relative = ""
        at = index - 1
        lowest = max(0, index - _FAR)
        while at >= lowest:
            word = self.words[at]
            if word in ("who", "which") or (word == "that" and self.is_noun(at - 1)):
                if word == "which" and self.at(at - 1) == ",":
                    main = self._shared(at - 1)
                    if main.who in (Who.US, Who.NAME):  # “Cass told you that it is free, which was wrong”
                        return Subject(Who.OURS, at, word)
                at -= 2 if self.at(at - 1) == "," else 1
                relative = word
                continue
            if word in lexicon.US:
                return Subject(Who.US, at, word)
            if word in lexicon.PERSONS:
                ours = self.persons_are_ours or not self.others_before
                return Subject(Who.US if ours else Who.UNKNOWN, at, word)
            if word in lexicon.NOBODY or (word == "one" and self.at(at - 1) in ("no", "not")):
                start = at - 1 if word == "one" else at
                return Subject(Who.OTHER if any(who is Who.OTHER for _, who in mods) else Who.NOBODY, start, word)
            if word in ("ours", "mine") and self.at(at - 1) == "of":
                mods.append(("of", Who.US))
                at -= 2
                continue
            if relative and word in ("one", "ones") and self.at(at - 1) == "the" and self.at(at - 2) in lexicon.BE:
                return self.subject(self.group(at - 1).start)
            if relative and word in lexicon.US_OBJECT:
                return Subject(Who.US, at, word)
            if word in _SOME and mods and mods[-1][0] in ("of", "in", "on", "from", "at"):
                ours = mods[-1][1] in (Who.US, Who.OURS)
                who = Who.NOBODY if word in ("none", "neither") else Who.US
                return Subject(who if ours else Who.UNKNOWN, at, word)
            if word in lexicon.PREPOSITIONS and self.is_verb(at - 1):
                at -= 1  # “the colleague you spoke to”
                continue
            if word == ",":
                opening = self.find_before(at, (",",))
                if opening is not None and self.is_noun(opening - 1) and not self._begins_clause(opening + 1):
                    at = opening - 1
                    continue
                return self._shared(at)
            if word in ("and", "but", "or", "yet", "then", "nor", "&"):
                return self._shared(at)
            if word in _POINTS:
                inner = self._through_verb(at - 1)
                if inner is not None:
                    at, who = inner
                    mods.append(("rel", who))
                    continue
                if self.at(at - 1) in lexicon.PREPOSITIONS and word in ("you", "us", "me", "him", "her", "them", "it"):
                    mods.append(
                        (self.at(at - 1), Who.US if word in ("us", "me") else Who.YOU if word == "you" else Who.IT)
                    )
                    at -= 2
                    continue
                if word == "you":
                    return Subject(Who.YOU, at, word)
                if word == "what":
                    who = next((who for kind, who in mods if kind == "rel"), Who.THING)
                    return Subject({Who.US: Who.OURS}.get(who, who), at, word)
                return Subject(Who.IT, at, word)
            if self.is_noun(at):
                start, who, head = self.name(at)
                before = self.at(start - 1)
                if start < at and self.words[start] == "that" and self.is_verb(start - 1):
                    return Subject(self._with(self._who(start + 1, at), head, mods), start + 1, head)
                if head in _PERSON and relative == "who":
                    return Subject(Who.UNKNOWN if self.others_before else Who.US, start, head)
                if relative and (relative != "who" or who in (Who.US, Who.NAME, Who.OTHER)):
                    return Subject(self._with(who, head, mods), start, head)
                if before in lexicon.PREPOSITIONS and start >= 2:
                    mods.append((before, who))
                    at = start - 2
                    continue
                inner = self._through_verb(start - 1)
                if inner is not None:
                    at, inside = inner
                    mods.append(("rel", inside))
                    continue
                return Subject(self._with(who, head, mods), start, head)
            if self.is_adverb(at):
                at -= 1
                continue
            if self.is_verb(at):
                inner = self._through_verb(at)
                if inner is not None:
                    at, inside = inner
                    mods.append(("rel", inside))
                    continue
            break
        return Subject(Who.UNKNOWN, index)

    def _begins_clause(self, index: int) -> bool:
        return self.at(index) in lexicon.SUBJECTS | {"and", "but", "or", "so", "because"}

    def _through_verb(self, index: int) -> tuple[int, Who] | None:
        """Go past a clause that only says something about the name before it (“the price we quoted you”).

        Returns the last word of that name, and who did what the clause says.
        """
        while self.is_adverb(index):
            index -= 1
        if not self.is_verb(index):
            return None
        group = self.group(index)
        before = self.at(group.start - 1)
        if before in ("who", "which", "that"):
            back = group.start - (3 if self.at(group.start - 2) == "," else 2)
            return (back, Who.UNKNOWN) if self.is_noun(back) or self.at(back) in ("those", "one") else None
        participle = "participle" in lexicon.verb(self.words[index])[1]
        if before in ("we", "i", "you", "he", "she", "they"):
            who = Who.US if before in lexicon.US else Who.YOU if before == "you" else Who.UNKNOWN
            back = group.start - 2
            if self.at(back) in ("that", "which"):
                back -= 1
            if group.passive and who is Who.YOU:
                who = Who.UNKNOWN  # “the answer you were given”: by whom it does not say
            return (back, who) if self.is_noun(back) or self.at(back) == "what" else None
        if self.is_noun(group.start - 1):
            start, who, _ = self.name(group.start - 1)
            if self.words[start] == "what" and start < group.start - 1:
                return start, self._who(start + 1, group.start - 1)  # “what Cass wrote about it”
            back = start - 1
            if self.at(back) in ("that", "which") and self.is_noun(back - 1):
                back -= 1
            if self.is_noun(back) or self.at(back) == "what":
                return back, who
            if participle and not group.words:
                return group.start - 1, Who.UNKNOWN  # “the answer given to you”
        return None

    def _shared(self, at: int) -> Subject:
        """Return the subject of the verb before a conjunction: “Cass was wrong and forgot your refund”."""
        for back in self.places_before(at, _FAR):
            if (self.is_verb(back) or self.words[back] in lexicon.BE | lexicon.HAVE) and not (
                self.at(back - 1) == "to" or self.words[back].endswith("ing")
            ):
                return self.subject(self.group(back).start)
        return Subject(Who.UNKNOWN, at + 1)

    def _with(self, who: Who, head: str, mods: list[tuple[str, Who]]) -> Who:
        """Return who a name is, with what is said about it: “one of our agents”, “the answer from the carrier”."""
        kinds = {
            said for kind, said in mods if said is not Who.OTHER or kind in ("of", "from", "by", "at", "with", "rel")
        }
        theirs = any(said is Who.OTHER and kind in ("of", "from", "at") for kind, said in mods)
        if Who.OTHER in kinds and (who is not Who.US or theirs):
            return Who.OTHER
        if who in (Who.THING, Who.UNKNOWN, Who.NOBODY, Who.NAME) and kinds & {Who.US, Who.OURS}:
            if who is Who.NOBODY:
                return who
            return Who.US if head in lexicon.VAGUE else Who.OURS
        if head in _PERSON and any(kind == "rel" for kind, _ in mods):
            return Who.US  # “the person who took your call”
        if who is Who.THING and ("rel", Who.YOU) in mods:
            return Who.YOU
        return Who.US if who is Who.UNKNOWN and head in ("someone", "somebody") and Who.OTHER not in kinds else who

    def name(self, end: int) -> tuple[int, Who, str]:
        """Return where a name begins that ends with a word, who it is, and its last word."""
        start = end
        while self.is_noun(start - 1) and end - start < 7:
            start -= 1
        if (
            self.at(start - 1) in ("earlier", "first", "previous", "later", "own", "very")
            and self.at(start - 2) in lexicon.OUR
        ):
            start -= 1
        while self.at(start - 1) in lexicon.DETERMINERS:
            start -= 1
        words = self.words[start : end + 1]
        if "'s" in words[:-1]:
            owner = start + words.index("'s") - 1
            if owner >= start:
                whose = self._who(start, owner)
                return start, {Who.US: Who.OURS, Who.NAME: Who.OURS}.get(whose, whose), words[-1]
        return start, self._who(start, end), words[-1]

    def _who(self, start: int, end: int) -> Who:
        words = self.words[start : end + 1]
        own = self.names
        led, head = words[0], words[-1]
        body = set(words)
        if any(word in own.ours and self.capital[start + i] for i, word in enumerate(words)):
            return Who.US
        if "customer" in body and lexicon.CARE & body:
            body = body - {"customer"} | {"support"}
        ours = bool(body & lexicon.OUR)
        persons = body & lexicon.OUR_HEADS
        if body & (lexicon.PARTNERS if ours else lexicon.OTHERS) and not (ours and head in lexicon.OUR_HEADS):
            return Who.OTHER
        if body & lexicon.BRANDS:
            return Who.OTHER
        if head in lexicon.DATES:
            return Who.THING
        if "your" in body:
            return Who.US if body & lexicon.OUR_PERSONS and "team" not in body else Who.YOU
        if led in ("no", "neither", "none") and persons:
            return Who.NOBODY
        if ours:
            return (
                Who.US
                if head in lexicon.OUR_HEADS | lexicon.OUR_JOBS or (persons and head not in lexicon.NOUNS)
                else Who.OURS
            )
        ours = self.persons_are_ours or (not self.others_before and bool(body & {"his", "her"}))
        if body & {"his", "her", "their"} and ours:
            return Who.OURS  # “I have spoken to Ron about his mistake”
        if body & {"his", "her", "their", "its"}:
            return Who.THING
        if persons and (head in lexicon.OUR_HEADS or body & lexicon.OUR_PERSONS):
            return Who.US
        if any(word in own.customer and self.capital[start + i] for i, word in enumerate(words)):
            return Who.YOU
        if head in lexicon.VAGUE:
            return Who.UNKNOWN
        if self.capital[end] and end == start and len(head) > 2 and head[0].isalpha():
            return Who.NAME
        if self.capital[start] and self.capital[end] and end == start + 1 and head[0].isalpha():
            return Who.NAME
        return Who.THING

    def after(self, index: int, most: int = 8) -> list[str]:
        """Return the words after one, up to the end of its clause."""
        found = []
        for at in self.places_after(index, most):
            if self.boundary(at) and self.words[at] not in ("and", "or", "&"):
                break
            found.append(self.words[at])
        return found


def read_sentence(text: str, names: Names) -> Sentence:
    """Read one sentence."""
    sentence = Sentence(names)
    sentence.question = text.rstrip("\"')” \n").endswith("?")
    for found in _WORD.finditer(text):
        sentence.add(found[0], found.start(), found.end())
    return sentence
