"""The installation that a command works with, and its workplace."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csat_tui.cli.exits import Exit, Failure, complain
from csat_tui.config import Config, HelpDeskConfig, load_config
from csat_tui.paths import Paths

if TYPE_CHECKING:
    from csat_tui.workflow.opening import Workplace

NO_HELP_DESK = (
    "There is no help desk in {file}. Nothing was sent; name one with `csat-tui login`, "
    "or try everything out with `csat-tui demo`."
)


@dataclass(frozen=True, slots=True)
class Installation:
    """The folders, the configuration and the environment that a command works with."""

    paths: Paths
    config: Config
    environ: Mapping[str, str]

    @property
    def helpdesk(self) -> HelpDeskConfig:
        """The help desk; Failure where none is configured."""
        if self.config.helpdesk is None:
            raise Failure(Exit.CONFIGURATION, NO_HELP_DESK.format(file=self.paths.config_file))
        return self.config.helpdesk


def find_installation(environ: Mapping[str, str] | None = None) -> Installation:
    """Return the installation that the environment names, and begin its log. Raises ConfigError."""
    from csat_tui.cli.logs import begin_log

    environ = os.environ if environ is None else environ
    paths = Paths.find(environ)
    begin_log(paths)
    return Installation(paths, load_config(paths), environ)


@contextmanager
def opened_workplace(installation: Installation, *, with_screen: bool = False) -> "Iterator[Workplace]":
    """Open the workplace of an installation, and close it at the end. Raises PlaybookError, StoreError.

    A full desk that was measured by another playbook is measured anew first, or beside the screen where there is one.
    """
    from csat_tui.workflow.opening import open_workplace

    workplace = open_workplace(installation.paths, installation.config, installation.environ)
    if workplace.repaired:
        complain(workplace.repaired)
    try:
        if not with_screen:
            workplace.reloading.settle()
        yield workplace
    finally:
        workplace.close()
