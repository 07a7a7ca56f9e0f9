"""Words on their way in from HTML, and on their way out past the server's template language."""

import re

LONGEST = 65_536
"""Bytes of one comment; Zendesk cuts what is longer without a word (zendesk.md)."""

_EXPANDS = re.compile(r"\{(?=[{%])")
_BLANK_LINE = re.compile(r"(?:<br\s*/?>\s*){2,}", re.IGNORECASE)


def incoming(html: str, *plain: str) -> str:
    """Return a comment's text: its HTML converted, or the first plain form where there is none or it is beyond reading.

    The HTML comes first because Zendesk's plain forms lose the blank lines between paragraphs.
    """
    if html.strip():
        import html_text  # brings lxml along: not at start-up

        try:
            text: str = html_text.extract_text(_BLANK_LINE.sub("<p></p>", html))
        except (ValueError, RecursionError, AssertionError):
            text = ""
        if text:
            return text
    return next((text for text in plain if text.strip()), "")


def outgoing(text: str) -> str:
    """Return a text of which the server expands nothing and which can be encoded.

    Zendesk replaces `{{placeholders}}` and `{% tags %}` in comments, so a customer's quoted words could pull in
    another ticket's data. A space between the two opening characters stops that and leaves the words readable.
    """
    return _EXPANDS.sub("{ ", text).replace("\0", "").encode("utf-8", "replace").decode()
