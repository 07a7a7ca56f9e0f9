"""`csat-tui survey fix`: a held survey is mended without a screen, and its ticket fetched."""

from csat_tui.demo.server import DemoServer
from tests.cli.conftest import CommandLine


def held(command: CommandLine, demo: DemoServer) -> dict:
    """Return the case of the first survey of the demo's that could not be read."""
    told = next(one for one in map(demo.world.story, range(60)) if one.kind == "unparseable")
    return command("case", str(told.survey_ticket_id), "--offline", "--json").json | {"source": told.source_ticket_id}


def test_a_held_survey_is_mended_and_its_ticket_fetched(synced: CommandLine, demo: DemoServer) -> None:
    case = held(synced, demo)
    assert case["path"]["id"] == "needs-fixing"
    number, ticket = str(case["id"]), str(case["source"])
    entered = ("--ticket", ticket, "--rating", "team=1", "--rating", "speed=4", "--comment", "Nobody called back.")

    dry = synced("survey", "fix", number, *entered, "--dry-run", "--json").json
    assert (dry["mended"], dry["mendings"]) == (False, [])
    assert f"ticket — → #{ticket}" in dry["changes"]
    assert synced("case", number, "--offline", "--json").json["survey"] == case["survey"]

    told = synced("survey", "fix", number, *entered, "--json").json
    assert (told["mended"], told["path"], told["problem"]) == (True, "low-with-comment", "")
    after = synced("case", number, "--offline", "--json").json
    assert (after["survey"]["source_ticket_id"], after["survey"]["lowest"], after["survey"]["mean"]) == (
        case["source"], 1, 2.5,
    )  # fmt: skip
    assert after["source_ticket"]["id"] == case["source"], "it was fetched"
    assert after["mendings"][0]["before"]["source_ticket_id"] is None
    assert "fixed by" in synced("case", number, "--offline").out

    assert synced("sync").code == 0
    assert synced("case", number, "--offline", "--json").json["survey"] == after["survey"], "and stays mended"


def test_without_an_option_it_shows_what_was_read_and_changes_nothing(synced: CommandLine, demo: DemoServer) -> None:
    case = held(synced, demo)
    told = synced("survey", "fix", str(case["id"]))
    assert told.code == 0
    assert case["survey"]["problem"] in told.out
    assert synced("case", str(case["id"]), "--offline", "--json").json["mendings"] == []


def test_what_cannot_be_right_ends_with_a_sentence(synced: CommandLine, demo: DemoServer) -> None:
    number = str(held(synced, demo)["id"])
    for wrong, why in (("team=7", "expected 1 to 5"), ("nobody=1", "no factor"), ("team", "FACTOR=RATING")):
        told = synced("survey", "fix", number, "--rating", wrong)
        assert told.code == 2
        assert why in told.err
        assert "Nothing was changed" in told.err
