"""The whole demo as one web application."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from csat_tui.demo import (
    admin,
    channel,
    consent,
    desk_history,
    desk_search,
    desk_tickets,
    desk_users,
    desk_views,
    errors,
    forms,
    jobs,
    oauth,
    reports,
)
from csat_tui.demo.gate import Gate
from csat_tui.demo.grants import Grants
from csat_tui.demo.limits import Limits
from csat_tui.demo.world import World


async def _lost(request: Request, problem: Exception) -> Response:  # noqa: ARG001 - the signature is Starlette's
    return errors.no_endpoint().response()


async def _refused(request: Request, problem: Exception) -> Response:  # noqa: ARG001 - the signature is Starlette's
    assert isinstance(problem, errors.Refusal)  # noqa: S101 - registered for nothing else
    return problem.response()


def build(world: World, limits: Limits, grants: Grants, latency: float = 0.0) -> Gate:
    """Put everything behind the gate; latency in seconds is added to every answer."""
    routes = [*desk_tickets.ROUTES, *desk_views.ROUTES, *desk_users.ROUTES, *admin.ROUTES]
    routes += [*desk_history.ROUTES, *desk_search.ROUTES, *jobs.ROUTES, *consent.ROUTES, *oauth.ROUTES]
    routes += [*forms.ROUTES, *channel.ROUTES, *reports.ROUTES]
    inner = Starlette(routes=routes, exception_handlers={404: _lost, 405: _lost, errors.Refusal: _refused})
    inner.state.world, inner.state.limits, inner.state.grants = world, limits, grants
    inner.state.made, inner.state.counted, inner.state.jobs = {}, {}, {}
    inner.router.redirect_slashes = False
    return Gate(inner, world, limits, grants, latency)
