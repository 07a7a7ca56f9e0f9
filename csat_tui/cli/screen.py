"""The screen as the command line knows it: its options, and the screen itself, which is handed in from above."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from csat_tui.cli.exits import Exit, Failure
from csat_tui.cli.installation import Installation
from csat_tui.domain.recovery.link import RecoveryTarget

if TYPE_CHECKING:
    from csat_tui.workflow.opening import Workplace

Theme = Annotated[
    str | None, typer.Option(metavar="THEME", help="dark, light, contrast, or ansi for the terminal's own colours.")
]
Mouse = Annotated[bool | None, typer.Option("--mouse/--no-mouse", show_default=False, help="React to the mouse.")]
Animation = Annotated[
    bool | None, typer.Option("--animation/--no-animation", show_default=False, help="Move panes smoothly.")
]

Debug = Annotated[bool, typer.Option("--debug", help="Write to the log what held the screen up, and for how long.")]

ReviewOption = Annotated[bool, typer.Option("--review", help="Start on the review screen.")]

_OPTIONS = "csat_tui.screen"


@dataclass(frozen=True, slots=True)
class ScreenOptions:
    """Options for the screen from the command line; None leaves a setting to the configuration."""

    theme: str | None = None
    mouse: bool | None = None
    animation: bool | None = None
    debug: bool = False
    review: bool = False
    target: RecoveryTarget | None = None
    """What a link or a bookmark names, to be shown at the start."""

    def then(self, later: "ScreenOptions") -> "ScreenOptions":
        """Return these options, overridden by later ones."""
        return ScreenOptions(
            self.theme if later.theme is None else later.theme,
            self.mouse if later.mouse is None else later.mouse,
            self.animation if later.animation is None else later.animation,
            self.debug or later.debug,
            self.review or later.review,
            self.target if later.target is None else later.target,
        )

    @property
    def arguments(self) -> list[str]:
        """The options as they are typed, for another workstation."""
        said = {"mouse": self.mouse, "animation": self.animation}
        return [
            *(("--theme", self.theme) if self.theme else ()),
            *(f"--{name}" if on else f"--no-{name}" for name, on in said.items() if on is not None),
            *(("--debug",) if self.debug else ()),
            *(("--review",) if self.review else ()),
        ]


class Screen(Protocol):
    """The workstation, seen from the command line."""

    def check(self) -> None:
        """Raise Failure where the screen cannot be shown here."""
        ...

    def run(
        self, installation: Installation, options: ScreenOptions, prepare: "Callable[[Workplace], Workplace] | None"
    ) -> Exit:
        """Open the workstation and stay until it ends; `prepare` may change the workplace before it is shown."""
        ...

    def welcome(self, installation: Installation, options: ScreenOptions) -> Exit:
        """Offer the three ways to begin at a first start, and carry out the chosen one."""
        ...

    def problems(self, installation: Installation) -> list[str]:
        """Return what is wrong with the person's own keys and colours, a sentence each."""
        ...


def screen_of(context: typer.Context) -> Screen:
    """Return the screen that this program was started with."""
    found: Screen | None = context.find_root().obj
    if found is None:
        raise Failure(Exit.USAGE, "There is no screen here; use `csat-tui queue`.")
    return found


def remember_options(context: typer.Context, options: ScreenOptions) -> None:
    """Remember the options before the command's name, for the command."""
    context.meta[_OPTIONS] = options


def options_of(context: typer.Context) -> ScreenOptions:
    """Return the options that stood before the command's name."""
    found: ScreenOptions = context.meta.get(_OPTIONS, ScreenOptions())
    return found


def open_screen(context: typer.Context, options: ScreenOptions) -> Exit:
    """Open the workstation, or the ways to begin at a first start; returns when it ends."""
    from csat_tui.cli.connect import is_first_start
    from csat_tui.cli.installation import find_installation

    screen = screen_of(context)
    installation = find_installation()
    screen.check()
    if is_first_start(installation):
        return screen.welcome(installation, options)
    return screen.run(installation, options, None)
