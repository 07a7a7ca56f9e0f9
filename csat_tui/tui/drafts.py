"""Words on their way to the store: written in their order, and again until the newest of each case is there."""

from collections.abc import Callable

from textual.widget import Widget

from csat_tui.domain.case import Draft
from csat_tui.domain.ids import SurveyId
from csat_tui.store.errors import StoreError
from csat_tui.tui.commands import tell
from csat_tui.tui.writer import Writer

AGAIN = 3.0
"""Seconds before a draft that could not be written is tried again."""


class DraftKeeper:
    """Holds every draft that the store does not have yet, also of cases that are no longer on the screen."""

    def __init__(
        self, screen: Widget, save: Callable[[SurveyId, Draft], None], saved: Callable[[SurveyId, Draft], None]
    ) -> None:
        self._screen = screen
        self._save = save
        self._saved = saved
        self._newest: dict[SurveyId, Draft] = {}

    async def keep(self, writer: Writer, survey_id: SurveyId, draft: Draft) -> None:
        """Write a draft, now or as soon as the store lets us; what is older than it is forgotten."""
        self._newest[survey_id] = draft
        await self._try(writer, survey_id, draft)

    def forget(self, survey_id: SurveyId) -> None:
        """Let go of a case's words: they have become a decision."""
        self._newest.pop(survey_id, None)

    async def flush(self, writer: Writer) -> None:
        """Try everything that is left once more. Raises StoreError."""
        for survey_id, draft in tuple(self._newest.items()):
            await writer.write(self._save, survey_id, draft)
            self.forget(survey_id)

    async def _try(self, writer: Writer, survey_id: SurveyId, draft: Draft) -> None:
        if self._newest.get(survey_id) is not draft:
            return
        try:
            await writer.write(self._save, survey_id, draft)
        except StoreError as error:
            tell(self._screen, error)
            self._screen.set_timer(AGAIN, lambda: self._begin(writer, survey_id, draft))
            return
        if self._newest.get(survey_id) is draft:
            self.forget(survey_id)
        self._saved(survey_id, draft)

    def _begin(self, writer: Writer, survey_id: SurveyId, draft: Draft) -> None:
        self._screen.run_worker(self._try(writer, survey_id, draft), group="write", exit_on_error=False)
