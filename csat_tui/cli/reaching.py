"""Speaking with the help desk for one command: the same adapters as the sync's, without its loops."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csat_tui.cli.place import Place
from csat_tui.secrets import Credential, credential

if TYPE_CHECKING:
    from csat_tui.config import HelpDeskConfig
    from csat_tui.domain.ids import SurveyId, TicketId, ViewId
    from csat_tui.domain.ticket import Agent
    from csat_tui.helpdesk.port import HelpDesk, View
    from csat_tui.sync.case_fetch import CaseFetcher
    from csat_tui.workflow.opening import Workplace


PAGE = 100
"""Tickets of a full page; behind one there may be more."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Who we are at the help desk, and the view as it is called and counted there."""

    agent: "Agent"
    view_id: "ViewId"
    surveys: str
    """How many tickets the view has, or its first page where the help desk does not count, in words."""


@asynccontextmanager
async def desk_of(config: "HelpDeskConfig", proof: Credential) -> "AsyncIterator[HelpDesk]":
    """Give the help desk, and let go of its connections at the end."""
    from csat_tui.helpdesk.adapter import open_desk

    desk = open_desk(config, proof)
    try:
        yield desk
    finally:
        await desk.close()


async def who(config: "HelpDeskConfig", proof: Credential) -> "Agent":
    """Return whom the credential belongs to. Raises HelpDeskError."""
    async with desk_of(config, proof) as desk:
        return await desk.whoami()


async def views_of(config: "HelpDeskConfig", proof: Credential) -> "Sequence[View]":
    """Return the views that the person can open. Raises HelpDeskError."""
    async with desk_of(config, proof) as desk:
        return await desk.views()


async def try_view(config: "HelpDeskConfig", proof: Credential) -> Reached:
    """Ask who we are and open the view, as the sync will. Raises HelpDeskError."""
    from csat_tui.helpdesk.adapter import find_view

    async with desk_of(config, proof) as desk:
        agent = await desk.whoami()
        view_id = await find_view(desk, config.view)
        pages = desk.view(view_id)
        async for page in pages:
            return Reached(agent, view_id, _in_words(len(page.tickets), page.total))
        return Reached(agent, view_id, "no tickets")


def _in_words(shown: int, total: int | None) -> str:
    if total is None and shown >= PAGE:
        return f"{shown} tickets and more"
    count = shown if total is None else total
    return f"{count:,} ticket{'' if count == 1 else 's'}"


async def bring_here(place: Place, workplace: "Workplace", survey_id: "SurveyId") -> str:
    """Bring a case's surroundings up to date; returns what the admin system could not say. Raises HelpDeskError.

    NoCredential where there is none.
    """
    async with _fetching(place, workplace) as (fetcher, _):
        await fetcher.case(survey_id)
        return fetcher.admin_problem


async def bring_history(
    place: Place, workplace: "Workplace", survey_id: "SurveyId", also: "Sequence[TicketId]" = ()
) -> None:
    """Bring a case, what else its customer has written, and tickets that somebody names. Raises like `bring_here`."""
    from csat_tui.domain.clock import SystemClock
    from csat_tui.sync.histories import Histories

    async with _fetching(place, workplace) as (fetcher, desk):
        await fetcher.case(survey_id)
        for ticket in await desk.tickets(also):
            await fetcher.ticket(ticket.id)
        histories = Histories(workplace.database, desk, fetcher, SystemClock(), workplace.playbook)
        histories.forget()
        await histories.of_case(survey_id)


@asynccontextmanager
async def _fetching(place: Place, workplace: "Workplace") -> "AsyncIterator[tuple[CaseFetcher, HelpDesk]]":
    """Give what fetches, with the help desk behind it, and let go of all connections at the end."""
    from csat_tui.admin.opening import admin_beside
    from csat_tui.domain.clock import SystemClock
    from csat_tui.sync.case_fetch import CaseFetcher

    helpdesk = place.helpdesk
    ours = credential(helpdesk, place.environ, place.paths)
    admin = admin_beside(place.config, place.environ, place.paths, helpdesk, ours)
    try:
        async with desk_of(helpdesk, ours) as desk:
            yield CaseFetcher(workplace.database, desk, admin, SystemClock()), desk
    finally:
        await admin.close()
