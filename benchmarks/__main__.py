"""Runs every benchmark; the exit code tells whether each ratio was reached."""

from benchmarks import first_screen, memory, queue_paint

raise SystemExit(0 if all([first_screen.main(), queue_paint.main(), memory.main()]) else 1)
