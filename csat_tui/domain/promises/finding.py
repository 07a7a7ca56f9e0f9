"""Find the stretches of a sentence that promise something."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from csat_tui.domain.promises.contact import callback, unnamed
from csat_tui.domain.promises.deeds import cancel, change, replacement
from csat_tui.domain.promises.money import credit, refund
from csat_tui.domain.promises.phrases import (
    AM,
    FILL,
    GAP,
    HAVE,
    HEAD,
    OTHERS,
    WILL,
    Deed,
    PromiseKind,
    PromiseSpan,
)

_WAYS: dict[PromiseKind, Callable[[], Iterator[Deed | str]]] = {
    PromiseKind.REFUND: refund,
    PromiseKind.CREDIT: credit,
    PromiseKind.CANCEL: cancel,
    PromiseKind.REPLACEMENT: replacement,
    PromiseKind.CALLBACK: callback,
    PromiseKind.CHANGE: change,
    PromiseKind.UNNAMED: unnamed,
}
_KEYWORDS = {
    PromiseKind.REFUND: r"refund|reimburs|back|return|revers|void|money",
    PromiseKind.CREDIT: (
        r"credit|voucher|gift|coupon|discount|promo|code|points|waiv|hono|match|[$€£]|\d|dollar|euro|"
        r"pound|bucks|free|on us|house"
    ),
    PromiseKind.CANCEL: (
        r"cancel|clos|end|terminat|stop|deactivat|delet|discontinu|remov|halt|off|unsubscrib|shut|plug|"
        r"you\s(?:from|out\sof)"
    ),
    PromiseKind.REPLACEMENT: (
        r"replac|swap|switch|exchang|send|sent|ship|deliver|dispatch|mail|new|another|again|fresh|right|missing|correct|"
        r"\bre-?(?:do|ma[dk]|pack|order|issu|peat)"
    ),
    PromiseKind.CALLBACK: (
        r"call|phon|ring|contact|reach|back|follow|touch|base|mail|writ|text|messag|know|updat|post|"
        r"inform|hear|notif|check|speak|talk|expect|answer|reply|response|buzz|shout|\bping|\bdm|line|"
        r"confirm|note|alert|loop"
    ),
    PromiseKind.CHANGE: (
        r"addres|apartment|unit|gate|door|line-?up|rotation|deliver|plan|meal|menu|recipe|dish|box|subscri|account|order|payment|card|phone|name|"
        r"profile|prefer|allerg|setting|select|week|schedul|date|day|size|quantit|freq|detail|record|"
        r"passw|mail|item|paus|skip|swap|chang|updat|hold|switch|adjust|move|upgrad|it|that|this|them|"
        r"everything|both"
    ),
    PromiseKind.UNNAMED: r"set|done|care|sort|handl|fix|resolv|arrang|seen? to",
}
"""Fragments without which a sentence cannot promise anything of a kind; they rule most sentences out quickly."""
_HEADS = {
    "will": (
        rf"\b(?:i|we|{OTHERS}){WILL}",
        rf"\b(?:i|we){HAVE}\s(?:been\sable|managed)\sto\b",
        r"\blet\s(?:me|us)",
        rf"{HEAD}(?:will|shall|gonna|going\sto)",
    ),
    "done": (
        rf"\b(?:i|we|{OTHERS}){HAVE}",
        r"\b(?:i|we)(?=\s)",
        rf"{HEAD[:-2]}(?:\s(?:have|has|just|already|now)){{0,2}}",
    ),
    "doing": (rf"\b(?:i|we|{OTHERS}){AM}", rf"{HEAD[:-2]}(?:\s(?:am|now|just|currently))?"),
    "through": (
        r"\blet\s(?:me|us)\s(?:just\s|quickly\s)?get(?=\s(?:it|that|this|them|those|both|everything)\s)",
        rf"\b(?:i|we|{OTHERS}){WILL}{GAP}(?:get|have|see\sto\sit|see|make\ssure|ensure|arrange)(?:\sthat)?\b",
        rf"\b(?:i|we|{OTHERS}){AM}{GAP}(?:having|getting|arranging|making\ssure|ensuring)(?:\sthat)?\b",
        rf"\b(?:i|we){HAVE}{GAP}(?:asked|told|instructed|got(?:ten)?|notified|scheduled)\s(?:\w+\s){{1,4}}to\b",
        rf"\b(?:i|we){HAVE}{GAP}(?:got(?:ten)?|had|made\ssure|ensured|arranged|seen\sto\sit)(?:\sthat)?\b",
    ),
}
"""Heads of promises: it will be done, is done, is being done, or somebody else is told to do it."""


_AND = re.compile(r"(?:,\s(?:and|then)|\s(?:and|then)|,)(?=\s(?!(?:i|we|you|your|if)\b))", re.IGNORECASE)
"""A conjunction that continues the subject and verb before it: “I will refund the fee and add a credit”."""


@cache
def _heads() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((form, re.compile(way, re.IGNORECASE)) for form, ways in _HEADS.items() for way in ways)


@cache
def _deeds(kind: PromiseKind) -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """Return the patterns that may follow each kind of head, compiled at first use."""
    deeds = [one for one in _WAYS[kind]() if isinstance(one, Deed)]
    return {
        "will": tuple(re.compile(f"{GAP}{one.will}{one.behind}", re.IGNORECASE) for one in deeds),
        "done": tuple(re.compile(f"{GAP}{one.done}{one.behind}", re.IGNORECASE) for one in deeds),
        "doing": tuple(re.compile(f"{GAP}{one.doing}{one.behind}", re.IGNORECASE) for one in deeds),
        "through": tuple(re.compile(rf"\s{FILL}(?:{one.done}|{one.will}){one.behind}", re.IGNORECASE) for one in deeds),
    }


@cache
def _sayings(kind: PromiseKind) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in _WAYS[kind]() if isinstance(one, str))


@cache
def _keywords() -> Mapping[PromiseKind, re.Pattern[str]]:
    return {kind: re.compile(words, re.IGNORECASE) for kind, words in _KEYWORDS.items()}


def promise_spans(sentence: str) -> Iterator[PromiseSpan]:
    """Yield every stretch of a sentence that says that something is done, even if other words take it back.

    The sentence must have a space before its first word.
    """
    kinds = [kind for kind, words in _keywords().items() if words.search(sentence)]
    if not kinds:
        return
    heads = [(form, head) for form, pattern in _heads() for head in pattern.finditer(sentence)]
    joined = list(_AND.finditer(sentence))
    begun = [head.end() for _, head in heads if head.start()]  # somebody does it: the first place is nobody's
    heads += [
        (form, one) for form in _HEADS if form != "through" for one in joined if any(end < one.start() for end in begun)
    ]
    for kind in kinds:
        for form, head in heads:
            for deed in _deeds(kind)[form]:
                if said := deed.match(sentence, head.end()):
                    yield PromiseSpan(kind, head.start(), said.end())
        for saying in _sayings(kind):
            for found in saying.finditer(sentence):
                yield PromiseSpan(kind, found.start(), found.end())
