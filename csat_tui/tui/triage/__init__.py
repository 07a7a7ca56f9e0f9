"""The triage mode: the queue, and beside it the case with its transcript, checks and note."""
