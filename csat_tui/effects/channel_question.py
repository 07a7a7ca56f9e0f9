"""A question to a channel of colleagues; the case waits for its answer."""

from csat_tui.domain.effect import Question
from csat_tui.effects.kind import Carriage, Kind, Words

KIND = Kind(
    name="question",
    effect=Question,
    to_row=lambda effect: (None, {"channel": effect.channel, "body": effect.text}),
    from_row=lambda _ticket_id, payload: Question(str(payload["channel"]), str(payload["body"])),
    carriage=Carriage.ERRAND,
    look_at="the channel",
    words=Words(
        label="question to a channel",
        in_list="question",
        command_line="question to a channel",
        destination=lambda _ticket_id, payload: f"#{str(payload.get('channel', '')).lstrip('#')}",
        names_destination=True,
        goes_to=lambda payload: str(payload.get("channel") or ""),
    ),
)
