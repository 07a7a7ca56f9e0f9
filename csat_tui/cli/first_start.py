"""Going through a door of the first start: what `connect` and `import` do, without questions in between."""

import asyncio

from csat_tui.cli.connect import keep, read_view, tidied, tried
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.place import Place, opened
from csat_tui.config import HelpDeskConfig
from csat_tui.config.help_desks import DEFAULT
from csat_tui.file_access import expanded
from csat_tui.secrets import Credential

TOLD = 3
"""Errors of a file that a form has room for; `csat-tui import` lists them all."""


def is_first_start(place: Place) -> bool:
    """Tell whether there is nothing to work on yet: no help desk, and no survey that was imported."""
    if place.config.helpdesk is not None:
        return False
    if not place.paths.database.exists():
        return True
    with opened(place) as workplace:
        return not any(workplace.desk.counts().by_stage.values())


def connect_first(place: Place, url: str, view: str, user: str, token: str) -> None:
    """Try a help desk, and keep credential and connection where it works. Raises Failure, NoCredential."""
    wanted = HelpDeskConfig(DEFAULT.name, tidied(url), read_view(view.strip()), user.strip())
    asyncio.run(tried(wanted, Credential(wanted.user, token.strip(), "the first start")))
    keep(place.paths, wanted, token.strip())


def import_first(place: Place, path: str) -> None:
    """Import a survey file, whole or not at all. Raises Failure with the first things that are wrong with it."""
    file = expanded(path.strip())
    with opened(place) as workplace:
        from csat_tui.cli.import_plan import write_import
        from csat_tui.intake import read_file

        preview = read_file(file, workplace.playbook)
        if preview.errors:
            told = "; ".join(map(str, preview.errors[:TOLD]))
            more = f"; `csat-tui import {file}` lists them all" if len(preview.errors) > TOLD else ""
            raise Failure(Exit.NEEDS_PERSON, f"Nothing was imported: {told}{more}.")
        if not preview.surveys:
            raise Failure(Exit.NEEDS_PERSON, "Nothing was imported: it has no survey that can be imported.")
        write_import(workplace, preview.surveys)
