"""Write the recap's words to the store, the newest of each part, until it has them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from csat_tui.reports.recap import RecapPart
from csat_tui.tui.base.unsaved import Unsaved
from csat_tui.tui.base.writer import Writer


@dataclass(frozen=True)
class _Written:
    shift_id: int
    part: RecapPart
    text: str


class RecapKeeper:
    """Holds every part that the store does not have yet, also of parts that the cursor has left."""

    def __init__(self, save: Callable[[int, str, str | None], None]) -> None:
        self._save = save
        self._newest: dict[str, _Written] = {}

    def note(self, shift_id: int, part: RecapPart, text: str) -> None:
        """Take a part's words in place of older ones."""
        self._newest[part.id] = _Written(shift_id, part, text)

    def forget(self, part_id: str) -> None:
        """Give up a part's words."""
        self._newest.pop(part_id, None)

    def text_of(self, part: RecapPart) -> str:
        """Return a part's words: those that wait, or else what the store has."""
        one = self._newest.get(part.id)
        return part.text if one is None else one.text

    @property
    def waiting(self) -> bool:
        """Whether there is something that the store does not have yet."""
        return bool(self._newest)

    async def flush(self, writer: Writer) -> None:
        """Write everything that waits. Raises StoreError."""
        for one in tuple(self._newest.values()):
            kept = None if one.text == one.part.fresh else one.text
            await writer.write(self._save, one.shift_id, one.part.id, kept)
            if self._newest.get(one.part.id) is one:
                self.forget(one.part.id)

    def unsaved(self) -> Sequence[Unsaved]:
        """Return what waits."""
        texts = {one.part.label: one.text for one in self._newest.values()}
        return [Unsaved("the recap", texts)] if texts else []
