"""Read conditions on answers: which checks, which answers, and whether a survey can ever meet them."""

from collections.abc import Collection, Mapping, Sequence

from csat_tui.domain.case import Answer
from csat_tui.domain.playbook import Condition, Path
from csat_tui.toml_file import Table, listed

_NEEDED = (Answer.YES.value, Answer.NO.value, Answer.NOT_APPLICABLE.value)


def read_answers(table: Table, key: str, checks: Collection[str], verb: str) -> Condition:
    """Read check ids and the answers wanted of them; `verb` is for sentences, such as “needs”."""
    wanted = table.words(key)
    known = tuple(Answer) if key == "when" else _NEEDED
    for check_id, answers in wanted.items():
        table.must_know((key, check_id), check_id, checks, f"{verb} check", "[[check]]")
        if not set(answers.split("|")) <= set(known):
            table.log.add(
                (*table.place, key, check_id),
                f"{table.name} {verb} “{answers}” of check “{check_id}”, expected {listed(known, 'or')},"
                " or several of them as in “yes|na”",
            )
    return wanted


def read_when(table: Table, checks: Collection[str], paths: Sequence[Path]) -> Condition:
    """Read a `when`; a condition that no survey can meet is a mistake."""
    condition = read_answers(table, "when", checks, "waits for")
    if condition and all(check_id in checks for check_id in condition):
        together = any(set(condition) <= set(path.checks) for path in paths)
        if not together and all(any(check_id in path.checks for path in paths) for check_id in condition):
            table.wrong("when", f"{table.name} waits for {listed(condition)}, which are together on no path")
    return condition


def ruled_out(condition: Condition, needs: Mapping[str, str]) -> str:
    """Return the check of which a condition wants an answer that the needs of its outcome rule out; else empty."""
    for check_id, answers in condition.items():
        if check_id in needs and not set(answers.split("|")) & set(needs[check_id].split("|")):
            return check_id
    return ""
