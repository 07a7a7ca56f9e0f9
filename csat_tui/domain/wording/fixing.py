"""Quick fixes: a remark's own words put in its place."""

from csat_tui.domain.wording.rules import Remark


def apply(text: str, remark: Remark, index: int) -> tuple[str, int]:
    """Return the text with a remark's fix in it, and the position after the fix.

    A fix for a stretch replaces it. One for something that is missing becomes a paragraph of its own. IndexError
    where the remark has no such fix.
    """
    fix = remark.fixes[index]
    before, after = text[: remark.start], text[remark.end :]
    if remark.start < remark.end:
        return before + fix + after, remark.start + len(fix)
    before, after = before.rstrip(), after.lstrip()
    upto = f"{before}\n\n{fix}" if before else fix
    return (f"{upto}\n\n{after}" if after else upto), len(upto)
