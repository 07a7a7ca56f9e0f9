"""Playbooks: load those that ship and those of a file, and report every mistake."""

from csat_tui.playbook.loading import (
    PlaybookError,
    builtin_file,
    builtin_names,
    load_builtin,
    load_playbook,
    own_file,
    parse_playbook,
    resolve_playbook,
)

__all__ = [
    "PlaybookError",
    "builtin_file",
    "builtin_names",
    "load_builtin",
    "load_playbook",
    "own_file",
    "parse_playbook",
    "resolve_playbook",
]
