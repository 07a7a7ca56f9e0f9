"""Read the promises in a text: the kind of each, who gives it, and how much.

A promise says that something will be done, is being done or was done just now, on our side. A condition on the
customer, a question, a denial, a policy, an offer and somebody else's words are no promises. Patterns look at one
sentence at a time, cut at `SENTENCE_LIMIT`, so that the work grows only with the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from csat_tui.domain.amounts import Amount, amounts
from csat_tui.domain.promises.finding import promise_spans
from csat_tui.domain.promises.phrases import PromiseKind, PromiseSpan

LANGUAGES = frozenset({"en"})
"""The languages in which promises are recognised."""
TEXT_LIMIT = 20_000
"""Characters of a text that are read; the rest of a longer text is not."""
SENTENCE_LIMIT = 700
"""Characters of a sentence that are searched."""
NEAR = 60
"""Characters before and after a promise in which its amount may stand."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise: its kind, its sentence and words, and the amount.

    `order` means an order and not the subscription; `number` is the promised number of meals in a plan.
    """

    kind: PromiseKind
    sentence: str
    words: str
    amount: Amount | None = None
    order: bool = False
    pause: bool = False
    number: int | None = None


_HISTORY = re.compile(
    r"^(?:on\s[^\n]{4,120}\swrote:|-{2,12}\s?(?:original|forwarded)\smessage|begin\sforwarded\smessage|_{8,80}\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_CITED = re.compile(r"^[ \t]{0,3}>[^\n]*", re.MULTILINE)
_QUOTED = re.compile(r"“[^”\n]{1,400}”|\"[^\"\n]{1,400}\"|«[^»\n]{1,400}»")
_ENDS = re.compile(r"(?<=[.!?…])[\"')\]]?\s+|\n\s*\n|\n\s{0,6}(?=[-*•–]\s|\d{1,2}[.)]\s)|;\s+|\s[–—]\s|\s-{1,2}\s")
_COURTESY = re.compile(
    r"\b(?:(?:check|see|ask|find\sout|verify|confirm|look\sinto)(?:\s\w+){0,4}\s(?:if|"
    r"whether)\b[^,.;!?]{0,90}?(?=,?\sand\s(?:let|get|come|call|e-?mail|write|update|reply|be|"
    r"follow))|(?:please\s)?(?:let\s(?:me|us)\sknow|feel\sfree\sto\s\w+(?:\s\w+){0,3}|write\sback|"
    r"reach\sout|contact\s(?:me|us)"
    r"|reply|call\s(?:me|us)|just\s(?:ask|reply))(?:\s\w+){0,4}\s(?:if|should)\b[^,.;!?]{0,120}"
    r"|(?:if|should)\s(?:you|there)\s(?:have|need|want|are|is|be|still\shave|ever\sneed|"
    r"require)\s(?:any\s|some\s)?(?:other\s|more\s|further\s|additional\s)?"
    r"(?:questions?|anything(?:\selse)?|concerns?|help|assistance|issues?|problems?)[^,.;!?]{0,60}"
    r"|if\s(?:i|we)\smay(?:\s\w+){0,2}|as\sif\s\w+)",
    re.IGNORECASE,
)
"""Friendly phrases with an “if” that is no condition."""
_ON_THEM = (
    r"(?:once|when(?:ever)?|as\ssoon\sas|after|until|by\sthe\stime)\s(?:we\s(?:receive|get|"
    r"have\sreceived|have\sgotten|see)|"
    r"(?:you|your|the\s(?:customer|parcel|return|returned|item|box|package|old|photos?|pictures?|"
    r"proof|payment|form|bank|courier|carrier|warehouse|"
    r"investigation|claim|request))\b|(?:it|they|this|that)(?:'s|\sis|\sare|\shas|"
    r"\sgets?)\s(?:been\s)?(?:approved|returned|received|confirmed|back|verified|here)"
    r"|(?:approved|confirmed|received|returned|verified)\b|(?:my|our|a|the)\s(?:manager|supervisor|"
    r"lead|boss)\s(?:has\s)?(?:approve|agree|confirm|sign|okay)s?)"
)
_PROVIDED = r"(?<!have\s)(?<!has\s)(?<!been\s)(?<!'ve\s)provided(?:\sthat)?"
"""As a condition: who writes “we have provided a refund” makes none."""
_IF = re.compile(
    rf"\b(?:(?<!as\s)if|unless|whether|in\s(?:the\s)?(?:case|event)|{_PROVIDED}|providing|"
    r"as\slong\sas|so\slong\sas|assuming|"
    rf"on\s(?:the\s)?condition|should\s(?:you|the|it|that|this|we)|were\s(?:you|we|i)\sto|depending|"
    rf"subject\sto|pending|{_ON_THEM})\b",
    re.IGNORECASE,
)
_IF_ANY = re.compile(
    rf"\b(?:(?<!as\s)if(?!\s(?:not\s)?(?:sooner|earlier))|unless|whether|in\scase|{_PROVIDED}|"
    r"as\slong\sas|should\s(?:you|the|it|that|this|we)|"
    r"(?:once|when|after|as\ssoon\sas|until)\s(?:you\b|we\s(?:receive|get|have)\s(?:your|"
    r"the\s(?:photos?|box|form))))",
    re.IGNORECASE,
)
"""Conditions of a call back; if it only waits for something on our side, it is still a promise."""
_IF_AFTER = re.compile(
    rf"\b(?:if(?!\s(?:not\s)?(?:sooner|earlier))|unless|in\scase|{_PROVIDED}|as\slong\sas|"
    r"so\slong\sas|assuming|on\s(?:the\s)?condition|"
    r"only\s(?:if|when|once|after)|subject\sto|pending|depending|should\syou|(?:once|as\ssoon\sas|after|when|until)\s"
    r"(?:you(?:'ve|\shave)?\s(?:\w+\s)?(?:sen[dt]|return(?:ed)?|confirm(?:ed)?|repl(?:y|ied)|"
    r"provided?|ship(?:ped)?|mail(?:ed)?|say|said|agree|"
    r"let|give|given|gave|approved?|upload(?:ed)?|share[d]?|accept(?:ed)?|fill(?:ed)?|complete[d]?|"
    r"pa(?:y|id)|tell|told|respond(?:ed)?|verif(?:y|ied))|"
    r"we\s(?:receive|get|have\s(?:received|gotten|got)|hear\sfrom\syou|see)|(?:the|"
    r"your)\s(?:\w+\s){0,2}(?:is|are|has|have|gets?|arrives?|comes?|clears?|reaches)\b"
    r"|(?:it|they|this|that)(?:'s|\sis|\sare|\shas|\sgets?)\s(?:been\s)?(?:approved|returned|received|"
    r"confirmed|back|verified|here)|"
    r"(?:approved|confirmed|received|returned|verified)\b|(?:my|our|a|the)\s(?:manager|supervisor|"
    r"lead|boss)\s(?:has\s)?(?:approve|agree|confirm|sign|okay)))",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:might|may(?!\s\d)|maybe|perhaps|possibly|could(?:n't)?|would(?:n't)?|can(?:'?t|not)|cannot|"
    r"hope(?:fully)?|(?:i|we)\s(?:think|believe|guess|assume|doubt|"
    r"suppose|expect)|not\s(?:sure|certain|confident|say(?:ing)?|promis(?:e|ing)|guarantee(?:ing)?|"
    r"mean|clear|true)|wish|unable|unlikely|supposed\sto|"
    r"(?:did|do|does)(?:n't|\snot)|won't|never|nobody|(?:had|was|were|is|are|am|have|has)(?:n't|\snot)|"
    r"(?:see|check|ask|asking|find\sout|know|confirm|wonder(?:ing)?|verify|sure)\s(?:if|whether|when|how|why)|"
    r"look(?:ing)?\sinto|you(?:'ve|\shave|\shad)?\s(?:said|wrote|written|mention(?:ed)?|told|"
    r"ask(?:ed)?|say|claim(?:ed)?|were\s(?:told|promised)|"
    r"thought|expect(?:ed)?|want(?:ed)?|feel|believe|think|heard|understood|requested|would|may|might|"
    r"could|can|should|must|need|have\sto)|"
    r"(?:was|were|been|got)\s(?:told|promised|assured)|(?:told|promised|assured)\syou|(?:apparently|"
    r"supposedly|allegedly)|(?:would|do|did|shall|should|can|could|may|will)\s(?:you|i|we)|"
    r"how|why|what|which|who|where|before\s(?:i|we)|in\sorder\sto|instead\sof|rather\sthan|without|example|instance|"
    r"(?:the|your|our|my|this|that)\s(?:bank|issuer|carrier|courier|supplier|insurance))\b",
    re.IGNORECASE,
)
"""Words before a promise, in its clause, that make it no promise."""
_POLICY = re.compile(
    r"\b(?:usually|normally|typically|generally|in\sgeneral|as\sa\srule|ordinarily|(?:our|the|"
    r"this)\s(?:\w+\s){0,2}(?:policy|policies|terms|rules?|guidelines?|"
    r"guarantee|procedure|conditions)\s(?:is|are|says?|states?|allows?|means?|requires?|provides?|that|does|do|only)|"
    r"(?:any|every|each|all|those)\s(?!more|further|other|future)(?:\w+\s){0,2}(?:customers?|orders?|members?|subscribers?|boxes|"
    r"refunds|credits|requests|cancellations|claims|replacements)|"
    r"(?:orders|customers|members|subscribers|people|boxes|items|requests|refunds|credits|"
    r"cancellations)\s(?:that|which|who|are|is|over|under|placed|made|received|"
    r"cancelled|go|get|take|do|cannot|can)|whenever|by\slaw|example|for\sinstance|in\ssuch\scases|"
    r"most\s(?:cases|refunds|orders))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    (
        r"\b(?:no|not\sa(?:n|ny)?|without\sa(?:n|ny)?|neither|nor|never|any|instead\sof\sa|"
        r"rather\sthan\sa|zero|not|nothing)\s(?:\w+\s)?$"
    ),
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^\s(?:\w+\s){0,2}(?:not|never|nothing|neither)\b|^(?:\s\S+){0,8}\s(?:is|was|are|were|has|have|"
    r"could|can|will|would|did)(?:\snot|n't)\s"
    r"(?:possible|available|allowed|permitted|an\soption|been\sapproved)|^\s(?:last|"
    r"back\sin)\s(?:week|month|year|january|february|march|april|may|june|july|"
    r"august|september|october|november|december)|^(?:\s\S+){0,6}\s(?:by|from)\s(?:your|the)\s(?:bank|"
    r"issuer|carrier|courier|store|seller|shop)",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|no|nor|neither|without|nothing)\b|n't\b", re.IGNORECASE)
_ABOUT = re.compile(r"\s(?:is|are|was|can|may|takes?|means?|requires?|works?|will)\b", re.IGNORECASE)
"""“Cancelling is easy”: the deed is the subject of the sentence, and nobody does it."""
_JOINED = re.compile(r",?\s?(?:and|then)\b|,", re.IGNORECASE)
_ORDERED = re.compile(
    r"^\s(?:(?:please|kindly|just|simply|so|then|also|ok(?:ay)?|sure)[,!]?\s){0,3}(?:send|give|reply|"
    r"respond|confirm|provide|share|let\sme|let\sus|tell|upload|return|e-?mail|"
    r"forward|drop|click|choose|pick|say|answer|write|attach|fill|contact|call|text|pay|show|take|"
    r"check|state|name|accept|agree)\b(?:[^,]{0,160}|[^,]{0,120},[^,]{0,60}),?\s(?:and|then|so)\s$",
    re.IGNORECASE,
)
"""“Send me the number and I will …”: the customer must do something first."""
_BOUNDARY = re.compile(
    (
        r",\s(?:and|but|so|then|which\smeans|because)\s|,\s|:\s|\s(?:and|but|so|then|because|"
        r"that)\s(?=(?:i|we|you|your|my|our|the|a|an|it|this|that)(?:\s|'))"
    ),
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(r",\s(?:and|but)\s|:\s|\s(?:and|but)\s(?=(?:i|we|you|your|the|a)(?:\s|'))", re.IGNORECASE)
_TAIL_ASKS = re.compile(
    r"(?:,|\s[-–])\s?(?:so\s|and\s|but\s)?(?:is|are|was|do|does|did|can|could|may|will|would|have|has|"
    r"any(?:thing)?|what|how)\b[^?]{0,100}"
    r"\b(?:else|other|further|more|help|assist(?:ance)?|questions?)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\b(?:order|box|delivery|shipment|parcel|package)\b", re.IGNORECASE)
_PLAN = re.compile(r"\b(?:subscription|plan|account|membership|auto-?renewal?)\b", re.IGNORECASE)
_PAUSE = re.compile(r"\b(?:paus(?:e[ds]?|ing)|on\shold)\b", re.IGNORECASE)
_MEALS = re.compile(r"\b(\d{1,2})\smeals\b", re.IGNORECASE)


def promises_in(text: str) -> tuple[Promise, ...]:
    """Return the promises in a text, in their order; each kind once for each sentence."""
    found: list[Promise] = []
    for sentence in _sentences(text):
        seen: set[tuple[PromiseKind, bool]] = set()
        for said in _standing(sentence):
            promise = _promise(sentence, said)
            if (key := (promise.kind, promise.order)) not in seen:
                seen.add(key)
                found.append(promise)
    named = [one for one in found if one.kind is not PromiseKind.UNNAMED]
    told = {one.sentence for one in named}
    return tuple(one for one in found if one.kind is not PromiseKind.UNNAMED or one.sentence not in told)


def _sentences(text: str) -> Iterator[str]:
    """Yield the writer's own sentences, each as a line after a space, with plain apostrophes."""
    own = text[:TEXT_LIMIT].replace("’", "'").replace("\r\n", "\n")
    if history := _HISTORY.search(own):
        own = own[: history.start()]
    own = _QUOTED.sub(" … ", _CITED.sub("", own))
    for part in _ENDS.split(own):
        for begin in range(0, len(part), SENTENCE_LIMIT):
            if sentence := " ".join(part[begin : begin + SENTENCE_LIMIT].split()):
                yield f" {sentence}"


def _standing(sentence: str) -> Iterator[PromiseSpan]:
    """Yield the promises of a sentence that nothing takes back, each stretch as its most exact kind."""
    plain = _COURTESY.sub(lambda match: " " * len(match[0]), sentence)
    if _POLICY.search(plain):
        return
    found = [said for said in promise_spans(plain) if not _taken_back(plain, said)]
    for said in found:
        exacter = _EXACTER.get(said.kind, ())
        if not any(one.kind in exacter and one.start < said.end and said.start < one.end for one in found):
            yield said


_EXACTER = {
    PromiseKind.CREDIT: (PromiseKind.REFUND,),
    PromiseKind.REPLACEMENT: (PromiseKind.REFUND, PromiseKind.CREDIT),
    PromiseKind.CANCEL: (PromiseKind.REFUND, PromiseKind.CREDIT),
    PromiseKind.CALLBACK: (
        PromiseKind.REFUND,
        PromiseKind.CREDIT,
        PromiseKind.CANCEL,
        PromiseKind.REPLACEMENT,
        PromiseKind.CHANGE,
    ),
    PromiseKind.CHANGE: (PromiseKind.REFUND, PromiseKind.CREDIT, PromiseKind.CANCEL, PromiseKind.REPLACEMENT),
    PromiseKind.UNNAMED: tuple(one for one in PromiseKind if one is not PromiseKind.UNNAMED),
}
"""The kinds that describe the same words more exactly: a credit put on the account is no change of the account."""


def _taken_back(sentence: str, said: PromiseSpan) -> bool:
    """Return whether a condition, a doubt, a denial or a question cancels a promise."""
    before, words, after = sentence[: said.start], sentence[said.start : said.end], sentence[said.end :]
    if sentence.rstrip("\"')").endswith("?") and not _TAIL_ASKS.search(after):
        return True
    # Whoever calls back may well wait for something first; what is done to an order may not.
    back = said.kind is PromiseKind.CALLBACK
    if (condition := _last(_IF_ANY if back else _IF, before)) is not None and not _over(before[condition:]):
        return True
    clause = before[_last_end(_BOUNDARY, before) :]
    joined = _JOINED.match(words) is not None  # it goes on with the clause before it
    if (_DOUBT.search(clause) and not joined) or _DENIED.search(before) or _NOT.search(words):
        return True
    if _ORDERED.search(before) or (said.start == 0 and _ABOUT.match(after)):
        return True
    reach = _NEXT_CLAUSE.split(after, maxsplit=1)[0]
    waits = _IF_ANY if back else _IF_AFTER
    return bool(waits.search(reach) or waits.search(words) or _DENIED_AFTER.search(after))


def _over(after_if: str) -> bool:
    """Return whether a condition already has a consequence: “if it does, write to us, and I will …”."""
    return (
        len(re.findall(r",\s(?:and|but)\s|,\sso\s", after_if)) > 0
        and "," in re.split(r",\s(?:and|but|so)\s", after_if)[0]
    )


def _is_of_an_order(before: str, words: str) -> bool:
    """Return whether an order is meant and not the plan: by the words themselves, else by those before them."""
    if _ORDER.search(words) or _PLAN.search(words):
        return not _PLAN.search(words)
    return bool(_ORDER.search(before)) and not _PLAN.search(before)


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    found = None
    for match in pattern.finditer(text):
        found = match.start()
    return found


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    found = 0
    for match in pattern.finditer(text):
        found = match.end()
    return found


def _promise(sentence: str, said: PromiseSpan) -> Promise:
    """Read the details of a promise from the words around it: amount, order or plan, number of meals."""
    begin = max(0, said.start - NEAR)
    told = [one for one in amounts(sentence[begin : said.end + NEAR]) if one.marked]
    behind = [one for one in told if begin + one.start >= said.start]
    words = sentence[said.start : said.end + NEAR]
    meals = _MEALS.search(words)
    return Promise(
        said.kind,
        sentence.strip(),
        sentence[said.start : said.end].strip(),
        next(iter(behind or told[::-1]), None),
        order=_is_of_an_order(sentence[begin : said.start], words),
        pause=said.kind is PromiseKind.CHANGE and bool(_PAUSE.search(words)),
        number=int(meals[1]) if meals else None,
    )
