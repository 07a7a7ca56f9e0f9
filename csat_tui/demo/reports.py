"""The survey tool's reports, to be downloaded by whoever has their address."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from csat_tui.demo import errors, paging
from csat_tui.demo.asked import world_of
from csat_tui.demo.inbox import unprocessable
from csat_tui.demo.low_scores import low_scores
from csat_tui.demo.report_files import KINDS, NAME


def download(request: Request) -> Response:
    """Give the list of low scores of a day as a file; without a day, of the one up to now."""
    found = KINDS.get(request.path_params["kind"])
    if found is None:
        raise errors.no_endpoint()
    media_type, write = found
    asked = request.query_params.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else None
    except ValueError as problem:
        raise unprocessable(f"The day should be written as 2026-11-18, and is {asked[:40]!r}.") from problem
    content = write(low_scores(world_of(request), paging.base_url(request), day))
    name = f"{NAME}.{request.path_params['kind']}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


ROUTES = [Route(f"/reports/{NAME}.{{kind}}", download)]
