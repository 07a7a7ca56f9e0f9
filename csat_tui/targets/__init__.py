"""Targets of effects that are not written to tickets: web forms, channels of colleagues, mail."""
