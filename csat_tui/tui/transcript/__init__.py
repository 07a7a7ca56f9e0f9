"""The survey and the messages of its source ticket, as triage and review show them."""
