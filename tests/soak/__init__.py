"""Many notes through a bad line, and an independent look at what arrived."""
