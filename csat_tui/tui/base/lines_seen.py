"""Which lines of a text have been on the screen, so that read is told from unread."""


class LinesSeen:
    """Notes which lines of a text have been on the screen; whoever jumps over some of them has not read it."""

    def __init__(self) -> None:
        self._lines: dict[int, set[int]] = {}

    def look(self, item: int, lines: range, window: range) -> bool:
        """Note those of an item's lines that are within a window; returns whether all of them have been by now."""
        own = self._lines.setdefault(item, set())
        start, stop = max(lines.start, window.start), min(lines.stop, window.stop)
        own.update(number - lines.start for number in range(start, stop))
        return bool(lines) and len(own) >= len(lines)

    def forget(self) -> None:
        """Begin anew, where the lines are wrapped anew."""
        self._lines.clear()
