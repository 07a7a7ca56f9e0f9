"""Calibration from the command line: two homes at one help desk, and files good and hostile."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from csat_tui.demo.server import DemoOptions, DemoServer
from tests.cli.conftest import CommandLine, Ended, close_logs
from tests.cli.test_review import VIEW

LINES = (
    "concern-named=yes", "contact-read=4", "issue-checked=yes", "guide-checked=na", "promises-checked=na",
)  # fmt: skip


@pytest.fixture(scope="module")
def reviewed_demo() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions(rate_limit=0, review=True)) as server:
        yield server


@pytest.fixture(scope="module")
def two_homes(reviewed_demo: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandLine, CommandLine]:
    """The homes of a supervisor and of a colleague who reviews as well, both after a sync."""
    homes = []
    for who in ("admin", "second"):
        home = CommandLine(tmp_path_factory.mktemp(who) / "home")
        home.connect_to_demo(reviewed_demo, who, VIEW)
        assert home("sync").code == 0
        homes.append(home)
    close_logs()
    return homes[0], homes[1]


@pytest.fixture
def homes(two_homes: tuple[CommandLine, CommandLine], tmp_path: Path) -> Iterator[tuple[CommandLine, CommandLine]]:
    """Copies of both homes for one test."""
    import shutil

    copies = []
    for place, home in enumerate(two_homes):
        copy = CommandLine(tmp_path / str(place))
        shutil.copytree(home.home, copy.home)
        copy.environ = {**home.environ, "CSAT_TUI_HOME": str(copy.home)}
        copies.append(copy)
    yield copies[0], copies[1]
    close_logs()


def calibrate(home: CommandLine, *arguments: str) -> Ended:
    return home("review", "calibration", *arguments)


def who(home: CommandLine) -> tuple[int, str]:
    workplace = home.workplace()
    found = workplace.paperwork.calibration.person()
    workplace.close()
    return found.id, found.name


def notes_of_others(home: CommandLine, count: int, *names: str) -> list[str]:
    listed = home("review", "list", "--json").json["notes"]
    return [str(one["note"]) for one in listed if one["author"] not in names][:count]


def set_up(first: CommandLine, second: CommandLine, count: int = 6) -> list[str]:
    number, name = who(second)
    notes = notes_of_others(first, count, name, who(first)[1])
    named = [word for note in notes for word in ("--note", note)]
    done = calibrate(
        first, "new", "March", *named, "--reviewer", "me", "--reviewer", f"{number}={name}", "--deadline", "2031-03-31"
    )
    assert done.code == 0, done.err
    return notes


def score(home: CommandLine, note: str, *answers: str) -> Ended:
    return calibrate(home, "score", "March", note, *(word for one in answers for word in ("--line", one)), "--json")


def test_two_homes_score_blind_and_compare(homes: tuple[CommandLine, CommandLine], tmp_path: Path) -> None:
    first, second = homes
    notes = set_up(first, second)
    for note in notes:
        assert score(first, note, *LINES).code == 0
    assert calibrate(first, "export", "March", str(tmp_path / "first.json")).code == 0
    taken = calibrate(second, "import", str(tmp_path / "first.json"), "--json").json
    assert (taken["taken"], taken["new_session"], len(taken["added"])) == (True, True, 6)

    shown = calibrate(second, "show", "March", "--json").json
    assert (shown["state"], shown["scores"], shown["scored"]) == ("open", [], 0)
    assert "not scored by you" in calibrate(second, "show", "March").out
    for place, note in enumerate(notes):
        assert score(second, note, "concern-named=" + ("no" if place else "yes"), *LINES[1:]).code == 0
    assert calibrate(second, "close", "March").code == 0

    closed = calibrate(second, "show", "March", "--json").json
    concern = next(one for one in closed["lines"] if one["id"] == "concern-named")
    assert concern["percent_agreement"]["value"] == pytest.approx(1 / 6)
    assert (concern["items"], concern["raters"]) == (6, 2)
    assert [one["line"] for one in closed["apart"]] == ["concern-named"] * 5
    assert {one["with_majority"] for one in closed["standings"]} == {25}
    said = calibrate(second, "show", "March").out
    assert "Main concern named in the summary" in said
    assert "25 of 30" in said

    assert calibrate(second, "export", "March", str(tmp_path / "closed.json")).code == 0
    back = calibrate(first, "import", str(tmp_path / "closed.json"), "--json").json
    assert (back["closes"], back["not_counted"], len(back["added"])) == (True, 0, 6)
    assert calibrate(first, "show", "March", "--json").json["lines"] == closed["lines"]
    assert "was closed by" in score(first, notes[0], *LINES).err


def test_no_customers_word_and_no_comment_is_in_a_file(homes: tuple[CommandLine, CommandLine], tmp_path: Path) -> None:
    first, second = homes
    note = set_up(first, second)[0]
    assert (
        calibrate(
            first, "score", "March", note, "--line", "concern-named=no", "--comment", "concern-named=Zugunruhe"
        ).code
        == 0
    )
    assert calibrate(first, "export", "March", str(tmp_path / "open.json")).code == 0
    assert calibrate(first, "close", "March", "--early").code == 0
    assert "Zugunruhe" in calibrate(first, "show", "March").out
    assert calibrate(first, "export", "March", str(tmp_path / "closed.json")).code == 0
    shown = first("review", "show", note, "--json").json
    for file in ("open.json", "closed.json"):
        text = (tmp_path / file).read_text("utf-8")
        assert (tmp_path / file).stat().st_mode & 0o777 == 0o600
        for words in ("Zugunruhe", shown["author"], *(value for value in shown["fields"].values() if len(value) > 3)):
            assert words not in text


def test_a_session_that_is_too_small_says_so_and_shows_no_figure(homes: tuple[CommandLine, CommandLine]) -> None:
    first, second = homes
    (note,) = set_up(first, second, count=1)
    assert score(first, note, *LINES).code == 0
    refused = calibrate(first, "close", "March")
    assert (refused.code, "1 of 2 reviewers have not scored every note here" in refused.err) == (1, True)
    closed = calibrate(first, "close", "March", "--early", "--json").json
    assert closed["all_lines"]["why_not"].startswith("No note has two answers to compare")
    assert {one["ac1"]["value"] for one in closed["lines"]} == {None}
    assert "No note has two answers to compare" in calibrate(first, "show", "March").out


def changed(file: Path, to: Path, change: Callable[[str], str]) -> Path:
    to.write_text(change(file.read_text("utf-8")), "utf-8")
    return to


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda good, at: changed(good, at, lambda text: text[:-80]), "It is not complete JSON"),
        (lambda good, at: changed(good, at, lambda text: text.replace('"yes"', '"no"')), "not what was exported"),
        (lambda good, at: changed(good, at, lambda _: "SUMMARY;ANSWER\n1;2\n"), "It is not complete JSON"),
        (lambda good, at: changed(good, at, lambda _: '{"surveys": []}'), "It is no calibration file of csat-tui."),
        (lambda good, at: changed(good, at, lambda text: text + " " * 8_000_001), "it has more than 8,000,000 bytes"),
        (lambda good, at: good.with_name("nothing.json"), "nothing.json cannot be read"),
        (lambda good, at: good.parent, "is a folder"),
    ],
    ids=["cut", "changed", "another format", "foreign", "huge", "not there", "a folder"],
)
def test_a_file_that_is_none_is_one_sentence_and_changes_nothing(
    homes: tuple[CommandLine, CommandLine], tmp_path: Path, make: Callable[[Path, Path], Path], said: str
) -> None:
    first, second = homes
    note = set_up(first, second)[0]
    score(first, note, *LINES)
    good = tmp_path / "files" / "good.json"
    good.parent.mkdir()
    assert calibrate(first, "export", "March", str(good)).code == 0
    ended = calibrate(second, "import", str(make(good, good.with_name("bad.json"))))
    assert ended.code in (1, 2)
    assert said in ended.err
    assert "Nothing was taken in." in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert calibrate(second, "list", "--json").json == {"sessions": []}


def test_a_file_twice_adds_nothing_and_a_differing_one_waits_for_a_person(
    homes: tuple[CommandLine, CommandLine], tmp_path: Path
) -> None:
    first, second = homes
    note = set_up(first, second)[0]
    score(first, note, *LINES)
    calibrate(first, "export", "March", str(tmp_path / "one.json"))
    for added in (1, 0):
        taken = calibrate(second, "import", str(tmp_path / "one.json"), "--json")
        assert (taken.code, len(taken.json["added"])) == (0, added)
    score(first, note, "concern-named=no")
    calibrate(first, "export", "March", str(tmp_path / "two.json"))
    shown = calibrate(second, "import", str(tmp_path / "two.json"))
    assert shown.code == 1
    assert f"other scores of notes {note}" in shown.out
    assert "Nothing was taken in" in shown.out
    assert calibrate(second, "import", str(tmp_path / "two.json"), "--changes").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--line", "concern-named=maybe"), "“maybe” is no answer; there are yes, no, 0"),
        (("--line", "concern-named"), "name each line once, as summary=yes"),
        (("--line", "concern-named=yes", "--line", "concern-named=no"), "name each line once"),
        (("--line", "concern-named=4"), "is answered yes/no, and not “4”"),
        (("--line", "nothing=yes"), "has no line “nothing”"),
        (("--line", "concern-named=yes", "--cause", "concern-named=No time"), "has no cause “No time”"),
        (("--line", "concern-named=yes", "--comment", "contact-read=Hm"), "“contact-read” has no answer yet"),
    ],
)
def test_a_score_that_the_scorecard_does_not_have_is_refused(
    homes: tuple[CommandLine, CommandLine], arguments: tuple[str, ...], said: str
) -> None:
    first, second = homes
    note = set_up(first, second)[0]
    ended = calibrate(first, "score", "March", note, *arguments)
    assert ended.code in (1, 2)
    assert said in ended.err
    assert "othing was saved" in ended.err
    assert calibrate(first, "show", "March", "--json").json["scores"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--reviewer": "Kim"}, "“Kim” is no reviewer"),
        ({"--deadline": "soon"}, "“soon” is no deadline"),
        ({"--deadline": "2020-01-01"}, "has passed"),
        ({"--note": "1"}, "There is no note 1 here."),
        ({"--note": "one"}, "“one” is not a number"),
    ],
)
def test_a_session_that_cannot_be_held_is_not_set_up(
    homes: tuple[CommandLine, CommandLine], changes: dict[str, str], said: str
) -> None:
    first, _ = homes
    parts = {"--note": notes_of_others(first, 1, who(first)[1])[0], "--reviewer": "me", "--deadline": "2031-03-31"}
    ended = calibrate(first, "new", "March", *(word for pair in (parts | changes).items() for word in pair))
    assert ended.code in (1, 2)
    assert said in ended.err
    assert calibrate(first, "list", "--json").json == {"sessions": []}


def test_before_the_first_sync_nobody_is_anybody(command: CommandLine, reviewed_demo: DemoServer) -> None:
    command.connect_to_demo(reviewed_demo, "admin", VIEW)
    ended = calibrate(command, "list")
    assert (ended.code, "run “csat-tui sync” once" in ended.err) == (1, True)


def test_a_file_is_not_written_over_without_asking(homes: tuple[CommandLine, CommandLine], tmp_path: Path) -> None:
    first, second = homes
    set_up(first, second)
    file = tmp_path / "there.json"
    file.write_text("mine")
    assert "is there already" in calibrate(first, "export", "March", str(file)).err
    assert file.read_text() == "mine"
    assert calibrate(first, "export", "March", str(file), "--overwrite", "--json").json["scores"] == 0
    assert json.loads(file.read_text())["format"] == "csat-tui calibration"


def test_another_persons_credential_shows_nothing_until_the_help_desk_has_said_who_it_is(
    homes: tuple[CommandLine, CommandLine], reviewed_demo: DemoServer
) -> None:
    first, second = homes
    note = set_up(first, second)[0]
    score(first, note, *LINES)
    first.connect_to_demo(reviewed_demo, "second", VIEW)
    for what in (("show", "March"), ("list",), ("score", "March", note, "--line", LINES[0])):
        assert "run “csat-tui sync” once" in calibrate(first, *what).err
    assert first("sync").code == 0
    assert calibrate(first, "show", "March", "--json").json["scores"] == []
