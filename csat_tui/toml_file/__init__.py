"""Read a TOML file that a person wrote: every value by name and kind, and every mistake at once, each with its line."""

from csat_tui.toml_file.document import parse, read_text
from csat_tui.toml_file.positions import Place
from csat_tui.toml_file.problems import BrokenFile, Problem, Problems, did_you_mean, listed, nearest
from csat_tui.toml_file.table import Table

__all__ = [
    "BrokenFile",
    "Place",
    "Problem",
    "Problems",
    "Table",
    "did_you_mean",
    "listed",
    "nearest",
    "parse",
    "read_text",
]
