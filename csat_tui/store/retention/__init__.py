"""Retention: cases that are settled and old are removed from every file, and can be put back for a week.

`upkeep` and `purging` are imported where they run: no start waits for them.
"""
