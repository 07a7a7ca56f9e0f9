"""A rating that is not the agent's leaves the figures from the command line, and comes back."""

from tests.cli.conftest import CommandLine


def test_a_rating_is_set_aside_listed_counted_and_restored(synced: CommandLine) -> None:
    case = str(synced("queue", "--json").json["cases"][0]["id"])
    done = synced("review", "set-aside", case, "--kind", "carrier", "--reason", "Left in the rain.", "--json")
    assert (done.code, done.json["deed"], done.json["kind"]) == (0, "set aside", "carrier")
    assert done.json["author"]
    listed = synced("review", "set-asides", "--json").json
    assert (listed["set_aside"], listed["given"], listed["by_kind"]) == (1, 0, {"carrier": 1})
    (step,) = listed["steps"]
    assert (step["case_id"], step["reason"], step["stands"]) == (int(case), "Left in the rain.", True)
    out = synced("review", "set-asides").out
    assert "Left in the rain." in out
    assert "1 set aside (carrier 1), 0 given to another agent." in out
    again = synced("review", "set-aside", case, "--kind", "spam", "--reason", "Spam.")
    assert (again.code, "restore it first. Nothing was changed." in again.err) == (2, True)
    assert synced("review", "restore", case, "--reason", "It was late by us.").code == 0
    assert synced("review", "set-asides").out == "No rating is set aside.\n"
    assert [one["deed"] for one in synced("review", "set-asides", "--log", "--json").json["steps"]] == [
        "restored", "set aside",
    ]  # fmt: skip


def test_a_rating_is_given_to_the_agent_to_whom_it_belongs(synced: CommandLine) -> None:
    case = str(synced("queue", "--json").json["cases"][0]["id"])
    wrong = synced("review", "set-aside", case, "--kind", "product", "--to", "Noor", "--reason", "Noor wrote it.")
    assert (wrong.code, "only where the wrong person was rated" in wrong.err) == (2, True)
    given = ("review", "set-aside", case, "--kind", "wrong-person", "--to", "Noor", "--reason", "Noor wrote it.")
    assert "given to Noor" in synced(*given).out
    assert synced("review", "set-asides", "--json").json["given"] == 1


def test_a_case_that_is_not_here_and_a_reason_of_blanks_are_refused(synced: CommandLine) -> None:
    assert synced("review", "set-aside", "999999", "--kind", "spam", "--reason", "Spam.").code == 2
    case = str(synced("queue", "--json").json["cases"][0]["id"])
    blank = synced("review", "set-aside", case, "--kind", "spam", "--reason", "  ")
    assert (blank.code, "Say why" in blank.err) == (2, True)
    assert synced("review", "restore", case, "--reason", "Why not.").code == 2
