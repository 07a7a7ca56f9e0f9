"""The configuration file `config.toml`: read as a whole, and told as a whole what is wrong with it."""

from csat_tui.config.address import is_loopback
from csat_tui.config.problems import ConfigError, Problem
from csat_tui.config.reading import load
from csat_tui.config.settings import (
    CLIENT_ID,
    AdminConfig,
    Config,
    HelpDeskConfig,
    PlaybookConfig,
    StoreConfig,
    SyncConfig,
    UiConfig,
)
from csat_tui.config.writing import write_helpdesk

__all__ = [
    "CLIENT_ID",
    "AdminConfig",
    "Config",
    "ConfigError",
    "HelpDeskConfig",
    "PlaybookConfig",
    "Problem",
    "StoreConfig",
    "SyncConfig",
    "UiConfig",
    "is_loopback",
    "load",
    "write_helpdesk",
]
