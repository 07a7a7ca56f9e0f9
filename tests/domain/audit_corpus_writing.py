"""The authors of the audit corpus' notes, and how each of them types."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from csat_tui.domain.ids import UserId


@dataclass(frozen=True)
class NoteAuthor:
    """Somebody who leaves notes, with their habits.

    `tidy` uses csat-tui's format as it is; `hand` is how the others type labels: "lower", "upper", "moved" (another
    order), "loose" (empty lines between) or "broken" (values over two lines).
    """

    name: str
    id: UserId
    hand: str = ""
    terse: bool = False
    chatty: bool = False
    free: bool = False
    """Whether they do not use csat-tui at all."""

    @property
    def tidy(self) -> bool:
        """Whether their notes look as csat-tui writes them."""
        return not self.hand


AUTHORS = (
    NoteAuthor("Mara Quinn", UserId(31)),
    NoteAuthor("Devin Shaw", UserId(32), terse=True),
    NoteAuthor("Priya Nair", UserId(33), chatty=True),
    NoteAuthor("Tom Ek", UserId(34), "lower", terse=True),
    NoteAuthor("Ines Duarte", UserId(35), "moved"),
    NoteAuthor("Kofi Mensah", UserId(36), "broken", chatty=True),
    NoteAuthor("Lena Roth", UserId(37), "loose"),
    NoteAuthor("Sal Greco", UserId(38), "upper", terse=True, free=True),
)
_CHATTY = (
    "Read this one twice. {}", "{} Poor soul!", "Oh dear, cx is not happy: {}",
    "{} I would be annoyed as well, to be fair.", "cx says: {}",
)  # fmt: skip


def summary_in_style(rng: Random, author: NoteAuthor, summary: str) -> str:
    """Return a summary in an author's style."""
    if author.terse and rng.random() < 0.7:
        return (summary[0].lower() + summary[1:]).rstrip(".")
    if author.chatty and rng.random() < 0.5:
        return rng.choice(_CHATTY).format(summary)
    return summary


def typed(rng: Random, author: NoteAuthor, note: str) -> str:
    """Return a note as its author types it."""
    heading, *lines = note.split("\n")
    match author.hand:
        case "lower":
            return "\n".join([heading.lower(), *(_labelled(line, str.lower) for line in lines)])
        case "upper":
            return "\n".join([heading.upper(), *(_labelled(line, str.upper) for line in lines)])
        case "moved":
            return "\n".join([heading, *rng.sample(lines, len(lines))])
        case "loose":
            return f"{heading}\n\n" + "\n\n".join(lines) + "\n"
        case "broken":
            return "\n".join([heading, *(_broken(line) for line in lines)])
    return note


def _labelled(line: str, turn: Callable[[str], str]) -> str:
    label, colon, words = line.partition(":")
    return f"{turn(label)}{colon}{words}"


def _broken(line: str) -> str:
    """Break a long value after its first sentence."""
    first, stop, rest = line.partition(". ")
    return f"{first}{stop.strip()}\n{rest}" if rest else line
