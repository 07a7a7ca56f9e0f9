"""Schema changes, oldest first; one released is never edited."""
