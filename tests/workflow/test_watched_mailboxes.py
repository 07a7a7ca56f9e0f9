"""Lists of low scores that arrive by mail: a Maildir, or a mailbox in one file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from csat_tui.intake import watched_places as places
from csat_tui.intake.watched_places import mails_of, subject_of
from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.watching import FILES_PER_CHECK, Watching
from tests.sync.bench import Bench
from tests.workflow.arriving_lists import a_mail, in_mbox, names, tickets, twice


def test_the_mails_of_a_maildir_are_taken_in_once_wherever_they_move(
    watch: Callable[..., Watching], lists: LowScoresDesk, tmp_path: Path, bench: Bench
) -> None:
    place = tmp_path / "mails"
    for name in ("new", "cur", "tmp"):
        (place / name).mkdir(parents=True)
    (place / "tmp" / "1.unfinished").write_bytes(a_mail(1_000_001).as_bytes())
    (place / "new" / "2.host").write_bytes(a_mail(7_300_000, 7_300_001, subject="Low scores, 31 October").as_bytes())
    watching = watch(mailbox=place)
    twice(watching)
    assert (tickets(lists), names(lists)) == ([7_300_000, 7_300_001], ["Low scores, 31 October"])
    (place / "new" / "2.host").rename(place / "cur" / "2.host:2,S")
    (place / "new" / "3.host").write_bytes(a_mail(subject="Lunch").as_bytes())
    (said,) = twice(watching).problems
    assert said == "“Lunch” in mails was not taken in: there is no ticket number in it"
    assert len(lists.open_lists()) == 1


def test_each_new_mail_of_a_mailbox_in_one_file_is_taken_in_once(
    watch: Callable[..., Watching], lists: LowScoresDesk, tmp_path: Path
) -> None:
    place = tmp_path / "lists.mbox"
    first, second = a_mail(7_300_000), a_mail(7_300_001, 7_300_002, subject="=?utf-8?q?Low_scores_=E2=98=B9?=")
    place.write_bytes(in_mbox(first))
    before = place.read_bytes()
    watching = watch(mailbox=place)
    twice(watching)
    assert tickets(lists) == [7_300_000]
    assert place.read_bytes() == before
    place.write_bytes(in_mbox(first, second, a_mail(subject="Lunch")))
    (said,) = twice(watching).problems
    assert "“Lunch” in lists.mbox was not taken in" in said
    assert tickets(lists) == [7_300_000, 7_300_001, 7_300_002]
    assert not twice(watching).sentences
    assert not twice(watch(mailbox=place)).sentences


def test_a_mailbox_that_a_mail_program_packs_or_marks_brings_nothing_a_second_time(
    watch: Callable[..., Watching], lists: LowScoresDesk, tmp_path: Path, bench: Bench
) -> None:
    place = tmp_path / "lists.mbox"
    first, second = a_mail(7_300_000), a_mail(7_300_001)
    place.write_bytes(in_mbox(first, second, a_mail(subject="Lunch")))
    watching = watch(mailbox=place)
    twice(watching)
    bench.clock.forward(86_400)
    with bench.database.write() as connection:  # as when retention has removed the lists long since
        connection.exec_driver_sql("DELETE FROM report_line")
        connection.exec_driver_sql("DELETE FROM report")
    second["Status"], second["X-Mozilla-Status"] = "RO", "0001"
    place.write_bytes(in_mbox(second, a_mail(subject="Lunch"), a_mail(7_300_002)))
    for _ in range(2):
        assert not twice(watching).problems
    assert tickets(lists) == [7_300_002]


def test_a_mail_that_is_still_being_written_is_waited_for(
    watch: Callable[..., Watching], lists: LowScoresDesk, tmp_path: Path
) -> None:
    place = tmp_path / "lists.mbox"
    whole = in_mbox(a_mail(7_300_000, 7_300_001))
    watching = watch(mailbox=place)
    for end in (90, 200, len(whole) - 20):
        place.write_bytes(whole[:end])
        assert watching.check().waiting == 1
    place.write_bytes(whole)
    watching.check()
    assert not lists.open_lists()
    watching.check()
    assert tickets(lists) == [7_300_000, 7_300_001]


def test_a_large_mailbox_is_read_a_few_mails_at_a_time_and_only_from_where_it_was_left(
    watch: Callable[..., Watching], lists: LowScoresDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "lists.mbox"
    mails = [a_mail(7_000_000 + number) for number in range(FILES_PER_CHECK + 5)]
    place.write_bytes(in_mbox(*mails))
    began: list[int] = []
    real = places.mails_of
    monkeypatch.setattr(places, "mails_of", lambda path, at=0: (began.append(at), real(path, at))[1])
    watching = watch(mailbox=place)
    counts = [len(watching.check().taken) for _ in range(4)]
    assert sorted(counts) == [0, 0, 5, FILES_PER_CHECK]
    assert len(tickets(lists)) == FILES_PER_CHECK + 5
    place.write_bytes(in_mbox(*mails, a_mail(8_000_000)))
    twice(watch(mailbox=place))
    assert began[0] == 0
    assert began[-1] >= len(in_mbox(*mails[:-1]))


def test_what_is_no_mailbox_is_said_and_lines_within_a_mail_do_not_part_it(
    watch: Callable[..., Watching], tmp_path: Path
) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("Shopping\n")
    (said,) = twice(watch(mailbox=place)).problems
    assert said.startswith(f"The watched mailbox {place} cannot be read: notes.txt is no mailbox")
    place.write_bytes(in_mbox(a_mail(1_000_001)) + b"From here on it is quiet.\n\n>From the team\n" + b"x" * 200_000)
    (mail,) = mails_of(place)
    assert b"\nFrom the team" in mail.content


@pytest.mark.parametrize(
    "header", [b"=?utf-8?b?!!!?=", b"=?no-such?q?x?=", b"\xff\xfe", b"=?utf-8?q?a=0d=0ab?=", b"x" * 900_000, b""]
)
def test_a_mail_is_called_by_its_subject_however_it_is_written(header: bytes) -> None:
    said = subject_of(b"Subject: " + header + b"\nFrom: a\n\nbody")
    assert 0 < len(said) <= 400
    assert "\n" not in said
    said.encode()
