"""Turning records into things that people read: tracker sheets, recaps, summaries."""
