"""Talk to the help desk for one command, with the adapters of the sync but without its loops."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csat_tui.cli.installation import Installation
from csat_tui.secrets import Credential, credential

if TYPE_CHECKING:
    from csat_tui.config import HelpDeskConfig
    from csat_tui.domain.ids import SurveyId, TicketId, ViewId
    from csat_tui.domain.ticket import Agent
    from csat_tui.helpdesk.port import HelpDesk, View
    from csat_tui.sync.case_fetch import CaseFetcher
    from csat_tui.workflow.opening import Workplace

PAGE = 100
"""Tickets of a full page; more may follow."""


@dataclass(frozen=True, slots=True)
class HelpDeskView:
    """The agent at the help desk, and the view with its number of tickets."""

    agent: "Agent"
    view_id: "ViewId"
    surveys: str
    """The number of tickets in the view, in words; of its first page if the help desk does not count."""


@asynccontextmanager
async def help_desk(config: "HelpDeskConfig", proof: Credential) -> "AsyncIterator[HelpDesk]":
    """Open the help desk, and close its connections at the end."""
    from csat_tui.helpdesk.port import open_desk

    desk = open_desk(config, proof)
    try:
        yield desk
    finally:
        await desk.close()


async def who_am_i(config: "HelpDeskConfig", proof: Credential) -> "Agent":
    """Return the agent whom the credential belongs to. Raises HelpDeskError."""
    async with help_desk(config, proof) as desk:
        return await desk.whoami()


async def views_of(config: "HelpDeskConfig", proof: Credential) -> "Sequence[View]":
    """Return the views that the person can open. Raises HelpDeskError."""
    async with help_desk(config, proof) as desk:
        return await desk.views()


async def try_view(config: "HelpDeskConfig", proof: Credential) -> HelpDeskView:
    """Ask for the agent and open the view, as the sync will. Raises HelpDeskError."""
    from csat_tui.helpdesk.port import find_view

    async with help_desk(config, proof) as desk:
        agent = await desk.whoami()
        view_id = await find_view(desk, config.view)
        pages = desk.view(view_id)
        async for page in pages:
            return HelpDeskView(agent, view_id, _in_words(len(page.tickets), page.total))
        return HelpDeskView(agent, view_id, "no tickets")


def _in_words(shown: int, total: int | None) -> str:
    if total is None and shown >= PAGE:
        return f"{shown} tickets and more"
    count = shown if total is None else total
    return f"{count:,} ticket{'' if count == 1 else 's'}"


async def fetch_case(installation: Installation, workplace: "Workplace", survey_id: "SurveyId") -> str:
    """Fetch a case with its tickets and account; returns the admin system's problem, if any. Raises HelpDeskError,

    NoCredential.
    """
    async with _fetching(installation, workplace) as (fetcher, _):
        await fetcher.case(survey_id)
        return fetcher.admin_problem


async def fetch_history(
    installation: Installation, workplace: "Workplace", survey_id: "SurveyId", also: "Sequence[TicketId]" = ()
) -> None:
    """Fetch a case, its customer's other tickets, and the tickets `also`. Raises like `fetch_case`."""
    from csat_tui.domain.clock import SystemClock
    from csat_tui.sync.history_fetch import HistoryFetcher

    async with _fetching(installation, workplace) as (fetcher, desk):
        await fetcher.case(survey_id)
        for ticket in await desk.tickets(also):
            await fetcher.ticket(ticket.id)
        history_fetcher = HistoryFetcher(workplace.database, desk, fetcher, SystemClock(), workplace.playbook)
        history_fetcher.forget()
        await history_fetcher.fetch_for_case(survey_id)


@asynccontextmanager
async def _fetching(
    installation: Installation, workplace: "Workplace"
) -> "AsyncIterator[tuple[CaseFetcher, HelpDesk]]":
    """Open the fetcher and the help desk, and close all connections at the end."""
    from csat_tui.admin.port import admin_for_help_desk
    from csat_tui.domain.clock import SystemClock
    from csat_tui.sync.case_fetch import CaseFetcher

    helpdesk = installation.helpdesk
    ours = credential(helpdesk, installation.environ, installation.paths)
    admin = admin_for_help_desk(installation.config, installation.environ, installation.paths, helpdesk, ours)
    try:
        async with help_desk(helpdesk, ours) as desk:
            yield CaseFetcher(workplace.database, desk, admin, SystemClock()), desk
    finally:
        await admin.close()
