"""The plan of the demo: which survey stands where in the view, how old it is and which numbers it has.

All of it is arithmetic, and random choices are seeded by what they are for. So nothing is stored, and a page at any
depth costs a page.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from random import Random


def dice(seed: int, *name: object) -> Random:
    """Give the generator of one named thing, so that deriving it alone or among others gives the same."""
    return Random("/".join(map(str, (seed, *name))))  # noqa: S311 - a story, not a secret


LIMIT = 1_000_000
BLOCK = 60
TOP_TICKET = 9_312_480
STRIDE = 8
SOURCE_LAG = 40
CUSTOMER_BASE = 6_130_907_993_114
CUSTOMER_STRIDE = 41
EMAIL_PRIME, EMAIL_FACTOR, EMAIL_SHIFT = 1_000_003, 48_271, 317_077
TOP_ORDER, ORDER_STRIDE, ORDER_BAND = 8_841_207, 3, 2_000_000
BANDS = ("rated", "earlier", "older")
"""A customer's orders, newest first: the one that the rated ticket is about, and two from before it."""
GROUP = 3
"""One customer of so many that follow each other has other tickets beside the rated one, and has up to so many."""
OTHER_LAG = 20

LOW_COMMENT = "low-comment"
KINDS = {
    LOW_COMMENT: 27,
    "low-silent": 6,
    "rated-3-5": 9,
    "repeat": 2,
    "unparseable": 2,
    "source-closed": 2,
    "source-deleted": 1,
    "source-merged": 1,
    "hostile": 3,
    "right-to-left": 2,
    "wide": 2,
    "huge": 1,
}
FIRST_CASES = 40
FORWARD = {"low-silent": 2, "rated-3-5": 3, "unparseable": 1, LOW_COMMENT: 18}
"""The least number of each kind among the newest cases, so that every branch of the procedure occurs there."""
REPEATS = {5: 10, 23: 42}
"""Position of a repeated survey within its block, and of the earlier survey for the same ticket."""
HOSTLESS = ("repeat", "source-closed", "source-deleted", "source-merged")
"""Kinds whose customers have no other tickets: their rated ticket is strange enough."""
LATER = {"huge": LOW_COMMENT}
"""Kinds that appear in the first block only, and what stands there in the others: one 60 kB message is enough."""


@dataclass(frozen=True)
class TicketNumber:
    """The meaning of a ticket number: the survey, and which ticket of its story.

    In the role "other" the index is a seat among a group's other tickets, and not a survey's.
    """

    role: str
    index: int


@lru_cache(maxsize=8)
def layout(seed: int) -> tuple[str, ...]:
    """Lay the kinds out over one block: both ends and the repeats are fixed, the rest is shuffled by the seed.

    The ends are what a queue shows first, whichever way it is sorted: ordinary work, not the odd one out.
    """
    fixed = {0: LOW_COMMENT, 1: LOW_COMMENT, **dict.fromkeys(REPEATS, "repeat")}
    fixed |= dict.fromkeys([*REPEATS.values(), *range(BLOCK - 4, BLOCK)], LOW_COMMENT)
    rest = [kind for kind, count in KINDS.items() for _ in range(count)]
    for kind in fixed.values():
        if kind in rest:
            rest.remove(kind)
    rest += [LOW_COMMENT] * (BLOCK - len(fixed) - len(rest))
    dice(seed, "layout").shuffle(rest)
    remaining = iter(rest)
    return tuple(_brought_forward([fixed.get(place) or next(remaining) for place in range(BLOCK)], fixed))


def _brought_forward(kinds: list[str], fixed: Collection[int]) -> list[str]:
    """See to it that whoever works the newest cases meets every kind of path, by moving as few as possible."""
    for kind, least in FORWARD.items():
        for place in range(FIRST_CASES, BLOCK):
            newest = Counter(kinds[:FIRST_CASES])
            if newest[kind] >= least:
                break
            if kinds[place] == kind and place not in fixed:
                spare = (one for one in range(FIRST_CASES - 1, 0, -1) if one not in fixed)
                other = next(one for one in spare if newest[kinds[one]] > FORWARD.get(kinds[one], BLOCK))
                kinds[place], kinds[other] = kinds[other], kinds[place]
    return kinds


def kind_at(seed: int, index: int) -> str:
    """Tell the kind of the survey at an index, newest first."""
    kind = layout(seed)[index % BLOCK]
    return LATER.get(kind, kind) if index >= BLOCK else kind


def nth_of_kind(seed: int, index: int) -> int:
    """Count the surveys of the same kind before this one in its block, which lets variants take turns."""
    kinds = layout(seed)
    place = index % BLOCK
    return kinds[:place].count(kinds[place]) + index // BLOCK


def source_index(index: int, size: int) -> int:
    """Tell whose source ticket a survey rates: its own, or the earlier survey's when it is a repeat."""
    earlier = index + REPEATS.get(index % BLOCK, index % BLOCK) - index % BLOCK
    return earlier if earlier < size else index


def age(seed: int, index: int) -> timedelta:
    """Tell how long ago a survey came in: some within the hour, sixty within two days, the rest further back."""
    if index < BLOCK:
        return timedelta(seconds=420 + int(176_000 * (index / BLOCK) ** 1.5))
    return timedelta(seconds=176_420 + (index - BLOCK) * 540 + dice(seed, "age", index).randrange(540))


def _jitter(index: int, role: str) -> int:
    return (index * (7 if role == "survey" else 11) + (5 if role == "survey" else 2)) // 3 % 3


def ticket_number(role: str, index: int) -> int:
    """Give the number of a story's ticket: survey, source, target (what a merged source went into), or other."""
    if role == "other":
        return TOP_TICKET - STRIDE * (index + OTHER_LAG) - 3
    if role == "survey":
        return TOP_TICKET - STRIDE * index - _jitter(index, role)
    slot = TOP_TICKET - STRIDE * (index + SOURCE_LAG)
    return slot - 7 if role == "target" else slot - 4 - _jitter(index, role)


def read_ticket_number(number: int) -> TicketNumber | None:
    """Undo `ticket_number`; a number that belongs to no story gives nothing."""
    slot, rest = divmod(TOP_TICKET - number, STRIDE)
    role = ("survey", "survey", "survey", "other", "source", "source", "source", "target")[rest]
    index = slot - {"survey": 0, "other": OTHER_LAG}.get(role, SOURCE_LAG)
    if index < 0 or ticket_number(role, index) != number:
        return None
    return TicketNumber(role, index)


def _able(seed: int, group: int) -> list[int]:
    first = group * GROUP
    return [
        index for index in range(first, first + GROUP) if index % BLOCK > 1 and kind_at(seed, index) not in HOSTLESS
    ]


@lru_cache(maxsize=8)
def _hosting(seed: int) -> tuple[int, ...]:
    """Number the groups of a block that have somebody; they are the same ones in every block."""
    return tuple(group for group in range(BLOCK // GROUP) if _able(seed, group))


@lru_cache(maxsize=4096)
def host(seed: int, group: int) -> int | None:
    """Tell whose survey in a group belongs to a customer with other tickets: not the newest two, which are quiet."""
    able = _able(seed, group)
    return dice(seed, "host", group).choice(able) if able else None


def hosts_before(seed: int, group: int) -> int:
    """Count the groups with a host before this one, which lets histories take turns without a gap."""
    blocks, place = divmod(group, BLOCK // GROUP)
    return blocks * len(_hosting(seed)) + bisect_left(_hosting(seed), place)


def customer_id(index: int, place: int = 0) -> int:
    """Give the user id of a story's customer, or of somebody beside them: beyond 32 bits, as the real ones are."""
    return CUSTOMER_BASE + CUSTOMER_STRIDE * index + place


def read_customer_id(user_id: int) -> tuple[int, int] | None:
    """Undo `customer_id`: the survey's index, and which person of that story (0 is its customer)."""
    index, place = divmod(user_id - CUSTOMER_BASE, CUSTOMER_STRIDE)
    return (index, place) if index >= 0 else None


def order_number(index: int, band: str = "rated") -> str:
    """Give the number of one of a customer's orders."""
    return str(TOP_ORDER - ORDER_STRIDE * index - ORDER_BAND * BANDS.index(band))


def read_order_number(number: int) -> int | None:
    """Tell whose order a number is; the bands differ in what is left when they are divided by the stride."""
    for band in range(len(BANDS)):
        index, rest = divmod(TOP_ORDER - ORDER_BAND * band - number, ORDER_STRIDE)
        if rest == 0 and index >= 0:
            return index
    return None


def email_code(index: int) -> int:
    """Give the number in a customer's address, from which the customer can be found again without an index."""
    return (index * EMAIL_FACTOR + EMAIL_SHIFT) % EMAIL_PRIME


def read_email_code(code: int) -> int:
    """Undo `email_code`."""
    return (code - EMAIL_SHIFT) * pow(EMAIL_FACTOR, -1, EMAIL_PRIME) % EMAIL_PRIME


def account_id(index: int) -> str:
    """Give the admin system's own number for a customer."""
    return f"LL-{200_000 + index * 7}"


def read_account_id(text: str) -> int | None:
    """Undo `account_id`."""
    prefix, _, digits = text.partition("-")
    if prefix != "LL" or not (digits.isascii() and digits.isdigit()):
        return None
    index, rest = divmod(int(digits) - 200_000, 7)
    return index if rest == 0 and index >= 0 else None


class Standing:
    """The indexes below N that are still in the view; only the sorted holes are stored."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._gone: list[int] = []

    def __len__(self) -> int:
        return self.size - len(self._gone)

    def __contains__(self, index: int) -> bool:
        place = bisect_left(self._gone, index)
        return 0 <= index < self.size and not (place < len(self._gone) and self._gone[place] == index)

    def drop(self, index: int) -> None:
        """Take an index out of the view."""
        if index in self:
            insort(self._gone, index)

    def restore(self, index: int) -> None:
        """Put an index back, as when a solved ticket is opened again."""
        place = bisect_left(self._gone, index)
        if place < len(self._gone) and self._gone[place] == index:
            del self._gone[place]

    def without(self, indexes: Iterable[int]) -> "Standing":
        """Give the same with more holes, for an order in which those indexes stand elsewhere."""
        fewer = Standing(self.size)
        fewer._gone = sorted({*self._gone, *indexes})
        return fewer

    def nth(self, rank: int) -> int:
        """Find the index with so many standing before it; the caller keeps rank below the length."""
        low, high = 0, len(self._gone)
        while low < high:
            middle = (low + high) // 2
            if self._gone[middle] - middle <= rank:
                low = middle + 1
            else:
                high = middle
        return rank + low

    def window(self, start: int, count: int) -> list[int]:
        """Give the indexes of one page, in order."""
        return [self.nth(rank) for rank in range(max(start, 0), min(start + count, len(self)))]
