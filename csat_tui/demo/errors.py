"""The desk's refusals, word for word as they come over the wire."""

from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response


class Refusal(Exception):
    """A request that is not carried out; holds the answer that says why."""

    def __init__(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers or {}

    def response(self) -> Response:
        """Give the answer: text stays text, everything else is JSON."""
        if isinstance(self.body, str):
            return PlainTextResponse(self.body, self.status, self.headers)
        return JSONResponse(self.body, self.status, self.headers)


def not_found() -> Refusal:
    """Say that there is no such record."""
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def no_endpoint() -> Refusal:
    """Say that there is no such address."""
    return Refusal(404, {"error": "InvalidEndpoint", "description": "Not found"})


def unauthenticated() -> Refusal:
    """Say that the credential is not good, in plain text as the real desk does."""
    return Refusal(401, "Couldn't authenticate you", {"www-authenticate": 'Basic realm="Web Password"'})


OAUTH = {
    "invalid_request": "The request is missing a required parameter, includes an unsupported parameter or parameter "
    "value, or is otherwise malformed.",
    "invalid_client": "The client identifier provided is invalid, the client failed to authenticate, the client did "
    "not include its credentials, provided multiple client credentials, or used unsupported credentials type.",
    "invalid_grant": "The provided access grant is invalid, expired, or revoked (e.g. invalid assertion, expired "
    "authorization token, bad end-user password credentials, or mismatching authorization code and redirection URI).",
    "unsupported_grant_type": "The access grant included - its type or another attribute - is not supported by the "
    "authorization server.",
    "invalid_token": "The access token provided is expired, revoked, malformed or invalid for other reasons.",
    "insufficient_scope": "The request requires higher privileges than provided by the access token.",
}


def oauth(error: str, status: int = 400) -> Refusal:
    """Say what is wrong with a code, a client or a token."""
    description = OAUTH[error]
    shown = {"www-authenticate": f'Bearer realm="Zendesk", error="{error}"'} if status == 401 else {}
    return Refusal(status, {"error": error, "error_description": description}, shown | {"cache-control": "no-store"})


def forbidden() -> Refusal:
    """Say that this person may not do that."""
    text = "You do not have access to this page. Please contact the account owner of this help desk for further help."
    return Refusal(403, {"error": "Forbidden", "description": text})


def invalid_attribute(name: str, wanted: str) -> Refusal:
    """Say that a parameter is not of the right kind."""
    message = f"You passed an invalid value for the {name} attribute. {wanted}"
    return Refusal(400, {"error": {"title": "Invalid attribute", "message": message}})


def unreadable() -> Refusal:
    """Say that the body is not JSON."""
    return Refusal(422, {"error": "Unprocessable Entity", "message": "Server could not parse JSON"})


def record_invalid(field: str, description: str, **more: Any) -> Refusal:
    """Say which field of the record keeps it from being saved."""
    details = {field: [{"description": description, **more}]}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def closed() -> Refusal:
    """Say that a closed ticket takes no update."""
    return record_invalid("status", "Status: closed prevents ticket update")


def too_many_values() -> Refusal:
    """Say that more ids were asked for at once than the desk gives."""
    text = "Exceeded maximum number of ids allowed: 100"
    return Refusal(400, {"error": "TooManyValues", "description": text, "max_count": 100})


def conflict() -> Refusal:
    """Say that the ticket changed since the stamp under which it was to be written."""
    text = "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data "
    "and try again."
    return Refusal(409, {"error": "UpdateConflict", "description": text})


def too_deep() -> Refusal:
    """Say that numbered pages end at 10,000 records."""
    text = "The requested page is beyond the first 10,000 records. Use cursor pagination instead."
    return Refusal(400, {"error": "InvalidPaginationDepth", "description": text})


def bad_cursor(name: str) -> Refusal:
    """Say that a cursor or page size cannot be used."""
    return Refusal(400, {"errors": [{"code": "InvalidPaginationParameter", "title": f"{name} is not valid"}]})


def search_too_deep() -> Refusal:
    """Say that search gives no more than a thousand results."""
    text = "Invalid search: Requested response size was greater than Search Response Limits"
    return Refusal(422, {"error": "invalid", "description": text})
