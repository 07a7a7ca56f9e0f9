"""How something is promised without its name: that what was asked for is done."""

from collections.abc import Iterator

from csat_tui.domain.promised.parts import HEAD, THAT, Deed


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
