"""What can be done in the note, with which keys, and why it cannot be done just now."""

from typing import TYPE_CHECKING

from csat_tui.tui.commands import Command

if TYPE_CHECKING:
    from csat_tui.tui.panes.composer import ComposerPane


def cannot_send(pane: "ComposerPane") -> str:
    """Say why there is nothing to be written or sent."""
    if pane.case is None:
        return "no case is open"
    if pane.closed:
        return "this case is decided already"
    return "" if pane.outcome else "the note has no outcome yet; e decides"


def nothing_to_pick(pane: "ComposerPane") -> str:
    """Say why there are no findings to choose from."""
    return cannot_send(pane) or ("" if pane.offered else "this outcome has no findings to pick")


SEND = Command(
    "composer.send", ("ctrl+s",), "send", "Send the decision with these words",
    lambda pane: pane.send(), cannot_send, footer=True,
)  # fmt: skip
FINDINGS = Command(
    "composer.findings", ("alt+f",), "findings", "Pick what the review found, or take it back",
    lambda pane: pane.pick_findings(), nothing_to_pick, footer=True,
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (
    SEND,
    FINDINGS,
    Command(
        "composer.editor", ("ctrl+e",), "editor", "Write this field in your own editor (VISUAL or EDITOR)",
        lambda pane: pane.edit_outside(), cannot_send, footer=True,
    ),
    Command(
        "composer.next", ("tab",), "next field", "Go to the next field, from the last one to the next pane",
        lambda pane: pane.step(1), palette=False,
    ),
    Command(
        "composer.previous", ("shift+tab",), "previous field", "Go to the field before, from the first one back",
        lambda pane: pane.step(-1), palette=False,
    ),
    Command(
        "composer.leave", ("escape",), "leave", "Leave the note; the draft stays",
        lambda pane: pane.leave(), footer=True, palette=False,
    ),
)  # fmt: skip
