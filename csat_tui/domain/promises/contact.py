"""Patterns for promises to get in touch, and for promises that do not name what is promised."""

from collections.abc import Iterator

from csat_tui.domain.promises.phrases import (
    GAP,
    HAVE,
    HEAD,
    OTHERS,
    THAT,
    Deed,
)

_NEVER = r"(?!)"
"""What is said of the future only: that somebody called is no promise."""


def callback() -> Iterator[Deed | str]:
    """Yield the ways to promise to get in touch again."""
    who = rf"\b(?:i|we|{OTHERS})"
    act = (
        r"(?:call(?:ing)?\s(?:you|back|him|her|u\b)|phone\syou|phoning\syou|ring(?:ing)?\syou|telephone\syou|"
        r"contact(?:ing)?\syou|reach(?:ing)?\s(?:back\s)?out(?!\sto\s(?:the|our|my))|"
        r"get(?:ting)?\s(?:right\s)?back\s(?:to\syou|in\stouch)"
        r"|follow(?:ing)?(?:\s|-)up(?:\swith\syou|\son\s(?:this|that|it)|\sby|\sin|\stomorrow|\stoday|"
        r"\spersonally|\svia)|(?:be|get)\sin\s(?:touch|contact)|touch\sbase|circle\sback|"
        r"check\s(?:back\s)?in\s(?:with|on)\syou|check\sback\swith\syou|check(?:ing)?\sback|"
        r"give\syou\s(?:a|another)\s(?:quick\s|short\s)?(?:call|ring|buzz|call-?back|update|shout)"
        r"|(?:e-?mail|write|text|message|ping|dm)(?:ing)?\s(?:to\s)?you|(?:send|drop|"
        r"shoot)(?:ing)?\s(?:over\s)?(?:you\s)?(?:an?|the|another)\s(?:\w+\s){0,3}?(?:e-?mail|mail|"
        r"message|text|line|note|update|confirmation)|let(?:ting)?\syou\sknow|notify(?:ing)?\syou|"
        r"inform(?:ing)?\syou|alert\syou|update\syou|"
        r"keep\syou\s(?:posted|updated|informed|in\sthe\sloop)"
        r"|(?:have|get|ask)\s(?:\w+\s){1,5}?(?:to\s)?(?:call|contact|ring|phone|reach\sout|get\sback|"
        r"get\sin\stouch|e-?mail|write|follow\sup)\b|(?:schedule|arrange|set\sup|book|request|"
        r"organi[sz]e)\s(?:\w+\s){0,3}?(?:call(?!\scent)|call-?back|phone\scall)|come\sback\sto\syou|"
        r"return\syour\scall|hear\sback\sand|speak\s(?:to|with)\syou|talk\sto\syou)"
    )
    yield Deed(act, _NEVER, _NEVER, "")
    yield (
        rf"\b(?!(?:you|it|this|that|courier|driver|carrier|bank|which|who|he|they|and)\b)\w{{2,20}}(?:'ll|"
        rf"\swill|\sis\sgoing\sto)\s(?:\w+\s)?{act}"
    )
    yield rf"\bsomeone\s(?:\w+\s){{0,5}}will\s(?:\w+\s)?{act}"
    yield (
        rf"{who}(?:'m|'re|\sam|\sare|\sis|'ll\sbe|\swill\sbe){GAP}(?:calling|phoning|ringing|contacting|"
        rf"reaching\s(?:back\s)?out|getting\sback|following\sup|getting\sin\stouch|e-?mailing|writing\sto|"
        rf"messaging|in\stouch|in\scontact|back\sin\stouch)\b(?!\sto\s(?:the|our|my)\b)"
    )
    yield rf"{HEAD}will\s(?:\w+\s)?{act}"
    yield r"\blet\s(?:me|us)\s(?:call|phone|ring)\syou\b"
    yield (
        rf"{who}{HAVE}{GAP}(?:scheduled|arranged|booked|set\sup|requested|"
        rf"organi[sz]ed)\s(?:\w+\s){{0,4}}?(?:call(?!\scent)|call-?back|phone\scall)\b"
    )
    yield (
        r"\byou(?:'ll|\swill|\sshould|\sare\sgoing\sto|"
        r"\scan\sexpect\sto)\s(?:\w+\s){0,2}?(?:hear\s(?:back\s)?from|be\s(?:called|contacted|phoned|"
        r"e-?mailed|notified|updated)|(?:get|receive|have)\s(?:a|an|another|your|"
        r"our)\s(?:\w+\s){0,2}?(?:call(?!\scent)|call-?back|phone\scall|update|e-?mail|answer|reply|"
        r"response|confirmation|message|text))\b"
    )
    yield (
        r"\b(?:you\scan\s)?expect\s(?:a|an|our|my|the|to\shear|her|his)\s?(?:\w+\s){0,3}?(?:call|"
        r"call-?back|e-?mail|update|from|answer|reply|response)\b"
    )
    yield (
        r"\b(?:a|your|the)\s(?:call|call-?back|phone\scall)\s(?:\w+\s){0,3}?(?:has\sbeen|is|"
        r"will\sbe)\s(?:\w+\s)?(?:scheduled|arranged|booked|set|confirmed|requested)"
    )


def unnamed() -> Iterator[Deed | str]:
    """Yield the ways to promise something without its name."""
    yield (
        rf"{HEAD}(?:(?:it(?:'s|\sis)|that(?:'s|\sis)|this\sis|you(?:'re|\sare)|everything(?:'s|\sis)|"
        rf"consider\s(?:it|that|this)|all|and|now|(?:i|we)(?:'ve|\shave))\s){{0,3}}(?:all\sset|done|"
        rf"all\sdone|taken\scare\sof|all\ssorted|sorted(?:\sout)?\s(?:for\syou|now)|all\stak(?:en|"
        rf"ing)\scare\sof)(?:\sfor\syou|\snow)?(?=[.,!:]|$)"
    )
    yield r"\bconsider\s(?:it|that|this)\s(?:done|sorted|handled)\b"
    yield (
        r"\b(?:i|we)(?:'ll|\swill)\s(?:\w+\s)?(?:take\scare\sof|sort|handle|see\sto|fix|resolve|"
        r"arrange)\s(?:it|that|this|everything)\b"
    )
    yield (
        r"\b(?:i|we)(?:'ve|\shave)\s(?:\w+\s)?(?:taken\scare\sof|sorted|handled|seen\sto|fixed|resolved|"
        r"arranged)\s(?:it|that|this|everything)\b"
    )
    yield (
        rf"(?<!\w)(?:{THAT})(?:\shas\sbeen|'s\sbeen|\swill\sbe)\s(?:\w+\s)?(?:taken\scare\sof|sorted|handled|"
        rf"arranged|resolved|seen\sto)\b"
    )
