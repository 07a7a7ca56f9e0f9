"""Texts on the way: each is written at every change, and the newest is known until the store has it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from csat_tui.store.errors import StoreError
from csat_tui.tui.base.background_work import Writer
from csat_tui.tui.base.session import Unsaved

D = TypeVar("D")
"""The type of a draft."""


class KeptDrafts(Generic[D]):
    """The drafts that were begun in this session, by the number of what each is about."""

    FAILURE: ClassVar[str] = ""
    """A clause that says what was not kept."""
    REFUSED: ClassVar[tuple[type[Exception], ...]] = ()
    """Raised by what saves them where one is taken no more."""

    def __init__(
        self, save: Callable[[int, D], None], writer: Writer, do: Callable[[str, Awaitable[Any]], None]
    ) -> None:
        self._save = save
        self._writer = writer
        self._do = do
        self._begun: dict[int, D] = {}
        """The newest drafts; a draft that was read meanwhile may be older."""
        self._unwritten: dict[int, D] = {}

    def of(self, number: int) -> D | None:
        """Return a draft as this session has it; None if it has begun none."""
        return self._begun.get(number)

    def keep(self, number: int, draft: D) -> None:
        """Keep a draft in place of an earlier one, and write it beside the keys."""
        self._begun[number] = self._unwritten[number] = draft
        self._do(self.FAILURE, self._write(number, draft))

    def forget(self, number: int) -> None:
        """Forget a draft, because what it was for is written or the store has it."""
        self._begun.pop(number, None)
        self._unwritten.pop(number, None)

    async def save(self) -> None:
        """Write what is not written yet. Raises StoreError, also where a draft is taken no more."""
        refused: Exception | None = None
        for number, draft in list(self._unwritten.items()):
            try:
                await self._write(number, draft)
            except self.REFUSED as error:
                refused = error
        if refused is not None:
            raise StoreError(str(refused)) from refused

    async def _write(self, number: int, draft: D) -> None:
        # A newer one is written by itself; of two that wait, the older is not needed any more.
        if self._unwritten.get(number) is not draft:
            return
        await self._writer.write(self._save, number, draft)
        if self._unwritten.get(number) is draft:
            del self._unwritten[number]

    def texts(self, draft: D) -> Mapping[str, str]:
        """Return the words of a draft by name; empty where nobody has typed any."""
        raise NotImplementedError

    def name(self, number: int) -> str:
        """Return what a draft is about, for a file of words."""
        raise NotImplementedError

    def unsaved(self) -> Sequence[Unsaved]:
        """Return the words that the store does not have."""
        return [
            Unsaved(self.name(number), texts)
            for number, draft in self._unwritten.items()
            if (texts := self.texts(draft))
        ]
