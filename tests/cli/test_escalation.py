"""`csat-tui sync` escalates what nobody has contacted; `csat-tui case` and the doctor say so."""

from csat_tui.demo.server import DemoServer
from csat_tui.playbook import builtin_file
from tests.cli.conftest import CommandLine

STEPS = """
[[escalation]]
id = "lead"
after = "4h"
by = "mail"
to = ["lead@example.com"]

[[escalation]]
id = "managers"
after = "5h"
by = "channel"
to = ["managers"]
"""


def connected_with(command: CommandLine, demo: DemoServer, steps: str) -> None:
    command.paths.config_dir.mkdir(parents=True, exist_ok=True)
    own = builtin_file("strike-team").read_text("utf-8") + steps
    (command.paths.config_dir / "ours.toml").write_text(own, "utf-8")
    command.connect_to_demo(demo, more='[playbook]\nuse = "ours.toml"\n')


def test_a_sync_escalates_each_case_once_and_the_case_says_to_whom(
    command: CommandLine, quiet_demo: DemoServer
) -> None:
    connected_with(command, quiet_demo, STEPS)
    assert command("sync").code == 0
    mails = sorted((command.paths.data_dir / "mails").glob("*.eml"))
    assert mails, "no mail server is configured, so that mails are files"
    assert "To: lead@example.com" in mails[0].read_text("utf-8")
    assert "Not contacted for 4 h: ticket #" in mails[0].read_text("utf-8")
    command("sync")
    assert sorted((command.paths.data_dir / "mails").glob("*.eml")) == mails
    told = [
        whole
        for case in command("queue", "--json", "--limit", "200").json["cases"]
        if (whole := command("case", str(case["id"]), "--offline", "--json").json)["escalations"]
    ]
    assert len(told) == len(mails)
    (step,) = told[0]["escalations"]
    assert (step["step"], step["state"]) == ("lead", "confirmed")
    assert told[0]["contact"]["at"] is None
    said = command("case", str(told[0]["id"]), "--offline").out
    assert "  escalated to lead@example.com by mail, " in said


def test_the_doctor_names_a_channel_that_a_step_goes_to_and_nobody_has_configured(
    command: CommandLine, quiet_demo: DemoServer
) -> None:
    connected_with(command, quiet_demo, STEPS)
    found = {one["about"]: one for one in command("doctor", "--json").json["findings"]}
    assert found["escalation managers"]["mark"] == "look"
    assert "“managers”, which config.toml does not have" in found["escalation managers"]["sentence"]
    assert "escalation lead" not in found
