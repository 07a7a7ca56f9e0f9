"""Forms, channels and mail in config.toml: what is read, and what is told with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.config import Config, ConfigError, Encoding, Security, load_config
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.paths import Paths


def reading(tmp_path: Path, text: str) -> Config:
    paths = Paths(tmp_path, tmp_path / "data", tmp_path / "logs")
    paths.config_file.write_text(text, encoding="utf-8")
    return load_config(paths)


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    config = reading(
        tmp_path,
        """\
[forms.tracker]
url = "https://docs.example.com/forms/d/e/1/formResponse?hl=en"
fields = { "entry.111" = "{B}", "entry.222" = "{E} ({op})" }
confirms = "recorded"

[forms.coaching]
url = "http://127.0.0.1:8000/coaching"
encoding = "json"
token_command = ["pass", "show", "forms"]

[channels.cx-questions]

[channels.here]
url = "json://localhost:8080/room"

[mail]
host = "smtp.example.com"
security = "tls"
user = "ana@example.com"
password_command = "pass show mail"
""",
    )
    tracker, coaching = config.forms["tracker"], config.forms["coaching"]
    assert tracker.url.endswith("formResponse?hl=en")
    assert tracker.fields == {"entry.111": "{B}", "entry.222": "{E} ({op})"}
    assert (tracker.encoding, tracker.confirms) == (Encoding.FORM, "recorded")
    assert (coaching.encoding, coaching.fields) == (Encoding.JSON, {})
    assert coaching.token_command == ("pass", "show", "forms")
    assert {name: one.url for name, one in config.channels.items()} == {
        "cx-questions": "",
        "here": "json://localhost:8080/room",
    }
    assert (config.mail.place, config.mail.security) == ("smtp.example.com:465", Security.TLS)


def test_without_any_of_it_nothing_is_reached_and_mail_is_saved(tmp_path: Path) -> None:
    config = reading(tmp_path, "")
    assert (config.forms, config.channels, config.mail.host) == ({}, {}, "")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[forms.traker]\nurl = 'https://x.example.com/'", 1, "did you mean “tracker”"),
        ("[forms.tracker]\nencoding = 'json'", 1, r"\[forms\.tracker\] lacks “url”"),
        ("[forms.tracker]\nurl = 'http://x.example.com/'", 2, "plain http works only for this machine"),
        ("[forms.tracker]\nurl = 'https://a:b@x.example.com/'", 2, "without a name or password"),
        ("[forms.tracker]\nurl = 'https://x.example.com/'\nencoding = 'xml'", 3, "“form” or “json”"),
        ("[forms.tracker]\nurl = 'https://x.example.com/'\nfields = { a = '{B' }", 3, "a brace without its other half"),
        ("[forms.tracker]\nurl = 'https://x.example.com/'\n[forms.tracker.fields]\na = 'B}'", 4, "its other half"),
        ("[forms.tracker]\nurl = 'https://x.example.com/'\nfields = { a = 3 }", 3, "is a number, expected a text"),
        ("[forms.tracker]\nurl = 'https://x.example.com/'\nfields = {}", 3, r"“fields” of \[forms\.tracker\] is empty"),
        ("[channels.'a b']", 1, "letters, digits, - and _ only"),
        ("[channels]\na = 3", 2, r"“a” of \[channels\] is a number, expected a section, written \[channels\.a\]"),
        ("[channels.a]\nur = 'x'", 2, "did you mean “url”"),
        ("[channels.a]\nurl = 'slack://s3cret/x/y'", 2, "csat-tui channel set NAME"),
        ("[channels.a]\nurl = 'json://me:s3cret@127.0.0.1/'", 2, "csat-tui channel set NAME"),
        ("[channels.a]\nurl = 'json://s3cret.example.com/'", 2, "csat-tui channel set NAME"),
        ("[mail]\nhost = 'smtp.example.com'", 1, r"\[mail\] lacks “from”"),
        ("[mail]\nhost = 'smtp.example.com'\nfrom = 'Ana <ana@example.com>'", 3, "one bare address"),
        ("[mail]\nhost = 'smtp://x'\nfrom = 'a@example.com'", 2, "name alone"),
        (
            "[mail]\nhost = 'x'\nfolder = 'y'\nfrom = 'a@example.com'",
            3,
            "sent, or it is saved",
        ),
        ("[mail]\nport = 25", 2, r"“port” of \[mail\] is of no use without “host”"),
        ("[mail]\nhost = 'x'\nport = 0\nfrom = 'a@example.com'", 3, r"“port” of \[mail\] is 0, expected 1 to 65535"),
        ("[mail]\nhost = 'x.example.com'\nsecurity = 'none'\nuser = 'a@example.com'", 3, "password in the clear"),
        (
            "[mail]\nhost = 'x'\nsecurity = 'ssl'\nfrom = 'a@example.com'",
            3,
            "is “ssl”, expected “starttls”, “tls” or “none”",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_without_secrets(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        reading(tmp_path, text)
    assert line in [problem.line for problem in caught.value.problems]
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("text", ["ana@example.com", "a.b+c@mail.example.com", "o'neil@example.com", "a@b.example"])
def test_what_people_use_is_an_address(text: str) -> None:
    assert is_mailbox(text)


@given(st.text(max_size=30), st.sampled_from(["\r", "\n", ",", ";", "<", ">", " ", "\0", "\t", '"', "(", "\u202e"]))
def test_nothing_that_could_end_a_header_or_add_somebody_is_an_address(text: str, bad: str) -> None:
    assert not is_mailbox(f"a{bad}{text}@example.com")
    assert not is_mailbox(f"a@example.com{bad}{text}")
