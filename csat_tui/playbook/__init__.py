"""Playbooks: reading, checking, and the ones that ship."""

from csat_tui.playbook.loading import (
    PlaybookError,
    builtin_file,
    builtin_names,
    load,
    load_builtin,
    own_file,
    parse,
    resolve,
)

__all__ = [
    "PlaybookError",
    "builtin_file",
    "builtin_names",
    "load",
    "load_builtin",
    "own_file",
    "parse",
    "resolve",
]
