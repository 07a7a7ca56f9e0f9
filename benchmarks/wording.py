"""Wording rules as somebody types: all that ship over a reply of 5 kB, and over pastes that were made to be slow."""

import itertools
import re
from collections.abc import Callable
from time import perf_counter

from csat_tui.domain.wording import Remark, WordingFacts, compile_rules, remarks
from csat_tui.playbook import load_builtin

REPLY, PASTE = 5_000, 60_000
"""Characters of a long reply, and of the longest text that a help desk takes."""

LIMIT = 60.0
"""How many times as long as one pass of one pattern all rules may take: 10 ms, where that pass takes a sixth of one."""

ONE_PASS = re.compile(r"(?<!\w)(?:mistake|error)(?!\w)|\w+", re.IGNORECASE)
"""What a machine is measured by: one pattern that looks at every word."""

GROWTH = 1.5
"""How much more a character may cost in a text twelve times as long."""

HOSTILE = 8.0
"""How much more a character may cost in a text that was made to be slow."""

PASTES = (
    "a",
    "a ",
    "{",
    "[A",
    "<a",
    "our ",
    "Hi Sam Jones,\n",
    "no ",
    '"no ',
    ">no\n",
    "XX ",
    "From:",
    "1.",
    "é",
    "hi hi ",
)
FACTS = WordingFacts("Pat Miller", ("4711", "4712"), "chat", ("Sam Jones", "Ana Ferreira"))
PLAYBOOK = load_builtin("strike-team")


def a_reply(length: int) -> str:
    """Return a reply made of what people write: the saved replies' own sentences, again and again."""
    sentences = [f"{one}." for saved in PLAYBOOK.saved_replies for one in saved.text.split(".")]
    text = ""
    for sentence in itertools.cycle(sentences):
        text += sentence
        if len(text) >= length:
            return text[:length]
    return text


def look(text: str) -> tuple[Remark, ...]:
    """Return what all rules say about a text."""
    return remarks(text, "reply", FACTS, PLAYBOOK.wording, PLAYBOOK.saved_replies)


def one_pass(text: str) -> list[str]:
    """Return what one pattern finds in a text."""
    return ONE_PASS.findall(text)


def milliseconds(text: str, times: int = 40, work: Callable[[str], object] = look) -> float:
    """Return how long one look takes, undisturbed."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        work(text)
        taken.append(perf_counter() - began)
    return min(taken) * 1000


def main() -> bool:
    """Print the figures and their ratios; True if all are good enough."""
    compile_rules(PLAYBOOK.wording)
    reply, book = milliseconds(a_reply(REPLY)), milliseconds(a_reply(PASTE))
    ratio = reply / milliseconds(a_reply(REPLY), work=one_pass)
    growth = book / reply / (PASTE / REPLY)
    slowest, paste = max((milliseconds(one * (PASTE // len(one)), 3), one) for one in PASTES)
    hostile = slowest / reply / (PASTE / REPLY)
    good = ratio <= LIMIT and growth <= GROWTH and hostile <= HOSTILE
    print(f"wording, {len(PLAYBOOK.wording)} rules and {len(PLAYBOOK.saved_replies)} saved replies")
    print(f"  a reply of {REPLY:,} characters      {reply:7.2f} ms, {ratio:.0f} passes, at most {LIMIT:g} wanted")
    print(f"  a text of {PASTE:,} characters      {book:7.2f} ms, per character {growth:.2f}, at most {GROWTH} wanted")
    print(
        f"  the slowest paste, {paste!r:16} {slowest:7.2f} ms, per character {hostile:.2f}, at most {HOSTILE:g} wanted"
    )
    print(f"  {'good' if good else 'MISSED'}")
    return good


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
