"""Lists of low scores are picked up where they arrive: each once, whole, without touching what lies there."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from csat_tui.intake import watched_places as places
from csat_tui.intake.low_scores import LARGEST_LIST
from csat_tui.workflow import watching as module
from csat_tui.workflow.low_scores import LowScoresDesk
from csat_tui.workflow.watching import FILES_PER_CHECK, Watching
from tests.sync.bench import Bench
from tests.workflow.arriving_lists import a_list, names, tickets, twice


def test_a_list_in_the_folder_is_taken_in_once_and_left_as_it_is(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path
) -> None:
    file = folder / "morning.csv"
    file.write_text(a_list(7_300_000, 7_300_001))
    before = file.stat()
    watching = watch(folder)
    assert [one.lines for one in twice(watching).taken] == [2]
    assert (tickets(lists), names(lists)) == ([7_300_000, 7_300_001], ["morning.csv"])
    assert not twice(watching).sentences
    assert not twice(watch(folder)).sentences, "another start takes it for new"
    assert (file.read_text(), file.stat().st_mtime_ns) == (a_list(7_300_000, 7_300_001), before.st_mtime_ns)


def test_a_list_that_was_taken_in_by_hand_is_not_taken_in_again_nor_complained_of(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path
) -> None:
    (folder / "again.csv").write_text(a_list(7_300_000))
    lists.take_in(a_list(7_300_000).encode(), "by hand")
    assert not twice(watch(folder)).sentences
    assert names(lists) == ["by hand"]


def test_a_file_that_is_still_being_written_is_waited_for(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path
) -> None:
    file = folder / "morning.csv"
    watching = watch(folder)
    file.write_text("")
    assert twice(watching).waiting == 0, "an empty file is about to be written"
    for ticket in range(3):
        with file.open("a") as growing:
            growing.write("Ticket,Comment\n" if not ticket else f"{7_300_000 + ticket},late\n")
        assert watching.check().waiting == 1
        assert not lists.open_lists()
    watching.check()
    assert tickets(lists) == [7_300_001, 7_300_002]


def test_of_a_list_that_grows_only_the_new_rows_are_taken_in(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path
) -> None:
    file = folder / "all-day.csv"
    file.write_text(a_list(7_300_000))
    watching = watch(folder)
    twice(watching)
    file.write_text(a_list(7_300_000, 7_300_001))
    twice(watching)
    assert tickets(lists) == [7_300_000, 7_300_001]
    file.write_text(a_list(7_300_000))
    twice(watching)
    assert tickets(lists) == [7_300_000, 7_300_001], "it is the first one again"


def test_a_file_that_is_written_over_every_morning_is_a_list_every_morning(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path
) -> None:
    watching = watch(folder)
    for ticket in (7_300_000, 7_300_001):
        (folder / "today.csv").write_text(a_list(ticket))
        twice(watching)
    assert tickets(lists) == [7_300_000, 7_300_001]


def test_what_is_no_list_is_said_once_whatever_happens_to_its_name(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path, bench: Bench
) -> None:
    began = bench.clock.now()
    (folder / "menu.pdf").write_bytes(b"%PDF-1.7 lunch")
    (folder / "good.csv").write_text(a_list(7_300_000))
    watching = watch(folder)
    (said,) = twice(watching).problems
    assert said == (
        "“menu.pdf” in arrives was not taken in: this is a PDF; save the list as CSV or XLSX, or paste its text"
    )
    assert tickets(lists) == [7_300_000], "what is no list keeps nothing else from being taken in"
    assert watching.problems(began) == [said]
    os.utime(folder / "menu.pdf", (1, 1))
    assert not twice(watching).problems
    (folder / "menu.pdf").rename(folder / "lunch.pdf")
    assert not twice(watching).problems
    assert not twice(watch(folder)).problems
    bench.clock.forward(3600)
    assert not watching.problems(bench.clock.now()), "another shift is not told of it"


def test_what_became_a_list_is_taken_in_and_not_complained_of_any_more(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path, bench: Bench
) -> None:
    began = bench.clock.now()
    (folder / "morning.csv").write_text("nothing yet\n")
    watching = watch(folder)
    assert len(twice(watching).problems) == 1
    (folder / "morning.csv").write_text(a_list(7_300_000))
    twice(watching)
    assert (tickets(lists), watching.problems(began)) == ([7_300_000], [])


def test_words_of_an_old_problem_are_forgotten_and_it_is_not_said_again(
    watch: Callable[..., Watching], folder: Path, bench: Bench
) -> None:
    began = bench.clock.now()
    (folder / "odd.csv").write_text("Ticket,Comment\nMy name is Dana W.,late\n")
    watching = watch(folder)
    (said,) = twice(watching).problems
    assert "Dana W." in said
    bench.clock.forward(timedelta(days=8).total_seconds())
    assert not twice(watching).sentences
    assert not watching.problems(began)
    with bench.database.read() as connection:
        assert "Dana" not in str(connection.exec_driver_sql("SELECT * FROM watched").all())


def test_pipes_unfinished_and_hidden_files_and_folders_hold_nothing_up(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path
) -> None:
    os.mkfifo(folder / "pipe.csv")
    (folder / "within").mkdir()
    (folder / "within" / "deep.csv").write_text(a_list(1_000_001))
    for name in (".hidden.csv", "a.csv.part", "b.csv.crdownload", "~$c.xlsx", "d.csv~", "e.tmp"):
        (folder / name).write_text(a_list(1_000_002))
    (folder / "nowhere.csv").symlink_to(folder / "not-there")
    (folder / "good.csv").write_text(a_list(7_300_000))
    (said,) = twice(watch(folder)).problems
    assert "pipe.csv is a pipe" in said
    assert tickets(lists) == [7_300_000]


def test_a_file_that_cannot_be_read_is_said_once_and_taken_in_once_it_can(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path
) -> None:
    file = folder / "odd.csv"
    file.symlink_to(file)  # as a file without rights does, it can be seen and not be opened
    (folder / "good.csv").write_text(a_list(7_300_001))
    watching = watch(folder)
    (said,) = twice(watching).problems
    assert "odd.csv cannot be read: Too many levels of symbolic links" in said
    assert not twice(watching).problems
    file.unlink()
    file.write_text(a_list(7_300_000))
    twice(watching)
    assert tickets(lists) == [7_300_001, 7_300_000]


def test_a_file_that_no_list_can_be_so_large_is_not_read_to_its_end(
    watch: Callable[..., Watching], folder: Path
) -> None:
    with (folder / "huge.csv").open("wb") as file:
        file.truncate(LARGEST_LIST * 50)
    (said,) = twice(watch(folder)).problems
    assert "larger than 20 MiB" in said


def test_a_place_that_is_not_there_is_said_for_as_long_as_it_is_not(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path, bench: Bench
) -> None:
    began = bench.clock.now()
    away = folder / "drive"
    watching = watch(away, folder)
    first, second = twice(watching).problems
    assert first == f"The watched folder {away} cannot be read: no such file or directory"
    assert second.startswith(f"The watched mailbox {folder} cannot be read: it is a folder and no Maildir")
    assert not twice(watching).problems
    bench.clock.forward(86_400 * 30)
    assert first in watching.problems(bench.clock.now())
    away.mkdir()
    (away / "morning.csv").write_text(a_list(7_300_000))
    twice(watching)
    assert watching.problems(began) == [second]
    assert tickets(lists) == [7_300_000]


def test_only_what_is_new_is_read(
    watch: Callable[..., Watching], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(FILES_PER_CHECK * 2 + 5):
        (folder / f"{number:03}.csv").write_text(a_list(7_000_000 + number))
    read: list[str] = []
    real = places.content_of
    monkeypatch.setattr(places, "content_of", lambda path: (read.append(path.name), real(path))[1])
    watching = watch(folder)
    for _ in range(5):
        watching.check()
        assert len(read) % FILES_PER_CHECK in (0, 5), "a look reads no more than so many"
    assert sorted(read) == sorted(one.name for one in folder.iterdir())
    read.clear()
    (folder / "new.csv").write_text(a_list(8_000_000))
    twice(watch(folder))
    assert read == ["new.csv"]


def test_a_folder_with_more_files_than_any_of_lists_has_is_left_alone(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST_FILES", 3)
    for number in range(4):
        (folder / f"{number}.csv").write_text(a_list(7_000_000 + number))
    (said,) = twice(watch(folder)).problems
    assert "it has more than 3 files" in said
    assert not lists.open_lists()


def test_a_fault_of_our_own_is_said_and_stops_no_other_list(
    watch: Callable[..., Watching], lists: LowScoresDesk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.read_low_scores

    def faulty(content: bytes) -> object:
        if b"7300000" in content:
            raise KeyError("a bug")
        return real(content)

    monkeypatch.setattr(module, "read_low_scores", faulty)
    (folder / "a.csv").write_text(a_list(7_300_000))
    (folder / "b.csv").write_text(a_list(7_300_001))
    (said,) = twice(watch(folder)).problems
    assert "not yours" in said
    assert tickets(lists) == [7_300_001]
