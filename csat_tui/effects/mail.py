"""A mail, sent by a server or saved as a file."""

from csat_tui.domain.effect import Mail
from csat_tui.domain.ids import TicketId
from csat_tui.effects.kind import Carriage, Kind, Payload, Words


def _from_row(_ticket_id: TicketId | None, payload: Payload) -> Mail:
    readers = tuple(map(str, payload["to"]))
    return Mail(readers, str(payload["subject"]), str(payload["body"]), str(payload["html"]))


def _readers(payload: Payload) -> str:
    return ", ".join(map(str, payload.get("to", ())))


def _goes_to(payload: Payload) -> str:
    return f"to {_readers(payload)}, “{payload.get('subject', '')}”" if "to" in payload else ""


KIND = Kind(
    name="mail",
    effect=Mail,
    to_row=lambda effect: (
        None,
        {"to": list(effect.to), "subject": effect.subject, "body": effect.body, "html": effect.html},
    ),
    from_row=_from_row,
    carriage=Carriage.ERRAND,
    look_at="the sent mail",
    reaches_customer=True,
    words=Words(
        label="mail",
        command_line="mail, its reader sees it",
        destination=lambda _ticket_id, payload: _readers(payload),
        names_destination=True,
        heading=lambda payload: str(payload.get("subject", "")),
        goes_to=_goes_to,
    ),
)
