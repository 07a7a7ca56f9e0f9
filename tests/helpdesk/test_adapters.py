"""A help desk is its folder and one row: it is configured, opened and linked to by its name, and known nowhere else."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

import csat_tui
from csat_tui.config import ConfigError, HelpDeskConfig, help_desks, load_config
from csat_tui.config.help_desks import HELP_DESKS, HelpDeskKind
from csat_tui.domain.ids import TicketId
from csat_tui.helpdesk.port import Adapter, adapter_of, notice, open_desk, ticket_link
from csat_tui.oauth.sign_in import SignInPaths
from csat_tui.paths import Paths
from csat_tui.secrets import Credential
from tests.helpdesk.memory_desk import MemoryDesk

ROOT = Path(csat_tui.__file__).parent
URL = "https://desk.example.com"
PAPER = HelpDeskKind("paper", "tests.helpdesk.paper_desk", "https://paper.example.com", ("paper",))


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Adapter]:
    """A help desk that only its row and its module know."""
    module = ModuleType(PAPER.adapter)
    adapter = Adapter(
        open=lambda _url, _credential: MemoryDesk(),
        ticket_link=lambda url, ticket_id: f"{url}/sheet/{ticket_id}",
        sign_in=SignInPaths("/in", "/tokens", "/tokens/mine", "all"),
        notice=lambda _config, today: f"no post after {today}",
    )
    module.ADAPTER = adapter  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, PAPER.adapter, module)
    monkeypatch.setitem(help_desks.HELP_DESKS, PAPER.name, PAPER)  # type: ignore[arg-type]
    return adapter


def configured(home: Path) -> Paths:
    paths = Paths.find({"CSAT_TUI_HOME": str(home)})
    paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    paths.config_file.write_text(f'[helpdesk]\nkind = "paper"\nurl = "{URL}"\nview = 1\n')
    return paths


def test_a_new_help_desk_is_configured_opened_linked_to_and_spoken_for(paper: Adapter, tmp_path: Path) -> None:
    paths = configured(tmp_path)
    config = load_config(paths).helpdesk
    assert config is not None
    assert isinstance(open_desk(config, Credential("", "token", "a test")), MemoryDesk)
    assert ticket_link(config, TicketId(7)) == f"{URL}/sheet/7"
    assert notice(config, date(2027, 1, 11)) == "no post after 2027-01-11"
    assert adapter_of("paper").sign_in.tokens == "/tokens"


def test_a_help_desk_without_a_row_is_refused_where_it_is_configured(tmp_path: Path) -> None:
    paths = configured(tmp_path)
    with pytest.raises(ConfigError, match="zendesk"):
        load_config(paths)


@pytest.mark.parametrize("name", HELP_DESKS)
def test_every_row_has_an_adapter_that_opens(name: str) -> None:
    adapter = adapter_of(name)
    assert ticket_link(HelpDeskConfig(name, URL, 1), TicketId(7)).startswith(URL)
    assert all(path.startswith("/") for path in (adapter.sign_in.page, adapter.sign_in.tokens, adapter.sign_in.current))


def test_a_module_that_is_no_adapter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(PAPER, adapter="csat_tui.helpdesk.port")
    monkeypatch.setitem(help_desks.HELP_DESKS, PAPER.name, wrong)  # type: ignore[arg-type]
    monkeypatch.setattr("csat_tui.helpdesk.port.ADAPTER", "paper", raising=False)
    with pytest.raises(TypeError, match="the adapter of help desk “paper” is no Adapter but a str"):
        adapter_of("paper")


OWN = ("helpdesk/zendesk/", "demo/", "config/help_desks.py")
"""Where a help desk may be known by its name: its adapter, the demo that plays it, and its row."""
KNOWN = re.compile(r"zendesk|\bzd\b|/api/v2\b|/agent/tickets|/oauth/tokens", re.IGNORECASE)


def test_nothing_beside_its_adapter_knows_a_help_desk_by_name() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in sorted(ROOT.rglob("*.py"))
        if not str(file.relative_to(ROOT)).startswith(OWN)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if KNOWN.search(line)
    ]
    assert not found, "only its adapter and its row may know a help desk by name:\n" + "\n".join(found)
