"""Draw what the note says of itself: the outcomes to choose from, what is missing, or that it is ready."""

from collections.abc import Iterable, Sequence

from textual.content import Content

from csat_tui.domain.case import Case, Stage
from csat_tui.domain.composing import BODY_LIMIT
from csat_tui.domain.decide import Blocker
from csat_tui.domain.playbook import Playbook
from csat_tui.tui.base.keys import InKeys
from csat_tui.tui.base.text import safe, safe_line

LACKS_SHOWN = 4
"""Lines of what is missing; the rest follows when these are mended, and the list of everything is one key away."""


def doors(case: Case, playbook: Playbook, keys: InKeys, chosen: str = "") -> Content:
    """Return the outcomes that there are, before one is chosen; one that was `chosen` is none of them any more."""
    lines = []
    if chosen:
        said = f"“{chosen}” is not in the playbook any more. Choose another outcome; your words are kept."
        lines = [Content.styled("! ", "bold $fair") + safe_line(said), Content("")]
    lines.append(Content.assemble((keys("{case.decide}"), "bold $accent"), (" decides:", "$muted")))
    for one in playbook.outcomes:
        line = Content.assemble("  ", (one.key, "bold"), "  ") + safe_line(one.label)
        lines.append(line)
    if case.stage is Stage.PARKED:
        lines += [
            Content(""),
            safe_line(keys("It waits for the answer to its question; {case.answer} enters one."), "$muted"),
        ]
    if case.earlier:
        word = "once" if len(case.earlier) == 1 else f"{len(case.earlier)} times"
        lines += [Content(""), safe_line(f"This ticket was decided {word} before.", "$muted")]
    return Content("\n").join(lines)


def under(happened: str, below: Content, keys: InKeys, *, closed: bool) -> Content:
    """Return what stands under the words, and before it what happened to the case elsewhere."""
    if not happened:
        return below
    if closed and not below:
        return safe(f"{happened} {keys('{case.undo} takes it back while it waits; {app.outbox} shows it.')}", "$muted")
    line = Content.styled("! ", "bold $fair") + safe(happened)
    return Content("\n").join([line, below]) if below else line


def refused_line(reason: str) -> Content:
    """Return why the words cannot be sent."""
    return Content.styled("✘ ", "bold $bad") + safe(f"Cannot be sent: {reason[:1].lower()}{reason[1:]}")


def still_open(case: Case, unread: Iterable[Blocker]) -> Content:
    """Return what is open before an outcome is chosen."""
    lines = [safe_line(one.sentence) for one in unread]
    if missing := sum(check_id not in case.answers for check_id in case.path.checks):
        total = len(case.path.checks)
        what = "The check is" if total == 1 else f"{missing} of {total} checks {'is' if missing == 1 else 'are'}"
        lines.append(Content(f"{what} open"))
    return Content("\n").join([Content.styled("! ", "bold $fair") + line for line in lines])


def missing_lines(missing: Sequence[Content], height: int, key: str) -> Content:
    """Return what stands in the way, as much of it as a pane of that height has room for."""
    room = max(1, min(LACKS_SHOWN, (height - 10) // 2))
    lines = [Content.styled("! ", "bold $fair") + line for line in missing[:room]]
    if (more := len(missing) - room) > 0:
        parts = ((f"  and {more} more, ", "$muted"), (key, "bold $accent"), (" lists all", "$muted"))
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)


def ready_line(send: str, texts: Iterable[str]) -> Content:
    """Return that nothing is missing, and how much of the note a long text takes."""
    ready = Content.assemble(("✔ ", "bold $good"), "ready — ", (send, "bold $accent"), " send")
    size = sum(len(text.encode()) for text in texts)
    if size * 2 > BODY_LIMIT:
        ready = ready + safe(f"  {size:,} of {BODY_LIMIT:,} bytes", "$muted")
    return ready


def picked_lines(findings: Sequence[str], playbook: Playbook, offered: Sequence[str], key: str) -> Content:
    """Return the findings that were picked, or that there are some to pick; nothing where none is offered."""
    if not offered:
        return Content("")
    labels = [playbook.findings[one] for one in findings if one in playbook.findings]
    if not labels:
        return Content.assemble((key, "bold $accent"), (f" picks: {', '.join(offered)}", "$muted"))
    lines = [Content.styled("▪ ", "$accent") + safe_line(one.label) for one in labels]
    return Content("\n").join(lines)
