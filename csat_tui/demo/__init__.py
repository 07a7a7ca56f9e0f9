"""A help desk and an admin system that speak the real wire formats, so that the workstation can be shown and judged."""
