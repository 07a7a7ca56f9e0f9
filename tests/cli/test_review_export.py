"""`csat-tui review export`: a file with a heading even where nothing was reviewed, and a sentence for a wrong name."""

from pathlib import Path

from tests.cli.conftest import CommandLine


def test_the_file_is_written_once_and_named_by_its_kind(synced: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    done = synced("review", "export", str(file), "--since", "today", "--json")
    assert (done.code, done.json) == (0, {"file": str(file), "rows": 0, "reviews": 0, "left_out": 0})
    assert file.read_text("utf-8-sig").startswith("Note,Survey ticket,Case,")
    again = synced("review", "export", str(file))
    assert (again.code, "reviews.csv" in again.err) == (2, True)
    assert f"0 rows of 0 reviews in {file}." in synced("review", "export", str(file), "--overwrite").out
    wrong = synced("review", "export", str(tmp_path / "reviews.pdf"))
    assert (wrong.code, "ends in neither .csv nor .xlsx. Nothing was written." in wrong.err) == (2, True)
    assert not (tmp_path / "reviews.pdf").exists()
