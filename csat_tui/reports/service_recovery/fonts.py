"""The fonts of this machine: which characters of a report none of them has, said by script and package."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

BUILT_IN = re.compile(
    # Of Libertinus Serif: Latin, phonetic, marks, Greek, Cyrillic, Hebrew; their signs.
    "[ -~\u00a0-\u02e4\u02ea-\u034e\u0350-\u036f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u03d0-\u03e1\u0400-\u0477"
    "\u048c-\u04c4\u04d0-\u04f9\u05b0-\u05c3\u05d0-\u05ea\u05f0-\u05f4\u1e00-\u1f15\u2000-\u2027\u202f-\u2037"
    "\u2039-\u203e\u2044\u2070\u2074-\u208e\u20a2-\u20a4\u20ab\u20ac\u20b9\u20bf\u2116\u2122\u2153-\u2184"
    # Of DejaVu Sans Mono: Armenian, Georgian, arrows, mathematics, boxes, shapes.
    "\u0531-\u0556\u0561-\u0587\u10d0-\u10fc\u20a0-\u20b5\u2190-\u2213\u2217-\u2220\u2241-\u2269\u2500-\u262f"
    "\u2639-\u268b\u270e]"
)
"""Characters that the typesetter's own fonts have, whatever the machine has."""

_CJK, _EMOJI, _CORE = "fonts-noto-cjk", "fonts-noto-color-emoji", "fonts-noto-core"
_FAMILY_OF = {_CJK: "Noto Sans CJK SC", _EMOJI: "Noto Color Emoji", _CORE: "Noto Sans Thai"}
"""A family of each package, by which it is known to be there."""

_SIGNS = ("signs", _CORE)
_SCRIPTS = {
    "COMBINING": _SIGNS, "MODIFIER": _SIGNS, "LEFT": _SIGNS, "RIGHT": _SIGNS, "TOP": _SIGNS, "BOTTOM": _SIGNS,
    "CJK": ("Chinese or Japanese", _CJK), "HIRAGANA": ("Japanese", _CJK), "KATAKANA": ("Japanese", _CJK),
    "HANGUL": ("Korean", _CJK), "BOPOMOFO": ("Chinese", _CJK), "IDEOGRAPHIC": ("Chinese or Japanese", _CJK),
    "FULLWIDTH": ("wide characters of East Asia", _CJK), "HALFWIDTH": ("wide characters of East Asia", _CJK),
}  # fmt: skip
_PICTURES = re.compile(
    "[\u20e3\u2600-\u27bf\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_SHOWN_BY_NOTHING = re.compile("[\\s\u200b-\u200d\ufe0e\ufe0f]")


def missing_characters(text: str, fonts: "Fonts") -> dict[tuple[str, str], list[str]]:
    """Return the characters that no font has, by the name of their script and the package to install."""
    wanted = {letter for letter in set(text) if not BUILT_IN.match(letter) and not _SHOWN_BY_NOTHING.match(letter)}
    for path, number in _files(fonts):
        if not wanted:
            break
        wanted -= _covered(path, number)
    missing: dict[tuple[str, str], list[str]] = {}
    for letter in sorted(wanted):
        missing.setdefault(_script(letter), []).append(letter)
    return missing


MOST_NAMED = 5
"""Scripts that are named for one package."""


def font_remarks(text: str, fonts: "Fonts") -> Sequence[str]:
    """Return a sentence that says what this machine cannot show and which packages have it; nothing if all is shown."""
    by_package: dict[str, list[str]] = {}
    families = set(fonts.families())
    for (script, package), letters in missing_characters(text, fonts).items():
        count = "1 character" if len(letters) == 1 else f"{len(letters)} characters"
        # A package that is there does not have them.
        wanted = "" if _FAMILY_OF.get(package) in families else package
        by_package.setdefault(wanted, []).append(f"{script} ({count})")
    if not by_package:
        return ()
    said = "; ".join(
        f"{_named(scripts)}: install the Debian package {package}" if package else _named(scripts)
        for package, scripts in by_package.items()
    )
    return (f"Some characters cannot be read here: the machine that made this copy has no font for them. {said}.",)


def _named(scripts: Sequence[str]) -> str:
    shown = ", ".join(scripts[:MOST_NAMED])
    return shown if len(scripts) <= MOST_NAMED else f"{shown} and {len(scripts) - MOST_NAMED} more"


def _script(letter: str) -> tuple[str, str]:
    name = unicodedata.name(letter, "")
    if _PICTURES.match(letter):
        return "emoji", _EMOJI
    if not name:
        return "characters that Unicode does not name", ""
    first = name.split()[0]
    return _SCRIPTS.get(first.split("-")[0], (first.capitalize(), _CORE))


def _files(fonts: "Fonts") -> Iterator[tuple[Path, int]]:
    """Yield the files of fonts, those first that most reports need."""
    files = {(Path(font.path), font.index) for font in fonts.fonts() if font.path}
    return iter(sorted(files, key=lambda file: (_rank(file[0].name), file)))


def _rank(name: str) -> int:
    return 0 if re.match("Noto(Sans(CJK|Arabic|Hebrew|Thai|Devanagari)?-|ColorEmoji)", name) else 1


@cache
def _covered(path: Path, number: int) -> frozenset[str]:
    """Return the characters that a font has; none where it cannot be read."""
    import uharfbuzz

    try:
        points: Iterable[int] = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), number).unicodes
    except (OSError, uharfbuzz.HarfBuzzError):
        return frozenset()
    return frozenset(map(chr, points))
