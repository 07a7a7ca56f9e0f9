"""Read a TOML file that a person wrote: get values by name and kind, and report every mistake at once with its line."""

from csat_tui.toml_file.document import (
    BrokenFile,
    KeyPath,
    Problem,
    Problems,
    did_you_mean,
    joined,
    nearest,
    parse_toml,
    read_toml_text,
)
from csat_tui.toml_file.table import Table

__all__ = [
    "BrokenFile",
    "KeyPath",
    "Problem",
    "Problems",
    "Table",
    "did_you_mean",
    "joined",
    "nearest",
    "parse_toml",
    "read_toml_text",
]
