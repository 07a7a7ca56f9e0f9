"""What a merge says to the person who is asked, and how the comments that it leaves are recognised."""

import re
from collections.abc import Collection

from csat_tui.domain.merging import Plan, status_word
from csat_tui.domain.playbook import Playbook
from csat_tui.domain.ticket import Author, Message

_NO_WORD = re.compile(r"[\W_]+")
"""What a help desk may change of a comment on its way: spaces, line breaks and signs, but no letter and no digit."""


def told(plan: Plan, playbook: Playbook) -> tuple[str, ...]:
    """Say in sentences what a merge would do, and that it cannot be undone."""
    gone = ", ".join(f"#{ticket.id}" for ticket in plan.goes)
    owner = plan.stays.assignee_name or ("somebody" if plan.stays.assignee_id is not None else "")
    lines = [f"{gone} {'is' if len(plan.goes) == 1 else 'are'} closed and merged into #{plan.stays.id}."]
    if plan.status is not None:
        becomes = status_word(plan.status, playbook)
        lines.append(f"#{plan.stays.id} becomes “{becomes}”, for the customer's message is the newest.")
    else:
        lines.append(f"#{plan.stays.id} stays “{status_word(plan.stays.status, playbook)}”.")
    if plan.assign is not None:
        lines.append("It becomes yours, as you merge it.")
    elif plan.tell:
        lines.append(f"It stays {owner}'s, who is told by an internal note.")
    elif not owner:
        lines.append("It stays unassigned.")
    if plan.answers:
        lines.append("All the concerns are answered in one reply.")
    if plan.responsible:
        lines.append(plan.responsible)
    return (*lines, "A merge cannot be undone at the help desk.")


def is_merge_comment(message: Message, comments: Collection[str]) -> bool:
    """Tell whether a message is one of the comments that merges of ours left on the ticket that stays.

    A help desk keeps no operation id with a merge. So the comment is known by all of its words: it names the tickets
    that went and quotes them, and one of another's merge says something else.
    """
    if message.public or message.author is Author.CUSTOMER or not comments:
        return False
    return _letters(message.body) in {_letters(comment) for comment in comments} - {""}


def _letters(text: str) -> str:
    return _NO_WORD.sub("", text)
