"""Sending a shift's recap: noted before a byte leaves, under one id for good, so that it never goes twice unasked.

A shift is no case, so its mail does not go through the outbox; the promise is the same.
"""

from datetime import datetime, timedelta

import uuid_utils

from csat_tui.domain.clock import Clock
from csat_tui.domain.effect import Mail
from csat_tui.domain.errors import HelpDeskError, Uncertain
from csat_tui.domain.ids import OpId
from csat_tui.domain.shift import RecapState, Shift
from csat_tui.store import shifts
from csat_tui.store.database import Database
from csat_tui.targets.port import Mailer

MAIL_ANSWER_WAIT = timedelta(minutes=5)
"""How long a recap without an answer counts as still being sent."""


class NotSent(Exception):
    """The recap was not sent; the text says why, and what to do."""


def recap_state(shift: Shift, clock: Clock) -> RecapState:
    """Return the state of a recap: unknown if sending began long ago and never ended."""
    if shift.recap is RecapState.SENDING and shift.recap_tried_at is not None:
        gone = clock.now() - shift.recap_tried_at
        return RecapState.SENDING if timedelta(0) <= gone < MAIL_ANSWER_WAIT else RecapState.UNKNOWN
    return shift.recap


def heard_until(shift: Shift) -> str:
    """Return in words until when a recap without an answer counts as being sent."""
    until = (shift.recap_tried_at or shift.started_at) + MAIL_ANSWER_WAIT
    return f"if there is no answer by {until.astimezone():%H:%M}, you are asked whether it has arrived"


async def send_recap(
    database: Database, mailer: Mailer, clock: Clock, shift_id: int, mail: Mail, *, again: bool = False
) -> Shift:
    """Send the recap mail and return the shift as it then is; raises NotSent where nothing was tried.

    `again` is the person's word, after they have looked. A mail whose fate is not known goes as it was and under the
    same id, so that a second copy can be told from a second mail; after one that has arrived it is another mail.
    """
    op_id, mail = _claim(database, clock, shift_id, mail, again=again)
    state, reason = RecapState.UNKNOWN, "sending was interrupted"
    try:
        delivered = await mailer.send(mail, op_id)
        state, reason = RecapState.SENT, delivered.reference
        if mailer.folder is not None:
            state, reason = RecapState.SAVED, str(mailer.folder / delivered.reference)
    except Uncertain as error:
        state, reason = RecapState.UNKNOWN, str(error)
    except HelpDeskError as error:
        # Every other one of them says that certainly nothing was taken.
        state, reason = RecapState.REFUSED, str(error)
    finally:
        with database.write("shift") as connection:
            shifts.recap_is(connection, shift_id, state, reason, clock.now())
    with database.read() as connection:
        found = shifts.shift(connection, shift_id)
    if found is None:
        raise NotSent("the shift is not here any more")
    return found


def as_mail_file(mail: Mail, shift: Shift, sender: str, now: datetime) -> str:
    """Return the mail as a file that any mail program opens; raises Refused for an address that is none."""
    from csat_tui.targets.mail import SENDER, build_message

    whole = build_message(mail, sender or SENDER, shift.recap_op_id or OpId(str(uuid_utils.uuid7())), now)
    whole["X-Unsent"] = "1"  # mail programs open it as a draft
    if not sender:
        del whole["From"]
    return whole.as_string()


def _claim(database: Database, clock: Clock, shift_id: int, mail: Mail, *, again: bool) -> tuple[OpId, Mail]:
    """Record what is about to be sent, in its own transaction; returns the mail with its operation id."""
    with database.write("shift") as connection:
        shift = shifts.shift(connection, shift_id)
        if shift is None:
            raise NotSent("The shift is not here any more. Nothing was sent.")
        op_id = shift.recap_op_id or OpId(str(uuid_utils.uuid7()))
        match recap_state(shift, clock):
            case RecapState.SENDING:
                said = heard_until(shift)
                raise NotSent(f"The recap is being sent already, and nothing was sent a second time; {said}.")
            case RecapState.UNKNOWN if not again:
                raise NotSent(
                    "It is not known whether the recap arrived. Nothing was sent; look in your mailbox, "
                    "then mark it as arrived, or send it again."
                )
            case RecapState.SENT if not again:
                raise NotSent("The recap has been sent already. Nothing was sent a second time.")
            case RecapState.SAVED if not again:
                raise NotSent(
                    f"The recap is saved already: {shift.recap_reason}. It was not sent from here; send it with your "
                    "mail program, then mark it as sent, or send it again from here."
                )
            case RecapState.UNKNOWN:
                mail = shift.recap_mail or mail
            case RecapState.SAVED | RecapState.SENT:
                op_id = OpId(str(uuid_utils.uuid7()))
        shifts.claim_recap(connection, shift_id, op_id, mail, clock.now())
    return op_id, mail
