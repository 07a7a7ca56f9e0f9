"""Recognise what an agent promises in a text, and compare it with what the account shows; English only."""
