"""`make marks`: write anew what the rule about admissions marks, after a change to the rule or to the sentences."""

from itertools import zip_longest

from tests.domain.admission_marks import (
    CLAUSES,
    HERE,
    SENTENCES,
    clauses_of_further_texts,
    files,
    numbered_batches,
    with_marks,
    without_marks,
)


def main() -> None:
    """Take over the sentences that the rule has learned from, and mark every text as the rule does now."""
    texts = {file: file.read_text("utf-8").splitlines() for file in files()}
    for file in map(HERE.joinpath, (batch.name for batch in numbered_batches())):
        texts.setdefault(file, [])
    for file, old in texts.items():
        batch = SENTENCES / file.name
        source = batch.read_text("utf-8").splitlines() if batch.exists() else old
        new = [line if line.startswith("#") else with_marks(without_marks(line)) for line in source]
        file.write_text("".join(f"{line}\n" for line in new), "utf-8")
        print(f"{file.name}: {sum(a != b for a, b in zip_longest(old, new))} of {len(new)} lines changed")
    CLAUSES.write_text(clauses_of_further_texts(), "utf-8")


if __name__ == "__main__":
    main()
