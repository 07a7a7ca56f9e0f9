"""No key of the note is a key that its fields use themselves."""

from csat_tui.tui.base.field_area import FieldArea
from csat_tui.tui.triage.composer.pane import ComposerPane


def test_the_field_leaves_every_key_of_the_note_to_it() -> None:
    own = {key for binding in FieldArea.BINDINGS for key in binding.key.split(",")}
    taken = {
        (command.id, key) for command in ComposerPane.all_commands() for key in command.keys if key in own
    }  # fmt: skip
    assert taken == set()
