"""The app of the first start, which needs no store: it returns the door that was chosen."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from csat_tui.paths import styles_dir
from csat_tui.tui.app import all_scopes
from csat_tui.tui.base.dialog import Faults
from csat_tui.tui.base.keymap import put_on
from csat_tui.tui.base.terminal import Outliving
from csat_tui.tui.base.theme import THEMES
from csat_tui.tui.start.screen import Connect, Import, WelcomeScreen


class Welcome(Outliving):
    """Runs before there is anything to work on.

    With `again` it opens in the form of an attempt that has failed, its answers in place and `problem` said.
    """

    TITLE = "csat-tui"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar[list[object]] = [  # type: ignore[assignment]
        styles_dir() / f"{name}.tcss" for name in ("app", "windows", "welcome")
    ]

    def __init__(
        self,
        *,
        theme: str = "dark",
        again: Connect | Import | None = None,
        problem: str = "",
        keys: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__()
        self.keys: dict[str, tuple[str, ...]] = {}
        put_on(self, keys or {}, all_scopes())
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = THEMES.get(theme, THEMES["dark"]).name
        self.fault = Faults()
        self.fault.say = lambda sentence: self.notify(sentence, severity="error", markup=False)
        self._again = again
        self._problem = problem

    def on_mount(self) -> None:
        """Show the doors."""
        self.push_screen(WelcomeScreen(self._again, self._problem))
