"""The admin system's look-ups: two of one shape, and one of another."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from csat_tui.demo import accounts, customers
from csat_tui.demo.asked import world_of
from csat_tui.demo.wire import Json


def _answer(found: Json | None) -> Response:
    if found is None:
        return JSONResponse({"error": "not_found", "message": "There is no such account."}, 404)
    return JSONResponse(found)


def by_email(request: Request) -> Response:
    """Look an account up by the customer's address."""
    return _answer(accounts.by_email(world_of(request), request.query_params.get("email", "")))


def by_id(request: Request) -> Response:
    """Look an account up by its number."""
    return _answer(accounts.by_id(world_of(request), request.path_params["id"]))


def second_shape(request: Request) -> Response:
    """Look a customer up by their address, which is a part of the path."""
    return _answer(customers.by_email(world_of(request), request.path_params["email"]))


ROUTES = [
    Route("/admin/accounts", by_email),
    Route("/admin/accounts/{id}", by_id),
    Route("/admin/v2/customers/{email}", second_shape),
]
