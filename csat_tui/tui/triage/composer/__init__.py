"""The composer pane: the note of a case, as a form or as text, and what it still needs."""
