"""The configuration file `config.toml`: read it and report every mistake at once, and write single sections."""

from csat_tui.config.admin_map import AdminMap, Amounts
from csat_tui.config.help_desks import is_loopback
from csat_tui.config.reading import KEEP_TO, load_config
from csat_tui.config.settings import (
    CLIENT_ID,
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
from csat_tui.config.writing import write_channel, write_helpdesk

__all__ = [
    "CLIENT_ID",
    "KEEP_TO",
    "AdminConfig",
    "AdminMap",
    "Amounts",
    "ChannelConfig",
    "Config",
    "ConfigError",
    "Encoding",
    "FormConfig",
    "HelpDeskConfig",
    "MailConfig",
    "PlaybookConfig",
    "ReviewConfig",
    "Security",
    "ShiftConfig",
    "StoreConfig",
    "SyncConfig",
    "UiConfig",
    "is_loopback",
    "load_config",
    "write_channel",
    "write_helpdesk",
]
