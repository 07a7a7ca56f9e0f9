"""Patterns for promises of refunds and credits."""

from collections.abc import Iterator

from csat_tui.domain.promises.phrases import (
    BE_DONE,
    BE_SURE,
    CONSIDER,
    CREDIT_NOUN,
    FILL,
    GAP,
    HAVE,
    HEAD,
    MONEY,
    REFUND_NOUN,
    SAID_DONE,
    THAT,
    YOU_GET,
    Deed,
)

_GIVE, _GAVE, _GIVING = (
    (
        r"(?:issue|process|submit|initiate|send|make|give|get|put|arrange|request|start|approve|"
        r"authori[sz]e|provide|file|grant|trigger|book|raise|do|offer|release|push)"
    ),
    (
        r"(?:issued|processed|submitted|initiated|sent|made|given|got(?:ten)?|put|arranged(?:\sfor)?|"
        r"requested|started|approved|authori[sz]ed|provided|filed|granted|triggered|booked|raised|done|"
        r"released|pushed)"
    ),
    (
        r"(?:issuing|processing|submitting|initiating|sending|making|giving|getting|putting|"
        r"arranging(?:\sfor)?|requesting|starting|approving|authori[sz]ing|providing|filing|granting|"
        r"triggering|booking|raising|doing|releasing|pushing)"
    ),
)
_APPLY, _APPLIED, _APPLYING = (
    (
        r"(?:apply|add|put|give|place|post|grant|leave|load|provide|issue|process|send|get|set\sup|pop|"
        r"stick|slap|chuck|toss|attach|include|extend|honou?r|deposit|top\sup|load|enter|drop|throw\sin|"
        r"arrange|approve|award)"
    ),
    (
        r"(?:applied|added|put|given|placed|posted|granted|left|loaded|provided|issued|processed|sent|"
        r"got(?:ten)?|set\sup|popped|stuck|slapped|chucked|tossed|attached|included|extended|honou?red|"
        r"deposited|topped\sup|entered|dropped|thrown\sin|arranged|approved|awarded)"
    ),
    (
        r"(?:applying|adding|putting|giving|placing|posting|granting|leaving|loading|providing|issuing|"
        r"processing|sending|getting|setting\sup|attaching|including|extending|honou?ring|depositing|"
        r"entering|dropping|throwing\sin|arranging|approving|awarding)"
    ),
)


def refund() -> Iterator[Deed | str]:
    """Yield the ways to promise a refund."""
    yield Deed(
        "return",
        "returned",
        "returning",
        rf"\s{FILL}(?:{MONEY}|money|funds|amounts?|charges?|payments?|price|total|difference|sum)(?!\w)",
    )
    yield Deed(
        r"(?:take\scare\sof|handle|finali[sz]e|organi[sz]e|sort\sout|complete)",
        r"(?:taken\scare\sof|handled|finali[sz]ed|organi[sz]ed|sorted\sout|completed)",
        r"(?:taking\scare\sof|handling|finali[sz]ing|organi[sz]ing|sorting\sout|completing)",
        rf"\s{FILL}{REFUND_NOUN}\b",
    )
    yield (
        rf"(?<!\w)(?:your|the)\s(?:\w+\s)?(?:{MONEY}|money|payment|amount)(?:\sis|'s|"
        rf"\swill\sbe)\s(?:\w+\s)?(?:on\sits\sway|coming|heading|going)\s?(?:back)?"
    )
    yield (
        rf"(?<!\w){MONEY}(?:\s(?:comes|goes|will\scome|will\sgo)|(?:\sis|'s)\s(?:now\s|already\s)?"
        rf"(?:headed|heading|coming|going|on\sits\sway))\sback\b"
    )
    yield (rf"\b(?:i|we){HAVE}{GAP}(?:submitted|filed|sent\sin|put\sin)\s(?:the|a|your)\s(?:\w+\s)?refund\srequest")
    yield r"\bcredited\s(?:back\s)?(?:on)?to\syour\s(?:\w+\s){0,2}(?:card|bank|paypal|payment|method)\b"
    yield (
        rf"{HEAD}(?:your\s|the\s)?refund(?:'s(?:\sbeen)?|\sis|\shas\sbeen)\s(?:all\s|now\s)?(?:done|through|sent|issued|processed|"
        rf"in|on\sits\sway)\b"
    )
    yield rf"{CONSIDER}refunded\b"
    yield rf"{SAID_DONE}(?:refunded|reimbursed)\b"
    yield Deed(
        "(?:refund|reimburse)",
        "(?:refunded|reimbursed)",
        "(?:refunding|reimbursing)",
        r"(?!\s(?:polic|request))\b",
    )
    yield Deed(_GIVE, _GAVE, _GIVING, rf"\s{FILL}{REFUND_NOUN}\b")
    back = (
        rf"\s{FILL}(?:{MONEY}|money|funds|amounts?|charges?|payments?|price|total|difference|sum|"
        rf"fees?)(?![\w])(?:\s\S{{1,16}}){{0,5}}?"
        r"\s(?:back|to\s(?:you|your)|(?:on|in)(?:to)?\syour\s(?:\w+\s)?(?:card|account|bank|paypal))\b"
    )
    yield Deed(
        "(?:return|send|pay|give|put|transfer|wire|get|have)",
        "(?:returned|sent|paid|given|put|transferred|wired)",
        "(?:returning|sending|paying|giving|putting|transferring|wiring|getting)",
        back,
    )
    yield Deed(
        r"(?:pay|send|give|transfer)\sback",
        r"(?:paid|sent|given|transferred)\sback",
        r"(?:paying|sending|giving|transferring)\sback",
        rf"\s{FILL}(?:{MONEY}|money|amount|charge|price|total|difference)",
    )
    yield Deed(
        "(?:reverse|void)",
        "(?:reversed|voided)",
        "(?:reversing|voiding)",
        rf"\s{FILL}(?:charges?|payment|transaction)\b",
    )
    done = (
        r"(?:issued|processed|submitted|initiated|approved|sent|made|requested|completed?|started|"
        r"arranged|authori[sz]ed|on\s(?:its|the|their)\sway|coming|under\s?way|in\sprogress|done|through|"
        r"filed|posted|back)"
    )
    yield (
        rf"\b(?:your|the|a|this|that|full|partial|my|another)\s(?:\w+\s){{0,2}}(?:refund|"
        rf"reimbursement)\s(?:\S{{1,24}}\s){{0,6}}?(?:(?<=\s)(?:will(?:\snow)?(?:\sbe)?|has(?:\salready|"
        rf"\snow|\salso)?\sbeen|is(?:\snow|\salready|\sbeing)?|was|should\s(?:be|arrive|reach|appear|"
        rf"show))\s)(?:\w+\s){{0,2}}?(?:{done}|appear|show|arrive|reach|be|hit|land|post|yours)\b"
    )
    yield rf"{HEAD}(?:your\s|the\s|a\s|full\s|partial\s){{0,2}}refund\s(?:of\s\S+\s(?:\w+\s)?)?(?:is\s)?{done}\b"
    yield (
        rf"(?<!\w)(?:{THAT}|you|your\s(?:\w+\s){{0,2}}(?:order|box|card|payment|purchase|charge|money|meal|"
        rf"delivery)|(?:both|all|these|those|your)\s(?:\w+\s){{0,2}}(?:charges|payments|amounts|orders|"
        rf"boxes|meals)|(?:the\s|your\s|this\s|that\s)?{MONEY}){BE_SURE}(?:returned|refunded|reimbursed|"
        rf"returned\sto\syou|paid\sback|reversed|sent\sback|(?:on\sits\sway\s)?back\son\syour)\b"
    )
    yield r"\b(?:your|the)\smoney(?:\sis|'s|\swill\sbe)\s(?:now\s)?(?:on\sits\sway|back|coming|returned)"
    yield (
        rf"{YOU_GET}{FILL}(?:refunds?|reimbursements?|money|{MONEY}|(?:the\s|that\s)?(?:amount|"
        rf"charge))(?:(?<=refund)|(?<=refunds)|(?<=reimbursement)|\s(?:\w+\s){{0,2}}?(?:back|returned|"
        rf"refunded))\b"
    )
    yield (
        r"\b(?:expect|promise\syou|guarantee\syou)\s(?:a|the|your|that)\s(?:\w+\s){0,3}(?:refund|"
        r"reimbursement|money\sback)\b"
    )
    yield (
        rf"(?<!\w)(?:full|partial|complete|{MONEY})\s(?:refund|reimbursement)\s(?:is\s)?(?:coming|on\s(?:its|"
        rf"the)\sway|heading)"
    )
    yield r"\bthe\srefund\s(?:leaves|goes\sout|will\s(?:leave|go\sout))\b"


def credit() -> Iterator[Deed | str]:
    """Yield the ways to promise a credit or discount."""
    yield Deed(
        r"(?:give|get|apply|take|offer|set\syou\sup\swith)",
        r"(?:given|got(?:ten)?|applied|taken)",
        r"(?:giving|getting|applying|taking)",
        (
            rf"\s(?:you\s)?(?:(?:an?|the|another|extra)\s){{0,2}}(?:{MONEY}|\d{{1,2}}\s?(?:%|"
            rf"percent))\s(?:\w+\s)?(?:off|discount)\b"
        ),
    )
    yield Deed(
        r"(?:e-?mail|mail|text|message)",
        r"(?:e-?mailed|mailed|texted|messaged)",
        r"(?:e-?mailing|mailing|texting|messaging)",
        rf"\s(?:you\s)?{FILL}{CREDIT_NOUN}\b",
    )
    yield (
        r"\b(?:accept|enjoy|find)\s(?:an?|the|your|this|our)\s(?:\S{1,12}\s){0,3}?(?:credit|voucher|"
        r"discount|coupon|gift\s?card)\b"
    )
    yield (
        r"\b(?:credit|voucher|discount|coupon|code)\b[^.;!?]{0,40}?\s(?:which|that)\s(?:i|we)(?:'ve|"
        r"\shave|\sjust)\s(?:\w+\s)?(?:added|applied|issued|put|placed|sent)\b"
    )
    yield rf"{SAID_DONE}credited\b"
    noun = rf"\s{FILL}{CREDIT_NOUN}\b"
    yield Deed(_APPLY, _APPLIED, _APPLYING, noun)
    yield Deed("credit", "credited", "crediting", r"\b(?!\s(?:card|to\smy))")
    yield Deed(
        "(?:apply|add|give|load|deposit)",
        "(?:applied|added|given|loaded|deposited)",
        "(?:applying|adding|giving|loading|depositing)",
        (rf"\s(?:you\s)?(?:(?:the|that|those|your|an?|extra|another|back|these)\s){{0,3}}{MONEY}"),
    )
    yield Deed(
        "(?:put|drop|pop)",
        "(?:put|dropped|popped)",
        "(?:putting|dropping|popping)",
        (
            rf"\s(?:(?:the|that|those|an?|extra|another)\s){{0,2}}{MONEY}\s(?:\w+\s)?(?:on|onto|into|in|"
            rf"towards?)\b"
        ),
    )
    yield Deed(
        "(?:take|knock|deduct|subtract|discount|remove)",
        "(?:taken|knocked|deducted|subtracted|discounted|removed|took)",
        "(?:taking|knocking|deducting|subtracting|discounting|removing)",
        (rf"\s(?:(?:the|that|those|an?|another)\s){{0,2}}(?:{MONEY}|\d{{1,2}}\s?(?:%|percent))"),
    )
    yield Deed(
        "(?:waive|honou?r|match)",
        "(?:waived|honou?red|matched)",
        "(?:waiving|honou?ring|matching)",
        (
            rf"\s{FILL}(?:fees?|charges?|shipping|price|codes?|offer|deal|discount|credit|promo(?:tion)?|"
            rf"coupon|voucher|leaflet|rate)\b"
        ),
    )
    done = (
        r"(?:issued|applied|added|posted|credited|granted|placed|put|set\sup|processed|loaded|approved|"
        r"deposited|waiting|on\s(?:its|the)\sway|on\syour\saccount|in\syour\saccount|sent|e-?mailed|"
        r"honou?red|activated|there|live|available|yours)"
    )
    yield (
        rf"(?<!\w)(?:your|the|a|an|this|that|full|{MONEY}|"
        rf"\d{{1,2}}%?)\s(?:\S{{1,16}}\s){{0,3}}?{CREDIT_NOUN}(?:\s(?:of|for|worth|in|"
        rf"to)(?:\s\S{{1,20}}){{1,6}}?)?{BE_DONE}{done}\b"
    )
    yield (
        rf"{HEAD}(?:(?:your|the|a|full|{MONEY})\s){{0,2}}(?:credit|discount|voucher|"
        rf"code)\s(?:of\s\S+\s(?:\w+\s)?)?(?:applied|added|issued|posted|granted|on\s(?:its|the)\sway|"
        rf"coming)\b"
    )
    yield (
        rf"(?<!\w)(?:{THAT}|(?:the\s|your\s|that\s|those\s)?{MONEY}|"
        rf"your\s(?:\w+\s)?account){BE_SURE}(?:\w+ly\s)?(?:credited|applied|added|deducted|taken\soff|"
        rf"waived|deposited|put\son|honou?red)\b"
    )
    yield rf"\bthere(?:'ll|\swill)\sbe\s(?:an?\s)?{MONEY}\s(?:off|in\scredit|credit)\b"
    yield (
        rf"(?<!\w)(?:{CREDIT_NOUN}|{MONEY}),?\s(?:\S{{1,16}}\s){{0,5}}?(?:will|is\sgoing\sto)\scome\soff\s(?:the|your)\b"
    )
    yield rf"\byou{BE_SURE}credited\b"
    yield rf"{YOU_GET}{FILL}{CREDIT_NOUN}\b"
    yield rf"{YOU_GET}{FILL}{MONEY}\s(?:\w+\s)?(?:off|in\scredit|on\syour\s(?:account|next))\b"
    yield (
        r"\b(?:expect|promise\syou|guarantee\syou)\s(?:a|the|your|that)\s(?:\S{1,12}\s){0,3}(?:credit|"
        r"voucher|discount|coupon)\b"
    )
    yield (
        r"\byour\snext\s(?:\w+\s)?(?:box|order|delivery|month|week|shipment)(?:\sis|'s|"
        r"\swill\sbe)\s(?:on\s(?:us|the\shouse)|free|discounted)\b"
    )
    yield rf"\byou\s(?:now\s)?have\s(?:a|an|another)\s{MONEY}\s(?:\w+\s)?(?:credit|voucher|discount)"
    yield (
        r"\b(?:there's|there\sis|there\swill\sbe)\s(?:now\s)?(?:a|an|"
        r"another)\s(?:\S{1,12}\s){0,3}?(?:credit|voucher|discount)\s(?:\S{1,16}\s){0,5}?(?:account|next|"
        r"waiting)\b"
    )
    yield rf"{HEAD}(?:\S{{1,16}}\s){{0,2}}?{CREDIT_NOUN}(?:\s\S{{1,16}}){{0,4}}?{BE_SURE}{done}\b"
