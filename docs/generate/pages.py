"""Whether what the pages point at is there: files of the repository, other pages, and their headings."""

import re
from pathlib import Path

_FILE = re.compile(r"`((?:[a-z_]+/)+[a-z_0-9]+\.(?:py|tcss|toml))`")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def dead_ends(root: Path) -> list[str]:
    """Return a sentence for each file, page or heading that a page names and that is not there."""
    pages = [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]
    anchors = {page: {_anchor(found) for found in _HEADING.findall(page.read_text("utf-8"))} for page in pages}
    files = [f"/{file.relative_to(root)}" for file in root.glob("*/**/*.*") if ".venv" not in file.parts]
    found = []
    for page in pages:
        name, text = page.relative_to(root), page.read_text("utf-8")
        named = dict.fromkeys(_FILE.findall(text)) if page.name != "CHANGELOG.md" else ()
        gone = (file for file in named if not any(one.endswith(f"/{file}") for one in files))
        found += [f"{name} names {file}, which is not there" for file in gone]
        for target, heading in _LINK.findall(text):
            aim = (page.parent / target).resolve() if target else page
            if not aim.exists():
                found.append(f"{name} links to {target}, which is not there")
            elif heading and heading not in anchors.get(aim, set()):
                found.append(f"{name} links to #{heading} of {aim.name}, which has no such heading")
    return found


def _anchor(heading: str) -> str:
    """Return how a heading is linked to: in lower case, hyphens for spaces, and only letters, digits and hyphens."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
