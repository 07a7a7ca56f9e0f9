"""The delivering process: the real sync from a real configuration, with its waits shortened. Ends by being killed."""

import asyncio
import logging
import os
import sys
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import httpx

from csat_tui.config import SyncConfig, load_config
from csat_tui.helpdesk.zendesk import desk as _desk  # noqa: F401 - all that is shortened must have been imported
from csat_tui.paths import Paths
from csat_tui.sync import deliverer, ticket_sender
from csat_tui.transport import faults, session
from csat_tui.workflow.opening import open_workplace

PATIENCE = 1.0
"""Seconds that an answer may take; what is late on the line takes longer."""
SETTLING = 1.5
"""Seconds; more than one, for stamps are whole seconds: a late arrival and its repetition must not share one."""

LEASE = 8.0
"""Seconds after which a silent process is taken over from; much more than one request may take."""
POLL = 1.0
"""Seconds between two looks at the view, and at the outbox: decisions come from another process, which says nothing."""

SHORTENED: tuple[tuple[ModuleType, str, object], ...] = (
    (session, "TIMEOUT", httpx.Timeout(PATIENCE)),
    (faults, "DEFAULT_WAIT", 1.0),
    (ticket_sender, "SETTLING_TIME", timedelta(seconds=SETTLING)),
    (ticket_sender, "LONGEST_PAUSE", 2.0),
    (deliverer, "DELIVERY_LEASE_SPAN", timedelta(seconds=LEASE)),
)


def shorten() -> None:
    """Make every wait short, wherever it was imported to; raises KeyError for a name that is no more."""
    for home, name, value in SHORTENED:
        before = vars(home)[name]
        for module in [module for known, module in sys.modules.items() if known.startswith("csat_tui.")]:
            if vars(module).get(name) is before:
                setattr(module, name, value)


def main() -> None:
    """Sync until killed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s")
    shorten()
    paths = Paths.find(os.environ)
    config = replace(load_config(paths), sync=SyncConfig(poll_seconds=POLL))
    workplace = open_workplace(paths, config, os.environ)
    assert workplace.make_engine is not None
    asyncio.run(workplace.make_engine().run())


if __name__ == "__main__":
    main()
