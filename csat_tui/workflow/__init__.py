"""What a person does: open, answer, decide, undo."""
