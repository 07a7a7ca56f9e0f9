"""The stories behind the surveys: what the customer wanted, what was said, logged and given."""

from csat_tui.demo.plots.billing import BILLING, SUBSCRIPTIONS
from csat_tui.demo.plots.deliveries import DELIVERIES
from csat_tui.demo.plots.model import Given, Line, Logged, Plot, Verdict
from csat_tui.demo.plots.service import COMPLIANCE, SERVICE

PLOTS: dict[str, Plot] = {plot.id: plot for plot in (*DELIVERIES, *BILLING, *SUBSCRIPTIONS, *SERVICE, *COMPLIANCE)}

__all__ = ["PLOTS", "Given", "Line", "Logged", "Plot", "Verdict"]
