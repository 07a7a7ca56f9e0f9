"""The colours: dark, light, high contrast, and the terminal's own; and how an answer to a check looks everywhere."""

from dataclasses import dataclass

from textual.content import Content
from textual.theme import Theme

from csat_tui.domain.case import EITHER, Answer
from csat_tui.domain.playbook import Check


def _theme(name: str, *, dark: bool, **colour: str) -> Theme:
    return Theme(
        name=name,
        dark=dark,
        primary=colour["blue"],
        secondary=colour["violet"],
        accent=colour["blue"],
        warning=colour["amber"],
        error=colour["red"],
        success=colour["green"],
        foreground=colour["foreground"],
        background=colour["background"],
        surface=colour["background"],
        panel=colour["panel"],
        boost=colour["panel"],
        text_alpha=1.0,
        variables={
            "internal": colour["amber"],
            "public": colour["red"],
            "bad": colour["red"],
            "fair": colour["amber"],
            "good": colour["green"],
            "attachment": colour["violet"],
            "muted": colour["muted"],
            "faint": colour["faint"],
            "hairline": colour["hairline"],
            "highlight": colour["highlight"],
            "block-cursor-background": colour["highlight"],
            "block-cursor-foreground": colour["foreground"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": colour["highlight"],
            "block-cursor-blurred-foreground": colour["foreground"],
            "block-hover-background": colour["highlight"],
            "border": colour["blue"],
            "border-blurred": colour["hairline"],
            "scrim": colour["background"] + "99",
            "scrollbar": colour["hairline"],
            "scrollbar-hover": colour["muted"],
            "scrollbar-active": colour["blue"],
            "scrollbar-background": colour["background"],
            "scrollbar-background-hover": colour["background"],
            "scrollbar-background-active": colour["background"],
            "scrollbar-corner-color": colour["background"],
            "input-cursor-background": colour["foreground"],
            "input-cursor-foreground": colour["background"],
            "input-selection-background": colour["selection"],
            "link-color": colour["blue"],
            "footer-key-foreground": colour["blue"],
        },
    )


DARK = _theme(
    "csat-dark",
    dark=True,
    background="#12151b",
    panel="#1d222c",
    # Grey enough to be a grey also where a terminal has 256 colours or 16, and not the ground's black.
    highlight="#282d35",
    foreground="#d5d9e0",
    muted="#9aa2b0",
    faint="#9098a5",
    hairline="#343b47",
    selection="#2f4257",
    blue="#7aa2c8",
    amber="#e0a96d",
    red="#e07a76",
    green="#8fb573",
    violet="#a99fcd",
)

LIGHT = _theme(
    "csat-light",
    dark=False,
    background="#faf9f6",
    panel="#e9e6df",
    highlight="#e3e0d9",
    foreground="#23272f",
    muted="#53575f",
    faint="#5c6068",
    hairline="#cdc9c0",
    selection="#c5d6e4",
    blue="#2a5f87",
    amber="#8a4c0e",
    red="#a83632",
    green="#40692d",
    violet="#62538a",
)

CONTRAST = _theme(
    "csat-contrast",
    dark=True,
    background="#000000",
    panel="#2b2b2b",
    highlight="#2b2b2b",
    foreground="#ffffff",
    muted="#e0e0e0",
    faint="#d0d0d0",
    hairline="#9a9a9a",
    selection="#005a9e",
    blue="#8ecbff",
    amber="#ffcf70",
    red="#ff9c96",
    green="#a6f084",
    violet="#d8c8ff",
)

ANSI = Theme(
    name="csat-ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_magenta",
    accent="ansi_blue",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "internal": "ansi_yellow",
        "public": "ansi_red",
        "bad": "ansi_red",
        "fair": "ansi_yellow",
        "good": "ansi_green",
        "attachment": "ansi_magenta",
        # The terminal's own "bright black" is unreadable in too many schemes for text that must be read.
        "muted": "ansi_default",
        "faint": "ansi_default",
        "hairline": "ansi_bright_black",
        "highlight": "ansi_default",
        # The terminal's own colours cannot be mixed: half a ground would be a whole one and hide what is behind it.
        "scrim": "transparent",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "foreground-disabled": "ansi_default",
        "surface-active": "ansi_default",
        "border": "ansi_blue",
        "border-blurred": "ansi_bright_black",
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "bold reverse",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-foreground": "ansi_default",
        "footer-key-foreground": "ansi_blue",
    },
)

THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST, "ansi": ANSI}
"""The themes by the word that the configuration and the command line use."""


WORDS: dict[Answer, str] = {
    Answer.YES: "yes",
    Answer.NO: "no",
    Answer.NOT_APPLICABLE: "n/a",
    Answer.UNSURE: "unsure",
}
"""What each answer is called."""


@dataclass(frozen=True, slots=True)
class AnswerLook:
    """What an answer looks like: a glyph of one cell, its colour, and its words, so that colour alone says nothing."""

    glyph: str
    colour: str
    words: str


_OPEN = AnswerLook("·", "$muted", "")


def look_of(check: Check, answer: Answer | None) -> AnswerLook:
    """Return what an answer to a check looks like: good, not good, plain where neither is, or not settled."""
    match answer:
        case None:
            return _OPEN
        case Answer.NOT_APPLICABLE:
            return AnswerLook("–", "$muted", WORDS[answer])
        case Answer.UNSURE:
            return AnswerLook("?", "$fair", WORDS[answer])
    if check.in_order == EITHER:
        return AnswerLook("▪", "$accent", WORDS[answer])
    if answer.value == check.in_order:
        return AnswerLook("✔", "$good", WORDS[answer])
    # A cross would deny what a “yes” says: that something is to be done.
    return AnswerLook("✘", "$bad", WORDS[answer]) if answer is Answer.NO else AnswerLook("!", "$bad", WORDS[answer])


def in_order_or_plain(check: Check, answer: Answer) -> bool:
    """Whether nothing has to be seen any more of an answer: it is in order, or not applicable, or a plain fact."""
    fine = answer is Answer.NOT_APPLICABLE or answer.value == check.in_order
    return fine or (check.in_order == EITHER and answer is not Answer.UNSURE)


def word(check: Check, answer: Answer, *, bold: bool = True) -> Content:
    """Return an answer's word in its colour."""
    colour = look_of(check, answer).colour
    return Content.styled(WORDS[answer], f"bold {colour}" if bold else colour)
