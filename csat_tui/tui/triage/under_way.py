"""What the person is just doing with cases: nobody else has done it, and a second wish for it is none."""

import contextlib
from collections.abc import Callable, Iterator

from csat_tui.domain.ids import SurveyId


class ActionsUnderWay:
    """Remembers which cases the person is taking out of the queue, and whose sending they have asked for."""

    def __init__(self, after_leaving: Callable[[tuple[SurveyId, ...]], object]) -> None:
        self.leaving: set[SurveyId] = set()
        self.sending: set[SurveyId] = set()
        self._after_leaving = after_leaving

    def __bool__(self) -> bool:
        return bool(self.leaving or self.sending)

    @contextlib.contextmanager
    def taking_out(self, *survey_ids: SurveyId) -> Iterator[None]:
        """Do something with cases that takes them out of the queue; what is read of them meanwhile is not shown."""
        self.leaving.update(survey_ids)
        try:
            yield
        finally:
            self.leaving.difference_update(survey_ids)
            self._after_leaving(survey_ids)
