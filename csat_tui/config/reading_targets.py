"""The sections about web forms, channels and mail."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from csat_tui.config.address import is_loopback
from csat_tui.config.target_settings import (
    FORMS,
    PORTS,
    ChannelConfig,
    Encoding,
    FormConfig,
    MailConfig,
    Security,
)
from csat_tui.config.values import choice, command, converted, line_of_text, section
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.toml_file import Table

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_BRACES = re.compile(r"\{[^{}]+\}")
_OPEN_SCHEMES = ("json", "xml", "form")
"""Channels of Apprise that only post to an address; with a trailing s they are encrypted."""


def read_forms(table: Table | None) -> Mapping[str, FormConfig]:
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


def read_channels(table: Table | None) -> Mapping[str, ChannelConfig]:
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
    """Whether a channel may be called so, here and in a playbook."""
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


def read_mail(table: Table | None) -> MailConfig:
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
    """Write down what does not go together."""
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
