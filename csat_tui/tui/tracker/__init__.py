"""The tracker mode: the rows of the tracker and of the records beside it, their corrections and their export."""
