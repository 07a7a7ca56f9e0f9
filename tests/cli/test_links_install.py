"""`csat-tui links`: the desktop learns who opens links, by exactly what is shown, and forgets it again."""

import os
import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csat_tui.cli import mimeapps
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.link_handlers import (
    DESKTOP_ID,
    KIND,
    DesktopLinks,
    MacLinks,
    WindowsLinks,
    desktop_word,
    link_handlers,
)
from tests.cli.conftest import CommandLine
from tests.cli.saying import says
from tests.cli.test_open_link import program

XDG_MIME = shutil.which("xdg-mime")
VALIDATE = shutil.which("desktop-file-validate")


@pytest.fixture
def person(tmp_path: Path, command: CommandLine) -> CommandLine:
    """Somebody with a home folder of their own and no program of a desktop."""
    (tmp_path / "person").mkdir()
    (tmp_path / "programs").mkdir()
    command.environ |= {
        "HOME": str(tmp_path / "person"), "PATH": str(tmp_path / "programs"), "XDG_DATA_HOME": "",
        "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "WSL_DISTRO_NAME": "",
    }  # fmt: skip
    return command


@pytest.fixture
def with_xdg_mime(person: CommandLine) -> CommandLine:
    if XDG_MIME is None:
        pytest.skip("there is no xdg-mime here")
    person.environ["PATH"] = os.environ["PATH"]
    return person


def desktop(command: CommandLine) -> DesktopLinks:
    return DesktopLinks(command.environ)


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_is_written_is_shown_first_and_is_written_once(person: CommandLine) -> None:
    assert person("links", "status").code == Exit.NEEDS_PERSON
    done = person("links", "install", "--yes")
    assert done.code == 0
    file = desktop(person).file
    text = file.read_text("utf-8")
    assert f"{file}:\n\n{text}" in done.out
    assert f"MimeType={KIND};\n" in text
    assert file.stat().st_mode & 0o777 == 0o644
    assert mimeapps.default_program(desktop(person).list_file.read_text("utf-8"), KIND) == DESKTOP_ID
    before = files(Path(person.environ["HOME"]))
    assert "already" in person("links", "install", "--yes").out
    assert files(Path(person.environ["HOME"])) == before
    assert "Links are opened by this csat-tui." in person("links", "status").out


def test_the_desktop_file_starts_this_csat_tui_in_this_home(person: CommandLine) -> None:
    person("links", "install", "--yes")
    line = next(one for one in desktop(person).file.read_text("utf-8").splitlines() if one.startswith("Exec="))
    words = shlex.split(line.removeprefix("Exec="))
    assert words[:2] == ["env", f"CSAT_TUI_HOME={person.home}"]
    assert words[-3:] == ["open", "--", "%u"]
    done = subprocess.run([*words[:-3], "--version"], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout.startswith("csat-tui ")


def test_uninstalling_leaves_everything_as_it_was(person: CommandLine) -> None:
    home = Path(person.environ["HOME"])
    listed = "[Added Associations]\ntext/plain=other.desktop;\n\n[Default Applications]\ntext/plain=other.desktop\n"
    desktop(person).list_file.parent.mkdir()
    desktop(person).list_file.write_text(listed)
    before = files(home)
    person("links", "install", "--yes")
    done = person("links", "uninstall", "--yes")
    assert str(desktop(person).file) in done.out
    assert files(home) == before
    assert "Nothing of links is installed" in person("links", "uninstall", "--yes").out


def test_where_there_was_no_list_none_is_left(person: CommandLine) -> None:
    person("links", "install", "--yes")
    person("links", "uninstall", "--yes")
    assert files(Path(person.environ["HOME"])) == {}


def test_xdg_mime_makes_it_the_default_and_uninstalling_undoes_that(with_xdg_mime: CommandLine) -> None:
    command = with_xdg_mime
    assert command("links", "install", "--yes").code == 0
    asked = subprocess.run(
        ["xdg-mime", "query", "default", KIND], env={**os.environ, **command.environ}, capture_output=True, text=True
    )
    assert asked.stdout.strip() == DESKTOP_ID
    assert "already" in command("links", "install", "--yes").out
    command("links", "uninstall", "--yes")
    assert files(Path(command.environ["HOME"])) == {}


def test_an_earlier_default_comes_back(person: CommandLine) -> None:
    desktop(person).list_file.parent.mkdir()
    desktop(person).list_file.write_text(f"[Default Applications]\n{KIND}=other.desktop;\n")
    done = person("links", "install", "--yes")
    assert "now it is other.desktop" in done.out
    person("links", "uninstall", "--yes")
    assert mimeapps.default_program(desktop(person).list_file.read_text(), KIND) == "other.desktop"


def test_nothing_is_written_without_leave(person: CommandLine) -> None:
    ended = person("links", "install")
    says(ended, Exit.USAGE, what="not a terminal", safe="Nothing was written", todo="--yes")
    assert files(Path(person.environ["HOME"])) == {}


def test_a_file_of_somebody_elses_is_left_alone(person: CommandLine) -> None:
    file = desktop(person).file
    file.parent.mkdir(parents=True)
    file.write_text("[Desktop Entry]\nName=Mine\n")
    says(person("links", "install", "--yes"), 3, what="not csat-tui's", safe="Nothing was written", todo="move it")
    assert "Nothing of links is installed" in person("links", "uninstall", "--yes").out
    assert file.read_text() == "[Desktop Entry]\nName=Mine\n"


def test_a_list_that_is_kept_elsewhere_stays_a_link(person: CommandLine, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles"
    kept.write_bytes(b"# \xff not UTF-8\n[Default Applications]\n")
    folder = Path(person.environ["HOME"]) / ".config"
    folder.mkdir()
    (folder / "mimeapps.list").symlink_to(kept)
    person("links", "install", "--yes")
    assert (folder / "mimeapps.list").is_symlink()
    assert kept.read_bytes().startswith(b"# \xff not UTF-8\n[Default Applications]\n")
    assert DESKTOP_ID.encode() in kept.read_bytes()


def test_a_folder_that_takes_no_file_is_told(person: CommandLine) -> None:
    (Path(person.environ["HOME"]) / ".local").write_text("a file in its place")
    says(person("links", "install", "--yes"), 3, what="cannot be (read|changed)", safe="", todo="")


@pytest.mark.skipif(VALIDATE is None, reason="there is no desktop-file-validate here")
@pytest.mark.parametrize("home", ["home", "home with spaces", 'a "quoted" $HOME', "50% `more`", "back\\slash"])
def test_the_desktop_file_is_valid(person: CommandLine, tmp_path: Path, home: str) -> None:
    person.environ["CSAT_TUI_HOME"] = str(tmp_path / home)
    file = tmp_path / DESKTOP_ID
    file.write_text(desktop(person).text, encoding="utf-8")
    done = subprocess.run([str(VALIDATE), str(file)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]) | st.just(" "), min_size=1))
def test_an_argument_in_a_desktop_file_is_read_as_it_was(word: str) -> None:
    assert as_read(desktop_word(word)) == word


def as_read(written: str) -> str:
    """What a desktop makes of an argument: the file's escapes, then the quotes, then the field codes."""
    line = written.replace("\\\\", "\\")
    if line.startswith('"'):
        plain, inner = "", iter(line[1:-1])
        for char in inner:
            plain += next(inner) if char == "\\" else char
        line = plain
    return line.replace("%%", "%")


lines = st.sampled_from(
    ["", "[Default Applications]", "[Added Associations]", "text/plain=a.desktop;", f"{KIND}=a.desktop",
     f"{KIND}=a.desktop;b.desktop;", "# words", "no entry", "text/html=b.desktop"]
)  # fmt: skip


@given(st.builds(str.join, st.sampled_from(["\n", "\r\n"]), st.lists(lines)))
def test_the_list_is_changed_by_one_entry_and_back(text: str) -> None:
    changed = mimeapps.with_default(text, KIND, DESKTOP_ID)
    assert mimeapps.default_program(changed, KIND) == DESKTOP_ID
    assert mimeapps.with_default(changed, KIND, DESKTOP_ID) == changed
    back = mimeapps.without_program(changed, KIND, DESKTOP_ID)
    assert entries(back) == entries(text)


def entries(text: str) -> list[tuple[str, str]]:
    """Every line with its section, without the endings that mean nothing."""
    found, section = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        elif line.strip():
            found.append((section, line.rstrip(";") if line.startswith(KIND) else line))
    return found


@pytest.mark.parametrize(
    ("platform", "environ", "kinds"),
    [
        ("linux", {}, [DesktopLinks]),
        ("linux", {"WSL_DISTRO_NAME": "Ubuntu"}, [DesktopLinks, WindowsLinks]),
        ("win32", {}, [WindowsLinks]),
        ("darwin", {}, [MacLinks]),
    ],
)
def test_each_system_has_its_own_way(
    person: CommandLine, platform: str, environ: dict[str, str], kinds: list[type]
) -> None:
    program(Path(person.environ["PATH"]), "reg.exe")
    assert [type(one) for one in link_handlers({**person.environ, **environ}, platform)] == kinds


REG = """#!/bin/sh
# A registry of three keys: what was added last is what is there.
store={store}
case "$1" in
  add) [ "$3" = /ve ] && printf '%s' "$5" > "$store/$(printf '%s' "$2" | tr '\\\\' '_')"; exit 0;;
  query) file="$store/$(printf '%s' "$2" | tr '\\\\' '_')"; [ -f "$file" ] || exit 1
         printf '\\n%s\\n    (Default)    REG_SZ    %s\\n\\n' "$2" "$(cat "$file")";;
  delete) rm -f "$store"/*;;
esac
"""


def test_windows_keys_are_written_once_and_removed(person: CommandLine, tmp_path: Path) -> None:
    store = tmp_path / "registry"
    store.mkdir()
    registry = tmp_path / "programs" / "reg.exe"
    registry.write_text(REG.format(store=store))
    registry.chmod(0o755)
    environ = {**person.environ, "WSL_DISTRO_NAME": "Ubuntu 24", "PATH": f"{tmp_path / 'programs'}:/usr/bin:/bin"}
    windows = WindowsLinks(environ, str(registry))
    assert windows.installed() == []
    assert windows.command.startswith('wsl.exe -d "Ubuntu 24" --exec env ')
    assert windows.command.endswith(' open -- "%1"')
    assert len(windows.plan()) == 1
    windows.install()
    assert windows.plan() == []
    assert windows.installed() == [r"HKCU\Software\Classes\csat-tui in the registry of Windows"]
    windows.uninstall()
    assert windows.installed() == []
    registered = store / r"HKCU_Software_Classes_csat-tui_shell_open_command"
    registered.write_text(r'C:\other.exe "%1"')
    with pytest.raises(Failure, match="another program"):
        windows.plan()
    windows.uninstall()
    assert registered.exists()


def test_on_macos_an_app_hands_links_on(person: CommandLine, tmp_path: Path) -> None:
    mac = MacLinks({**person.environ, "PATH": f"{tmp_path / 'programs'}:/usr/bin:/bin"})
    with pytest.raises(Failure, match="osacompile"):
        mac.plan()
    compiler = tmp_path / "programs" / "osacompile"
    made = plistlib.dumps({"CFBundleExecutable": "applet"}).decode()
    compiler.write_text(f'#!/bin/sh\nmkdir -p "$2/Contents"\ncat > "$2/Contents/Info.plist" <<\'END\'\n{made}END\n')
    compiler.chmod(0o755)
    assert "quoted form of link" in mac.plan()[0]
    mac.install()
    info = plistlib.loads((mac.app / "Contents" / "Info.plist").read_bytes())
    assert info["CFBundleExecutable"] == "applet"
    assert info["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["csat-tui"]
    assert mac.plan() == []
    mac.uninstall()
    assert not mac.app.exists()
    mac.app.mkdir()
    with pytest.raises(Failure, match="not csat-tui's"):
        mac.plan()
    mac.uninstall()
    assert mac.app.exists()
