"""The configuration as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from csat_tui.config.admin_map import AdminMap
from csat_tui.domain.sheet import Sheet
from csat_tui.toml_file import BrokenFile


class ConfigError(BrokenFile):
    """The configuration cannot be used; its text has one line for each mistake."""


FORMS = tuple(sheet.value for sheet in Sheet)
"""The entries that a web form can take: a tracker row, and each kind of record."""


class Encoding(StrEnum):
    """The encodings of a form's fields in the request."""

    FORM = "form"
    """As a browser does it (application/x-www-form-urlencoded)."""
    JSON = "json"


class Security(StrEnum):
    """The encryption of the connection to a mail server."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
"""The usual ports of mail servers."""


@dataclass(frozen=True, slots=True)
class FormConfig:
    """A web form: its address and the texts of its fields.

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
    """A channel of colleagues; its address is a secret, and is here only if it leads to this machine."""

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
        """The server's name in sentences, and the key of its password."""
        return f"{self.host}:{self.port}"


CLIENT_ID = "csat-tui"
"""The identifier under which an administrator registers this program as an OAuth client, unless another is agreed."""


@dataclass(frozen=True, slots=True)
class HelpDeskConfig:
    """The help desk, the user, and the view in which surveys arrive.

    With a `user` the credential is that user's API token, without one a sign-in or an OAuth access token. `view` is a
    number or a title.
    """

    kind: str
    url: str
    view: int | str
    user: str = ""
    token_command: tuple[str, ...] | str = ""
    client_id: str = CLIENT_ID


@dataclass(frozen=True, slots=True)
class AdminConfig:
    """The admin system; without its own credential it is asked without one.

    `url` may have a place `{email}`; without one, accounts are asked for as `url/accounts?email=…`. Without a `map` the
    answer is read in the shape that docs/configuration.md shows.
    """

    url: str
    user: str = ""
    token_command: tuple[str, ...] | str = ""
    map: AdminMap | None = None


@dataclass(frozen=True, slots=True)
class PlaybookConfig:
    """The organisation's procedure: a built-in playbook's name or the path of a file."""

    use: str = "strike-team"


@dataclass(frozen=True, slots=True)
class SyncConfig:
    """How often the view is polled."""

    poll_seconds: float = 30


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """How many days settled cases stay after their last change; 0 keeps them for ever."""

    keep_days: float = 180


@dataclass(frozen=True, slots=True)
class ShiftConfig:
    """The folder and the mailbox (mbox or Maildir) where lists of low scores arrive; "" for none."""

    watch_folder: str = ""
    watch_mailbox: str = ""


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """The view of finished survey tickets whose notes are reviewed, by number or title; empty where nobody reviews.

    `reviewers` are those who may review beside the help desk's administrators, by mail address or number.
    """

    view: int | str = ""
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UiConfig:
    """The look and motion of the workstation; `composer` is how notes are written until somebody changes it there."""

    theme: str = "dark"
    mouse: bool = True
    animation: bool = True
    composer: str = "form"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that is configured; `helpdesk` is None before the first connection.

    `keys` maps command ids to the keys wanted for them, as written: the workstation knows its commands.
    """

    helpdesk: HelpDeskConfig | None = None
    admin: AdminConfig | None = None
    playbook: PlaybookConfig = field(default_factory=PlaybookConfig)
    sync: SyncConfig = field(default_factory=SyncConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    shift: ShiftConfig = field(default_factory=ShiftConfig)
    review: ReviewConfig = field(default_factory=ReviewConfig)
    ui: UiConfig = field(default_factory=UiConfig)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forms: Mapping[str, FormConfig] = field(default_factory=dict)
    channels: Mapping[str, ChannelConfig] = field(default_factory=dict)
    mail: MailConfig = field(default_factory=MailConfig)
