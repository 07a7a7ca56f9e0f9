"""Looking a customer up from the command line, in either shape of the admin system."""

import httpx
import pytest

from csat_tui.demo.server import DemoServer
from tests.admin.test_mapped_admin import DEMO_MAP
from tests.cli.conftest import CommandLine


def a_customer(demo: DemoServer) -> str:
    auth = (f"{demo.email}/token", demo.token)
    view = f"{demo.url}/api/v2/views/{demo.view_id}/tickets"
    users = httpx.get(view, params={"include": "users"}, auth=auth, trust_env=False).json()["users"]
    return str(next(user["email"] for user in users if user["role"] == "end-user"))


@pytest.mark.parametrize("mapped", [False, True])
def test_a_customer_is_shown_as_the_configuration_reads_them(
    command: CommandLine, quiet_demo: DemoServer, mapped: bool
) -> None:
    admin = f'[admin]\nurl = "{quiet_demo.url}/admin/v2/customers/{{email}}"\n{DEMO_MAP}'
    command.connect_to_demo(quiet_demo)
    if mapped:
        text = command.paths.config_file.read_text()
        command.paths.config_file.write_text(text[: text.index("[admin]")] + admin)
    email = a_customer(quiet_demo)
    document = command("account", email, "--json").json
    assert document["email"] == email
    assert document["orders"][0]["skus"]
    assert document["orders"][0]["store"]
    ended = command("account", email)
    assert ended.code == 0
    assert document["orders"][0]["id"] in ended.out


def test_nobody_is_said_to_be_nobody(command: CommandLine, quiet_demo: DemoServer) -> None:
    command.connect_to_demo(quiet_demo)
    ended = command("account", "nobody@example.com")
    assert (ended.code, "has no customer with the address nobody@example.com" in ended.err) == (1, True)


def test_without_an_admin_system_nobody_is_asked(command: CommandLine) -> None:
    assert "There is no [admin]" in command("account", "a@example.com").err
