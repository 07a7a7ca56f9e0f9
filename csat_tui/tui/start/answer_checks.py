"""Check what is typed at the first start: a sentence for what cannot work, before anything is tried."""

import os

from csat_tui.config.help_desks import tidy_url
from csat_tui.domain.mailbox import is_mailbox
from csat_tui.file_access import expanded

READS = (".csv", ".json")
"""Endings of the files that an import reads."""


def wrong_url(text: str) -> str:
    """Say what is wrong with a help desk's address; empty where nothing is."""
    if not text.strip():
        return "the address is empty"
    try:
        tidy_url(text)
    except ValueError as error:
        return f"this should be {error}"
    return ""


def wrong_view(text: str) -> str:
    """Say what is wrong with a view."""
    return "" if text.strip() else "the view is empty: its number, or its title as the help desk shows it"


def wrong_user(text: str) -> str:
    """Say what is wrong with a user; none is right with an OAuth access token."""
    user = text.strip()
    if user.endswith("/token"):
        return "the address alone, without “/token” after it"
    if user and not is_mailbox(user):
        return "the user is an e-mail address, or empty with an OAuth access token"
    return ""


def wrong_token(text: str) -> str:
    """Say what is wrong with a token, without showing any of it."""
    token = text.strip()
    if not token:
        return "the token is empty"
    if not (token.isascii() and token.isprintable()) or " " in token:
        return "it has characters that a token cannot have; copy it again"
    return ""


def wrong_path(text: str) -> str:
    """Say what is wrong with the path of a survey file, without a look at the disk."""
    return "" if text.strip() else "the path is empty"


def wrong_file(text: str) -> str:
    """Say what is wrong with the survey file at a path; waits for the disk."""
    try:
        file = expanded(text.strip())
        if not file.exists():
            return f"the file {file} does not exist"
        if not file.is_file():
            return f"{file} is not a file"
    except (OSError, ValueError, RuntimeError):
        return "this is not a path"
    if file.suffix.lower() not in READS:
        return f"{file.name} is neither .csv nor .json, the exports that can be read"
    return "" if os.access(file, os.R_OK) else f"{file} cannot be read: check who owns it"
