"""From `config.toml` to settings; nothing is guessed and nothing is skipped."""

from urllib.parse import urlsplit

from csat_tui.config.address import tidy
from csat_tui.config.admin_map import read_map
from csat_tui.config.help_desks import DEFAULT, HELP_DESKS
from csat_tui.config.problems import ConfigError
from csat_tui.config.reading_targets import form_address, read_channels, read_forms, read_mail
from csat_tui.config.settings import (
    CLIENT_ID,
    AdminConfig,
    Config,
    HelpDeskConfig,
    PlaybookConfig,
    ShiftConfig,
    StoreConfig,
    SyncConfig,
    UiConfig,
)
from csat_tui.config.values import choice, command, converted, line_of_text, section
from csat_tui.file_access import expanded
from csat_tui.paths import Paths
from csat_tui.toml_file import Problems, Table, parse, read_text
from csat_tui.toml_file.table import type_in_words

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
        text = read_text(file, ConfigError)
    except FileNotFoundError:
        return Config()
    log = Problems(file, text)
    config = _config(Table(parse(text, file, ConfigError), (), "the file", log))
    if problems := log.in_order():
        raise ConfigError(problems)
    return config


def _config(top: Table) -> Config:
    helpdesk, admin, keys = section(top, "helpdesk"), section(top, "admin"), section(top, "keys")
    config = Config(
        helpdesk=_helpdesk(helpdesk) if helpdesk else None,
        admin=_admin(admin) if admin else None,
        playbook=_playbook(section(top, "playbook")),
        sync=_sync(section(top, "sync")),
        store=_store(section(top, "store")),
        shift=_shift(section(top, "shift")),
        ui=_ui(section(top, "ui")),
        keys={name: _keys(keys, name) for name in keys.data} if keys else {},
        forms=read_forms(section(top, "forms")),
        channels=read_channels(section(top, "channels")),
        mail=read_mail(section(top, "mail")),
    )
    top.finish()
    return config


def _helpdesk(table: Table) -> HelpDeskConfig:
    found = HelpDeskConfig(
        kind=choice(table, "kind", tuple(HELP_DESKS), DEFAULT.name),
        url=converted(table, "url", tidy, expected=f"the help desk's address, such as “{DEFAULT.example}”"),
        view=_view(table),
        user=line_of_text(table, "user"),
        token_command=command(table, "token_command"),
        client_id=line_of_text(table, "client_id", CLIENT_ID) or CLIENT_ID,
    )
    table.finish()
    return found


def _view(table: Table) -> int | str:
    """Return a view's number or title; 0 where it is neither."""
    expected = "a view's number, or its title in quotes"
    if not table.has("view"):
        table.log.add(table.place, f"{table.name} lacks “view”, {expected}")
        return 0
    value = table.data["view"]
    if isinstance(value, str) and value.strip():
        return line_of_text(table, "view", None)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return value
    what = value if isinstance(value, int) and not isinstance(value, bool) else type_in_words(value)
    table.wrong("view", f"“view” of {table.name} is {'empty' if value == '' else what}, expected {expected}")
    return 0


def _admin(table: Table) -> AdminConfig:
    mapping = section(table, "map")
    found = AdminConfig(
        url=converted(table, "url", _admin_address, expected="the admin system's address"),
        user=line_of_text(table, "user"),
        token_command=command(table, "token_command"),
        map=None if mapping is None else read_map(mapping),
    )
    table.finish()
    return found


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
    use = line_of_text(table, "use", PlaybookConfig().use)
    if not use.strip():
        table.wrong("use", "“use” of [playbook] is empty, expected a playbook that ships (“strike-team”) or a file")
    table.finish()
    return PlaybookConfig(use)


def _sync(table: Table | None) -> SyncConfig:
    if table is None:
        return SyncConfig()
    found = SyncConfig(table.number("poll_seconds", POLL_FROM, POLL_TO, SyncConfig().poll_seconds))
    table.finish()
    return found


def _store(table: Table | None) -> StoreConfig:
    if table is None:
        return StoreConfig()
    found = StoreConfig(table.number("keep_days", KEEP_FROM, KEEP_TO, StoreConfig().keep_days, or_zero=True))
    table.finish()
    return found


def _shift(table: Table | None) -> ShiftConfig:
    if table is None:
        return ShiftConfig()
    found = ShiftConfig(converted(table, "watch_folder", _place), converted(table, "watch_mailbox", _place))
    table.finish()
    return found


def _place(path: str) -> str:
    """Return a path that is the same from wherever the program is started. Raises ValueError."""
    whole = expanded(path.strip())
    if not whole.is_absolute() or not path.isprintable():
        raise ValueError('a whole path, such as "/home/ana/lists" or "~/lists"')
    return str(whole)


def _ui(table: Table | None) -> UiConfig:
    if table is None:
        return UiConfig()
    found = UiConfig(
        theme=line_of_text(table, "theme", UiConfig().theme),
        mouse=table.flag("mouse", UiConfig().mouse),
        animation=table.flag("animation", UiConfig().animation),
        composer=choice(table, "composer", COMPOSERS, UiConfig().composer),
    )
    table.finish()
    return found


def _keys(table: Table, name: str) -> tuple[str, ...]:
    """Return the keys wanted for a command; a single text is one key, and an empty one none."""
    wanted = command(table, name)
    if isinstance(wanted, tuple):
        return wanted
    return (wanted,) if wanted else ()
