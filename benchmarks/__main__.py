"""Runs every benchmark; the exit code tells whether each ratio was reached."""

from benchmarks import memory, queue_paint

raise SystemExit(0 if all([queue_paint.main(), memory.main()]) else 1)
