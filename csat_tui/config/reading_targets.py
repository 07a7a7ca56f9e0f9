"""The sections about web forms, channels and mail."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from csat_tui.config.address import is_loopback
from csat_tui.config.sections import CHANNEL, FORM, MAIL
from csat_tui.config.tables import Table
from csat_tui.config.target_settings import (
    FORMS,
    PORTS,
    ChannelConfig,
    Encoding,
    FormConfig,
    MailConfig,
    Security,
)
from csat_tui.domain.mailbox import is_mailbox

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_BRACES = re.compile(r"\{[^{}]+\}")
_OPEN_SCHEMES = ("json", "xml", "form")
"""Channels of Apprise that only post to an address; with a trailing s they are encrypted."""


def read_forms(table: Table | None) -> Mapping[str, FormConfig]:
    """Read `[forms.NAME]`; the names are those of what can be handed in."""
    if table is None:
        return {}
    table.knows(FORMS)
    inner = {name: table.table(name) for name in FORMS}
    return {name: _form(one) for name, one in inner.items() if one is not None}


def _form(table: Table) -> FormConfig:
    table.knows(FORM.names)
    table.needed("url", "the address that the form is submitted to")
    encoding = table.text("encoding", Encoding.FORM, choices=tuple(Encoding))
    return FormConfig(
        url=table.converted("url", form_address),
        encoding=Encoding(encoding) if encoding in tuple(Encoding) else Encoding.FORM,
        fields=_fields(table),
        confirms=table.text("confirms", ""),
        token_command=table.words("token_command"),
    )


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
    inner = table.table("fields")
    if inner is None:
        return {}
    found = {}
    for name in inner.raw:
        text = inner.text(name, "")
        if set("{}") & set(_BRACES.sub("", text)):
            inner.wrong(name, f'{inner.name}.{name} has a brace without its other half; a place is written "{{B}}"')
        found[name] = text
    if not found:
        table.wrong("fields", f"{table.name}.fields is empty; leave it out to submit everything under its own name")
    return found


def read_channels(table: Table | None) -> Mapping[str, ChannelConfig]:
    """Read `[channels.NAME]`; a channel's name is what the playbook calls it."""
    if table is None:
        return {}
    found = {}
    for name in table.raw:
        inner = table.table(name)
        if inner is None:
            continue
        if not is_channel_name(name):
            table.wrong(name, f"{inner.name} may be named with letters, digits, - and _ only, as the playbook does")
        inner.knows(CHANNEL.names)
        found[name] = ChannelConfig(url=inner.converted("url", open_address), url_command=inner.words("url_command"))
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
    table.knows(MAIL.names)
    written = table.text("security", Security.STARTTLS, choices=tuple(Security))
    security = Security(written) if written in tuple(Security) else Security.STARTTLS
    mail = MailConfig(
        host=table.text("host", "").strip(),
        port=int(table.number("port", PORTS[security], 1, 65535)),
        security=security,
        user=table.text("user", ""),
        sender=table.text("from", ""),
        password_command=table.words("password_command"),
        folder=table.text("folder", ""),
    )
    _judge(table, mail)
    return mail


def _judge(table: Table, mail: MailConfig) -> None:
    """Write down what does not go together."""
    if mail.host and mail.folder:
        table.wrong("folder", "mail has a host and a folder; leave one of them out: mail is sent, or it is saved")
    if not mail.host:
        for key in ("port", "security", "user", "password_command"):
            if key in table.raw:
                table.wrong(key, f"mail.{key} is of no use without mail.host, the mail server's name")
    elif not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", mail.host):
        table.wrong("host", "mail.host should be the mail server's name alone, such as smtp.example.com")
    if not mail.sender and mail.host and not is_mailbox(mail.user):
        table.wrong("from", 'mail.from is missing; it should be the address that mail comes from, "ana@example.com"')
    if mail.sender and not is_mailbox(mail.sender):
        table.wrong("from", 'mail.from should be one bare address, such as "ana@example.com"')
    away = not is_loopback(f"smtp://[{mail.host}]" if ":" in mail.host else f"smtp://{mail.host}")
    if mail.host and mail.security is Security.NONE and mail.user and away:
        table.wrong("security", 'mail.security "none" would send the password in the clear; use "starttls" or "tls"')
