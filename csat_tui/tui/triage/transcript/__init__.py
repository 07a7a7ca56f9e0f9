"""The transcript pane: the survey, and the messages of the ticket that it rates."""
