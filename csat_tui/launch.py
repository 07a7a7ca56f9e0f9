"""Where the two faces meet: the command line starts the workstation, and neither knows the other."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.face import ScreenOptions
from csat_tui.cli.main import app
from csat_tui.cli.place import Place
from csat_tui.config import Config

if TYPE_CHECKING:
    from csat_tui.workflow.opening import Workplace


class Terminal:
    """The workstation on this terminal; its libraries are imported only when it is shown."""

    def check(self) -> None:
        """Raise Failure where the screen cannot be shown here."""
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            raise Failure(
                Exit.USAGE,
                "The workstation needs a terminal, and this is none. Nothing was changed; "
                "`csat-tui queue` and `csat-tui case` print the same as text, and with --json for programs.",
            )

    def run(self, place: Place, options: ScreenOptions, prepare: "Callable[[Workplace], Workplace] | None") -> Exit:
        """Open the workstation and stay until it ends."""
        config = configured(place.config, options)
        if not config.ui.animation:
            os.environ["TEXTUAL_ANIMATIONS"] = "none"
        from csat_tui.cli.place import opened
        from csat_tui.tui.app import Workstation

        with opened(replace(place, config=config)) as workplace:
            if prepare is not None:
                workplace = prepare(workplace)
            background = workplace.background()
            if background is not None:
                background.start()
            try:
                workstation = Workstation(
                    desk=workplace.desk,
                    dispatch=workplace.dispatch,
                    background=background,
                    config=config,
                    link=workplace.link,
                )
                workstation.run(mouse=config.ui.mouse)
            finally:
                if background is not None:
                    background.stop()
        return Exit.OK if not workstation.return_code else Exit.FAULT

    def welcome(self, place: Place, options: ScreenOptions) -> Exit:
        """Offer the three doors of a first start, and go through the one that is chosen."""
        raise Failure(Exit.CONFIGURATION, "There is no configuration yet; use `csat-tui demo` or `csat-tui connect`.")

    def key_problems(self, place: Place) -> list[str]:
        """Return what is wrong with the person's own keys, a sentence each."""
        return []


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
