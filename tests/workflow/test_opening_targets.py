"""A workplace with forms, channels, mail and an admin system: what is reached, and what a locked door keeps back."""

import os
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from csat_tui.config import load_config
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.effect import EffectState
from csat_tui.paths import Paths
from csat_tui.playbook import load_builtin
from csat_tui.store import outbox
from csat_tui.workflow.opening import Workplace, open_workplace

FIELDS = '{ ticket = "{B}", outcome = "{C}", operation = "{op}" }'


def opened(home: Path, text: str, **environ: str) -> Workplace:
    paths = Paths.find({"CSAT_TUI_HOME": str(home)})
    home.mkdir(exist_ok=True)
    paths.config_file.write_text(text, encoding="utf-8")
    return open_workplace(paths, load_config(paths), environ)


def at_demo(demo: DemoServer, more: str) -> str:
    return f'[helpdesk]\nurl = "{demo.url}"\nview = {demo.view_id}\nuser = "{demo.email}"\n{more}'


@pytest.fixture
def no_undo(tmp_path: Path) -> str:
    """A playbook like the built-in one, from which everything leaves at once."""
    from importlib import resources

    text = (resources.files("csat_tui.playbook") / "builtin" / "strike-team.toml").read_text("utf-8")
    file = tmp_path / "own.toml"
    file.write_text(text.replace('undo = "10s"', 'undo = "0s"'), encoding="utf-8")
    return f'[playbook]\nuse = "{file}"\n'


def test_the_desk_knows_which_forms_and_channels_there_are(tmp_path: Path) -> None:
    text = '[forms.coaching]\nurl = "https://forms.example.com/c"\n[channels.leads]\n[channels.qa]\n'
    workplace = opened(tmp_path / "home", text)
    reach = workplace.desk.reach
    assert (reach.forms, reach.channels) == ({"coaching"}, {"leads", "qa"})
    workplace.close()


async def test_a_locked_admin_system_and_a_locked_form_keep_nothing_else_back(tmp_path: Path, no_undo: str) -> None:
    with DemoServer(DemoOptions(surveys=3, rate_limit=0)) as demo:
        more = (
            f'[admin]\nurl = "{demo.url}/admin"\ntoken_command = "false"\n{no_undo}'
            f'[forms.tracker]\nurl = "{demo.url}/forms/tracker"\nfields = {FIELDS}\ntoken_command = "false"\n'
        )
        workplace = opened(tmp_path / "home", at_demo(demo, more), CSAT_TUI_TOKEN=demo.token)
        assert workplace.make_engine is not None
        engine = workplace.make_engine()
        await engine.run_once()
        case = workplace.desk.case(workplace.desk.find(demo.world.story(0).survey_ticket_id)[0])
        assert case is not None
        taken = workplace.desk.decide(case, "needs-evaluation", {"summary": "Late.", "question": "Why?"})
        await engine.run_once()
        await engine.close()
        with workplace.database.read() as connection:
            found = {item.kind: item for item in outbox.of_decision(connection, taken.decision_id)}
        workplace.close()
    assert found["note"].state is EffectState.CONFIRMED
    assert found["form"].state is EffectState.QUEUED
    assert "forms.tracker.token_command (false) ended with code 1" in found["form"].reason


async def test_a_decision_comes_to_the_help_desk_and_to_the_form(tmp_path: Path, no_undo: str) -> None:
    with DemoServer(DemoOptions(surveys=3, rate_limit=0)) as demo:
        more = f'{no_undo}[forms.tracker]\nurl = "{demo.url}/forms/tracker"\nfields = {FIELDS}\n'
        workplace = opened(
            tmp_path / "home", at_demo(demo, more), CSAT_TUI_TOKEN=demo.token, CSAT_TUI_FORM_TRACKER_TOKEN=demo.token
        )
        assert workplace.make_engine is not None
        engine = workplace.make_engine()
        await engine.run_once()
        case = workplace.desk.case(workplace.desk.find(demo.world.story(0).survey_ticket_id)[0])
        assert case is not None
        taken = workplace.desk.decide(case, "needs-evaluation", {"summary": "Late.", "question": "Why?"})
        await engine.run_once()
        await engine.close()
        auth = (f"{demo.email}/token", demo.token)
        (entry,) = httpx.get(f"{demo.url}/forms/tracker", auth=auth, trust_env=False).json()
        with workplace.database.read() as connection:
            (form,) = [item for item in outbox.of_decision(connection, taken.decision_id) if item.kind == "form"]
        workplace.close()
    label = load_builtin("strike-team").outcome("needs-evaluation").label
    assert entry["fields"] == {
        "ticket": str(case.survey.source_ticket_id),
        "outcome": label,
        "operation": form.op_id,
    }
    assert (form.state, form.reference) == (EffectState.CONFIRMED, entry["id"])


@pytest.mark.parametrize("named", [True, False])
def test_saved_mails_go_with_old_cases_unless_the_person_named_their_folder(tmp_path: Path, named: bool) -> None:
    folder = tmp_path / "elsewhere" if named else tmp_path / "home" / "data" / "mails"
    folder.mkdir(parents=True)
    old, new, other = folder / "old.eml", folder / "new.eml", folder / "notes.txt"
    text = "[store]\nkeep_days = 30\n" + (f'[mail]\nfolder = "{folder}"\n' if named else "")
    workplace = opened(tmp_path / "home", text)
    now = workplace.desk.now
    # They go a week after cases of their age, for there is no copy of them.
    for file, days in ((old, 38), (new, 36), (other, 38)):
        file.write_text("a mail")
        when = (now - timedelta(days=days)).timestamp()
        os.utime(file, (when, when))
    workplace.upkeep()
    workplace.close()
    assert old.exists() is named
    assert new.exists()
    assert other.exists()
