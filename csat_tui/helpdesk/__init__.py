"""Help desks, each behind one small port."""
