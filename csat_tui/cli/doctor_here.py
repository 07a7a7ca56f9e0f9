"""What the doctor looks at on this machine: configuration, playbook, terminal, keys, log."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping

from csat_tui.cli.diagnosis import Diagnosis, bad, look, ok
from csat_tui.cli.exits import Exit
from csat_tui.cli.face import Screen
from csat_tui.cli.place import Place
from csat_tui.config import Config, ConfigError, load
from csat_tui.paths import Paths

SMALLEST = (80, 24)
"""Columns and lines that the workstation needs."""


def look_at_config(paths: Paths) -> tuple[Config | None, list[Diagnosis]]:
    """Return the configuration, or None with a finding for each thing that is wrong with it."""
    try:
        config = load(paths)
    except ConfigError as error:
        found = [bad("config", line, "correct the line", Exit.CONFIGURATION) for line in str(error).splitlines()]
        return None, found
    if not paths.config_file.exists():
        return config, [look("config", f"there is no {paths.config_file}", "`csat-tui login` writes one")]
    if config.helpdesk is None:
        return config, [look("config", f"{paths.config_file} names no help desk", "`csat-tui login` adds one")]
    return config, [ok("config", f"{paths.config_file}: {config.helpdesk.url}, view {config.helpdesk.view}")]


def look_at_playbook(place: Place) -> Iterator[Diagnosis]:
    """Yield how the playbook is, each mistake of it on its own."""
    from csat_tui.playbook import PlaybookError, resolve

    try:
        playbook = resolve(place.config.playbook.use, place.paths.config_dir)
    except PlaybookError as error:
        for problem in error.problems:
            yield bad("playbook", str(problem), "correct the line", Exit.CONFIGURATION)
        return
    yield ok("playbook", f"“{playbook.title}”, {len(playbook.checks)} checks, {len(playbook.outcomes)} outcomes")


def look_at_keys(place: Place, screen: Screen | None) -> Iterator[Diagnosis]:
    """Yield what is wrong with the person's own keys."""
    problems = screen.problems(place) if screen is not None else []
    for problem in problems:
        yield look("keys", problem, "correct it in config.toml; the default keys are used until then")
    if not problems:
        own = len(place.config.keys)
        yield ok("keys", f"{own} of your own" if own else "the defaults")


def look_at_terminal(environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Yield whether the workstation can be shown here."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield ok("terminal", "there is no terminal here, so only the commands that print can be used")
        return
    kind = environ.get("TERM", "")
    if kind in ("", "dumb"):
        yield bad(
            "terminal", f"TERM is “{kind}”", "use a terminal that can draw, or `csat-tui queue`", Exit.NEEDS_PERSON
        )
        return
    size = shutil.get_terminal_size()
    if size < SMALLEST:
        columns, lines = SMALLEST
        todo = f"make it at least {columns}x{lines}"
        yield look("terminal", f"{size.columns}x{size.lines} is small", todo)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield look("terminal", f"it writes {sys.stdout.encoding}, not UTF-8", "set LANG to a UTF-8 locale")
    yield ok("terminal", f"{kind}, {size.columns}x{size.lines}, {_colours(environ)}")


def look_at_log(paths: Paths) -> Iterator[Diagnosis]:
    """Yield whether what happens can be written down."""
    if os.access(paths.log_file if paths.log_file.exists() else paths.log_dir, os.W_OK):
        yield ok("log", str(paths.log_file))
    else:
        yield look("log", f"{paths.log_file} cannot be written", "check the folder's owner and rights")


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours, because NO_COLOR is set"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in environ.get("TERM", "") else "16 colours; `--theme ansi` uses them best"
