"""Where the two faces meet: the command line starts the workstation, and neither knows the other."""

import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from csat_tui.cli.exits import Exit, Failure, complain, sentence
from csat_tui.cli.installation import Installation, find_installation, opened_workplace
from csat_tui.cli.main import app
from csat_tui.cli.screen import ScreenOptions
from csat_tui.config import Config
from csat_tui.secrets import NoCredential

if TYPE_CHECKING:
    from csat_tui.tui.base.terminal import TerminalApp
    from csat_tui.tui.welcome import Connect, Import
    from csat_tui.workflow.opening import Workplace

UPKEEP_AFTER, UPKEEP_AGAIN = 20.0, 3600.0
"""Seconds after the start at which the store's daily upkeep may begin, and then between looks for a new day."""

NOBODY_WAITS = 0.5
"""Seconds that a write under way gets where the terminal has gone: whoever ended it may end this process as well."""

log = logging.getLogger(__name__)


class Terminal:
    """The workstation on this terminal; its libraries are imported only when it is shown."""

    def check(self) -> None:
        """Raise Failure where the screen cannot be shown here."""
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            raise Failure(
                Exit.USAGE,
                "The workstation needs a terminal, and there is none here. Nothing was changed; "
                "`csat-tui queue` and `csat-tui case` print the same as text, and with --json for programs.",
            )

    def run(
        self, installation: Installation, options: ScreenOptions, prepare: "Callable[[Workplace], Workplace] | None"
    ) -> Exit:
        """Open the workstation and stay until it ends."""
        config = configured(installation.config, options)
        if not config.ui.animation:
            os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is imported
        _check_theme(options)
        from csat_tui.cli.logs import log_written_aside
        from csat_tui.store.database import OutsideChanges
        from csat_tui.tui.app import Workstation
        from csat_tui.tui.base.session import Session
        from csat_tui.workstation_socket import WorkstationSocket

        with (
            log_written_aside(),
            opened_workplace(replace(installation, config=config), with_screen=True) as workplace,
            OutsideChanges(workplace.database),
        ):
            if prepare is not None:
                workplace = prepare(workplace)
            background = workplace.background()
            workstation = Workstation(
                Session.at(workplace, background),
                warning=workplace.warning,
                repaired=workplace.repaired,
                debug=options.debug,
                starts_in="review" if options.review else "",
                target=options.target,
            )
            if background is not None:
                background.start()
            # Once the screen has long been there: the first moments belong to the person.
            ended = threading.Event()
            threading.Thread(target=_keep_up, args=(workplace, ended), name="upkeep", daemon=True).start()
            workplace.reloading.start()
            workplace.paperwork.watching.start()
            try:
                with WorkstationSocket(workplace.paths.data_dir, workstation.links.answer):
                    workstation.launch()
            finally:
                ended.set()
                workplace.reloading.stop()
                workplace.paperwork.watching.stop()
                if background is not None:
                    background.stop(*_stop_timeout(workstation))
        return _end_of(workstation)

    def welcome(self, installation: Installation, options: ScreenOptions) -> Exit:
        """Offer the three ways to begin at a first start, and carry out the chosen one."""
        from csat_tui.cli.demo import run_demo
        from csat_tui.cli.demo_desk import DemoSettings
        from csat_tui.tui.app import all_scopes
        from csat_tui.tui.base.terminal import mouse_works
        from csat_tui.tui.welcome import Welcome

        again: Connect | Import | None = None
        problem = ""
        ui = configured(installation.config, options).ui
        while True:
            welcome = Welcome(
                theme=ui.theme,
                again=again,
                problem=problem,
                keys=installation.config.keys,
                scopes=all_scopes(),
            )
            choice = welcome.run(mouse=ui.mouse and mouse_works(installation.environ))
            if choice is None:
                return _end_of(welcome)
            if choice == "demo":
                return run_demo(self, options, DemoSettings(review=options.review))
            try:
                _carry_out(choice, installation)
            except (Failure, NoCredential) as error:
                again, problem = choice, sentence(str(error))
            else:
                return self.run(find_installation(installation.environ), options, None)

    def problems(self, installation: Installation) -> list[str]:
        """Return what is wrong with the person's own keys and colours, a sentence each."""
        from csat_tui.tui.app import validate_keys
        from csat_tui.tui.base.theme import THEMES

        found = list(validate_keys(installation.config.keys))
        if installation.config.ui.theme not in THEMES:
            found.append(
                f"ui.theme: there is no theme called “{installation.config.ui.theme}”; there are {', '.join(THEMES)}"
            )
        return found


def _stop_timeout(ended: "TerminalApp") -> tuple[float, ...]:
    """Return the seconds that a write under way gets at the end; none where it would wait for the store as well."""
    if ended.ending is None:
        return ()
    return (NOBODY_WAITS if ended.rescued is None else 0.0,)


def _keep_up(workplace: "Workplace", ended: threading.Event) -> None:
    """Do what the store needs once a day, also where the workstation stays open for days."""
    wait = UPKEEP_AFTER
    while not ended.wait(wait):
        workplace.upkeep()
        wait = UPKEEP_AGAIN


def _carry_out(choice: "Connect | Import", installation: Installation) -> None:
    """Carry out a choice of the first start. Raises Failure, NoCredential."""
    from csat_tui.cli.connect import connect_first, import_first

    if choice.kind == "connect":
        connect_first(installation, choice.url, choice.view, choice.user, choice.token)
    else:
        import_first(installation, choice.path)


def configured(config: Config, options: ScreenOptions) -> Config:
    """Return the configuration with what was said on the command line over it."""
    ui = config.ui
    return replace(
        config,
        ui=replace(
            ui,
            theme=ui.theme if options.theme is None else options.theme,
            mouse=ui.mouse if options.mouse is None else options.mouse,
            animation=ui.animation if options.animation is None else options.animation,
        ),
    )


def main() -> None:
    """Run the command line with a screen at its back."""
    app(obj=Terminal())


def _check_theme(options: ScreenOptions) -> None:
    from csat_tui.tui.base.theme import THEMES

    if options.theme is not None and options.theme not in THEMES:
        raise Failure(Exit.USAGE, f"There is no theme called “{options.theme}”; choose one of {', '.join(THEMES)}.")


def _end_of(ended: "TerminalApp") -> Exit:
    """Return how the command ends; raises what ended the screen, so that it is told like any other fault."""
    if ended.ending is not None:
        return _end_without_terminal(ended)
    if ended.failure is not None:
        raise ended.failure
    return Exit.FAULT if ended.return_code else Exit.OK


def _end_without_terminal(ended: "TerminalApp") -> Exit:
    """Return how the command ends where nobody has left it, and say so to whoever is still there."""
    from csat_tui.tui.base.terminal import Ending

    code = Exit.TERMINATED if ended.ending is Ending.TERMINATED else Exit.HUNG_UP
    if ended.stuck:
        # A thread hangs in a write to a terminal that does not read, and holds the lock of the stream.
        logging.shutdown()
        os._exit(code)
    _let_go_of_what_is_gone()
    why = "was asked to end" if code is Exit.TERMINATED else "has ended because its terminal went away"
    if ended.rescued is not None:
        words = f"What was typed last could not be saved in time and is in {ended.rescued}"
    elif ended.saved:
        words = "Everything that was typed is saved"
    else:
        words = "What was typed last could not be saved; see the log"
    complain(f"csat-tui {why}. {words}. Start it again to go on.")
    if ended.rescued is not None:
        # A thread still waits for the store, and an end in order would wait for the thread.
        logging.shutdown()
        os._exit(code)
    return code


def _let_go_of_what_is_gone() -> None:
    """Put nothing in the place of streams that were this terminal and are no more, so that no later word fails."""
    for stream in (sys.stdout, sys.stderr):
        if not stream.isatty():
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
