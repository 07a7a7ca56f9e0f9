"""Every passage of a procedure that code or a playbook names is explained in docs/procedure.md."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "csat_tui"
NAMED = re.compile(r"[Dd]ocument (00\d)(?:[,:] ?([^)\"”]*?[^)\"”:.]))?(?=[)\"”:]|\.(?:\s|$)|$)")
OWN_DOCUMENT = {"strike-team": "000", "service-desk": "001", "retail": "004"}
"""What the sources of a playbook's steps are passages of."""


def explained() -> dict[str, set[str]]:
    """The passages that docs/procedure.md has headings for, by document."""
    found: dict[str, set[str]] = {}
    document = ""
    for line in (ROOT / "docs" / "procedure.md").read_text("utf-8").splitlines():
        if line.startswith("## Document "):
            document = line.removeprefix("## Document ")
            found[document] = set()
        elif line.startswith("### "):
            found[document] |= set(line.removeprefix("### ").split(" · "))
    return found


def passages(words: str) -> Iterator[str]:
    """Each passage that a reference names: what follows a colon there says more about it."""
    for part in words.split(":")[0].split(";"):
        place = " ".join(part.split())
        if several := re.fullmatch(r"steps (\d) (to|and) (\d)", place):
            first, last = int(several[1]), int(several[3])
            yield from (f"step {number}" for number in range(first, last + 1))
        elif place:
            yield place


def references() -> Iterator[tuple[str, str, str]]:
    """Every reference in code and playbooks: where it stands, the document, and the passage, if it names one."""
    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix not in (".py", ".toml"):
            continue
        text = re.sub(r"\n\s*(?:# ?)?", " ", file.read_text("utf-8"))
        for named in NAMED.finditer(text):
            yield str(file.relative_to(ROOT)), named[1], named[2] or ""
    for name, document in OWN_DOCUMENT.items():
        playbook = tomllib.loads((PACKAGE / "playbook" / "builtin" / f"{name}.toml").read_text("utf-8"))
        for step in playbook["step"]:
            yield f"{name}.toml, step {step['id']}", document, step["source"]


def test_every_passage_that_is_named_is_explained() -> None:
    known = explained()
    found = list(references())
    assert len(found) > 70
    assert [one for one in found if one[1] not in known or not set(passages(one[2])) <= known[one[1]]] == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("(source document 000, steps 7 and 8)", ["step 7", "step 8"]),
        ("source document 004, 25 Apr 2019, 2", ["25 Apr 2019, 2"]),
        ("source document 004, 27 Apr 2020: updates on time", ["27 Apr 2020"]),
        ("what (source document 000: missed opportunities) says", ["missed opportunities"]),
        ("(source document 001, step 8).", ["step 8"]),
        ("after source document 001.", []),
    ],
)
def test_a_reference_is_read(words: str, named: list[str]) -> None:
    found = NAMED.search(words)
    assert found is not None
    assert list(passages(found[2] or "")) == named
