"""From `config.toml` to settings; nothing is guessed and nothing is skipped over."""

import re
import tomllib
from urllib.parse import urlsplit

from csat_tui.bounded import expanded, read_file, read_toml
from csat_tui.config.address import tidy
from csat_tui.config.admin_map import read_map
from csat_tui.config.problems import ConfigError, Problem
from csat_tui.config.reading_targets import form_address, read_channels, read_forms, read_mail
from csat_tui.config.sections import ADMIN, HELPDESK, PLAYBOOK, SHIFT, STORE, SYNC, TOP, UI
from csat_tui.config.settings import (
    CLIENT_ID,
    KINDS,
    AdminConfig,
    Config,
    HelpDeskConfig,
    PlaybookConfig,
    ShiftConfig,
    StoreConfig,
    SyncConfig,
    UiConfig,
)
from csat_tui.config.tables import Table
from csat_tui.paths import Paths

COMPOSERS = ("form", "text")
"""How notes can be written."""
POLL_FROM, POLL_TO = 5.0, 3600.0
"""Seconds; below the first a view is asked more often than help desks allow."""


KEEP_FROM, KEEP_TO = 1, 36_500
"""Days beside 0, which keeps cases for ever: within less than one they would go while they are still worked on."""


def load(paths: Paths) -> Config:
    """Return the configuration, its defaults where there is no file; ConfigError with everything that is wrong."""
    file = paths.config_file
    try:
        text = read_file(file).decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return Config()
    except UnicodeDecodeError as error:
        raise ConfigError(file, [Problem("the file is not UTF-8 text; save it as UTF-8")]) from error
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigError(file, [Problem(f"the file cannot be read ({reason}); check its permissions")]) from error
    try:
        raw = read_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, [_broken(error)]) from error
    problems: list[Problem] = []
    config = _config(Table(raw, text, problems))
    if problems:
        raise ConfigError(file, problems)
    return config


def _broken(error: tomllib.TOMLDecodeError) -> Problem:
    """Tell a syntax error with the line that the parser names."""
    said = str(error)
    found = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$", said)
    line = int(found[1]) if found and found[1] else None
    return Problem(f"this is not TOML: {said[: found.start()] if found else said}", line)


def _config(top: Table) -> Config:
    top.knows(TOP)
    helpdesk, admin, keys = top.table("helpdesk"), top.table("admin"), top.table("keys")
    return Config(
        helpdesk=_helpdesk(helpdesk) if helpdesk else None,
        admin=_admin(admin) if admin else None,
        playbook=_playbook(top.table("playbook")),
        sync=_sync(top.table("sync")),
        store=_store(top.table("store")),
        shift=_shift(top.table("shift")),
        ui=_ui(top.table("ui")),
        keys={command: _keys(keys, command) for command in keys.raw} if keys else {},
        forms=read_forms(top.table("forms")),
        channels=read_channels(top.table("channels")),
        mail=read_mail(top.table("mail")),
    )


def _helpdesk(table: Table) -> HelpDeskConfig:
    table.knows(HELPDESK.names)
    has_view = table.needed("view", "a view's number, or its title in quotes")
    table.needed("url", 'the help desk\'s address, such as "https://example.zendesk.com"')
    return HelpDeskConfig(
        kind=table.text("kind", "zendesk", choices=KINDS),
        url=table.converted("url", tidy),
        view=table.number_or_text("view") if has_view else 0,
        user=table.text("user", ""),
        token_command=table.words("token_command"),
        client_id=table.text("client_id", CLIENT_ID) or CLIENT_ID,
    )


def _admin(table: Table) -> AdminConfig:
    table.knows(ADMIN.names)
    table.needed("url", "the admin system's address")
    mapping = table.table("map")
    return AdminConfig(
        url=table.converted("url", _admin_address),
        user=table.text("user", ""),
        token_command=table.words("token_command"),
        map=None if mapping is None else read_map(mapping),
    )


def _admin_address(url: str) -> str:
    """Return an address with a place for the customer's, or without one. Raises ValueError."""
    if "{" not in url and "}" not in url:
        return tidy(url)
    if url.count("{email}") != 1 or "{" in url.replace("{email}", "") or "{email}" in urlsplit(url).netloc:
        raise ValueError("an address with one place in it, {email}, behind the host")
    return form_address(url)


def _playbook(table: Table | None) -> PlaybookConfig:
    if table is None:
        return PlaybookConfig()
    table.knows(PLAYBOOK.names)
    use = table.text("use", PlaybookConfig().use)
    if not use.strip():
        table.wrong("use", 'playbook.use is empty; it should name a playbook that ships ("strike-team") or a file')
    return PlaybookConfig(use)


def _sync(table: Table | None) -> SyncConfig:
    if table is None:
        return SyncConfig()
    table.knows(SYNC.names)
    return SyncConfig(table.number("poll_seconds", SyncConfig().poll_seconds, POLL_FROM, POLL_TO))


def _store(table: Table | None) -> StoreConfig:
    if table is None:
        return StoreConfig()
    table.knows(STORE.names)
    return StoreConfig(table.number("keep_days", StoreConfig().keep_days, KEEP_FROM, KEEP_TO, or_zero=True))


def _shift(table: Table | None) -> ShiftConfig:
    if table is None:
        return ShiftConfig()
    table.knows(SHIFT.names)
    return ShiftConfig(table.converted("watch_folder", _place), table.converted("watch_mailbox", _place))


def _place(path: str) -> str:
    """Return a path that is the same from wherever the program is started. Raises ValueError."""
    whole = expanded(path.strip())
    if not whole.is_absolute() or not path.isprintable():
        raise ValueError('a whole path, such as "/home/ana/lists" or "~/lists"')
    return str(whole)


def _ui(table: Table | None) -> UiConfig:
    if table is None:
        return UiConfig()
    table.knows(UI.names)
    return UiConfig(
        theme=table.text("theme", UiConfig().theme),
        mouse=table.flag("mouse", default=UiConfig().mouse),
        animation=table.flag("animation", default=UiConfig().animation),
        composer=table.text("composer", UiConfig().composer, choices=COMPOSERS),
    )


def _keys(table: Table, command: str) -> tuple[str, ...]:
    """Return the keys wanted for a command; a single text is one key, and an empty one none."""
    wanted = table.words(command)
    if isinstance(wanted, tuple):
        return wanted
    return (wanted,) if wanted else ()
