"""What a configuration that cannot be used raises."""

from csat_tui.toml_file import BrokenFile


class ConfigError(BrokenFile):
    """The configuration cannot be used; its text has one line for each mistake."""
