"""Service recovery: what is done about a customer who was unhappy, and who hears of it."""
