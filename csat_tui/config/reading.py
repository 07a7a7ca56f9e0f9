"""Read `config.toml` into settings; nothing is guessed and nothing is skipped."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from csat_tui.config.admin_map import read_map
from csat_tui.config.help_desks import DEFAULT_HELP_DESK, HELP_DESKS, is_loopback, tidy_url
from csat_tui.config.settings import (
    CLIENT_ID,
    FORMS,
    PORTS,
    AdminConfig,
    ChannelConfig,
    Config,
    ConfigError,
    Encoding,
    FormConfig,
    HelpDeskConfig,
    MailConfig,
    PlaybookConfig,
    ReviewConfig,
    Security,
    ShiftConfig,
    StoreConfig,
    SyncConfig,
    UiConfig,
)
from csat_tui.config.values import choice, command, converted, line_of_text, section
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.file_access import expanded
from csat_tui.paths import Paths
from csat_tui.toml_file import Problems, Table, parse_toml, read_toml_text
from csat_tui.toml_file.table import type_in_words

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_BRACES = re.compile(r"\{[^{}]+\}")
_OPEN_SCHEMES = ("json", "xml", "form")
"""Channels of Apprise that only post to an address; with a trailing s they are encrypted."""


def read_form_sections(table: Table | None) -> Mapping[str, FormConfig]:
    """Read `[forms.NAME]`; the names are those of what can be handed in."""
    if table is None:
        return {}
    inner = {name: section(table, name) for name in FORMS}
    table.finish()
    return {name: _form(one) for name, one in inner.items() if one is not None}


def _form(table: Table) -> FormConfig:
    found = FormConfig(
        url=converted(table, "url", form_address, expected="the address that the form is submitted to"),
        encoding=Encoding(choice(table, "encoding", tuple(Encoding), Encoding.FORM)),
        fields=_fields(table),
        confirms=line_of_text(table, "confirms"),
        token_command=command(table, "token_command"),
    )
    table.finish()
    return found


def form_address(url: str) -> str:
    """Return the address of a form; ValueError with what is expected instead."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("an address such as https://forms.example.com/d/1/response") from None
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        raise ValueError("an address that begins with https://, such as https://forms.example.com/d/1/response")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address without a name or password in it; a token is kept apart")
    if parts.fragment:
        raise ValueError("an address without # in it")
    if parts.scheme == "http" and not is_loopback(url):
        raise ValueError("an https:// address: plain http works only for this machine (127.0.0.1, ::1, localhost)")
    return url


def _fields(table: Table) -> Mapping[str, str]:
    inner = section(table, "fields")
    if inner is None:
        return {}
    found = {}
    for name in inner.data:
        text = line_of_text(inner, name)
        if set("{}") & set(_BRACES.sub("", text)):
            inner.wrong(
                name, f"“{name}” of {inner.name} has a brace without its other half; a place is written “{{B}}”"
            )
        found[name] = text
    if not found:
        table.wrong(
            "fields", f"“fields” of {table.name} is empty; leave it out to submit everything under its own name"
        )
    return found


def read_channel_sections(table: Table | None) -> Mapping[str, ChannelConfig]:
    """Read `[channels.NAME]`; a channel's name is what the playbook calls it."""
    if table is None:
        return {}
    found = {}
    for name in table.data:
        inner = section(table, name)
        if inner is None:
            continue
        if not is_channel_name(name):
            table.wrong(name, f"{inner.name} may be named with letters, digits, - and _ only, as the playbook does")
        found[name] = ChannelConfig(
            url=converted(inner, "url", open_address), url_command=command(inner, "url_command")
        )
        inner.finish()
    return found


def is_channel_name(name: str) -> bool:
    """Return whether a channel may have this name, here and in a playbook."""
    return _NAME.fullmatch(name) is not None


def open_address(url: str) -> str:
    """Return a channel's address that is no secret: one that leads to this machine and names nobody.

    ValueError with what to do with any other. Never repeats it: it is a secret.
    """
    apart = "left out, for a channel's address is a secret: keep it with `csat-tui channel set NAME`"
    try:
        parts = urlsplit(url.strip())
        secret = parts.username is not None or parts.password is not None
    except ValueError:
        raise ValueError(apart) from None
    if secret or parts.scheme.removesuffix("s") not in _OPEN_SCHEMES or not is_loopback(url.strip()):
        raise ValueError(apart)
    return url.strip()


def read_mail_section(table: Table | None) -> MailConfig:
    """Read `[mail]`: a server or a folder."""
    if table is None:
        return MailConfig()
    security = Security(choice(table, "security", tuple(Security), Security.STARTTLS))
    mail = MailConfig(
        host=line_of_text(table, "host").strip(),
        port=int(table.number("port", 1, 65535, PORTS[security])),
        security=security,
        user=line_of_text(table, "user"),
        sender=line_of_text(table, "from"),
        password_command=command(table, "password_command"),
        folder=line_of_text(table, "folder"),
    )
    _judge(table, mail)
    table.finish()
    return mail


def _judge(table: Table, mail: MailConfig) -> None:
    """Report settings that contradict each other."""
    if mail.host and mail.folder:
        table.wrong("folder", "[mail] has “host” and “folder”; leave one of them out: mail is sent, or it is saved")
    if not mail.host:
        for key in ("port", "security", "user", "password_command"):
            if key in table.data:
                table.wrong(key, f"“{key}” of [mail] is of no use without “host”, the mail server's name")
    elif not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", mail.host):
        table.wrong("host", "“host” of [mail] should be the mail server's name alone, such as smtp.example.com")
    if not mail.sender and mail.host and not is_mailbox(mail.user):
        table.log.add(table.place, "[mail] lacks “from”, the address that mail comes from, such as “ana@example.com”")
    if mail.sender and not is_mailbox(mail.sender):
        table.wrong("from", "“from” of [mail] should be one bare address, such as “ana@example.com”")
    away = not is_loopback(f"smtp://[{mail.host}]" if ":" in mail.host else f"smtp://{mail.host}")
    if mail.host and mail.security is Security.NONE and mail.user and away:
        table.wrong(
            "security",
            "“security” of [mail] is “none”, which would send the password in the clear, expected “starttls” or “tls”",
        )


COMPOSERS = ("form", "text")
"""The ways to write notes."""
POLL_FROM, POLL_TO = 5.0, 3600.0
"""Seconds; below the first a view is asked more often than help desks allow."""


KEEP_FROM, KEEP_TO = 1, 36_500
"""Days beside 0, which keeps cases for ever: within less than one they would go while they are still worked on."""


def load_config(paths: Paths) -> Config:
    """Return the configuration, its defaults where there is no file; ConfigError with everything that is wrong."""
    file = paths.config_file
    try:
        text = read_toml_text(file, ConfigError)
    except FileNotFoundError:
        return Config()
    log = Problems(file, text)
    config = _config(Table(parse_toml(text, file, ConfigError), (), "the file", log))
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
        review=_review(section(top, "review")),
        ui=_ui(section(top, "ui")),
        keys={name: _keys(keys, name) for name in keys.data} if keys else {},
        forms=read_form_sections(section(top, "forms")),
        channels=read_channel_sections(section(top, "channels")),
        mail=read_mail_section(section(top, "mail")),
    )
    top.finish()
    return config


def _helpdesk(table: Table) -> HelpDeskConfig:
    found = HelpDeskConfig(
        kind=choice(table, "kind", tuple(HELP_DESKS), DEFAULT_HELP_DESK.name),
        url=converted(
            table, "url", tidy_url, expected=f"the help desk's address, such as “{DEFAULT_HELP_DESK.example}”"
        ),
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
        return tidy_url(url)
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


def _review(table: Table | None) -> ReviewConfig:
    if table is None:
        return ReviewConfig()
    found = ReviewConfig(_view(table), table.texts("reviewers", optional=True))
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
