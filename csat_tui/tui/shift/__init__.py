"""The shift mode: the recap and the lists of low scores."""
