"""The transcript pane: the survey and the messages of its source ticket."""
