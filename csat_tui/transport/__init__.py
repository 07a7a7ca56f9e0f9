"""What every HTTP adapter shares: one way to ask, and one way to say what went wrong."""
