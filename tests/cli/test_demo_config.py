"""A demo's configuration is whole: everything that a decision does has its place at the demo itself."""

from pathlib import Path

from csat_tui.cli.demo_config import COACHING, CORRECTION, TRACKER, demo_config
from csat_tui.config import load
from csat_tui.config.target_settings import FORMS
from csat_tui.domain.playbook import QuestionTemplate, RecordKind, RecordTemplate
from csat_tui.paths import Paths
from csat_tui.playbook import load_builtin
from csat_tui.targets.fields import places

URL = "http://127.0.0.1:8123"


def test_it_names_every_form_the_channel_and_a_folder_for_mail_without_a_problem(tmp_path: Path) -> None:
    paths = Paths.find({"CSAT_TUI_HOME": str(tmp_path)})
    home = tmp_path / 'a "home"'
    text = demo_config(URL, 7, "robin.vale@example.com", home, playbook="demo.toml")
    paths.config_file.write_text(text, "utf-8")
    config = load(paths)
    assert set(config.forms) == set(FORMS)
    assert all(form.url.startswith(f"{URL}/forms/") and form.fields for form in config.forms.values())
    assert config.channels["qa"].url == "json://127.0.0.1:8123/channel"
    assert (config.mail.host, config.mail.folder) == ("", str(home / "mails"))
    assert config.playbook.use == "demo.toml"


def test_its_forms_take_every_column_and_heading_of_the_built_in_playbook_and_no_other() -> None:
    playbook = load_builtin("strike-team")
    effects = [effect for outcome in playbook.outcomes for effect in outcome.effects]
    records = [effect for effect in effects if isinstance(effect, RecordTemplate)]
    headings = {
        kind: {name for effect in records if effect.kind is kind for name in effect.cells} for kind in RecordKind
    }
    assert set(places(TRACKER)) == set(playbook.tracker_columns)
    assert set(places(COACHING)) == headings[RecordKind.COACHING]
    assert set(places(CORRECTION)) == headings[RecordKind.CORRECTION]
    assert {effect.channel for effect in effects if isinstance(effect, QuestionTemplate)} == {"qa"}
