"""The mode of service recovery: unhappy customers, what was done about them, and the notes that say so."""
