"""The commands of the composer, their keys, and the reasons why each may be unavailable.

No command uses alt: most terminals and all multiplexers send alt+f as Escape and f, which is also ctrl+right. A command
on a key that a multiplexer reserves (zellij: ctrl+g, h, n, o, p, q, s, t) also has a function key.
"""

from csat_tui.tui.base.commands import Command
from csat_tui.tui.base.keymap import with_keys
from csat_tui.tui.triage.composer.note_words import NoteWords


def cannot_send(note: NoteWords) -> str:
    """Return why nothing can be written or sent; empty if it can."""
    if note.case is None:
        return "no case is open"
    if note.refused:
        return note.refused[:1].lower() + note.refused[1:].removesuffix(".")
    return "" if note.outcome else with_keys(note.app, "the note has no outcome yet; {case.decide} decides")


def nothing_to_pick(note: NoteWords) -> str:
    """Return why there are no findings to pick; empty if there are."""
    return cannot_send(note) or ("" if note.offered else "this outcome has no findings to pick")


def nothing_contested(note: NoteWords) -> str:
    """Return why there are no versions to choose from; empty if there are."""
    return "" if note.contested else "nobody else wrote in these fields"


def nothing_to_discard(note: NoteWords) -> str:
    """Return why no words can be discarded; empty if they can."""
    if not note.closed:
        return "the case is still open; delete the words in their fields"
    return "" if note.draft.typed else "this case has no words that were not sent"


VERSIONS = Command(
    "composer.versions", ("f7",), "two versions", "Choose between your words and somebody else's",
    lambda pane: pane.choose_version(), nothing_contested,
)  # fmt: skip
DISCARD = Command(
    "composer.discard", (), "discard words", "Delete the words that were not sent with this case",
    lambda pane: pane.discard(), nothing_to_discard,
)  # fmt: skip
SEND = Command(
    "composer.send", ("ctrl+s", "f12"), "send", "Send the decision with these words",
    lambda pane: pane.send(), cannot_send, footer=True, commits=True,
)  # fmt: skip
FINDINGS = Command(
    "composer.findings", ("ctrl+l", "f2"), "findings", "Choose what the review found, or remove it",
    lambda pane: pane.pick_findings(), nothing_to_pick, footer=True,
)  # fmt: skip


def _fix(number: int, rank: str, *keys: str) -> Command:
    """Return the command for one of the fixes of a remark."""
    return Command(
        f"composer.fix-{number}", keys, f"fix {number}", f"Put the {rank} fix of the remark at the cursor in its place",
        lambda pane: pane.mend(number - 1), lambda pane: pane.nothing_to_mend, footer=number == 1, hint="fix",
    )  # fmt: skip


FIXES = (_fix(1, "first", "ctrl+f"), _fix(2, "second", "f8"), _fix(3, "third", "f9"))

WORDING = Command(
    "composer.wording", ("ctrl+n", "f3"), "next remark", "Go to the next remark about the words",
    lambda pane: pane.next_remark(), lambda pane: pane.nothing_to_mend, footer=True, hint="remark",
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    SEND,
    VERSIONS,
    DISCARD,
    FINDINGS,
    WORDING,
    *FIXES,
    Command(
        "composer.saved", ("ctrl+o", "f4"), "saved reply", "Insert a saved reply at the cursor",
        lambda pane: pane.pick_saved(), lambda pane: pane.no_saved, footer=True,
    ),
    Command(
        "composer.text", ("ctrl+t", "f5"), "form or text", "Write the note as text, or in its fields",
        lambda pane: pane.switch(), cannot_send, footer=True, hint="text",
    ),
    Command(
        "composer.editor", ("ctrl+e",), "editor", "Write this field in your own editor (VISUAL or EDITOR)",
        lambda pane: pane.edit_outside(), cannot_send, footer=True,
    ),
    Command(
        "composer.next", ("tab",), "next field", "Go to the next blank, then to the next field",
        lambda pane: pane.step(1), palette=False,
    ),
    Command(
        "composer.previous", ("shift+tab",), "previous field", "Go to the previous field",
        lambda pane: pane.step(-1), palette=False,
    ),
    Command(
        "composer.leave", ("escape",), "leave", "Leave the note; the draft stays",
        lambda pane: pane.leave(), footer=True, palette=False,
    ),
)  # fmt: skip
