"""Review: what was delivered on a survey ticket, and what is held against it."""
