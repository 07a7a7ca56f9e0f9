"""Sentences that more than one mode says."""

NEWER_WORDS = "The note has newer words, which are kept; the words of the decision are in the outbox."
"""Said where a case comes back for which something was typed meanwhile."""
