"""The parts of promise patterns: kinds of promises, who promises and when, and the nouns for what is promised."""

from dataclasses import dataclass
from enum import StrEnum


class PromiseKind(StrEnum):
    """The kinds of promises."""

    REFUND = "refund"
    CREDIT = "credit"
    CANCEL = "cancel"
    REPLACEMENT = "replacement"
    CALLBACK = "callback"
    CHANGE = "change"
    UNNAMED = "unnamed"
    """Something unnamed that is said to be done, such as “all set”."""


@dataclass(frozen=True, slots=True)
class PromiseSpan:
    """The place of promising words in a sentence, and the kind of promise."""

    kind: PromiseKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Deed:
    """A promised action: its verb after “will”, after “have” and as “…ing”, and the pattern that must follow it."""

    will: str
    done: str
    doing: str
    behind: str = r"\b"


OTHERS = (
    r"(?:(?:my|our|the|a|an|one\sof\s(?:our|my))\s(?:\w+\s){0,2}(?:team|supervisor|manager|lead|"
    r"leader|boss|colleagues?|department|"
    r"specialist|agents?|billing|finance|kitchen|warehouse|logistics|rep(?:resentative)?s?|staff|"
    r"accounts?|support|office|expert|advisors?)(?:\s(?!will\b|is\b|are\b|has\b|"
    r"have\b)\w{1,15}){0,2}?"
    r"|someone(?:\s(?:\w+\s){1,4}?)??|somebody|(?:the\s)?billing(?:\steam)?|he|she|they|accounting|finance|logistics|management|(?:customer\s)?support)"
)
WILL = (
    r"(?:'ll|\swill|\sshall|'(?:m|re|s)\s(?:going\sto|about\sto|gonna)|\s(?:am|are|is)\s(?:going\sto|"
    r"about\sto|gonna)|"
    r"\s(?:promise|guarantee|undertake|commit)\s(?:you\s)?to|(?:'m|'re|\sam|"
    r"\sare)\s(?:more\sthan\s)?(?:happy|glad|pleased|delighted)\sto)"
)
HAVE = r"(?:'ve|\shave|'s|\shas|\scan\sconfirm(?:\sthat)?\s(?:i|we)(?:'ve|\shave))"
AM = r"(?:'m|'re|\sam|\sare|\sis|'ll\sbe|\swill\sbe|'ve\sbeen|\shave\sbeen)"
ADVERB = (
    r"(?:just|now|will|also|already|then|gladly|happily|certainly|definitely|absolutely|surely|personally|"
    r"immediately|promptly|quickly|right\saway|"
    r"right\snow|straight\saway|go(?:ne|ing)?\sahead\sand|go(?:ne)?\son\sand|be|make\ssure\s(?:to|"
    r"that\s(?:i|we)|(?:i|we))|today|tomorrow|tonight|of\scourse|manually|"
    r"successfully|first|fully|partially|indeed|actually|at\sonce|again|both|all|additionally|instead|"
    r"simply|still|gone|like\sto|"
    r"in\sthe\smeantime|as\sa\s\w+|as\s(?:promised|agreed|requested|discussed|an\sexception)|since|"
    r"therefore|further|too|swiftly|officially|"
    r"continue\sto|start|see\sto\sit\sthat\s(?:i|we)|in\sfact|try\sto\shave|and|gonna|for\syou|"
    r"this\s(?:morning|afternoon|evening|minute|instant)|within\s\w+\s\w+|shortly|soon)"
)
GAP = rf"(?:,?\s{ADVERB},?){{0,4}}\s"
STOP = (
    r"(?!(?:if|whether|about|regarding|not|no|never|policy|how|when|why|question|questions|form|link|"
    r"instructions|information|info|details|status|request)\b)"
)
FILL = rf"(?:{STOP}[^\s,;:!?]{{1,24}}\s){{0,7}}?"
"""Up to seven words between a verb and its object, none of which changes the meaning."""
HEAD = (
    r"^(?:\s(?:ok(?:ay)?|sure(?:\sthing)?|al(?:l\s)?right|yes|yep|great|good\snews|done|"
    r"no\s(?:problem|worries)|absolutely|certainly|of\scourse|perfect|"
    r"thanks?(?:\syou)?|hiya|hi|hello|hey|dear|sorry|understood|got\sit|gotcha|noted|"
    r"definitely)\b(?:\s[\w']{1,20})?[,!.:]?){0,3}\s"
)
"""What may come before the statement in a sentence; sentences are searched with a space before them."""
MONEY = (
    r"(?:(?:US|A|AU|C|NZ|S)?[$€£]\s?\d[\d.,]{0,9}|\d[\d.,]{0,9}\s?(?:[$€£]|(?:dollars?|bucks|euros?|"
    r"pounds?|quid|usd|eur|gbp|aud|cad)\b)|(?:ten|fifteen|twenty|thirty|forty|fifty|five)\s(?:dollars|"
    r"euros|pounds|bucks))"
)

REFUND_NOUN = (
    r"(?:refunds?|reimbursements?|money\sback|your\smoney)(?!\s(?:polic|request|form|team|department|"
    r"status|process|option))"
)
CREDIT_NOUN = (
    r"(?:(?:store\s|account\s)?credits?(?!\s(?:card|polic|check|department))|vouchers?|gift\s?cards?|"
    r"coupons?|discounts?|promo(?:tion(?:al)?)?(?:\scodes?)?|codes?|(?:loyalty\s|bonus\s|"
    r"reward\s)?points)"
)
CANCEL_NOUN = (
    r"(?:subscription|account|membership|plan|deliver(?:y|ies)|boxes|box|orders?|shipments?|"
    r"auto-?renewal|renewal|contract|trial|package|parcel)"
)
REPLACEMENT = (
    r"(?:replacements?|re-?deliver(?:y|ies)|re-?shipments?|(?:(?:brand\s)?new|another|fresh|second|"
    r"extra|free|correct|right|missing|same)\s(?:\w+\s){0,2}(?:box(?:es)?|ones?|orders?|items?|"
    r"packages?|parcels?|meals?|dish(?:es)?|"
    r"shipments?|units?|part|pieces?|bags?|kits?|copy|product|ingredients?)|"
    r"another(?!\s(?:\w+\s){0,2}(?:e-?mail|mail|message|text|line|note|update|confirmation)\b)|(?:it|them|"
    r"the\s(?:box|order|meals?|items?|package|parcel)|everything)\s(?:\w+\s)?(?:again|anew))"
)
CHANGES = (
    r"(?:(?:shipping\s|delivery\s|billing\s|home\s|new\s|old\s|e-?mail\s)*address(?:es)?|deliver(?:y|"
    r"ies)(?:\s(?:day|date|slot|window|time|instructions?))?|plan|meals?|menu|recipes?|dish(?:es)?|"
    r"box(?:\ssize)?|boxes|"
    r"subscription|account|orders?|(?:payment\s(?:method|details)|card)(?!\swill)|phone(?:\snumber)?(?!\scall)|"
    r"(?:apartment|unit|gate|door)\s(?:number|code)|"
    r"name|profile|preferences?|allerg(?:y|ies|ens?)|settings?|selections?|weeks?|"
    r"schedule|date|day|size|quantity|frequency|details|records?|password|passcode|e-?mail|items?|"
    r"\d{1,2}\smeals|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
NOW_HERE = (
    r"(?:\s(?:now|already|just|all|also|successfully|fully|since|today|officially|being|automatically|"
    r"both|been|manually|then|shortly|immediately|soon)){0,3}"
)
BE_DONE = (
    rf"(?:\s(?:will(?:\snow|\salso)?\sbe|shall\sbe|has(?:\snow|\salso|\salready)?\sbeen|have(?:\snow|"
    rf"\salso|\salready)?\sbeen|is|are|was|were|gets?|is\sgoing\sto\sbe|are\sgoing\sto\sbe)|'ll\sbe|"
    rf"'s(?:\sbeen)?|'ve\sbeen){NOW_HERE}\s"
)
BE_SURE = (
    rf"(?:\s(?:will(?:\snow|\salso)?\sbe|shall\sbe|has(?:\snow|\salso|\salready)?\sbeen|have(?:\snow|"
    rf"\salso|\salready)?\sbeen|(?:is|are)\s(?:now|already|being|going\sto\sbe)|was\sjust)|'ll\sbe|"
    rf"'s\sbeen|'ve\sbeen){NOW_HERE}\s"
)
CONSIDER = r"\bconsider\s(?:it|that|this|yourself|(?:the|your|that)\s[$€£]?\w[\w.,]{0,16})\s"
SAID_DONE = r"\b(?:has|have)\s(?:now\s|already\s|just\s|also\s)?been\s(?:\w+\s){0,3}?(?:and\s)?"
THAT = (
    r"(?:it|that|this|they|them|both|everything|you(?=\swill|'ll|\shave|'ve|\sare\s(?:now|being))|"
    r"the\s(?:full\s|whole\s|entire\s|second\s|duplicate\s|extra\s|double\s|incorrect\s)?(?:amount|"
    r"charges?|payment|price|cost|total|sum|fee|difference|rest|money|order|box|meal|item|delivery|"
    r"shipping))"
)
YOU_GET = (
    r"you(?:'ll|\swill|'re\sgoing\sto|\sare\sgoing\sto|\sshould|\scan\sexpect(?:\sto)?|\swill\sbe|'re|\sare)"
    r"(?:\s(?:now|also|soon|shortly|then|automatically|certainly|definitely|still|be|"
    r"all))*\s(?:get(?:ting)?|receiv(?:e|ing)|see(?:ing)?|hav(?:e|ing)|find(?:ing)?|be\ssent|sent|"
    r"given|a|an|the|your)\s"
)
