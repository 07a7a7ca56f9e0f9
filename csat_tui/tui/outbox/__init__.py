"""The outbox mode: the effects of decisions, and the window in which a person settles a conflict."""
