"""Who holds a lease: a name that tells whether its process is still alive."""

import os
import platform

import uuid_utils


def name() -> str:
    """Return a name of this process that no other has."""
    return f"{platform.node()}/{os.getpid()}/{uuid_utils.uuid7()}"


def is_gone(holder: str) -> bool:
    """Tell whether a holder is certainly dead: one of this machine whose process is no more."""
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
