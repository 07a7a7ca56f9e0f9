"""Write every reference, or check that each is what the code says."""

import sys
from pathlib import Path

from docs.generate.command_line import overview, reference
from docs.generate.commands import command_tree
from docs.generate.completions import bash, fish, zsh
from docs.generate.configuration import key_tables
from docs.generate.exit_codes import EXIT_CODES
from docs.generate.keys import key_page
from docs.generate.man_page import man_page
from docs.generate.pages import dead_ends
from docs.generate.regions import fill, table

ROOT = Path(__file__).parents[2]


def references() -> dict[Path, str]:
    """Return every file that is made from the code, wholly or between its marks, as it should be."""
    commands = command_tree()
    pages = {
        "docs/keys.md": {"keys": key_page()},
        "docs/command-line.md": {
            "commands": overview(commands),
            "exit codes": table(("code", "meaning"), [(str(code.value), text) for code, text in EXIT_CODES.items()]),
            "options": reference(commands),
        },
        "docs/configuration.md": key_tables(),
    }
    made = {ROOT / page: fill((ROOT / page).read_text("utf-8"), regions, page) for page, regions in pages.items()}
    made[ROOT / "docs/csat-tui.1"] = man_page(commands)
    made[ROOT / "completions/csat-tui.bash"] = bash(commands)
    made[ROOT / "completions/_csat-tui"] = zsh(commands)
    made[ROOT / "completions/csat-tui.fish"] = fish(commands)
    return made


def stale() -> list[str]:
    """Return the names of the files that are not what the code says."""
    return [
        str(file.relative_to(ROOT))
        for file, text in references().items()
        if not file.exists() or file.read_text("utf-8") != text
    ]


def main() -> int:
    """Write, or with `--check` only compare; return the exit code."""
    if "--check" in sys.argv[1:]:
        wrong = [
            f"{name} is not what the code says any more: run `make docs` and commit the result" for name in stale()
        ]
        wrong += dead_ends(ROOT)
        for sentence in wrong:
            print(f"{sentence}.", file=sys.stderr)
        return 1 if wrong else 0
    for file, text in references().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
