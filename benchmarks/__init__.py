"""How fast and how light the workstation is, measured on the machine at hand; only ratios are judged."""

import csat_tui.tui  # noqa: F401 - before anything of Textual: it says how often the screen is drawn
