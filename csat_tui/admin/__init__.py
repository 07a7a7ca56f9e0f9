"""The internal admin system, read-only, behind a small port."""
