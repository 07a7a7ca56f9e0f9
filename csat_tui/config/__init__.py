"""The configuration file `config.toml`: reading it, with every mistake at once, and writing single sections."""

from csat_tui.config.address import is_loopback
from csat_tui.config.admin_map import AdminMap, Amounts
from csat_tui.config.problems import ConfigError
from csat_tui.config.reading import KEEP_TO, load
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
from csat_tui.config.target_settings import ChannelConfig, Encoding, FormConfig, MailConfig, Security
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
    "Security",
    "ShiftConfig",
    "StoreConfig",
    "SyncConfig",
    "UiConfig",
    "is_loopback",
    "load",
    "write_channel",
    "write_helpdesk",
]
