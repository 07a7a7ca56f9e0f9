"""The composer pane: the note of a case as a form or as text, remarks about it, and its blockers."""
