"""Leases: what only one process may do at a time, taken over when its holder is silent or dead."""

import os
import platform
from collections.abc import Callable
from datetime import datetime, timedelta

import uuid_utils
from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from csat_tui.store.tables import LeaseRow

# Made once, because delivery takes its lease before everything it does.
_HELD = select(col(LeaseRow.holder), col(LeaseRow.expires_at)).where(col(LeaseRow.name) == bindparam("known"))
_NEW = insert(LeaseRow)
_TAKE = _NEW.on_conflict_do_update(
    index_elements=["name"], set_={"holder": _NEW.excluded.holder, "expires_at": _NEW.excluded.expires_at}
)
_GIVE_BACK = delete(LeaseRow).where(col(LeaseRow.name) == bindparam("known"), col(LeaseRow.holder) == bindparam("by"))


def take(
    connection: Connection,
    name: str,
    holder: str,
    now: datetime,
    span: timedelta,
    is_gone: Callable[[str], bool] = lambda _: False,
) -> bool:
    """Take or renew a lease until now + span; False while another holder's lease is valid.

    A holder's own lease is written again only when less than half of it is left, so that every holder has at least
    that long. A lease that ends later than any lease taken now is from before the clock was put back, and does not
    count; nor does a lease whose holder `is_gone`.
    """
    row = connection.execute(_HELD, {"known": name}).first()
    if row is not None and now < row[1] <= now + span:
        if row[0] != holder and not is_gone(row[0]):
            return False
        if row[0] == holder and row[1] - now >= span / 2:
            return True
    connection.execute(_TAKE, {"name": name, "holder": holder, "expires_at": now + span})
    return True


def give_back(connection: Connection, name: str, holder: str) -> None:
    """Release a lease, so that the next process need not wait for it to expire."""
    connection.execute(_GIVE_BACK, {"known": name, "by": holder})


def holder_name() -> str:
    """Return a unique name for this process."""
    return f"{platform.node()}/{os.getpid()}/{uuid_utils.uuid7()}"


def is_gone(holder: str) -> bool:
    """Return whether a holder is certainly dead: it ran on this machine and its process has ended."""
    node, _, rest = holder.partition("/")
    number = rest.partition("/")[0]
    if node != platform.node() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
