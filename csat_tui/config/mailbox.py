"""What counts as a mail address: a small part of what the standard allows, and all of what people use."""

import re

_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@<>()\[\],;:\\\"]{1,253}")


def is_mailbox(text: str) -> bool:
    """Whether a text is one bare address such as `ana@example.com`, with nothing before or after it."""
    if _MAILBOX.fullmatch(text) is None or not text.isprintable():
        return False
    local, _, domain = text.rpartition("@")
    dotted = (local, domain)
    return not any(part.startswith(".") or part.endswith(".") or ".." in part for part in dotted)
