"""The review mode: the notes that were delivered, and what the machine says of each."""
