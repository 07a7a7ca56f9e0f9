"""Where effects go that are no writes to a ticket: web forms, channels of colleagues, mail."""
