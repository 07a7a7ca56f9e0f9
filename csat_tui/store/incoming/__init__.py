"""What comes in: the walk of the view, watched folders and mailboxes, lists of low scores, tickets to fetch ahead."""

from csat_tui.store.incoming import low_score_lists, source_tickets, view_walks, watched_sources

__all__ = [
    "low_score_lists",
    "source_tickets",
    "view_walks",
    "watched_sources",
]
