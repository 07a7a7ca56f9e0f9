"""What a link, a bookmark or a command asks to open for recovery: two of ticket, support group and day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from csat_tui.domain.ids import TicketId
from csat_tui.domain.safe_text import visible_line

LINK_SCHEME = "csat-tui"
"""The scheme of the links that open the workstation."""

LONGEST_LINK = 1000
"""Characters of a link that are read; codes of support groups are some ten."""

LONGEST_QUOTE = 40
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)

_HEAD = re.compile(rf"{LINK_SCHEME}://recovery/?\?")
"""Some programs put a slash before the question mark."""

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_CODE = re.compile(r"[a-z][a-z0-9-]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

PARAMETERS = ("ticket", "group", "date")


class NotATarget(ValueError):
    """A link or a command names nothing that can be opened; the error's text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class RecoveryTarget:
    """What is to be opened: one survey, by its ticket and a group or day, or all of a group's surveys of a day.

    `ticket` is the ticket that the survey is about, `group` the code of a support group, and `day` a day in the time
    zone of the playbook's recovery rules. Raises NotATarget unless two of the three are there and can be meant.
    """

    ticket: TicketId | None = None
    group: str = ""
    day: date | None = None

    def __post_init__(self) -> None:
        there = (self.ticket is not None, bool(self.group), self.day is not None)
        if sum(there) != 2:
            said = [name for name, has in zip(PARAMETERS, there, strict=True) if has]
            raise NotATarget(f"Name two of the three: a ticket, a support group and a day. Here {_are_said(said)}.")
        if self.ticket is not None and not 0 < self.ticket < 10**18:
            raise _unfit("ticket", str(self.ticket))
        if self.group and not _CODE.fullmatch(self.group):
            raise _unfit("group", self.group)
        if self.day is not None and not FIRST_DAY <= self.day <= LAST_DAY:
            raise _unfit("date", self.day.isoformat())

    @property
    def link(self) -> str:
        """The link that opens it."""
        said = {
            "ticket": "" if self.ticket is None else str(self.ticket),
            "group": self.group,
            "date": "" if self.day is None else self.day.isoformat(),
        }
        return f"{LINK_SCHEME}://recovery?{'&'.join(f'{name}={value}' for name, value in said.items() if value)}"

    def words(self, group_label: str = "") -> str:
        """Say what it is, with the support group by its label where it is known."""
        group = f"support group {group_label or self.group}"
        if self.ticket is None:
            return f"{group}, {self.day}"
        return f"ticket {self.ticket}, {group if self.group else self.day}"


def read_link(text: str) -> RecoveryTarget:
    """Return what a link names. Raises NotATarget for everything that `RecoveryTarget.link` does not write."""
    if len(text) > LONGEST_LINK:
        raise NotATarget(f"This link has {len(text):,} characters, and none of csat-tui has more than {LONGEST_LINK}.")
    head = _HEAD.match(text)
    if head is None:
        raise NotATarget(f"“{_quoted(text)}” is no link of csat-tui, which begins with {LINK_SCHEME}://recovery?")
    said: dict[str, str] = {}
    for pair in text[head.end() :].split("&"):
        name, _, value = pair.partition("=")
        if name not in PARAMETERS:
            raise NotATarget(f"A link names {', '.join(PARAMETERS)}, and this one has “{_quoted(pair)}”.")
        if name in said:
            raise NotATarget(f"This link has “{name}” twice.")
        said[name] = value
    return read_target(said)


def read_target(said: Mapping[str, str]) -> RecoveryTarget:
    """Return what is named by texts, by `ticket`, `group` and `date`; raises NotATarget."""
    for name, form in (("ticket", _NUMBER), ("group", _CODE), ("date", _DAY)):
        if name in said and not form.fullmatch(said[name]):
            raise _unfit(name, said[name])
    ticket = TicketId(int(said["ticket"])) if "ticket" in said else None
    try:
        day = date.fromisoformat(said["date"]) if "date" in said else None
    except ValueError:
        raise _unfit("date", said["date"]) from None
    return RecoveryTarget(ticket, said.get("group", ""), day)


_EXPECTED = {
    "ticket": "a ticket's number, such as 60",
    "group": "the code of a support group, in lower-case letters, digits and hyphens",
    "date": f"a day such as 2026-11-08, from {FIRST_DAY.year} to {LAST_DAY.year}",
}


def _unfit(name: str, value: str) -> NotATarget:
    return NotATarget(f"“{_quoted(value)}” is not {_EXPECTED[name]}.")


def _are_said(names: list[str]) -> str:
    match names:
        case []:
            return "is none of them"
        case [name]:
            return f"is only the {name}"
    return "are all three"


def _quoted(text: str) -> str:
    """Return the beginning of a text from outside, harmless in a sentence."""
    shown = text[:LONGEST_QUOTE].encode("utf-8", "replace").decode("utf-8")
    return visible_line(shown) + ("…" if len(text) > LONGEST_QUOTE else "")
