"""Recognises what a text promises: which kind of thing, in whose words, and how much; English only."""

from csat_tui.domain.promised.parts import Kind
from csat_tui.domain.promised.reading import LANGUAGES, READ, SENTENCE, Promise, promises_in

__all__ = ["LANGUAGES", "READ", "SENTENCE", "Kind", "Promise", "promises_in"]
