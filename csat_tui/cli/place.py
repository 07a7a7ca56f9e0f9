"""Where a command works: folders, configuration and log, and the workplace over them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csat_tui.cli.exits import Exit, Failure, complain
from csat_tui.config import Config, HelpDeskConfig, load
from csat_tui.paths import Paths

if TYPE_CHECKING:  # the workplace pulls in the database's libraries, which --help can do without
    from csat_tui.workflow.opening import Workplace

NO_HELP_DESK = (
    "There is no help desk in {file}. Nothing was sent; name one with `csat-tui login`, "
    "or try everything out with `csat-tui demo`."
)


@dataclass(frozen=True, slots=True)
class Place:
    """One installation as a command finds it."""

    paths: Paths
    config: Config
    environ: Mapping[str, str]

    @property
    def helpdesk(self) -> HelpDeskConfig:
        """The help desk; Failure where none is configured."""
        if self.config.helpdesk is None:
            raise Failure(Exit.CONFIGURATION, NO_HELP_DESK.format(file=self.paths.config_file))
        return self.config.helpdesk


def here(environ: Mapping[str, str] | None = None) -> Place:
    """Return the place that the environment names, with its log begun. Raises ConfigError."""
    from csat_tui.cli.logs import begin_log

    environ = os.environ if environ is None else environ
    paths = Paths.find(environ)
    begin_log(paths)
    return Place(paths, load(paths), environ)


@contextmanager
def opened(place: Place) -> "Iterator[Workplace]":
    """Give the workplace, and let go of it at the end. Raises PlaybookError, StoreError."""
    from csat_tui.workflow.opening import open_workplace

    workplace = open_workplace(place.paths, place.config, place.environ)
    if workplace.repaired:
        complain(workplace.repaired)
    try:
        # A command has no screen beside which the rest could be measured.
        workplace.reloading.settle()
        yield workplace
    finally:
        workplace.close()
