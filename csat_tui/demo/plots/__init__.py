"""The stories behind the surveys: what the customer wanted, what was said, what was logged and what was given."""

from csat_tui.demo.plots.billing import BILLING
from csat_tui.demo.plots.compliance import COMPLIANCE
from csat_tui.demo.plots.deliveries import DELIVERIES
from csat_tui.demo.plots.model import Given, Line, Logged, Plot, Verdict
from csat_tui.demo.plots.service import SERVICE
from csat_tui.demo.plots.subscriptions import SUBSCRIPTIONS

PLOTS: dict[str, Plot] = {plot.id: plot for plot in (*DELIVERIES, *BILLING, *SUBSCRIPTIONS, *SERVICE, *COMPLIANCE)}

__all__ = ["PLOTS", "Given", "Line", "Logged", "Plot", "Verdict"]
