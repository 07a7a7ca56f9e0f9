"""Words on their way in from HTML, and on their way out past the server's template language."""

import re

LONGEST = 65_536
"""Bytes of one comment; Zendesk cuts what is longer without a word (zendesk.md)."""

_EXPANDS = re.compile(r"\{(?=[{%])")
_BLANK_LINE = re.compile(r"(?:<br\s*/?>\s*){2,}", re.IGNORECASE)


def incoming(html: str, *plain: str) -> str:
    """Return a comment's text: its HTML converted, or the first plain form where it has none or cannot be read whole.

    The HTML comes first because Zendesk's plain forms lose the blank lines between paragraphs.
    """
    text, whole = _converted(html) if html.strip() else ("", False)
    if text and whole:
        return text
    return next((words for words in plain if words.strip()), text)


def _converted(html: str) -> tuple[str, bool]:
    """Return the text of some HTML, and whether the parser got to its end: it drops what is nested too deeply."""
    import html_text  # these two bring a C library along: not at start-up
    import lxml.html  # type: ignore[import-untyped]

    parser = lxml.html.HTMLParser(recover=True, encoding="utf-8", huge_tree=True)
    try:
        tree = lxml.html.fromstring(_BLANK_LINE.sub("<p></p>", html).replace("\0", "").encode(), parser=parser)
        text: str = html_text.extract_text(tree)
    except (lxml.etree.LxmlError, ValueError, RecursionError):
        return "", False
    return text, not len(parser.error_log.filter_from_fatals())


def outgoing(text: str) -> str:
    """Return a text of which the server expands nothing and which can be encoded.

    Zendesk replaces `{{placeholders}}` and `{% tags %}` in comments, so a customer's quoted words could pull in
    another ticket's data. A space between the two opening characters stops that and leaves the words readable.
    """
    whole = text.replace("\0", "").encode("utf-8", "replace").decode()
    return _EXPANDS.sub("{ ", whole)
