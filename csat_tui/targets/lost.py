"""What is said where nobody can be asked whether something arrived."""

LOOK_THERE = "look there before you send it again"
"""What a person does about a lost answer; the end of a sentence."""
AGAIN = 300.0
"""Seconds to wait where a target says «later» and not when."""
