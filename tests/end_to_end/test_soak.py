"""Many notes through a bad line, with the delivering process killed in the middle: each arrives once."""

from pathlib import Path

from tests.soak.run import Options, Soak


def test_every_note_arrives_once_through_a_bad_line_and_a_kill(tmp_path: Path) -> None:
    report = Soak(Options(notes=60, kills=1, patience=150), tmp_path).run()
    assert report.good, str(report)
    assert report.states.keys() == {"confirmed"}, str(report)
    assert sum(count for act, count in report.acts.items() if act != "pass") > 20
