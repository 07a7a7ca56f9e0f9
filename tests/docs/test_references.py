"""The references are what the code says, and what they promise is true."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from csat_tui.cli.exits import Exit
from csat_tui.config import ConfigError, load_config
from csat_tui.config.sections import SECTIONS, ConfigKey, ConfigSection
from csat_tui.paths import Paths
from csat_tui.toml_file import joined
from csat_tui.tui.app import all_scopes
from docs.generate import __main__ as generate
from docs.generate.commands import command_tree
from docs.generate.exit_codes import EXIT_CODES
from docs.generate.pages import dead_ends
from docs.generate.regions import fill

ROOT = Path(__file__).parents[2]
KEYS = [(section, key) for section in SECTIONS for key in section.keys]


def name_of(one: ConfigSection | ConfigKey) -> str:
    return one.name


def test_no_reference_is_stale() -> None:
    assert generate.stale() == []


def test_a_stale_reference_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = {tmp_path / "keys.md": "as it is", tmp_path / "gone.1": "not there"}
    (tmp_path / "keys.md").write_text("as it was")
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "references", lambda: made)
    monkeypatch.setattr(generate, "dead_ends", lambda root: [])
    monkeypatch.setattr("sys.argv", ["docs.generate", "--check"])
    assert generate.main() == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{name} is not what the code says any more: run `make docs` and commit the result."
        for name in ("keys.md", "gone.1")
    ]
    monkeypatch.setattr("sys.argv", ["docs.generate"])
    assert generate.main() == 0
    assert generate.stale() == []


def test_what_the_pages_point_at_is_there() -> None:
    assert dead_ends(ROOT) == []


def test_a_page_that_points_at_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(
        "# Top\n`store/gone.py` [a](docs/a.md#here) [b](docs/b.md) [c](#top) [d](docs/a.md#no)"
    )
    (tmp_path / "docs" / "a.md").write_text("## Here\n")
    assert dead_ends(tmp_path) == [
        "README.md names store/gone.py, which is not there",
        "README.md links to docs/b.md, which is not there",
        "README.md links to #no of a.md, which has no such heading",
    ]


def test_words_around_a_region_stay() -> None:
    page = "before\n<!-- made by `make docs`: keys -->\nold\n<!-- end of keys -->\nafter\n"
    made = fill(page, {"keys": "new"}, "page.md")
    assert made == "before\n<!-- made by `make docs`: keys -->\n\nnew\n\n<!-- end of keys -->\nafter\n"
    assert fill(made, {"keys": "new"}, "page.md") == made


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"page\.md has no marks for keys"):
        fill("words", {"keys": "new"}, "page.md")
    with pytest.raises(ValueError, match=r"page\.md has marks for keys, which nothing makes"):
        fill("<!-- made by `make docs`: keys -->\n<!-- end of keys -->", {}, "page.md")


def test_every_command_of_the_workstation_is_listed_once() -> None:
    page = (ROOT / "docs" / "keys.md").read_text("utf-8")
    for command in {command.id for commands in all_scopes().values() for command in commands}:
        assert page.count(f"| `{command}` |") == 1, command


def test_every_exit_code_is_explained() -> None:
    assert set(EXIT_CODES) == set(Exit)


def config_of(tmp_path: Path, section: ConfigSection, line: str) -> object:
    """Load a configuration with one line in a section, everything that is required beside it."""
    paths = Paths.find({"CSAT_TUI_HOME": str(tmp_path)})
    name = section.name.replace("forms.NAME", "forms.tracker").replace("NAME", "ours")
    beside = {
        "helpdesk": 'url = "https://a.example.com"\nview = 1\n',
        "admin": 'url = "https://a.example.com"\n',
        "forms.NAME": 'url = "https://a.example.com/"\n',
        "review": "" if line.startswith("view") else "view = 1\n",
        "mail": 'from = "ana@example.com"\n' + ("" if "host" in line else 'host = "mail.example.com"\n'),
    }.get(section.name, "")
    paths.config_file.write_text(f"[{name}]\n{beside}{line}\n", "utf-8")
    return load_config(paths)


@pytest.mark.parametrize(("section", "key"), [one for one in KEYS if one[1].default], ids=name_of)
def test_a_default_says_what_counts_without_the_key(tmp_path: Path, section: ConfigSection, key: ConfigKey) -> None:
    without = config_of(tmp_path, section, "# without host" if key.name == "host" else "")
    assert config_of(tmp_path, section, f"{key.name} = {key.default}") == without


@pytest.mark.parametrize(
    ("section", "key"),
    [one for one in KEYS if "a number from" in one[1].value],
    ids=name_of,
)
def test_bounds_are_those_of_the_reader(tmp_path: Path, section: ConfigSection, key: ConfigKey) -> None:
    low, high = map(int, key.value.partition("a number from ")[2].split(" to "))
    for inside in (low, high):
        config_of(tmp_path, section, f"{key.name} = {inside}")
    for outside in (low - 0.5, high + 1):
        with pytest.raises(ConfigError, match=key.name):
            config_of(tmp_path, section, f"{key.name} = {outside}")


@pytest.mark.parametrize(("section", "key"), [one for one in KEYS if '`"' in one[1].value], ids=name_of)
def test_choices_are_those_of_the_reader(tmp_path: Path, section: ConfigSection, key: ConfigKey) -> None:
    for choice in key.value.replace("`", "").replace(" or ", ", ").split(", "):
        config_of(tmp_path, section, f"{key.name} = {choice}")
    with pytest.raises(ConfigError, match=key.name):
        config_of(tmp_path, section, f'{key.name} = "nothing of the kind"')


@pytest.mark.parametrize("section", [one for one in SECTIONS if one.name != "keys"], ids=name_of)
def test_the_reader_knows_exactly_the_keys_that_are_listed(tmp_path: Path, section: ConfigSection) -> None:
    with pytest.raises(ConfigError) as refused:
        config_of(tmp_path, section, "zzzzzz = 1")
    assert f"has an unknown key “zzzzzz”; there is {joined(sorted(key.name for key in section.keys))}" in str(
        refused.value
    )


def test_the_example_of_the_page_uses_every_section() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    example = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])
    assert {section.name.partition(".")[0] for section in SECTIONS} == set(example)


def completed(*words: str) -> list[str]:
    """What bash offers behind these words, the last of which is being typed."""
    script = """
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _csat_tui && printf '%s\\n' "${COMPREPLY[@]}"
    """
    file = str(ROOT / "completions" / "csat-tui.bash")
    ran = subprocess.run(["bash", "-c", script, "bash", file, "csat-tui", *words], capture_output=True, text=True)
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("pu",), ["purge"]),
        (("demo",), ["demo", "demo-server"]),
        (("outbox", "w"), ["withdraw"]),
        (("outbox", "--al"), ["--all"]),
        (("outbox", "show", "--"), ["--json", "-h", "--help"]),
        (("queue", "--sort", ""), ["due", "worst", "newest"]),
        (("--theme", "dark", "que"), ["queue"]),
        (("tracker", "export", "--csv", ""), []),
        (("case", "17", "--o"), ["--offline"]),
    ],
    ids=lambda words: " ".join(words),
)
def test_bash_completes_commands_options_and_choices(words: tuple[str, ...], offered: list[str]) -> None:
    assert sorted(completed(*words)) == sorted(word for word in offered if word.startswith(words[-1]))


@pytest.mark.parametrize(
    ("shell", "file"), [("bash", "csat-tui.bash"), ("zsh", "_csat-tui"), ("fish", "csat-tui.fish")]
)
def test_each_shell_understands_its_completion(shell: str, file: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"needs Debian's package {shell}")
    ran = subprocess.run([shell, "-n", str(ROOT / "completions" / file)], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_every_shell_knows_every_command() -> None:
    for file in ("csat-tui.bash", "_csat-tui", "csat-tui.fish"):
        text = (ROOT / "completions" / file).read_text("utf-8")
        for command in command_tree()[1:]:
            assert " ".join(command.words) in text, file
