"""A rating that is not the agent's leaves the figures from the command line, and comes back."""

import pytest

from tests.cli.conftest import CommandLine


@pytest.fixture
def reviewer(synced: CommandLine) -> CommandLine:
    """A home after its first sync whose person may review."""
    return synced.may_review()


def test_whoever_may_not_review_is_refused(synced: CommandLine) -> None:
    case = str(synced("queue", "--json").json["cases"][0]["id"])
    refused = synced("review", "set-aside", case, "--kind", "spam", "--reason", "Spam.")
    assert (refused.code, "you may not review" in refused.err) == (2, True)
    assert synced("review", "set-asides").out == "No rating is set aside.\n"


def test_a_rating_is_set_aside_listed_counted_and_restored(reviewer: CommandLine) -> None:
    case = str(reviewer("queue", "--json").json["cases"][0]["id"])
    done = reviewer("review", "set-aside", case, "--kind", "carrier", "--reason", "Left in the rain.", "--json")
    assert (done.code, done.json["deed"], done.json["kind"]) == (0, "set aside", "carrier")
    assert done.json["author"]
    listed = reviewer("review", "set-asides", "--json").json
    assert (listed["set_aside"], listed["given"], listed["by_kind"]) == (1, 0, {"carrier": 1})
    (step,) = listed["steps"]
    assert (step["case_id"], step["reason"], step["stands"]) == (int(case), "Left in the rain.", True)
    out = reviewer("review", "set-asides").out
    assert "Left in the rain." in out
    assert "1 set aside (carrier 1), 0 given to another agent." in out
    again = reviewer("review", "set-aside", case, "--kind", "spam", "--reason", "Spam.")
    assert (again.code, "restore it first. Nothing was changed." in again.err) == (2, True)
    assert reviewer("review", "restore", case, "--reason", "It was late by us.").code == 0
    assert reviewer("review", "set-asides").out == "No rating is set aside.\n"
    assert [one["deed"] for one in reviewer("review", "set-asides", "--log", "--json").json["steps"]] == [
        "restored", "set aside",
    ]  # fmt: skip


def test_a_rating_is_given_to_the_agent_to_whom_it_belongs(reviewer: CommandLine) -> None:
    case = str(reviewer("queue", "--json").json["cases"][0]["id"])
    wrong = reviewer("review", "set-aside", case, "--kind", "product", "--to", "Noor", "--reason", "Noor wrote it.")
    assert (wrong.code, "only where the wrong person was rated" in wrong.err) == (2, True)
    given = ("review", "set-aside", case, "--kind", "wrong-person", "--to", "Noor", "--reason", "Noor wrote it.")
    assert "given to Noor" in reviewer(*given).out
    assert reviewer("review", "set-asides", "--json").json["given"] == 1


def test_a_case_that_is_not_here_and_a_reason_of_blanks_are_refused(reviewer: CommandLine) -> None:
    assert reviewer("review", "set-aside", "999999", "--kind", "spam", "--reason", "Spam.").code == 2
    case = str(reviewer("queue", "--json").json["cases"][0]["id"])
    blank = reviewer("review", "set-aside", case, "--kind", "spam", "--reason", "  ")
    assert (blank.code, "Say why" in blank.err) == (2, True)
    assert reviewer("review", "restore", case, "--reason", "Why not.").code == 2
