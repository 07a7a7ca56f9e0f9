"""The checklist pane: the checks of a case and their answers."""
