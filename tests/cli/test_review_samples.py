"""A supervisor samples a day's notes from the command line, without a network."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from csat_tui.cli.demo_desk import FINISHED_VIEW
from csat_tui.demo.server import DemoOptions, DemoServer
from tests.cli.conftest import CommandLine, close_logs


@pytest.fixture(scope="module")
def supervised_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A supervisor's home after its first sync of a day with forty notes, to be copied; the help desk is gone."""
    first = CommandLine(tmp_path_factory.mktemp("supervised") / "home")
    with DemoServer(DemoOptions(rate_limit=0, review=True)) as demo:
        first.connect_to_demo(demo, "admin", f'[review]\nview = "{FINISHED_VIEW}"\n')
        assert first("sync").code == 0
    close_logs()
    return first.home


@pytest.fixture
def supervisor(command: CommandLine, supervised_home: Path) -> CommandLine:
    shutil.copytree(supervised_home, command.home, dirs_exist_ok=True)
    return command


def test_a_sample_is_shown_before_it_is_drawn_and_drawn_as_it_was_shown(supervisor: CommandLine) -> None:
    asked = ("review", "sample", "--method", "stratified", "--size", "12", "--seed", "7", "--until", "today")
    shown = supervisor(*asked, "--dry-run", "--json").json
    assert supervisor("review", "samples").out == "No sample was drawn yet; `csat-tui review sample` draws one.\n"
    drawn = supervisor(*asked, "--json").json
    assert [one["note"] for one in drawn["notes"]] == [one["note"] for one in shown["notes"]]
    # Three of the day's forty notes were reviewed by somebody who may.
    assert (shown["sample"], drawn["population"], drawn["population_hash"]) == (None, 37, shown["population_hash"])
    by_agent = {one["agent"]: one["drawn"] for one in drawn["agents"]}
    assert len(by_agent) == 6
    assert min(by_agent.values()) >= 1
    assert sum(by_agent.values()) == 12
    (listed,) = supervisor("review", "samples", "--json").json["samples"]
    assert (listed["open"], listed["done"], listed["overdue"], listed["replaced"]) == (12, 0, 0, 0)
    of_it = supervisor("review", "samples", drawn["sample"][:13], "--json").json["notes"]
    assert {one["note"] for one in of_it} == {one["note"] for one in drawn["notes"]}
    assert "stratified" in supervisor("review", "samples").out
    assert drawn["population_hash"] in supervisor("review", "samples", drawn["sample"]).out


def test_sampled_notes_stand_first_with_their_due_day_and_can_be_listed_alone(supervisor: CommandLine) -> None:
    drawn = supervisor("review", "sample", "--size", "3", "--json").json
    numbers = {one["note"] for one in drawn["notes"]}
    by_risk = supervisor("review", "list", "--sort", "risk", "--json").json["notes"]
    assert {one["note"] for one in by_risk[:3]} == numbers
    assert [one["due_at"] is not None for one in by_risk[:4]] == [True, True, True, False]
    mine = supervisor("review", "list", "--sampled", "--json").json["notes"]
    assert {one["note"] for one in mine} == numbers
    assert "due in 7 days" in supervisor("review", "list", "--sampled").out


def test_a_quota_fills_each_agent_up_to_the_same_with_what_is_reviewed(supervisor: CommandLine) -> None:
    said = supervisor("review", "sample", "--quota", "2").out
    assert "quota, seed" in said
    drawn = supervisor("review", "samples", "--json").json["samples"][0]
    notes = supervisor("review", "samples", drawn["sample"], "--json").json["notes"]
    reviewed = {one["agent"]: one["reviewed"] for one in supervisor("review", "coverage", "--json").json["agents"]}
    drawn_of = Counter(one["agent"] for one in notes)
    assert sum(reviewed.values()) == 3
    assert {agent: drawn_of[agent] + count for agent, count in reviewed.items()} == dict.fromkeys(reviewed, 2)
    ended = supervisor("review", "sample", "--quota", "2")
    assert (ended.code, ended.err) == (1, "Each agent has its quota of 2 already. Nothing was drawn.\n")


def test_a_note_is_replaced_only_with_a_reason_and_counted(supervisor: CommandLine) -> None:
    drawn = supervisor("review", "sample", "--size", "2", "--json").json
    note = str(drawn["notes"][0]["note"])
    assert supervisor("review", "replace", note).code == 2
    assert "needs a reason" in supervisor("review", "replace", note).err
    replaced = supervisor("review", "replace", note, "--reason", "The customer is my sister.", "--json").json
    assert (replaced["note"], replaced["sample"]) == (int(note), drawn["sample"])
    listed = supervisor("review", "samples", drawn["sample"], "--json").json
    assert (listed["open"], listed["replaced"]) == (2, 1)
    (left,) = [one for one in listed["notes"] if one["state"] == "replaced"]
    assert (left["reason"], left["replaced_by"]) == ("The customer is my sister.", replaced["replaced_by"])
    assert "by " + str(replaced["replaced_by"]) in supervisor("review", "samples", drawn["sample"]).out
    again = supervisor("review", "replace", note, "--reason", "Once more.")
    assert (again.code, "was replaced already, by note" in again.err) == (1, True)


def test_coverage_says_by_agent_how_much_is_reviewed_and_sampled(supervisor: CommandLine) -> None:
    supervisor("review", "sample", "--quota", "1", "--due", "today")
    agents = supervisor("review", "coverage", "--since", "2000-01-01", "--json").json["agents"]
    assert len(agents) == 6
    assert sum(one["notes"] for one in agents) == 40
    assert {one["reviewed"] + one["sampled"] for one in agents} == {1}
    assert all((one["open"], one["overdue"], one["replaced"]) == (one["sampled"], 0, 0) for one in agents)
    assert {one["share"] for one in agents} == {round(one["reviewed"] / one["notes"], 4) for one in agents}
    assert sum(one["reviewed"] for one in agents) == 3
    assert "REVIEWED  SHARE" in supervisor("review", "coverage").out
    assert "No notes were delivered in this period" in supervisor("review", "coverage", "--until", "2000-01-01",
                                                                 "--since", "2000-01-01").out  # fmt: skip


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        ((), 2, "takes --size N"),
        (("--method", "quota", "--size", "3"), 2, "takes --quota N"),
        (("--size", "3", "--quota", "3"), 2, "takes --quota N"),
        (("--quota", "3", "--since", "today"), 2, "A quota is of the last seven days"),
        (("--size", "0"), 2, "Invalid value for '--size'"),
        (("--size", "3", "--since", "tomorrow"), 2, "is not a valid day"),
        (("--size", "3", "--due", "2001-01-01"), 1, "The day by which the sample is due is over"),
        (("--size", "3", "--since", "2026-01-02", "--until", "2026-01-01"), 1, "ends before it begins"),
        (("--size", "3", "--since", "2001-01-01", "--until", "2001-01-02"), 1, "There are no notes of others"),
        (("--size", "3", "--seed", "-1"), 2, "Invalid value for '--seed'"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence_and_draws_nothing(
    supervisor: CommandLine, options: tuple[str, ...], code: int, why: str
) -> None:
    ended = supervisor("review", "sample", *options)
    assert (ended.code, why in " ".join(ended.err.split())) == (code, True), ended.err
    assert supervisor("review", "samples", "--json").json["samples"] == []


def test_a_sample_can_be_drawn_again_later_from_the_same_notes(supervisor: CommandLine) -> None:
    first = supervisor("review", "sample", "--method", "risk", "--size", "5", "--json").json
    second = supervisor("review", "sample", "--quota", "2", "--json").json
    supervisor("review", "replace", str(first["notes"][0]["note"]), "--reason", "Spam.")
    for one in (first, second):
        checked = supervisor("review", "samples", one["sample"], "--check", "--json")
        assert (checked.code, checked.json["same_population"], checked.json["same_notes"]) == (0, True, True)
    assert f"is what seed {first['seed']} draws" in supervisor("review", "samples", first["sample"], "--check").out
    supervisor("review", "set-aside", str(second["notes"][0]["case_id"]), "--kind", "spam", "--reason", "A robot.")
    assert supervisor("review", "samples", second["sample"], "--check").code == 0
    with supervisor.workplace().database.write() as connection:
        connection.exec_driver_sql("UPDATE delivered_note SET outcome_ids = '[]' WHERE comment_id = ?",
                                   (second["notes"][0]["note"],))  # fmt: skip
    ended = supervisor("review", "samples", second["sample"], "--check")
    assert (ended.code, "was drawn from" in ended.out) == (1, True)
    assert supervisor("review", "samples", "--check").code == 2


def test_a_number_that_no_note_has_is_said(supervisor: CommandLine) -> None:
    for number in ("0", str(2**70)):
        assert f"There is no note {number}" in supervisor("review", "replace", number, "--reason", "x").err


def test_a_sample_that_is_not_there_is_said(supervisor: CommandLine) -> None:
    ended = supervisor("review", "samples", "0193")
    assert (ended.code, "There is no sample whose id begins with “0193”" in ended.err) == (2, True)
