"""Which language a text is in, as far as patterns have to know: told by its letters here, by a detector from outside.

A pattern says nothing about a text in another language than its own: no match there is no evidence.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection

TellLanguage = Callable[[str], str]
"""Tells the language of a text by its ISO 639 code, or nothing where that is not certain."""

UNKNOWN = ""
"""The language of a text that nobody can tell for certain."""
LOOKED_AT = 1_000
"""Characters of a text by which its script is told."""
_OTHER_SCRIPT = "?"
"""What stands before the name of a script where its language is not known."""
_SCRIPTS = {
    "LATIN": "Latin", "CYRILLIC": "Cyrillic", "GREEK": "Greek", "HEBREW": "Hebrew", "ARABIC": "Arabic",
    "CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "THAI": "Thai",
    "DEVANAGARI": "Devanagari", "BENGALI": "Bengali", "TAMIL": "Tamil", "ARMENIAN": "Armenian", "GEORGIAN": "Georgian",
}  # fmt: skip
"""The first word of a letter's Unicode name to the name of its script."""
_LATIN = "Latin"
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def nobody_tells(_text: str) -> str:
    """Tell no language: what stands in where there is no detector."""
    return UNKNOWN


def language_of(text: str, tell: TellLanguage = nobody_tells) -> str:
    """Return the code of a text's language; for letters that are not Latin, at least that it is another script."""
    if not (script := script_of(text)):
        return UNKNOWN
    return tell(text) or (UNKNOWN if script == _LATIN else f"{_OTHER_SCRIPT}{script}")


def script_of(text: str) -> str:
    """Return the script that most letters of a text are of; empty where it has no letters."""
    counted: Counter[str] = Counter()
    for letter in text[:LOOKED_AT]:
        if letter.isalpha():
            first = unicodedata.name(letter, "OTHER").split()[0].partition("-")[0]
            counted[_SCRIPTS.get(first, first.capitalize())] += 1
    return counted.most_common(1)[0][0] if counted else ""


def judged(language: str, known: Collection[str]) -> bool:
    """Whether patterns of the known languages can say anything about a text of this one."""
    return language == UNKNOWN or language in known


def language_name(code: str) -> str:
    """Say a language as a person does."""
    if code.startswith(_OTHER_SCRIPT):
        return f"{code.removeprefix(_OTHER_SCRIPT)} script"
    return _NAMES.get(code, f"the language “{code}”")
