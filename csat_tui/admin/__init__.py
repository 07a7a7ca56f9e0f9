"""The internal admin system, read-only, behind one small port."""
