"""Words that go to a channel of colleagues call nobody, link nowhere and format nothing, and all of them are there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

from csat_tui.domain.safe_text import visible, without_mentions

CALLS = (
    "@everyone", "@here", "@channel", "@all", "@room", "<!channel>", "<!here|here>", "<!subteam^S1|@leads>",
    "<@U024BE7LH>",
    "<@&4711>", "<#C1|general>", "<users/all>", "<users/123>", "<at>all</at>", "@**all**", "@_**Ana**", "#**general**",
    "#general", "~town-square", "@room:example.org", "#lounge:example.org", "<@all>", "<@personEmail:a@example.com>",
    "<t:1618953630:R>", "/me laughs", "/invite @eve", ":tada:", ":+1:", ":100:", "&lt;!channel&gt;", "&#60;!here&#62;",
    "\\@here", "@\u200beveryone", "@\u2060here", "<\u034f!channel>",
)  # fmt: skip
LINKS = (
    "[bank](https://evil.example)", "<https://evil.example|our site>", "https://evil.example/a?b=c", "http://10.0.0.1/",
    "www.evil.example", "evil.example", "t.me/x", "ana@evil.example", "<mailto:a@evil.example>",
    "mailto:a@evil.example",
    "tg://user?id=1", "slack://open", "javascript:alert(1)", "![x](https://evil.example/x.png)",
    "[x][1]\n\n[1]: https://e.example",
    "<a href='https://evil.example'>bank</a>", "//evil.example", "HTTPS://EVIL.EXAMPLE",
)  # fmt: skip
FORMATS = (
    "*bold*", "**bold**", "_it_", "__it__", "~gone~", "~~gone~~", "`code`", "```\ncode\n```", "    code", "\tcode",
    "# Title", "> quote",
    ">>> all", "- item", "  - item", "+ item", "* item", "1. one", "2) two", "---", "***", "Title\n===", "Title\n---",
    "||spoiler||",
    "==mark==", "a | b\n--|--\n1 | 2", "{color:red}x{color}", "<b>x</b>", "$$x$$", "&amp;", "a\\\nb",
)  # fmt: skip
SIGNS = tuple("@<>[](){}*_~`|#&\\^:/!-+=$%.\"'")
SYNTAX = (*CALLS, *LINKS, *FORMATS, *SIGNS, "Hello", "the box", " ", "\n", "\n\n", ".", ",", "1", "ä")
WORDS = st.lists(st.sampled_from(SYNTAX) | st.text(max_size=4), max_size=12).map("".join)

MARKDOWN = MarkdownIt("gfm-like", {"linkify": True, "html": True})
LINKIFY = LinkifyIt()


def words(text: str) -> str:
    """Return the letters and digits of a text, which a reader must still have."""
    return "".join(sign for sign in text if sign.isalnum())


def hold_to(text: str) -> None:
    said = without_mentions(text)
    assert words(said) == words(visible(text))
    assert re.search(r"[@<>\[\]{}*_~`|#\\^]", said) is None
    assert re.search(r"://|:[\w+-]+:|:[^\W\d]|^[/!]|&\S|\$\$", said, re.MULTILINE) is None
    assert not LINKIFY.test(said)
    for token in MARKDOWN.parse(said):
        assert token.type in ("paragraph_open", "inline", "paragraph_close"), said
        for part in token.children or ():
            assert part.type in ("text", "softbreak", "hardbreak"), said


@pytest.mark.parametrize("text", [*CALLS, *LINKS, *FORMATS])
@pytest.mark.parametrize("around", ["{}", "Please see {} now", "First\n{}\nlast", "({})", "“{}”"])
def test_no_syntax_of_a_chat_service_comes_through(text: str, around: str) -> None:
    hold_to(around.format(text))


@given(WORDS)
def test_whatever_is_written_there_are_only_its_words(text: str) -> None:
    hold_to(text)


@given(WORDS)
def test_what_is_harmless_stays_so(text: str) -> None:
    assert without_mentions(without_mentions(text)) == without_mentions(text)


@pytest.mark.parametrize(
    "text",
    [
        "I paid $15.00 (20%) at 12:30: it's late, isn't it? Why! No.",
        "Late-delivery and/or 6 meals a week; 3.5 kg at -5 and +3 degrees.",
        'Mac & cheese - e.g. "the box"\n\nGrüße, 漢字 “so”…',
    ],
)
def test_plain_sentences_stay_as_they_were_written(text: str) -> None:
    assert without_mentions(text) == text
