"""A list of low scores as it comes every morning: as CSV, workbook, saved mail or pasted text (000, step 6.2)."""

from csat_tui.intake.low_score_rows import LowScores, NotAList, decoded, gathered
from csat_tui.intake.low_scores_mail import looks_like_mail, read_mail
from csat_tui.intake.low_scores_sheet import read_either, read_workbook

LARGEST = 20 * 1024 * 1024
"""Bytes of a list; a day's low scores are a thousandth of that."""

_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook; save it as .xlsx or CSV"),
    (b"\x1f\x8b", "this is a gzip archive; unpack it first"),
    (b"%PDF", "this is a PDF; save the list as CSV or XLSX, or paste its text"),
    (b"{\\rtf", "this is a formatted text; paste it as plain text"),
)


def read_low_scores(content: bytes) -> LowScores:
    """Return the rows of a list, told by its content and not by its name. Never raises for its content."""
    if len(content) > LARGEST:
        return LowScores(refused=f"it is larger than {LARGEST // 1024**2} MiB, which no list of low scores is")
    try:
        for mark, sentence in _OTHERS:
            if content.startswith(mark):
                raise NotAList(sentence)
        if content.startswith(b"PK\x03\x04"):
            return gathered(read_workbook(content))
        if looks_like_mail(content):
            return gathered(read_mail(content))
        return gathered(read_either(decoded(content)))
    except NotAList as reason:
        return LowScores(refused=str(reason))
    except RecursionError:  # mails within mails, without end
        return LowScores(refused="its parts are nested too deeply for a mail; paste its text")
