"""The triage mode: the queue, and the open case with its transcript, checks and note."""
