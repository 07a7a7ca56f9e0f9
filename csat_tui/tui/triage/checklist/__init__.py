"""The checklist pane: the checks of a case, their evidence and their answers."""
