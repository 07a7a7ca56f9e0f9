"""The configuration of web forms, channels and outgoing mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from csat_tui.domain.sheet import Sheet

FORMS = tuple(sheet.value for sheet in Sheet)
"""What can be handed in to a web form: a tracker row, and each kind of record."""


class Encoding(StrEnum):
    """How a form's fields are written into the request."""

    FORM = "form"
    """As a browser does it (application/x-www-form-urlencoded)."""
    JSON = "json"


class Security(StrEnum):
    """How the line to a mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
"""The usual ports of mail servers."""


@dataclass(frozen=True, slots=True)
class FormConfig:
    """A web form: where it is handed in, and what stands in its fields.

    `fields` maps the form's names to texts with places: `{B}` is a tracker's column, `{Agent}` a record's heading and
    `{op}` the operation's id. Without `fields` every cell goes under its own name. `confirms` is a text that only a
    form that took the entry answers; empty where its status says enough.
    """

    url: str
    encoding: Encoding = Encoding.FORM
    fields: Mapping[str, str] = field(default_factory=dict)
    confirms: str = ""
    token_command: tuple[str, ...] | str = ""


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """A channel of colleagues; its address is a secret, and stands here only where it leads to this machine."""

    url: str = ""
    url_command: tuple[str, ...] | str = ""


@dataclass(frozen=True, slots=True)
class MailConfig:
    """Outgoing mail: by a server, or without a `host` as files in a folder (empty for the usual one)."""

    host: str = ""
    port: int = 0
    security: Security = Security.STARTTLS
    user: str = ""
    sender: str = ""
    password_command: tuple[str, ...] | str = ""
    folder: str = ""

    @property
    def place(self) -> str:
        """The server as a sentence names it, and as its password is kept under."""
        return f"{self.host}:{self.port}"
