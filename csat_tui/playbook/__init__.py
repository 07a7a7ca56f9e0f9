"""Playbooks: reading, checking, and the ones that ship."""

from csat_tui.playbook.loading import builtin_file, builtin_names, load, load_builtin, own_file, parse, resolve
from csat_tui.playbook.problem import PlaybookError, Problem

__all__ = [
    "PlaybookError",
    "Problem",
    "builtin_file",
    "builtin_names",
    "load",
    "load_builtin",
    "own_file",
    "parse",
    "resolve",
]
