"""The tracker mode: the rows of the tracker, and their export."""
