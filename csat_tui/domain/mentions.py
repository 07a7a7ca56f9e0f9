"""Words in a message to a channel: they call nobody together, and no link of theirs has another one's face."""

import re

_CALLS = re.compile(r"@(?=(?:everyone|here|channel|all)\b)", re.IGNORECASE)
_MARKED = re.compile(r"<(?=\s*(?:[!@#]|[a-z][a-z0-9+.-]*:))", re.IGNORECASE)
"""What chat services take for a mention, or for a link under another name (“<!channel>”, “<https://a|b>”)."""


def unaddressed(text: str) -> str:
    """Return words that look the same and are nothing but words to chat services.

    What a playbook's format says of its own accord is not touched: it may call whom it likes.
    """
    return _MARKED.sub("‹", _CALLS.sub("＠", text))
