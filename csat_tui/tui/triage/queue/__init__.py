"""The queue pane: its list, read in windows of rows around the cursor."""
