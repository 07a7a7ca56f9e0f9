"""A demo's configuration is whole: everything that a decision does has its place at the demo itself."""

from pathlib import Path

from csat_tui.cli.demo_desk import COACHING, CORRECTION, TRACKER, demo_config
from csat_tui.config import load_config
from csat_tui.config.settings import FORMS
from csat_tui.demo.server import DemoOptions, DemoServer
from csat_tui.domain.clock import SystemClock
from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import OpId
from csat_tui.domain.sheet import RECORDS, Sheet
from csat_tui.effects.channel_question import Question, QuestionTemplate
from csat_tui.effects.form_entry import FormEntry
from csat_tui.effects.record import RecordTemplate
from csat_tui.paths import Paths
from csat_tui.playbook import load_builtin
from csat_tui.targets.forms import field_places
from csat_tui.targets.opening import open_targets

URL = "http://127.0.0.1:8123"


def test_it_names_every_form_the_channel_and_a_folder_for_mail_without_a_problem(tmp_path: Path) -> None:
    paths = Paths.find({"CSAT_TUI_HOME": str(tmp_path)})
    home = tmp_path / 'a "home"'
    text = demo_config(URL, 7, "robin.vale@example.com", home, playbook="demo.toml")
    paths.config_file.write_text(text, "utf-8")
    config = load_config(paths)
    assert set(config.forms) == set(FORMS)
    assert all(form.url.startswith(f"{URL}/forms/") and form.fields for form in config.forms.values())
    assert config.channels["qa"].url == "json://127.0.0.1:8123/channel"
    assert (config.mail.host, config.mail.folder) == ("", str(home / "mails"))
    assert config.playbook.use == "demo.toml"


def test_its_forms_take_every_column_and_heading_of_the_built_in_playbook_and_no_other() -> None:
    playbook = load_builtin("strike-team")
    effects = [effect for outcome in playbook.outcomes for effect in outcome.effects]
    records = [effect for effect in effects if isinstance(effect, RecordTemplate)]
    headings = {kind: {name for effect in records if effect.kind is kind for name in effect.cells} for kind in RECORDS}
    assert set(field_places(TRACKER)) == set(playbook.tracker_columns)
    assert set(field_places(COACHING)) == headings[Sheet.COACHING]
    assert set(field_places(CORRECTION)) == headings[Sheet.CORRECTION]
    assert {effect.channel for effect in effects if isinstance(effect, QuestionTemplate)} == {"qa"}


async def test_what_is_handed_in_asked_and_mailed_by_it_arrives_at_the_demo(tmp_path: Path) -> None:
    paths = Paths.find({"CSAT_TUI_HOME": str(tmp_path)})
    with DemoServer(DemoOptions(surveys=3)) as demo:
        paths.config_file.write_text(demo_config(demo.url, demo.view_id, demo.email, tmp_path), "utf-8")
        targets = open_targets(load_config(paths), {}, paths, SystemClock())
        for form in FORMS:
            await targets.forms.submit(FormEntry(form, {"B": "7", "Ticket": "7", "Agent": "Sol"}), OpId(f"op-{form}"))
        await targets.notifier.ask(Question("qa", "Is this right?"), OpId("op-question"))
        await targets.mailer.send(Mail(("lead@example.com",), "Recap", "All done."), OpId("op-mail"))
        await targets.close()
        kept = {name: demo.world.inbox(name).entries for name in ("tracker", "coaching", "corrections", "channel")}
    assert all(len(entries) == 1 for entries in kept.values())
    assert all(kept[name][0].content["ticket"] == "7" for name in ("tracker", "coaching", "corrections"))
    assert kept["tracker"][0].content["operation"] == "op-tracker"
    assert kept["tracker"][0].headers["idempotency-key"] == "op-tracker"
    assert "Is this right?" in kept["channel"][0].content["message"]
    assert [file.suffix for file in (tmp_path / "mails").iterdir()] == [".eml"]
