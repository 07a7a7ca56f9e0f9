"""The outbox mode: the effects of decisions, and the conflicts that a person settles."""
