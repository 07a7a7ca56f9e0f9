"""The order of the survey view: an index range with a few holes, so that a page at any depth costs a page."""

from bisect import bisect_left, insort
from collections.abc import Iterable


class Standing:
    """Which of the first N indexes still stand in the view; holes are kept sorted, nothing else is kept."""

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
