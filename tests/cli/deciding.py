"""Deciding a case as the screen does, so that commands have something to deliver."""

from csat_tui.demo.server import DemoServer
from csat_tui.domain.ids import SurveyId
from csat_tui.store.cases.queue import QueueView
from tests.cli.conftest import CommandLine

WORDS = {"summary": "Two days late, box warm.", "question": "Was the courier told?"}


def undo_within(command: CommandLine, demo: DemoServer, undo: str, who: str = "agent") -> None:
    """Connect to the demo with a playbook of another undo grace."""
    from importlib import resources

    built_in = (resources.files("csat_tui.playbook") / "builtin" / "strike-team.toml").read_text("utf-8")
    command.connect_to_demo(demo, who, '[playbook]\nuse = "own.toml"\n')
    (command.home / "own.toml").write_text(built_in.replace('undo = "10s"', f'undo = "{undo}"'), encoding="utf-8")


def decide(command: CommandLine, demo: DemoServer, *, sync: bool = True) -> SurveyId:
    """Fetch the surveys and send the newest one on for evaluation: a private note and a tracker row."""
    if sync:
        assert command("sync").code == 0
    workplace = command.workplace()
    try:
        story = demo.world.story(0)
        case_id = workplace.desk.find(story.survey_ticket_id)[0]
        assert workplace.desk.row(QueueView(), case_id) is not None
        case = workplace.desk.case(case_id)
        assert case is not None
        workplace.desk.decide(case, "needs-evaluation", WORDS)
        return case_id
    finally:
        workplace.close()
