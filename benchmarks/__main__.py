"""Runs every benchmark; the exit code tells whether each ratio was reached."""

from benchmarks import (
    delivery_rate,
    first_screen,
    memory,
    memory_of_sync,
    paint_while_syncing,
    poll_at_rest,
    queue_paint,
    retention,
    review,
    searching,
    start,
    sync_race,
    wording,
)

EVERY = (
    first_screen,
    start,
    queue_paint,
    searching,
    review,
    paint_while_syncing,
    memory,
    sync_race,
    poll_at_rest,
    memory_of_sync,
    delivery_rate,
    wording,
    retention,
)

reached = [each.main() for each in EVERY]
raise SystemExit(0 if all(reached) else 1)
