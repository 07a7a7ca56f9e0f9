"""How each system learns that csat-tui opens its links: a desktop file, an app of macOS, keys of the registry."""

import contextlib
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from csat_tui.cli import mimeapps
from csat_tui.cli.desktop import own_command
from csat_tui.cli.exits import Exit, Failure
from csat_tui.domain.recovery.link import LINK_SCHEME
from csat_tui.file_access import read_file, write_atomically

ANSWERS_WITHIN = 30
"""Seconds that a program of the system may take."""

DESKTOP_ID = "csat-tui-links.desktop"
KIND = f"x-scheme-handler/{LINK_SCHEME}"
OURS = "# Written by `csat-tui links install`, removed by `csat-tui links uninstall`."
READABLE = 0o644


class LinkHandler(Protocol):
    """One system's way of registering who opens links."""

    def plan(self) -> list[str]:
        """Return what installing would write and run, a paragraph each; empty where everything is so already."""
        ...

    def install(self) -> None:
        """Write and run it. Raises Failure."""
        ...

    def installed(self) -> list[str]:
        """Return what is there of it, and would be removed; empty where nothing is."""
        ...

    def uninstall(self) -> None:
        """Remove exactly that. Raises Failure."""
        ...


def link_handlers(environ: Mapping[str, str], platform: str = sys.platform) -> list[LinkHandler]:
    """Return the ways of this system; under WSL, those of Linux and of Windows."""
    if platform == "darwin":
        return [MacLinks(environ)]
    registry = _found("reg.exe", environ)
    if platform == "win32":
        return [WindowsLinks(environ, registry or "reg.exe")]
    found: list[LinkHandler] = [DesktopLinks(environ)]
    if environ.get("WSL_DISTRO_NAME") and registry:
        found.append(WindowsLinks(environ, registry))
    return found


@dataclass(frozen=True, slots=True)
class DesktopLinks:
    """Freedesktop's: a desktop file of this user, and the default for the scheme."""

    environ: Mapping[str, str]

    @property
    def file(self) -> Path:
        """The desktop file."""
        return self._folder("XDG_DATA_HOME", ".local/share") / "applications" / DESKTOP_ID

    @property
    def list_file(self) -> Path:
        """The person's list of defaults, behind any link that stands for it."""
        return (self._folder("XDG_CONFIG_HOME", ".config") / "mimeapps.list").resolve()

    @property
    def text(self) -> str:
        """The content of the desktop file."""
        words = [desktop_word(word) for word in own_command(self.environ, "open", "--")]
        return (
            f"{OURS}\n[Desktop Entry]\nType=Application\nName=csat-tui\n"
            f"Comment=Show what a link of csat-tui names\nExec={' '.join(words)} %u\nTerminal=false\nNoDisplay=true\n"
            f"StartupNotify=false\nMimeType={KIND};\n"
        )

    def plan(self) -> list[str]:
        """Return what installing would write and run."""
        said = []
        there = _text_of(self.file)
        if there and OURS not in there:
            raise Failure(
                Exit.CONFIGURATION, f"{self.file} is not csat-tui's. Nothing was written; move it away and try again."
            )
        if there != self.text:
            said.append(f"{self.file}:\n\n{self.text}")
        before = mimeapps.default_program(_text_of(self.list_file), KIND)
        if before != DESKTOP_ID:
            instead = f" (now it is {before})" if before else ""
            said.append(f"The default for {KIND}{instead}, in {self.list_file}:\n\n{shlex.join(self._make_default)}")
        return said

    def install(self) -> None:
        """Write the desktop file and make it the default: by xdg-mime, or in the list where that is not there."""
        _write(self.file, self.text)
        self._refresh()
        _runs(self._make_default, self.environ)
        there = _text_of(self.list_file)
        if mimeapps.default_program(there, KIND) != DESKTOP_ID:
            _write(self.list_file, mimeapps.with_default(there, KIND, DESKTOP_ID))

    def installed(self) -> list[str]:
        """Return the desktop file and the entry, where they are ours."""
        said = [str(self.file)] if OURS in _text_of(self.file) else []
        there = _text_of(self.list_file)
        if mimeapps.without_program(there, KIND, DESKTOP_ID) != there:
            said.append(f"{KIND}={DESKTOP_ID} in {self.list_file}")
        return said

    def uninstall(self) -> None:
        """Remove the desktop file and the entry."""
        if OURS in _text_of(self.file):
            _remove(self.file)
            self._refresh()
        there = _text_of(self.list_file)
        without = mimeapps.without_program(there, KIND, DESKTOP_ID)
        if without != there and without.strip():
            _write(self.list_file, without)
        elif without != there:
            _remove(self.list_file)

    @property
    def _make_default(self) -> tuple[str, ...]:
        return ("xdg-mime", "default", DESKTOP_ID, KIND)

    def _refresh(self) -> None:
        """Have the cache of kinds made anew, if somebody keeps one in the folder."""
        if (self.file.parent / "mimeinfo.cache").exists():
            _runs(("update-desktop-database", str(self.file.parent)), self.environ)

    def _folder(self, variable: str, usual: str) -> Path:
        named = self.environ.get(variable, "").strip()
        return Path(named) if named.startswith("/") else _home(self.environ) / usual


def desktop_word(word: str) -> str:
    """Return one argument as it stands in the Exec line of a desktop file. Raises Failure."""
    if not word.isprintable():
        raise Failure(Exit.CONFIGURATION, f"{word!r} cannot stand in a desktop file. Nothing was written.")
    quoted = word.replace("%", "%%")
    if not re.fullmatch(r"[\w@%+=:,./-]+", quoted, re.ASCII):
        quoted = '"' + re.sub(r'([\\"`$])', r"\\\1", quoted) + '"'
    return quoted.replace("\\", "\\\\")  # the file's own escapes come on top of those of the line


@dataclass(frozen=True, slots=True)
class MacLinks:
    """macOS's: an app that hands links on, for only an app can open them."""

    environ: Mapping[str, str]

    IDENTIFIER = "csat-tui.links"
    REGISTER = (
        "/System/Library/Frameworks/CoreServices.framework/Frameworks/LaunchServices.framework/Support/lsregister"
    )

    @property
    def app(self) -> Path:
        """The app's folder."""
        return _home(self.environ) / "Applications" / "csat-tui Links.app"

    @property
    def script(self) -> str:
        """What the app does, in AppleScript."""
        typed = shlex.join(own_command(self.environ, "open", "--")).replace("\\", "\\\\").replace('"', '\\"')
        return f'on open location link\ndo shell script "{typed} " & quoted form of link\nend open location'

    def plan(self) -> list[str]:
        """Return what installing would make."""
        if not _found("osacompile", self.environ):
            raise Failure(
                Exit.CONFIGURATION,
                "macOS opens links only by an app, and osacompile, which makes one, is not here. Nothing was written; "
                "`csat-tui open LINK` works all the same.",
            )
        there = self._info()
        if self.app.exists() and there.get("CFBundleIdentifier") != self.IDENTIFIER:
            raise Failure(
                Exit.CONFIGURATION, f"{self.app} is not csat-tui's. Nothing was written; move it away and try again."
            )
        return [] if there.get("CsatTuiScript") == self.script else [f"{self.app}, an app that does:\n\n{self.script}"]

    def install(self) -> None:
        """Make the app, say in it which links it opens, and have the system know it."""
        if self.app.exists():
            shutil.rmtree(self.app)
        with _as_failure(self.app):
            self.app.parent.mkdir(exist_ok=True)
        if not _runs(("osacompile", "-o", str(self.app), "-e", self.script), self.environ):
            raise Failure(Exit.CONFIGURATION, f"osacompile could not make {self.app}. `csat-tui open LINK` works.")
        info = {
            **self._info(),
            "CFBundleIdentifier": self.IDENTIFIER,
            "CFBundleURLTypes": [{"CFBundleURLName": "csat-tui", "CFBundleURLSchemes": [LINK_SCHEME]}],
            "CsatTuiScript": self.script,
            "LSUIElement": True,
        }
        with _as_failure(self.app):
            write_atomically(self._info_file, plistlib.dumps(info), mode=READABLE)
        _runs(("codesign", "--force", "--sign", "-", str(self.app)), self.environ)  # its contents have changed
        _runs((self.REGISTER, "-f", str(self.app)), self.environ)

    def installed(self) -> list[str]:
        """Return the app, where it is ours."""
        return [str(self.app)] if self._info().get("CFBundleIdentifier") == self.IDENTIFIER else []

    def uninstall(self) -> None:
        """Remove the app."""
        if self.installed():
            _runs((self.REGISTER, "-u", str(self.app)), self.environ)
            with _as_failure(self.app):
                shutil.rmtree(self.app)

    @property
    def _info_file(self) -> Path:
        return self.app / "Contents" / "Info.plist"

    def _info(self) -> dict[str, object]:
        try:
            return dict(plistlib.loads(read_file(self._info_file)))
        except (OSError, ValueError, plistlib.InvalidFileException):
            return {}


@dataclass(frozen=True, slots=True)
class WindowsLinks:
    """Windows' own, also from within WSL: keys of this user in the registry, by reg.exe."""

    environ: Mapping[str, str]
    registry: str

    KEY = rf"HKCU\Software\Classes\{LINK_SCHEME}"
    COMMAND = rf"{KEY}\shell\open\command"

    @property
    def command(self) -> str:
        """The command as Windows runs it; it puts the link in place of %1."""
        own = own_command(self.environ, "open", "--")
        distribution = self.environ.get("WSL_DISTRO_NAME", "")
        words = ["wsl.exe", "-d", distribution, "--exec", *own] if distribution else own
        if any(not word.isprintable() or set(word) & set('%"') for word in words):
            raise Failure(Exit.CONFIGURATION, "The path of csat-tui cannot stand in the registry. Nothing was written.")
        return f'{subprocess.list2cmdline(words)} "%1"'

    @property
    def _steps(self) -> tuple[tuple[str, ...], ...]:
        return (
            ("add", self.KEY, "/ve", "/d", f"URL:{LINK_SCHEME}", "/f"),
            ("add", self.KEY, "/v", "URL Protocol", "/d", "", "/f"),
            ("add", self.COMMAND, "/ve", "/d", self.command, "/f"),
        )

    def plan(self) -> list[str]:
        """Return the keys that installing would write."""
        there = self._there()
        if there and not self._is_ours(there):
            raise Failure(
                Exit.CONFIGURATION,
                f"{self.KEY} belongs to another program ({there}). Nothing was written; remove it there first.",
            )
        if there == self.command:
            return []
        return ["In the registry of Windows:\n\n" + "\n".join(shlex.join(("reg.exe", *one)) for one in self._steps)]

    def install(self) -> None:
        """Write the keys."""
        for step in self._steps:
            if not _runs((self.registry, *step), self.environ):
                raise Failure(Exit.CONFIGURATION, f"reg.exe did not write {step[1]}. `csat-tui open LINK` works.")

    def installed(self) -> list[str]:
        """Return the key, where it is ours."""
        return [f"{self.KEY} in the registry of Windows"] if self._is_ours(self._there()) else []

    def uninstall(self) -> None:
        """Remove the keys."""
        if self.installed() and not _runs((self.registry, "delete", self.KEY, "/f"), self.environ):
            raise Failure(Exit.CONFIGURATION, f"reg.exe did not remove {self.KEY}; remove it by hand.")

    def _there(self) -> str:
        """Return the command that is registered now; empty where there is none."""
        done = _call((self.registry, "query", self.COMMAND, "/ve"), self.environ)
        found = re.search(r"REG_SZ\s+(.+?)\s*$", done.stdout, re.MULTILINE) if done is not None else None
        return found[1] if found else ""

    def _is_ours(self, command: str) -> bool:
        return command.endswith('open -- "%1"') and ("csat-tui" in command or "csat_tui" in command)


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME", "").strip() or Path.home())


def _found(name: str, environ: Mapping[str, str]) -> str | None:
    return shutil.which(name, path=environ.get("PATH"))


def _text_of(file: Path) -> str:
    """Return what is in a file, each of its bytes as it is; empty where there is none."""
    try:
        return read_file(file).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Failure(
            Exit.CONFIGURATION, f"{file} cannot be read ({error.strerror or error}). Nothing was written."
        ) from error


def _write(file: Path, text: str) -> None:
    with _as_failure(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        mode = file.stat().st_mode & 0o777 if file.exists() else READABLE
        write_atomically(file, text.encode("utf-8", "surrogateescape"), mode=mode)


def _remove(file: Path) -> None:
    with _as_failure(file):
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def _as_failure(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Failure(
            Exit.CONFIGURATION, f"{file} cannot be changed ({error.strerror}); check the folder's permissions."
        ) from error


def _runs(command: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Run a program of the system; False where it is not there or fails."""
    done = _call(command, environ)
    return done is not None and done.returncode == 0


def _call(command: Sequence[str], environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str] | None":
    program = _found(command[0], environ)
    if program is None:
        return None
    try:
        return subprocess.run(  # noqa: S603 - its words are all written above
            [program, *command[1:]], env=dict(environ), capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, timeout=ANSWERS_WITHIN, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
