"""`csat-tui doctor`: check whether everything works, and say what to do where it does not."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from csat_tui.cli.console import say, say_json, single_line
from csat_tui.cli.diagnosis import GLYPHS, Diagnosis, Health
from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import Installation
from csat_tui.cli.screen import Screen
from csat_tui.paths import Paths


def doctor(
    context: typer.Context,
    aside: Annotated[
        bool, typer.Option("--set-aside", help="Rename the database; the next start creates a new one.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Check the whole database and rebuild what is damaged.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore-removed", help="Put back what was removed as old within the last week.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check configuration, credential, help desk, database and terminal, and say what to do; changes nothing."""
    from csat_tui.cli.logs import begin_log

    paths = Paths.find(os.environ)
    begin_log(paths)
    if aside:
        _set_aside(paths, json=json)
        return
    if repair:
        _repair(paths, json=json)
        return
    if restore:
        _restore(paths, json=json)
        return
    found = []
    for finding in _examine(paths, context.find_root().obj):
        found.append(finding)
        if not json:
            todo = f" → {single_line(finding.todo)}" if finding.todo else ""
            say(f"{GLYPHS[finding.mark]} {finding.about}: {single_line(finding.sentence)}{todo}")
    code = exit_for(found)
    if json:
        say_json({
            "ok": code is Exit.OK,
            "exit_code": int(code),
            "findings": [
                {"about": one.about, "mark": one.mark.value, "sentence": one.sentence, "todo": one.todo}
                for one in found
            ],
        })  # fmt: skip
    raise typer.Exit(code)


def exit_for(found: list[Diagnosis]) -> Exit:
    """Return the exit code: that of the first bad finding, or else of the first that needs attention."""
    for mark in (Health.BAD, Health.ATTENTION):
        for finding in found:
            if finding.mark is mark:
                return finding.code
    return Exit.OK


def _examine(paths: Paths, screen: Screen | None) -> Iterator[Diagnosis]:
    from csat_tui.cli.doctor_checks import (
        check_config,
        check_desk,
        check_keys,
        check_log,
        check_playbook,
        check_targets,
        check_terminal,
    )
    from csat_tui.cli.doctor_database import check_database

    config, found = check_config(paths)
    yield from found
    if config is not None:
        installation = Installation(paths, config, os.environ)
        yield from check_playbook(installation)
        yield from check_keys(installation, screen)
        yield from check_desk(installation)
        yield from check_targets(installation)
    yield from check_database(paths, config)
    yield from check_terminal(os.environ)
    yield from check_log(paths)


def _repair(paths: Paths, *, json: bool) -> None:
    from csat_tui.store.ledger import ledger_file
    from csat_tui.store.recovery import repair

    if not paths.database.exists() and not ledger_file(paths.database).exists():
        raise Failure(Exit.USAGE, f"There is no database at {paths.database}, so there is nothing to repair.")
    done = repair(paths.database, datetime.now(UTC))
    if json:
        say_json({"sentence": done.sentence, "aside": [str(one) for one in done.aside]})
    else:
        say(done.sentence)


def _restore(paths: Paths, *, json: bool) -> None:
    from csat_tui.store.database import Database
    from csat_tui.store.retention.removed import removed_files, restore

    files = removed_files(paths.database)
    if not files:
        raise Failure(Exit.USAGE, f"Nothing that was removed is kept beside {paths.database}. Nothing was changed.")
    database = Database.open(paths.database)
    try:
        back = [restore(database, one) for one in files]
    finally:
        database.close()
    cases, papers = sum(one.cases for one in back), sum(one.papers for one in back)
    if json:
        say_json({"cases": cases, "papers": papers, "files": [str(one) for one in files]})
        return
    say(f"{cases:,} cases and {papers:,} shifts and lists of low scores are back.")
    say("What is older than store.keep_days goes again with the next upkeep; raise it in config.toml to keep them.")


def _set_aside(paths: Paths, *, json: bool) -> None:
    from csat_tui.cli.doctor_database import set_aside

    where, waiting = set_aside(paths, datetime.now(UTC))
    if json:
        say_json({"aside": str(where), "unconfirmed": waiting})
        return
    say(f"The database is now {where}; the next start makes a fresh one and fetches the surveys again.")
    if waiting is None:
        say("It is too damaged to show whether every decision was sent; look at today's cases at the help desk.")
    elif waiting:
        say(f"{waiting} effects in it are not confirmed and will not be sent from there. To send them, rename it back.")
