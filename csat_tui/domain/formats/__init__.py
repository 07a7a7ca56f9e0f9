"""The note formats of a playbook: rendered, read back, and checked for being readable."""

from csat_tui.domain.formats.parsing import FormatProblem, Parsed, parse
from csat_tui.domain.formats.rendering import normalised, render
from csat_tui.domain.formats.shape import mistakes
from csat_tui.domain.places import PLACE, fill, places

__all__ = ["PLACE", "FormatProblem", "Parsed", "fill", "mistakes", "normalised", "parse", "places", "render"]
