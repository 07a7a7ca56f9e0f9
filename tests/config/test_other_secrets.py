"""Secrets beside the credential: which source counts, and what is said when none gives one."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from csat_tui.config import ChannelConfig, FormConfig, MailConfig
from csat_tui.paths import Paths
from csat_tui.secrets import NoCredential, channel_secret, form_secret, mail_secret, reveal
from tests.config.test_secrets import HeldKeyring, LockedKeyring

PRINTS = (sys.executable, "-c", "print('from-command')")
LEADS = channel_secret("cx-leads", ChannelConfig())


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "data", tmp_path / "logs")


@pytest.fixture(autouse=True)
def held() -> Iterator[HeldKeyring]:
    before = keyring.get_keyring()
    ring = HeldKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_environment_then_command_then_keyring(paths: Paths, held: HeldKeyring) -> None:
    LEADS.keep(paths, "from-keyring", insecure=False)
    by_command = channel_secret("cx-leads", ChannelConfig(url_command=PRINTS))
    assert reveal(by_command, {"CSAT_TUI_CHANNEL_CX_LEADS": " from-environment "}, paths).text == "from-environment"
    assert reveal(by_command, {}, paths).text == "from-command"
    assert reveal(LEADS, {}, paths).text == "from-keyring"
    LEADS.forget(paths)
    assert reveal(LEADS, {}, paths).text == ""


def test_the_plain_file_counts_where_somebody_asked_for_it(paths: Paths) -> None:
    where = LEADS.keep(paths, "from-file", insecure=True)
    assert "insecure storage" in where
    assert reveal(LEADS, {}, paths).text == "from-file"


def test_each_secret_has_a_name_of_its_own(paths: Paths) -> None:
    mail = MailConfig("smtp.example.com", 587, user="ana@example.com")
    secrets = [LEADS, channel_secret("leads", ChannelConfig()), mail_secret(mail)]
    assert len({one.kept_as for one in secrets}) == len({one.variable for one in secrets}) == 3
    other = mail_secret(MailConfig("smtp.example.org", 587, user="ana@example.com"))
    assert other.kept_as != secrets[2].kept_as


def test_a_form_s_token_is_never_looked_for_in_a_keyring(paths: Paths) -> None:
    keyring.set_keyring(LockedKeyring())
    form = FormConfig("https://forms.example.com/")
    assert reveal(form_secret("tracker", form), {}, paths).text == ""
    assert reveal(form_secret("tracker", form), {"CSAT_TUI_FORM_TRACKER_TOKEN": "t"}, paths).text == "t"


def test_a_locked_keyring_is_told_with_everything_that_does_without_it(paths: Paths) -> None:
    keyring.set_keyring(LockedKeyring())
    with pytest.raises(NoCredential) as caught:
        reveal(LEADS, {}, paths)
    said = str(caught.value)
    for part in ("cx-leads", "CSAT_TUI_CHANNEL_CX_LEADS", "channels.cx-leads.url_command", "--insecure-storage"):
        assert part in said


def test_a_command_that_fails_is_named_as_it_stands_in_the_file(paths: Paths) -> None:
    failing = mail_secret(MailConfig("x", 25, user="u", password_command="false"))
    with pytest.raises(NoCredential, match=r"mail\.password_command \(false\) ended with code 1"):
        reveal(failing, {}, paths)


def test_what_could_end_a_header_is_no_secret(paths: Paths) -> None:
    with pytest.raises(NoCredential, match="CSAT_TUI_MAIL_PASSWORD"):
        reveal(mail_secret(MailConfig("x", 25, user="u")), {"CSAT_TUI_MAIL_PASSWORD": "a\r\nb"}, paths)


def test_no_repr_tells_a_secret(paths: Paths) -> None:
    assert "s3cret" not in repr(reveal(LEADS, {"CSAT_TUI_CHANNEL_CX_LEADS": "s3cret"}, paths))
