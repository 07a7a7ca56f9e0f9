"""Mending the survey of the open case, in a form; who did it and what it was before are kept."""

import asyncio
from collections.abc import Callable, Mapping

from csat_tui.domain.ids import SurveyId
from csat_tui.sync.background import BackgroundSync
from csat_tui.tui.base.dialog import Dialog
from csat_tui.tui.base.writer import Writer
from csat_tui.tui.triage.mending_form import MendForm
from csat_tui.tui.triage.open_case import OpenCase
from csat_tui.workflow.desk import Desk
from csat_tui.workflow.mending import MendingDesk, NotMended


class SurveyMending:
    """Fixes or corrects what the open case's survey says."""

    def __init__(
        self,
        opened: OpenCase,
        desk: Desk,
        mending: MendingDesk,
        writer: Writer,
        sync: BackgroundSync | None,
        dialog: Dialog,
        *,
        read: Callable[[SurveyId], None],
    ) -> None:
        self._opened = opened
        self._desk = desk
        self._mending = mending
        self._writer = writer
        self._sync = sync
        self._dialog = dialog
        self._read = read

    def nothing_to_correct(self) -> str:
        """Say why the survey cannot be corrected."""
        case = self._opened.case
        return "no case is chosen" if case is None else self._mending.reason_not_to(case)

    def nothing_to_fix(self) -> str:
        """Say why there is nothing to fix in the survey."""
        case = self._opened.case
        if (reason := self.nothing_to_correct()) or case is None:
            return reason
        return "" if case.survey.problem else "this survey was read; “correct the survey” changes what it says"

    async def mend(self) -> None:
        """Ask what the survey says, keep it, and have the ticket that it names fetched."""
        case = self._opened.case
        if case is None:
            return
        seen = case.survey

        async def take(texts: Mapping[str, str]) -> str:
            nonlocal seen
            try:
                await self._writer.write(self._mending.mend, case.id, self._mending.typed(seen, texts), seen)
            except NotMended as error:
                # What is typed next is typed over what the survey says by now.
                now = await asyncio.to_thread(self._desk.case, case.id)
                if now is not None and now.survey != seen:
                    seen = now.survey
                    form.show_again(now)
                return str(error)
            return ""

        form = MendForm(case, self._desk.playbook, self._mending.offered(case), take=take)
        if await self._dialog.ask(form) is None:
            return
        self._dialog.notify("The survey is fixed; the earlier version is kept with the case.", timeout=5)
        if self._sync is not None:
            self._sync.prioritize([case.id])
        if self._opened.wanted == case.id:
            self._read(case.id)
