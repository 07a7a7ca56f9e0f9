"""The queue pane: the list of cases, read in windows around the cursor."""
