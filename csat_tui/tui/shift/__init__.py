"""The shift mode: the recap of a shift and its lists of low scores."""
