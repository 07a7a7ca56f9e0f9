"""The lines of a survey ticket beside ratings and comment: whose survey it is, and what mail programs add."""

import re
from dataclasses import dataclass

from csat_tui.config.help_desks import HELP_DESK_NAMES
from csat_tui.intake.plain_text import word_list
from csat_tui.intake.question_line import LONGEST_QUESTION, normalised_question
from csat_tui.intake.rating_token import SENTIMENTS, figures_of, label_at

_SIGN = r"\s*[:=|]\s*|\s+[-–]\s+"
_TICKET = re.compile(
    r"(?:(?:re|regarding|about|concerning|in response to|(?:survey|feedback|response|rating)(?: response)?"
    r" (?:for|on|about|to))\s*:?\s+)?"
    rf"(?:(?:source|{'|'.join(HELP_DESK_NAMES)}|help ?desk|original|related|support|your|the)\s)?"
    r"(?:ticket|case|request)"
    r"(?:'s)?(?: ?(?:id|number|no\.?|nr\.?|link|url|address))?(?![^\W\d_])\s*[:=|–-]*\s*(.*)",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"(?:(?:your|the|my|our)\s)?(?:request|case)\s*[:=|–-]*\s*\d{1,2}\b(?!\d).{0,40}", re.IGNORECASE)
"""A word that also ends a question about a request or a case, before a figure that is no ticket's number."""
_REFERENCE = re.compile(
    r"<?https?://[^\s<>()]{1,200}?/(?:tickets|requests|cases)/(\d{1,18})(?!\d)[^\s<>()]{0,100}>?"
    r"|<?(?:mailto:)?[\w.-]{1,60}\+id(\d{1,18})@[\w.-]{1,100}>?"
    r"|#?\s?(\d{1,18})(?![\w.,]*\d|\w)",
    re.IGNORECASE,
)
_LONE = re.compile(
    r"#\d{3,18}|<?https?://[^\s<>()]{1,200}?/(?:tickets|requests|cases)/\d{1,18}(?!\d)[^\s<>()]{0,100}>?", re.IGNORECASE
)
_PERSON = re.compile(
    rf"(customer|agent)(?:'s)?(?: ?(?:e-?mail|name|id|address|e-mail address|email address))?(?:({_SIGN})|\s+|$)(.*)",
    re.IGNORECASE,
)
_ALIASES = re.compile(
    rf"(requester|recipient|client|contact|assignee|representative|advisor|handled by)(?:'s)?"
    rf"(?: ?(?:e-?mail|name|address))?(?:{_SIGN})(.*)",
    re.IGNORECASE,
)
_UNFILLED = re.compile(r"\$\{|\{\{|%%")
"""A placeholder that the survey tool has not filled."""
_AGENTS = frozenset({"agent", "assignee", "representative", "advisor", "handled by"})
_MAIL = re.compile(r"<?[^\s@<>]{1,80}@[^\s@<>]{1,200}>?")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*", re.UNICODE)
_MOST_NAMES = 5
_PARTS = re.compile(r"\s*[|;·]\s+|\s{2,}")

_DECORATED = re.compile(r"[-=*_~#]{2,}\s.*\s[-=*_~#]{2,}")
_RULE = re.compile(r"[\s|+=_:\-·.*~#–•]+")
_KEYED = re.compile(
    r"(?:survey(?: language| name| id| type)?|(?:user )?language|response(?: id| date| type)?|responseid|recordid|"
    r"recorded(?: date| at| on)?|received(?: at| on)?|date|time|submitted(?: at| on)?|completed(?: at| on)?|end ?date|"
    r"start ?date|channel(?: of the contact)?|brand|group|department|queue|status|priority|tags|source|ip address|"
    r"duration(?: \(in seconds\))?|progress|finished|device|browser|distribution channel|time ?zone|message-id|"
    r"importance|region|country|subject|thread|survey sent|survey link)\s*[:=|]\s*\S.{0,160}",
    re.IGNORECASE,
)
_MAIL_HEADER = re.compile(r"(?:from|to|cc|bcc|sent|date|subject|reply-to)\s*:\s+\S.*", re.IGNORECASE)
_FORWARDED = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|forwarded by .{1,80})\s*-*"
    r"|begin forwarded message:?|on .{6,160} wrote:|am .{6,160} schrieb .{1,100}:|le .{6,160} a écrit ?:",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"sent from my [\w ]{2,30}|get outlook for \w{2,12}|powered by [\w ]{2,30}|(?:please )?do not reply\b.{0,100}"
    r"|this (?:is an automated|e-?mail (?:was sent|is automated|was generated)|message (?:was sent|is automated|was"
    r" generated))\b.{0,140}|unsubscribe(?: here| from .{1,60})?|view (?:this |the )?(?:survey|response|report|ticket)"
    r"(?: in| online| here| at|:).{0,160}|\[external\].{0,80}"
    r"|(?:caution|warning): this (?:e-?mail|message) (?:originated|comes|came)\b.{0,160}|\[image: .{0,60}\]",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|dear|good morning)(?: (?:team|all|there|everyone|colleagues))?\s?[,!.]?", re.IGNORECASE
)
_TITLE = frozenset(HELP_DESK_NAMES) | frozenset(
    word_list(
        """
    a an new the your our for of from on by at in to qualtrics csat nps ces customer customers
    satisfaction survey surveys feedback response responses result results notification alert received has been
    have you care team experience service support report rating ratings review was submitted completed low bad
    score scores details summary ticket form question questions answer answers item factor area topic comment
    verbatim category value scale and arrived here is are below follows
    """
    )
)
_LONGEST_TITLE = 14
_SAID = SENTIMENTS | {"i", "my", "me", "no", "not", "never", "nobody"}
_ABOUT = frozenset({"survey", "surveys", "csat", "feedback", "response", "responses", "qualtrics"})
_HEADS = frozenset(
    {"question", "questions", "rating", "ratings", "score", "scores", "answer", "answers", "factor", "value"}
)
_STEM = re.compile(
    r"(?:what|how|please|overall|on a scale|rate)\b.{0,200}\b(?:below|following|satisf\w{2,12}|rate|experience)\b"
    r".{0,80}[?:]"
    r"|(?:please )?rate (?:us|the following|your (?:experience|satisfaction))\b.{0,80}",
    re.IGNORECASE,
)
_POLE = re.compile(r"(?<![\d.,])(\d{1,3})(?!\d)\s{0,3}(?:[-=:–]|is\b|means\b)?\s{0,3}\(?(?=[^\W\d_])", re.IGNORECASE)
_OTHER_SCALE = re.compile(
    r"\b(?:scale|rate|rated|rating|ratings|answers?|scores?|questions?)\b.{0,80}?"
    r"(?:(?<!\d)[01]\s{0,3}(?:-|–|to|and|bis|à)\s{0,3}|\bout\sof\s)(?:3|4|6|7|9|10|11|20|100)(?![\d.,]?\d|%)",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"\b(?:scale|skala|échelle|escala|rated? (?:from|between))\b[^\d]{0,30}(\d{1,3})[^\d]{1,30}(\d{1,3})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """What a heading line names: ticket numbers, customer, agent."""

    tickets: tuple[int, ...] = ()
    customer: str | None = None
    agent: str | None = None
    wants: str = ""
    """The part whose value is on the next line: ticket, customer or agent."""


@dataclass(frozen=True, slots=True)
class Legend:
    """A line that explains the scale; `problem` says so if the scale is not 1 to 5 with 5 as the best."""

    problem: str = ""


def heading(text: str) -> HeadingLine | None:
    """Return what a heading line names; None if it is no heading."""
    if len(text) > LONGEST_QUESTION:
        return None
    if found := _one(text):
        return found
    parts = [part for part in _PARTS.split(text) if part]
    read = [_one(part) for part in parts] if 1 < len(parts) < 6 else [None]
    if any(one is None or one.wants for one in read):
        return None
    whole = [one for one in read if one is not None]
    return HeadingLine(
        tuple(number for one in whole for number in one.tickets),
        next((one.customer for one in whole if one.customer is not None), None),
        next((one.agent for one in whole if one.agent is not None), None),
    )


def value_for(wanted: str, text: str) -> HeadingLine | None:
    """Return what a line names that stands below the word for it alone."""
    if _one(text):
        return None
    if wanted == "ticket":
        return HeadingLine(numbers) if (numbers := _references(text)) else None
    if not (_MAIL.fullmatch(text) or _named(text)):
        return None
    return HeadingLine(customer=text) if wanted == "customer" else HeadingLine(agent=text)


def _one(text: str) -> HeadingLine | None:
    # “request 1” is the end of a question that was broken before it, and its rating.
    if (match := _TICKET.fullmatch(text)) and not _BROKEN.fullmatch(text):
        if not match[1]:
            return HeadingLine(wants="ticket")
        numbers = _references(match[1])
        return HeadingLine(numbers) if numbers or _UNFILLED.search(match[1]) else None
    if _LONE.fullmatch(text):
        return HeadingLine(_references(text))
    if match := _ALIASES.fullmatch(text):
        who, value = match[1].casefold(), match[2].strip()
        return (HeadingLine(agent=value) if who in _AGENTS else HeadingLine(customer=value)) if value else None
    match = _PERSON.fullmatch(text)
    if match is None:
        return None
    who, signed, value = match[1].casefold(), bool(match[2]), match[3].strip()
    value = value.split(" mailto:")[0].strip()
    if not value:
        return HeadingLine(wants=who)
    if not (signed or _MAIL.fullmatch(value) or _named(value)):
        return None
    return HeadingLine(customer=value) if who == "customer" else HeadingLine(agent=value)


def _references(text: str) -> tuple[int, ...]:
    """Return the tickets that a text names, if it is made of nothing else."""
    found = [int(match[1] or match[2] or match[3]) for match in _REFERENCE.finditer(text)]
    rest = _REFERENCE.sub(" ", text)
    return tuple(dict.fromkeys(filter(None, found))) if not any(map(str.isalnum, rest)) else ()


def _named(value: str) -> bool:
    """Return whether a value is written like a name: a few words with capitals, or in a script without them."""
    words = value.split()
    return len(words) <= _MOST_NAMES and all(
        _NAME.fullmatch(word.strip('(),"')) is not None and not word[:1].islower() for word in words
    )


def is_rule(text: str) -> bool:
    """Return whether a line only divides what stands around it."""
    return len(text) > 1 and _RULE.fullmatch(text) is not None


def is_debris(text: str) -> bool:
    """Return whether a line was written by the survey tool, the help desk or a mail program, and by nobody else."""
    if len(text) > LONGEST_QUESTION:
        return False
    if any(one.fullmatch(text) for one in (_DECORATED, _KEYED, _FORWARDED, _FOOTER, _GREETING)):
        return True
    words = re.findall(r"[^\W\d_]+", text)
    folded = [normalised_question(word) for word in words]
    if folded and set(folded) <= _HEADS and not any(map(str.isdigit, text)):
        return True
    pairs = zip(folded, words, strict=True)
    named = (word in _TITLE or (shown[0].isupper() and word not in _SAID) for word, shown in pairs)
    titled = len(words) <= _LONGEST_TITLE and all(named)
    return titled and bool(_ABOUT & set(folded)) and not any(char in text for char in "!,;")


def is_mail_header(text: str) -> bool:
    """Return whether a line is a header of a mail; several of them are, a single one may be anybody's words."""
    return _MAIL_HEADER.fullmatch(text) is not None


def is_footer(text: str) -> bool:
    """Return whether a line is what a mail program or a survey tool puts below everything."""
    return len(text) <= LONGEST_QUESTION and _FOOTER.fullmatch(text) is not None


def is_stem(text: str) -> bool:
    """Return whether a line asks for all the ratings that follow it."""
    return len(text) <= LONGEST_QUESTION and _STEM.fullmatch(text) is not None


def legend(text: str) -> Legend | None:
    """Return what a line says about the scale; None if it does not mention it."""
    if len(text) > LONGEST_QUESTION:
        return None
    if _OTHER_SCALE.search(text):
        return Legend(f"“{text[:60]}” is another scale than 1 to 5")
    match = _SCALE.search(text)
    if match and (match[1], match[2]) != ("1", "5"):
        return Legend(f"“{text[:60]}” is another scale than 1 to 5")
    found = [(int(one[1]), label_at(text, one.end())) for one in _POLE.finditer(text)]
    poles = [(figure, label) for figure, label in found if label]
    if len(poles) < 2:
        return Legend() if match and _only_scale(text) else None
    if all(figure in figures_of(label) for figure, label in poles):
        return Legend()
    return Legend(f"“{text[:60]}” reverses the scale, or uses a scale other than 1 to 5")


def _only_scale(text: str) -> bool:
    return len(text.split()) <= 12
