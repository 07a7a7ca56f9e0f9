"""The keyboard workstation of a CSAT strike team."""

__version__ = "0.3.0"
