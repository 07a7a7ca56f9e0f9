"""A screen of panes that works beside the keys."""

from typing import TYPE_CHECKING

from csat_tui.tui.base.background_work import BackgroundWork
from csat_tui.tui.base.paned_screen import PanedScreen

if TYPE_CHECKING:
    from csat_tui.tui.app import Workstation


class DoingScreen(BackgroundWork, PanedScreen):
    """Begins work whose end nobody waits for."""

    app: "Workstation"
